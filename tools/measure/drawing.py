"""One style of plot, saved as SVG and PNG, that reads well on light and on dark pages."""

import math
import textwrap
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl

mpl.use("agg")
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import EngFormatter, StrMethodFormatter

# In inches. A phone shrinks a picture to the width of its screen, and the letters with it: at this
# width, 12 points become at least 11 pixels.
WIDTH = 5.2
# The distance from one line of text to the next, in points.
LINE = 14
# Greys and blues with enough contrast on both white and black. The background is the page's.
INK = "#767d86"
PLAIN = "#8b949e"
BEST = "#3b82d6"
# In a browser, the ink can follow the reader's colour scheme.
INK_ON = {"light": "#24292f", "dark": "#e6edf3"}
STYLE: dict[Any, Any] = {
    "font.size": 12,
    "axes.titlesize": 12,
    "figure.titlesize": 12,
    "figure.titleweight": "bold",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.left": False,
    # Text stays text: it is sharp, and a search finds it. The same numbers give the same bytes.
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
        figure, axes = plt.subplots(figsize=(WIDTH, 0.6 + 0.5 * len(bars)), layout="constrained")
        rows = range(len(bars))
        drawn = axes.barh(
            rows,
            [bar.value for bar in bars],
            color=[BEST if bar.best else PLAIN for bar in bars],
            height=0.42,
        )
        # The name is above its bar: beside it, the name would take half of a phone's width.
        for row, bar in zip(rows, bars, strict=True):
            axes.annotate(bar.label, (0, row - 0.25), (0, 1), textcoords="offset points", va="bottom")
        axes.bar_label(drawn, [bar.text for bar in bars], padding=5)
        axes.set_ylim(len(bars) - 0.7, -0.8)
        axes.set_xlim(0, max(bar.value for bar in bars) * 1.35)
        # Each bar says its number, so a scale would only repeat them.
        axes.set_axis_off()
        axes.set_title(axis, loc="left")
        _entitle(figure, title)
        png = stem.with_suffix(".png")
        figure.savefig(png, transparent=True, dpi=160)
        svg = _save_svg(figure, title, stem)
    return [svg, png]


@dataclass(frozen=True)
class Curve:
    """One line of a plot of curves; its label stands at its end."""

    label: str
    points: list[tuple[float, float]]
    best: bool = False
    dashed: bool = False


def curves(
    drawn: list[Curve],
    title: str,
    across: str,
    up: str,
    stem: Path,
    *,
    mark: tuple[float, float, str] | None = None,
    powers: Literal["", "across", "both"] = "",
) -> Path:
    """Saves the curves as `stem`.svg, with one point marked, and returns the file.

    `powers` names the axes that have a logarithmic scale. If both do, the vertical one shows
    seconds.
    """
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(WIDTH, 3.8), layout="constrained")
        labels = []
        for curve in drawn:
            xs, ys = zip(*curve.points, strict=True)
            line = "--" if curve.dashed else "-"
            axes.plot(xs, ys, line, color=BEST if curve.best else PLAIN, linewidth=2)
            label = axes.annotate(
                curve.label, (xs[-1], ys[-1]), (6, 0), textcoords="offset points", va="center", color=INK
            )
            labels.append(label)
        if mark:
            x, y, text = mark
            axes.plot([x], [y], "o", color=BEST, markersize=8)
            axes.annotate(text, (x, y), (-10, 8), textcoords="offset points", ha="right", color=INK)
        _entitle(figure, title)
        axes.set_xlabel(across)
        axes.set_title(up, loc="left")
        if powers:
            axes.set_xscale("log")
        if powers == "both":
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(EngFormatter(unit="s"))
        else:
            axes.set_ylim(bottom=0)
        axes.minorticks_off()
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        _part(figure, labels)
        return _save_svg(figure, title, stem)


def _part(figure: Figure, labels: list[Annotation]) -> None:
    """Moves up the labels that would overlap the one below."""
    # The positions are known only after drawing.
    figure.draw_without_rendering()
    pixels = figure.dpi / 72
    heights = [label.axes.transData.transform(label.xy)[1] / pixels for label in labels if label.axes]
    lowest = -math.inf
    for height, label in sorted(zip(heights, labels, strict=True), key=lambda each: each[0]):
        lowest = max(lowest + LINE, height)
        label.set_position((6, lowest - height))


@dataclass(frozen=True)
class Lanes:
    """One panel of a plot of lanes: how busy each processor is at each moment, from 0 to 1."""

    title: str
    times: list[float]
    busy: list[list[float]]


def lanes(panels: list[Lanes], title: str, across: str, stem: Path) -> Path:
    """Saves the panels, one below the other, as `stem`.svg, and returns the file."""
    with mpl.rc_context(STYLE):
        count = max(len(panel.busy) for panel in panels)
        figure, rows = plt.subplots(
            nrows=len(panels),
            figsize=(WIDTH, 1.2 + len(panels) * (0.6 + 0.4 * count)),
            sharex=True,
            squeeze=False,
            layout="constrained",
        )
        for axes, panel in zip(rows[:, 0], panels, strict=True):
            for lane, busy in enumerate(panel.busy):
                # The first on top, with a little air between.
                floor = -lane
                axes.axhline(floor, color=PLAIN, linewidth=0.8)
                tops = [floor + 0.8 * share for share in busy]
                axes.fill_between(panel.times, floor, tops, step="pre", color=BEST, linewidth=0)
            axes.set_yticks(
                [0.4 - lane for lane in range(len(panel.busy))],
                [f"processor {lane + 1}" for lane in range(len(panel.busy))],
            )
            axes.set_title(panel.title, loc="left")
            axes.set_xlim(left=0)
        _entitle(figure, title)
        rows[-1, 0].set_xlabel(across)
        return _save_svg(figure, title, stem)


def _entitle(figure: Figure, title: str) -> None:
    """Writes the title at the top left, over several lines if necessary."""
    figure.suptitle(textwrap.fill(title, 48), x=0.01, ha="left")


def _save_svg(figure: Figure, title: str, stem: Path) -> Path:
    """Saves a figure as `stem`.svg, the same bytes for the same numbers, and closes it."""
    svg = stem.with_suffix(".svg")
    figure.savefig(svg, transparent=True, metadata={"Date": None, "Title": title})
    plt.close(figure)
    svg.write_text(_with_schemes(svg.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return svg


def _with_schemes(svg: str) -> str:
    """Return the picture with ink for light and for dark pages.

    A viewer that supports neither colour scheme shows the ink for both.
    """
    rules = "\n".join(
        f'@media (prefers-color-scheme: {scheme}) {{ [style*="fill: {INK}"] {{ fill: {ink} !important }} }}'
        for scheme, ink in INK_ON.items()
    )
    return svg.replace("<defs>", f"<style>\n{rules}\n</style>\n <defs>", 1)
