# /// script
# dependencies = ["tokenizers"]
# ///
"""Trains the tokenizer of Hugging Face on the topics of Python's documentation, and times it."""

from pydoc_data.topics import topics
from time import perf_counter

from tokenizers import ByteLevelBPETokenizer

texts = list(topics.values())
megabytes = sum(len(text.encode()) for text in texts) / 1e6
tokenizer = ByteLevelBPETokenizer()
tokenizer.train_from_iterator(texts, vocab_size=5000, show_progress=False)

start = perf_counter()
for text in texts:
    tokenizer.encode(text)
middle = perf_counter()
tokenizer.encode_batch(texts)
end = perf_counter()
for way, seconds in (("one text at a time", middle - start), ("all threads", end - middle)):
    speed = megabytes / seconds
    print(f"{way}: {speed:.1f} MB/s, a GB would take {1000 / speed / 60:.1f} minutes")
