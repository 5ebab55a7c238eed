"""The tools of this repository, which the sessions of nox run as `python -m tools FOLDER.NAME`.

- `template`: renders packages, builds and judges them, and compares the reference with the
  template.
- `workflows`: runs the workflows of GitHub on this machine.
- `measure`: measures and draws.
- `site`: fills and checks the pages.

Modules that all of them use stand beside them. They run on Python 3.10 as well, because some
environments of the case studies have it.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
