"""One style of plot, saved as SVG, that reads well on light and on dark pages."""

import math
import textwrap
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl

from tools.measure.formatting import time_of

mpl.use("agg")
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
    **dict.fromkeys(("font.size", "axes.titlesize", "figure.titlesize"), 12),
    "figure.titleweight": "bold",
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
    **dict.fromkeys(("axes.spines.top", "axes.spines.right", "axes.spines.left", "ytick.left"), False),
    # Text stays text: it is sharp, and a search finds it. The same numbers give the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "pairforge",
    "font.family": "sans-serif",
}


@contextmanager
def _plot(
    title: str, stem: Path, height: float, panels: int = 1, *, png: bool = False
) -> Iterator[tuple[Figure, Any]]:
    """Yield a figure and the axes of its panels, and save it as `stem`.svg.

    The same numbers give the same bytes. With `png`, the figure is saved as `stem`.png, too.
    """
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(
            nrows=panels, figsize=(WIDTH, height), sharex=True, squeeze=False, layout="constrained"
        )
        figure.suptitle(textwrap.fill(title, 48), x=0.01, ha="left")
        yield figure, axes[:, 0]
        svg = stem.with_suffix(".svg")
        figure.savefig(svg, transparent=True, metadata={"Date": None, "Title": title})
        if png:
            figure.savefig(stem.with_suffix(".png"), transparent=True, dpi=160)
        plt.close(figure)
    svg.write_text(_with_schemes(svg.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def _with_schemes(svg: str) -> str:
    """Return the picture with ink for light and for dark pages.

    A viewer that supports neither colour scheme shows the ink for both.
    """
    rules = "\n".join(
        f'@media (prefers-color-scheme: {scheme}) {{ [style*="fill: {INK}"] {{ fill: {ink} !important }} }}'
        for scheme, ink in INK_ON.items()
    )
    return svg.replace("<defs>", f"<style>\n{rules}\n</style>\n <defs>", 1)


@dataclass(frozen=True)
class Bar:
    """One line of the plot."""

    label: str
    value: float
    text: str
    best: bool = False


def bars(drawn: list[Bar], title: str, axis: str, stem: Path, *, png: bool = False) -> None:
    """Saves the bars, the first on top, as `stem`.svg, with `png` as `stem`.png too."""
    with _plot(title, stem, 0.6 + 0.5 * len(drawn), png=png) as (_, (axes,)):
        rows = range(len(drawn))
        colours = [BEST if bar.best else PLAIN for bar in drawn]
        shapes = axes.barh(rows, [bar.value for bar in drawn], color=colours, height=0.42)
        # The name is above its bar: beside it, the name would take half of a phone's width.
        for row, bar in zip(rows, drawn, strict=True):
            axes.annotate(bar.label, (0, row - 0.25), (0, 1), textcoords="offset points", va="bottom")
        axes.bar_label(shapes, [bar.text for bar in drawn], padding=5)
        axes.set_ylim(len(drawn) - 0.7, -0.8)
        axes.set_xlim(0, max(bar.value for bar in drawn) * 1.35)
        # Each bar says its number, so a scale would only repeat them.
        axes.set_axis_off()
        axes.set_title(axis, loc="left")


def times(seconds: Mapping[str, float], best: Container[str], title: str, stem: Path) -> None:
    """Saves a bar for the time of each way."""
    drawn = [Bar(way, each * 1000, time_of(each), way in best) for way, each in seconds.items()]
    bars(drawn, title, "milliseconds, shorter is better", stem)


def spans(rows: Mapping[str, Mapping[str, float]], title: str, axis: str, stem: Path) -> None:
    """Saves a row of points for the seconds of each way, on one logarithmic scale.

    A line goes from the first point of a row to the last, which is the best.
    """
    with _plot(title, stem, 0.9 + 1.1 * len(rows)) as (_, (axes,)):
        for row, (label, seconds) in enumerate(rows.items()):
            values = [*seconds.values()]
            axes.plot(values, [row] * len(values), color=PLAIN, linewidth=2, zorder=1)
            colours = [*[PLAIN] * (len(values) - 1), BEST]
            axes.scatter(values, [row] * len(values), s=80, color=colours, zorder=2)
            for way, value in seconds.items():
                said = f"{way}\n{time_of(value)}"
                axes.annotate(said, (value, row), (0, -10), textcoords="offset points", ha="center", va="top")
            axes.annotate(label, (0, row - 0.3), xycoords=("axes fraction", "data"), va="bottom")
        axes.set_xscale("log")
        axes.set_ylim(len(rows) - 0.3, -0.6)
        axes.margins(x=0.12)  # for the labels
        axes.set_yticks([])
        axes.minorticks_off()
        axes.grid(axis="x", alpha=0.3)
        axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
        axes.set_title(axis, loc="left")


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
) -> None:
    """Saves the curves as `stem`.svg, with one point marked.

    `powers` names the axes that have a logarithmic scale. If both do, the vertical one shows
    seconds.
    """
    with _plot(title, stem, 3.8) as (figure, (axes,)):
        beside = {"textcoords": "offset points", "color": INK}
        labels = []
        for curve in drawn:
            xs, ys = zip(*curve.points, strict=True)
            line = "--" if curve.dashed else "-"
            axes.plot(xs, ys, line, color=BEST if curve.best else PLAIN, linewidth=2)
            labels.append(axes.annotate(curve.label, (xs[-1], ys[-1]), (6, 0), va="center", **beside))
        if mark:
            x, y, text = mark
            axes.plot([x], [y], "o", color=BEST, markersize=8)
            axes.annotate(text, (x, y), (-10, 8), ha="right", **beside)
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


def lanes(
    panels: Mapping[str, tuple[list[float], list[list[float]]]], title: str, across: str, stem: Path
) -> None:
    """Saves the panels, one below the other, as `stem`.svg.

    Each panel has the times, and how busy each processor is at these times, from 0 to 1.
    """
    count = max(len(busy) for _, busy in panels.values())
    height = 1.2 + len(panels) * (0.6 + 0.4 * count)
    with _plot(title, stem, height, len(panels)) as (_, rows):
        for axes, (name, (times, processors)) in zip(rows, panels.items(), strict=True):
            # The first on top, with a little air between.
            for lane, busy in enumerate(processors):
                axes.axhline(-lane, color=PLAIN, linewidth=0.8)
                tops = [0.8 * share - lane for share in busy]
                axes.fill_between(times, -lane, tops, step="pre", color=BEST, linewidth=0)
            numbers = range(len(processors))
            axes.set_yticks([0.4 - lane for lane in numbers], [f"processor {lane + 1}" for lane in numbers])
            axes.set_title(name, loc="left")
            axes.set_xlim(left=0)
        rows[-1].set_xlabel(across)
