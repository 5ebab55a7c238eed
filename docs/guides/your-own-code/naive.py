"""The same in plain Python: short, slow, and the second opinion in the tests."""


def longest_common(left: str, right: str) -> int:
    """Return the length of the longest text that is in both texts.

    Example:
        >>> from wordtally.naive import longest_common
        >>> longest_common("interest", "winter")
        5
    """
    longest = 0
    # The length of the common text that ends before each character of the right text.
    row = [0] * len(right)
    for character in left:
        cells = zip(row, right, strict=False)
        row = [0, *(before + 1 if character == other else 0 for before, other in cells)]
        longest = max(longest, *row)
    return longest
