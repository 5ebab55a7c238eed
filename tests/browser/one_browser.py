"""One site and one browser for all tests: a second browser in the same process would not start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from served_site import SITE, served

from tools import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# Chromium's sandbox needs rights that a container rarely has; the pages are our own.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars"]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the site on this machine."""
    if not SITE.is_dir():
        pytest.skip("there is no site: run nox -s docs")
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running browser."""
    program = shell.browser()
    if not program:
        pytest.skip("neither Chromium nor Chrome is on PATH (Debian: apt-get install chromium)")
    # A test that needs playwright is skipped where it is missing, before this is called.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()
