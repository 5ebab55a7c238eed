"""The tools of this repository, which the sessions of nox run as `python -m tools.ROOM.NAME`.

- `template`: renders packages, builds and judges them, and compares the reference with the template.
- `workflows`: runs the workflows of GitHub on this machine.
- `measure`: measures and draws.
- `site`: fills, checks and photographs the pages.

What all rooms use is in this folder. Python 3.10 can import it, as some environments of the case studies do.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
