"""Renders packages, builds and judges them, and compares the reference with the template."""
