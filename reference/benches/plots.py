"""Plots as SVG that suit light and dark pages."""

import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

COLOURS = {"Python": "#4b8bbe", "Rust": "#ce6b3a", "Tokenizer": "#4f9d69"}

WIDTH = 5.2
"""The width of a plot in inches.

A phone shrinks a picture to the width of its screen, and the letters with it: 12 points at this
width become 11 pixels.
"""

# A mid grey is readable on white and on black; a transparent background takes the page's.
GREY = "#808080"
# In a browser, the ink can follow the page's colour scheme.
INK = {"light": "#24292f", "dark": "#e6edf3"}
plt.rcParams.update(
    {
        # Text stays text: it is sharp, and a search finds it.
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "svg.hashsalt": "bytemerge",
        "font.size": 12,
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), GREY),
        **dict.fromkeys(("xtick.color", "ytick.color", "legend.labelcolor"), GREY),
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

FEW = 10
"""The number of points up to which each has a mark."""

IN_A_ROW = 3
"""The most panels in a row."""

Curve = list[tuple[int, float]]


def curves(path: Path, data: dict[str, Curve], across: str, up: str, log: bool = False) -> None:
    """Draw a line for each series; the language gives the colour, "exact" a dashed line."""
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4), layout="constrained")
    # The legend has the order of the picture: the highest line first.
    for name, curve in sorted(data.items(), key=lambda series: -series[1][-1][1]):
        axes.plot(
            *zip(*curve, strict=True),
            label=name,
            color=COLOURS[name.partition(",")[0]],
            linestyle="--" if name.endswith("exact") else "-",
            marker="o" if len(curve) <= FEW else "",
        )
    axes.set_xlabel(across)
    axes.set_title(up, loc="left", fontsize="medium", color=GREY)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(alpha=0.3)
    # Above the curves, not on them.
    figure.legend(frameon=False, loc="outside upper left", ncols=2)
    save(figure, path)


def bars(path: Path, data: dict[str, dict[str, float]], across: str) -> None:
    """Draw a group of bars for each row, the first on top, a bar for each of its values."""
    figure, axes = plt.subplots(figsize=(WIDTH, 0.8 + 0.6 * len(data)), layout="constrained")
    steps = list(next(iter(data.values())))
    width = 0.8 / len(steps)
    for index, step in enumerate(steps):
        places = [place + index * width for place in range(len(data))]
        values = [row[step] for row in data.values()]
        drawn = axes.barh(
            places, values, 0.95 * width, label=step, color=[*COLOURS.values()][index]
        )
        axes.bar_label(drawn, [shown(value) for value in values], padding=3, fontsize="small")
    middle = 0.4 - width / 2
    axes.set_yticks([place + middle for place in range(len(data))], list(data))
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.1)  # for the labels
    axes.set_xlabel(across)
    figure.legend(frameon=False, loc="outside upper left", ncols=len(steps))
    save(figure, path)


def growth(path: Path, data: dict[str, Curve], across: str, up: str) -> None:
    """Draw a line for each series on two logarithmic scales."""
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4), layout="constrained")
    for (name, curve), colour in zip(data.items(), COLOURS.values(), strict=False):
        axes.loglog(*zip(*curve, strict=True), label=name, color=colour, marker="o")
    axes.set_xlabel(across)
    axes.set_title(up, loc="left", fontsize="medium", color=GREY)
    axes.grid(alpha=0.3)
    figure.legend(frameon=False, loc="outside upper left", ncols=3)
    save(figure, path)


def panels(path: Path, data: dict[str, dict[str, float]], ours: str) -> None:
    """Draw a panel for each title, with a bar for each name in it; ours has its own colour.

    The names are at the left, so a panel may lack some of them. Each panel has its own unit, which
    its title says.
    """
    names = list(dict.fromkeys(name for panel in data.values() for name in panel))
    # More than three in a row would be too narrow for their titles.
    rows = 1 if len(data) <= IN_A_ROW else 2
    columns = len(data) // rows
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, rows * (0.9 + 0.3 * len(names))),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, (title, panel) in zip(grid.flat, data.items(), strict=True):
        values = [panel.get(name, 0) for name in names]
        is_ours = [name.partition(",")[0] == ours for name in names]
        colours = [COLOURS["Tokenizer" if own else "Python"] for own in is_ours]
        drawn = axes.barh(names, values, 0.75, color=colours)
        axes.bar_label(
            drawn,
            [shown(panel[name]) if name in panel else "-" for name in names],
            padding=2,
            fontsize="small",
        )
        wrapped = textwrap.fill(title, 36 // columns, break_long_words=False)
        axes.set_title(wrapped, fontsize="small", color=GREY)
        axes.margins(x=0.4)  # for the labels
        axes.tick_params(axis="y", length=0, labelsize="small")
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    grid[0][0].invert_yaxis()  # the first on top
    save(figure, path)


def shown(value: float) -> str:
    """Return a number with two digits, or all of a larger one."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004


def save(figure: plt.Figure, path: Path) -> None:
    """Save a plot, the same bytes for the same numbers."""
    figure.savefig(path, transparent=True, metadata={"Date": None})
    plt.close(figure)
    rules = "\n".join(
        f'@media (prefers-color-scheme: {scheme}) {{ [style*="fill: {GREY}"] {{ fill: {ink} !important }} }}'
        for scheme, ink in INK.items()
    )
    svg = path.read_text(encoding="utf-8").replace(
        "<defs>", f"<style>\n{rules}\n</style>\n <defs>", 1
    )
    path.write_text(svg, encoding="utf-8", newline="\n")
    print(f"saved {path}")
