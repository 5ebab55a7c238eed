"""Measures, and draws what was measured."""
