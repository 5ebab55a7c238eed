"""Draws docs/_static/social-card.png, 1200 by 630, which other sites show with a link to ours."""

from argparse import ArgumentParser

from tools import ROOT
from tools.site import browser

CARD = ROOT / "docs" / "_static" / "social-card.png"
PAGE = """
<body style="margin: 0; width: 1200px; height: 630px; background: #14181d; color: #e6edf3; font-family: 'DejaVu Sans', sans-serif">
<div style="padding: 110px 96px">
<svg width="132" height="132" viewBox="0 0 32 32"><rect x="2" y="6" width="16" height="20" rx="5" fill="#3b82d6"/>
<rect x="14" y="6" width="16" height="20" rx="5" fill="#ce6b3a"/><rect x="14" y="6" width="4" height="20" fill="#fff"/></svg>
<div style="font-size: 92px; font-weight: bold; margin-top: 28px">pairforge</div>
<div style="font-size: 44px; margin-top: 22px; color: #b4b9c1">Python packages with a Rust core</div>
</div></body>
"""


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    with browser.chromium() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(PAGE)
        page.screenshot(path=CARD)
    print(f"saved {CARD.name}")
