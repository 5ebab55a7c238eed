"""The playground learns the same merges and makes the same ids as bytemerge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from served_site import SITE
from test_pages import ACCESSIBILITY, NARROW, WIDTH, watched

pytest.importorskip("playwright", reason="nox -s site_test has playwright and a browser")

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["one_browser"]

PAGE = "tutorial/tokens.html"
CASES = SITE.parent / "generated" / "playground.json"


def expected() -> list[dict[str, Any]]:
    """Return what bytemerge said when the site was built."""
    return json.loads(CASES.read_text(encoding="utf-8")) if CASES.exists() else []


def shown(page: Page) -> tuple[list[str], list[int]]:
    """Return the tokens that were learnt, and the ids of the text."""
    learnt = page.locator(".playground .learnt .token").all_inner_texts()
    return learnt, [int(id_) for id_ in page.locator(".playground .ids").inner_text().split()]


@pytest.mark.parametrize("case", range(5))
def test_merges_and_ids_are_those_of_bytemerge(case: int, chromium: Browser, address: str) -> None:
    said = expected()[case]
    with watched(chromium, address) as (page, faults):
        page.goto(address + PAGE)
        page.get_by_label("Learn from this text").fill(said["text"])
        page.get_by_label("Cut this text").fill(said["cut"])
        slider = page.get_by_label("Merges")
        assert slider.get_attribute("max") == str(said["possible"])
        slider.fill(str(len(said["merges"])))
        learnt, ids = shown(page)
        assert learnt == said["merges"]
        # A text without a word teaches nothing: every character is unknown.
        assert ids == said["ids"] if said["merges"] else set(ids) == {0, 1}
        assert faults == []


def test_every_case_is_tested() -> None:
    if not SITE.is_dir():
        pytest.skip("there is no site: run nox -s docs")
    assert len(expected()) == 5
    assert sum(len(case["merges"]) for case in expected()) > 20


def test_the_keyboard_moves_the_slider(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address + PAGE)
        page.get_by_label("Learn from this text").focus()
        page.keyboard.press("Tab")
        for key, tokens in (("Home", []), ("ArrowRight", ["es"]), ("ArrowRight", ["es", "est"])):
            page.keyboard.press(key)
            assert shown(page)[0] == tokens
        said = page.locator(".playground .said").inner_text()
        assert said == "Merge 2 of 12: es and t become est. They stand together 9 times."
        page.keyboard.press("Tab")
        page.keyboard.type(" best")
        assert page.locator(".playground .cut .token").last.inner_text() == "est"
        assert faults == []


def test_without_a_script_the_page_says_so_and_keeps_its_table(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PAGE)
    assert page.locator(".playground").is_hidden()
    assert page.locator("noscript p", has_text="It needs JavaScript.").is_visible()
    assert page.locator("table.merges tbody tr").count() > 8
    context.close()


def test_the_playground_is_accessible_with_a_long_text(chromium: Browser, address: str) -> None:
    with watched(chromium, address, size=NARROW, scheme="dark") as (page, faults):
        page.add_init_script(Axe().axe_script)
        page.goto(address + PAGE)
        page.get_by_label("Learn from this text").fill("supercalifragilistic " * 30)
        page.get_by_label("Merges").fill("19")
        page.get_by_label("Cut this text").fill("supercalifragilisticexpialidocious" * 9)
        faults += page.evaluate(ACCESSIBILITY) + page.evaluate(WIDTH)
        assert faults == []
