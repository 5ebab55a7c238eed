"""Runs a tool: `python -m tools FOLDER.NAME`, followed by its options.

Each tool is a module with a function `main`, which adds its options to a parser and reads them.
"""

import sys
from argparse import ArgumentParser
from importlib import import_module

name = sys.argv.pop(1)
tool = import_module(f"tools.{name}")
tool.main(ArgumentParser(prog=name, description=str(tool.__doc__).partition("\n")[0]))
