"""Renders packages, builds and judges them, and holds the reference and the template together."""
