"""Pictures for a terminal or a notebook: the tokens of a text, and the merges of a word.

``printable`` makes any bytes safe to show; ``colours`` has the colours, and decides whether to use
them.
"""
