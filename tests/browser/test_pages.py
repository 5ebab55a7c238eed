"""Tests the built site in a browser.

If the site or a browser is missing, the tests are skipped and say so.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest
from served_site import SITE, pages

from tools.site import SITE_URL

pytest.importorskip("playwright", reason="nox -s site_test has playwright and a browser")

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

    Reader = tuple[Page, list[str]]

pytest_plugins = ["one_browser"]

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 375, "height": 900}

# The faults of the open page: functions for the browser, each returning a list. By default, axe
# also describes everything that is right, which takes longer than the checks.
ACCESSIBILITY = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const found = await axe.run({runOnly: tags, resultTypes: ["violations"]});
  return found.violations
    .filter(rule => ["serious", "critical"].includes(rule.impact))
    .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`));
}"""
PICTURES = """async () => {
  const faults = [];
  for (const image of document.querySelectorAll("article img")) {
    image.loading = "eager";
    await image.decode().catch(() => faults.push(`no picture: ${image.outerHTML}`));
    if (!image.alt) faults.push(`no text: ${image.outerHTML}`);
  }
  return faults;
}"""
# Furo lets the whole column scroll sideways, so no page is ever wider than its window. Only
# elements that scroll by themselves may be wide.
WIDTH = """() => {
  const scrolls = node =>
    node.tagName != "ARTICLE" && (["auto", "scroll"].includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(node => node.getBoundingClientRect().right > innerWidth && !scrolls(node))
    .map(node => `too wide: ${node.outerHTML.slice(0, 200)}`);
}"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that takes `page_name` on each page."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages())


@contextmanager
def watched(
    chromium: Browser, address: str, size: ViewportSize = WIDE, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Reader]:
    """Yield a page of a fresh browser, and its faults.

    They are errors, failed requests, and requests to other hosts.
    """
    context = chromium.new_context(viewport=size, color_scheme=scheme)
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
    assert "index.html" in pages()
    assert len(pages()) > 15


@pytest.fixture(scope="session")
def reader(chromium: Browser, address: str) -> Iterator[Reader]:
    """One reader of all pages, with axe."""
    with watched(chromium, address) as (page, faults):
        page.add_init_script(Axe().axe_script)
        yield page, faults


def faults_of(reader: Reader, url: str) -> list[str]:
    """Return the faults of a page, loaded once and viewed light, dark, and finally on a phone."""
    page, faults = reader
    faults.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    page.goto(url)
    faults += page.evaluate(PICTURES)
    faults += page.evaluate(ACCESSIBILITY)
    # Change styles at once, not over some time.
    page.add_style_tag(content="* { transition: none !important }")
    page.emulate_media(color_scheme="dark")
    faults += page.evaluate(ACCESSIBILITY)
    page.set_viewport_size(NARROW)
    faults += page.evaluate(WIDTH)
    # Here code, tables and formulas scroll that fit into a wide window.
    faults += page.evaluate(ACCESSIBILITY)
    return faults


def test_a_page_has_no_faults(page_name: str, reader: Reader, address: str) -> None:
    assert faults_of(reader, address + page_name) == []


PLANTED = {
    "an error": ('<script>console.error("oh")</script>', "oh"),
    "a script that breaks": ("<script>gone()</script>", "gone is not defined"),
    "a missing script": ('<script src="_static/gone.js"></script>', "404: "),
    "a foreign request": ('<script src="https://example.com/foreign.js"></script>', "foreign: "),
    "a picture without a text": ('<img src="_static/favicon.svg">', "no text: "),
    "a missing picture": ('<img src="_static/gone.svg" alt="gone" loading="lazy">', "no picture: "),
    "pale letters": ('<p style="color: #aaa">pale</p>', "color-contrast: "),
    "letters that are dark on a dark page": ('<p style="color: #333">dark</p>', "color-contrast: "),
    "a link without a name": ('<a href="index.html"></a>', "link-name: "),
    "a wide box": ('<div style="width: 600px">wide</div>', "too wide: "),
    "a wide box that is cut": (
        '<div style="overflow: hidden"><p style="width: 600px">cut</p></div>',
        "too wide: ",
    ),
}


@pytest.mark.parametrize(("fault", "said"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(fault: str, said: str, reader: Reader, address: str) -> None:
    sound = (SITE / "index.html").read_text(encoding="utf-8")
    page, _ = reader
    faulty = sound.replace("</h1>", f"</h1>{fault}", 1)
    page.route("**/planted.html", lambda route: route.fulfill(body=faulty, content_type="text/html"))
    found = faults_of(reader, f"{address}planted.html")
    page.unroute("**/planted.html")
    assert any(said in each for each in found)


def test_search_finds_a_page_and_leads_to_it(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address)
        page.locator(".sidebar-search").fill("first passing test")
        page.keyboard.press("Enter")
        page.locator("#search-results li a").first.wait_for()
        titles = page.locator("#search-results li a").all_inner_texts()
        assert "The time to the first passing test" in titles
        # The search reads the pages that it shows; a click would break that off.
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name="The time to the first passing test").last.click()
        page.wait_for_url("**/first-test.html*")
        assert faults == []


def test_the_navigation_leads_through_the_site(chromium: Browser, address: str) -> None:
    with watched(chromium, address) as (page, faults):
        page.goto(address)
        links = page.locator(".sidebar-tree a").evaluate_all("all => all.map(each => each.href)")
        assert len(links) > 10
        assert [link for link, count in Counter(links).items() if count > 1] == []
        # The pages below a page are folded away until that page is open.
        page.locator(".sidebar-tree a", has_text="Guides").first.click()
        page.wait_for_url("**/guides/index.html")
        page.locator(".sidebar-tree a", has_text="updates").first.click()
        page.wait_for_url("**/updates.html")
        assert faults == []


def test_on_a_phone_the_navigation_opens(chromium: Browser, address: str) -> None:
    with watched(chromium, address, size=NARROW) as (page, faults):
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
        # rustdoc requests its fonts twice, which Chromium reports.
        assert [fault for fault in faults if "preload" not in fault] == []


def test_the_files_for_machines_are_there() -> None:
    lines = (SITE / "llms.txt").read_text(encoding="utf-8").splitlines()
    sources = [line.split("](")[1].split(")")[0] for line in lines if line.startswith("- [")]
    assert len(sources) > 15
    for source in sources:
        assert (SITE / source.removeprefix(SITE_URL)).is_file()
    assert (SITE / "_static" / "social-card.png").stat().st_size > 1000
    assert (SITE / "_static" / "favicon.svg").is_file()
