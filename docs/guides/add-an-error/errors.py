class NgramError(Error, ValueError):
    """The ``n`` of n-grams is less than 1."""
