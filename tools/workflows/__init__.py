"""Runs the Linux jobs of the workflows on this machine, as GitHub would."""
