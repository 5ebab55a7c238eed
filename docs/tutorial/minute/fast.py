"""Trains the naive and the better algorithm on one text, both in plain Python."""

from time import process_time

from bytemerge import NaiveTokenizer, fast

with open("docs/design.md", encoding="utf-8") as file:
    lines = file.readlines()

start = process_time()
naive = NaiveTokenizer.train(lines, vocab_size=2000)
middle = process_time()
better = fast.train(lines, vocab_size=2000)
end = process_time()

print(f"naive {middle - start:.2f} s, better {end - middle:.2f} s, the same tokens: {naive == better}")
