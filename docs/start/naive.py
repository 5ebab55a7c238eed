def longest_word(text: str) -> str | None:
    """Return the longest word of a text, the first of equals; None if there is no word."""
    return max(_WORD.findall(text), key=len, default=None)
