"""Where the site is published: the workflow says it in SITE_URL. Only addresses that must be absolute use it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

SITE_URL = os.environ.get("SITE_URL", "https://OWNER.github.io/pairforge/")
PREFIX = urlsplit(SITE_URL).path
