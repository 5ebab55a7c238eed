"""Compares programs and libraries that have a Rust core with their peers.

`nox -s case_studies` measures; there is one module per study.
"""
