"""The built site as its readers have it. Where it or a browser is missing, the tests are skipped and say so."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

from tools import browser
from tools.address import SITE_URL

pytest.importorskip("playwright", reason="nox -s site_test has playwright and a browser")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

WIDE = 1280
NARROW = 375
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that takes `page_name` on each page."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", browser.pages())


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the site on this machine."""
    if not browser.SITE.is_dir():
        pytest.skip("there is no site: run nox -s docs")
    with browser.served() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running browser."""
    program = browser.executable()
    if not program:
        pytest.skip(browser.MISSING)
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=program, args=browser.ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def watched(
    chromium: Browser, address: str, width: int = WIDE, scheme: Literal["light", "dark"] = "light"
) -> Iterator[tuple[Page, list[str]]]:
    """A page of a fresh browser, and what goes wrong on it: errors, failed requests, requests to elsewhere."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, faults = context.new_page(), list[str]()

    def note(fault: str, wanted: bool = True) -> None:
        if wanted:
            faults.append(fault)

    page.on("console", lambda said: note(said.text, said.type in {"error", "warning"}))
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"failed: {request.url}"))
    page.on("response", lambda got: note(f"{got.status}: {got.url}", got.status >= 400))
    ours = (address, "data:", "blob:")
    page.on("request", lambda request: note(f"foreign: {request.url}", not request.url.startswith(ours)))
    try:
        yield page, faults
    finally:
        context.close()


def test_there_are_pages() -> None:
    assert "index.html" in browser.pages()
    assert len(browser.pages()) > 15


def test_a_page_loads_without_faults_and_is_accessible(
    page_name: str, chromium: Browser, address: str
) -> None:
    for scheme in ("light", "dark"):
        with watched(chromium, address, scheme=scheme) as (page, faults):
            page.goto(address + page_name)
            assert faults == []
            found = Axe().run(page, options=RULES).response["violations"]
            assert [
                f"{each['id']}: {node['html']}"
                for each in found
                if each["impact"] in {"serious", "critical"}
                for node in each["nodes"]
            ] == [], scheme


def test_a_page_fits_a_phone(page_name: str, chromium: Browser, address: str) -> None:
    with watched(chromium, address, width=NARROW) as (page, _):
        page.goto(address + page_name)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_every_picture_has_a_text_and_is_there(page_name: str, chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, _):
        page.goto(address + page_name)
        for image in page.locator("article img").all():
            image.scroll_into_view_if_needed()
            assert image.get_attribute("alt")
            assert image.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0


def test_search_finds_a_page_and_leads_to_it(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address)
        page.locator(".sidebar-search").fill("first passing test")
        page.keyboard.press("Enter")
        page.locator("#search-results li a").first.wait_for()
        titles = page.locator("#search-results li a").all_inner_texts()
        assert "The time to the first passing test" in titles
        page.get_by_role("link", name="The time to the first passing test").last.click()
        page.wait_for_url("**/first-test.html*")
        assert faults == []


def test_the_navigation_leads_through_the_site(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address)
        links = page.locator(".sidebar-tree a").evaluate_all("all => all.map(each => each.href)")
        assert len(links) > 10
        assert [link for link, count in Counter(links).items() if count > 1] == []
        # What is below a page is folded away until that page is open.
        page.locator(".sidebar-tree a", has_text="Guides").first.click()
        page.wait_for_url("**/guides/index.html")
        page.locator(".sidebar-tree a", has_text="updates").first.click()
        page.wait_for_url("**/updates.html")
        assert faults == []


def test_on_a_phone_the_navigation_opens(chromium: Browser, address: str) -> None:
    with watched(chromium, address, width=NARROW) as (page, faults):
        page.goto(address)
        link = page.locator(".sidebar-tree a").first
        assert link.bounding_box()["x"] < 0  # type: ignore[index]
        page.locator("label.nav-overlay-icon").click()
        page.wait_for_function("document.querySelector('.sidebar-tree a').getBoundingClientRect().x >= 0")
        assert faults == []


def test_a_copy_button_copies_commands_without_prompts_and_output(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address + "bytemerge/guide.html")
        block = page.locator("div.highlight-pycon", has_text="NaiveRustTokenizer, NaiveTokenizer").first
        block.hover()
        block.locator("button.copybtn").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("from bytemerge import NaiveRustTokenizer, NaiveTokenizer\ntext = ")
        assert "True" not in copied
        assert faults == []


def test_the_switch_turns_pictures_dark_with_the_page(chromium: Browser, address: str) -> None:
    with watched(chromium, address, scheme="light") as (page, _):
        page.goto(address)
        scheme = "getComputedStyle(document.querySelector('article img')).colorScheme"
        seen = set()
        for _ in range(3):
            page.locator(".content-icon-container .theme-toggle").click()
            seen.add((page.evaluate("document.body.dataset.theme"), page.evaluate(scheme)))
        assert seen == {("auto", "light dark"), ("light", "light"), ("dark", "dark")}


def test_a_missing_page_has_a_page_of_its_own(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        answer = page.goto(address + "no/such/page.html")
        assert answer
        assert answer.status == 404
        assert page.locator("h1").inner_text().startswith("There is no such page")
        assert [fault for fault in faults if "no/such/page" not in fault and "404" not in fault] == []
        page.locator(".sidebar-brand").click()
        page.wait_for_url("**/index.html")


@pytest.mark.parametrize("name", ["rust/bytemerge/index.html", "rust/bytemerge/struct.Tokenizer.html"])
def test_the_pages_of_rustdoc_load(name: str, chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address + name)
        assert page.locator("h1").count() >= 1
        # rustdoc asks for its fonts twice, which Chromium remarks upon.
        assert [fault for fault in faults if "preload" not in fault] == []


def test_the_files_for_machines_are_there() -> None:
    lines = (browser.SITE / "llms.txt").read_text(encoding="utf-8").splitlines()
    sources = [line.split("](")[1].split(")")[0] for line in lines if line.startswith("- [")]
    assert len(sources) > 15
    for source in sources:
        assert (browser.SITE / source.removeprefix(SITE_URL)).is_file()
    assert (browser.SITE / "_static" / "social-card.png").stat().st_size > 1000
    assert (browser.SITE / "_static" / "favicon.svg").is_file()
