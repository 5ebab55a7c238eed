from slowpack.text import shout

__all__ = ["shout"]
