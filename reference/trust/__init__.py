"""Tries to break each promise of docs/trust.md: ``nox -s trust``."""
