"""Fills the pages of the site, and checks them."""

import os
from urllib.parse import urlsplit

# The address of the published site, which the workflow sets. Only absolute addresses use it.
SITE_URL = os.environ.get("SITE_URL", "https://OWNER.github.io/pairforge/")
PREFIX = urlsplit(SITE_URL).path
