"""The address of the published site, which the workflow sets as SITE_URL.

Only absolute addresses use it.
"""

import os
from urllib.parse import urlsplit

SITE_URL = os.environ.get("SITE_URL", "https://OWNER.github.io/pairforge/")
PREFIX = urlsplit(SITE_URL).path
