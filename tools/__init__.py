"""The tools of this repository: each a module with one job, run as `python -m tools.NAME` by the sessions of nox."""
