"""Makes regular expressions and texts at random, of the parts that engines read differently."""

from random import Random

CHARACTERS = list("abstfikSK1' \n-&~\xe9\xdf\u017f\u8a9e\xbd\ufb00#,/0<:\u0301")
"""Letters that are other letters in another case, and signs with a meaning somewhere."""

LONGER = "ss SS st fi \u017ft \ufb06 \ufb01 \u0149 \u1e9e \U0001f600 \r\n aa"
ESCAPED = r"\n \r \t \v \x41 \x7f \u00e9 \. \- \^ \$ \[ \] \& \~ \#"
CLASSES = r"\s \S \d \D \h \H \p{L} \p{Lu} \p{N} \p{M} \p{P} \p{Han} \P{L} \P{Ll}"
RANGES = "a-k a-z A-Z 0-9 f-t \xe0-\xff \u4e00-\u9fa5 \0-\x7f " r"\x20-\x7e \u0300-\u036f"
GROUPS = "( (?: (?: (?i: (?i: (?> (?= (?! (?<= (?<!"
POSITIONS = r"\A \z \s++$"
REPETITIONS = "* + ? *? +? ?? *+ ++ ?+ {2} {1} {1,3} {0,2} {2,} {1,2}? {2,}?"
NOT_SHARED = r"\w \b \1 \< \K \Z \p{Word} ^ $ {,2} {2}? (?m) (?~a) [:alpha:]"
"""Parts that the engines read differently, or that one of them does not have."""


def text(chance: Random) -> str:
    """Return a short text."""
    return "".join(chance.choices([*CHARACTERS, *LONGER.split(" ")], k=chance.randint(1, 14)))


def expression(chance: Random) -> str:
    """Return an expression, perhaps with a small mistake."""
    made = chance.choice(["", "", "", "(?i)"]) + alternatives(chance, depth=3)
    if made and chance.random() < 0.3:
        at = chance.randrange(len(made))
        inserted = chance.choice(["", *"()[]{}?*+|^$\\-&~<=!:ias1, "])
        made = made[:at] + inserted + made[at + (not inserted) :]
    return made


def alternatives(chance: Random, depth: int) -> str:
    """Return sequences with ``|`` between them."""
    return "|".join(sequence(chance, depth) for _ in range(chance.choice([1, 1, 2, 3])))


def sequence(chance: Random, depth: int) -> str:
    """Return parts, some of which are repeated."""
    parts = (atom(chance, depth) for _ in range(chance.choice([0, 1, 1, 2, 2, 3])))
    return "".join(
        part + (chance.choice(REPETITIONS.split()) if chance.random() < 0.45 else "")
        for part in parts
    )


def atom(chance: Random, depth: int) -> str:
    """Return a part that can be repeated, or one that may not be."""
    kinds = [ESCAPED, CLASSES, ".", POSITIONS, NOT_SHARED, GROUPS, "class", "character"]
    kind = chance.choices(kinds, [5, 15, 5, 2, 2, 24 if depth else 0, 12, 35])[0]
    if kind == "class":
        return bracket(chance)
    if kind == "character":
        return chance.choice(CHARACTERS)
    one = chance.choice(kind.split())
    return one + alternatives(chance, depth - 1) + ")" if kind is GROUPS else one


def bracket(chance: Random) -> str:
    """Return a class in brackets."""
    made = "".join(member(chance) for _ in range(chance.randint(1, 3)))
    if chance.random() < 0.2:
        made += "&&" + "".join(member(chance) for _ in range(chance.randint(1, 2)))
    hyphen = "-" if chance.random() < 0.1 else ""
    return f"[{chance.choice(['', '^'])}{made}{hyphen}]"


def member(chance: Random) -> str:
    """Return a part of a class."""
    kinds = [ESCAPED, CLASSES, RANGES, "class", "character"]
    kind = chance.choices(kinds, [10, 15, 15, 10, 50])[0]
    if kind == "class":
        return bracket(chance)
    return chance.choice(CHARACTERS if kind == "character" else kind.split())
