"""Worst days: ``nox -s trust`` tries what happens on them, and says what held."""
