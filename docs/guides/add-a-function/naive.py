def ngrams(text: str, /, *, n: int = 2) -> list[str]:
    """Return every n words in a row, joined with spaces."""
    words = _WORD.findall(text)
    return [" ".join(words[start : start + n]) for start in range(len(words) - n + 1)]
