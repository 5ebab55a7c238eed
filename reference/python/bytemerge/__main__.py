"""Runs the command line as ``python -m bytemerge``."""

import sys

from bytemerge.cli import main

if __name__ == "__main__":
    sys.exit(main())
