"""One style of bar plot, saved as SVG and PNG, that reads well on light and on dark pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from pathlib import Path

# Greys and blues with enough contrast on white and on black alike; the background is the page's.
INK = "#767d86"
PLAIN = "#8b949e"
BEST = "#3b82d6"
# A browser that knows its reader's page does better than a compromise.
INK_ON = {"light": "#24292f", "dark": "#e6edf3"}
STYLE: dict[Any, Any] = {
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.left": False,
    # Text stays text: sharp, and found by a search. The same numbers give the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "pairforge",
    "font.family": "sans-serif",
}


@dataclass(frozen=True)
class Bar:
    """One line of the plot."""

    label: str
    value: float
    text: str
    best: bool = False


def save(bars: list[Bar], title: str, axis: str, stem: Path) -> list[Path]:
    """Saves the bars, the first on top, as `stem`.svg and `stem`.png, and returns both."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7.6, 1.1 + 0.55 * len(bars)), layout="constrained")
        drawn = axes.barh(
            [bar.label for bar in bars],
            [bar.value for bar in bars],
            color=[BEST if bar.best else PLAIN for bar in bars],
            height=0.62,
        )
        axes.bar_label(drawn, [bar.text for bar in bars], padding=5)
        axes.invert_yaxis()
        axes.set_title(title, loc="left", fontweight="bold", x=0)
        axes.set_xlabel(axis)
        axes.set_xlim(0, max(bar.value for bar in bars) * 1.28)
        svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
        figure.savefig(svg, transparent=True, metadata={"Date": None, "Title": title})
        figure.savefig(png, transparent=True, dpi=160)
        plt.close(figure)
    svg.write_text(_with_schemes(svg.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return [svg, png]


def _with_schemes(svg: str) -> str:
    """The picture with ink for light and for dark pages; a viewer that knows neither keeps the one for both."""
    rules = "\n".join(
        f'@media (prefers-color-scheme: {scheme}) {{ [style*="fill: {INK}"] {{ fill: {ink} !important }} }}'
        for scheme, ink in INK_ON.items()
    )
    return svg.replace("<defs>", f"<style>\n{rules}\n</style>\n <defs>", 1)
