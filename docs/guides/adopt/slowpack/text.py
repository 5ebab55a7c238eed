def shout(text: str) -> str:
    """Return a text in capitals."""
    return text.upper() + "!"
