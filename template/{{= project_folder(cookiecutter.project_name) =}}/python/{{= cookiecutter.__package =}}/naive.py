{%= if cookiecutter.example == "words" =%}
"""The same in plain Python: short, slow, and the second opinion in the tests."""

import re

_WORD = re.compile(r"[^\s!-/:-@\[-`{-~]+")
_LOWER = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}


def count_words(text: str) -> dict[str, int]:
    """Count the words of one text.

    A word is a run of characters that are neither white space nor ASCII punctuation; ASCII
    letters are lower-cased.

    Example:
        >>> from {{= cookiecutter.__package =}}.naive import count_words
        >>> count_words("The cat. The hat!")
        {'the': 2, 'cat': 1, 'hat': 1}
    """
    counts: dict[str, int] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        # str.lower would also change other letters, and depends on the version of Unicode.
        word = word.lower() if word.isascii() else word.translate(_LOWER)
        counts[word] = counts.get(word, 0) + 1
    return counts
{%= else =%}
"""The same in plain Python: short, slow, and the second opinion in the tests."""


def edit_distance(left: str, right: str) -> int:
    """Return the smallest number of edits that turn one text into the other.

    An edit inserts, deletes or replaces one character. Wagner and Fischer (1974): a table of the
    distances between the prefixes of both texts, row by row.

    Example:
        >>> from {{= cookiecutter.__package =}}.naive import edit_distance
        >>> edit_distance("kitten", "sitting")
        3
    """
    row = list(range(len(right) + 1))
    for above, character in enumerate(left):
        previous, row = row, [above + 1]
        for column, other in enumerate(right):
            replaced = previous[column] + (character != other)
            row.append(min(replaced, previous[column + 1] + 1, row[column] + 1))
    return row[-1]
{%= endif =%}
