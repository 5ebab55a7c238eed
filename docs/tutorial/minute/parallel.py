"""Tokenizes one text twice: line by line on one thread, and as a whole on all processors."""

from os import cpu_count
from time import perf_counter

from bytemerge import NaiveRustTokenizer

with open("docs/design.md", encoding="utf-8") as file:
    text = file.read()
tokenizer = NaiveRustTokenizer.train([text], vocab_size=2000)
text *= 50

start = perf_counter()
one = [token for line in text.splitlines() for token in tokenizer.tokenize(line)]
middle = perf_counter()
every = tokenizer.tokenize_text(text)
end = perf_counter()

assert one == every
print(
    f"one thread {middle - start:.2f} s, {cpu_count()} processors {end - middle:.2f} s, {len(one):,} tokens"
)
