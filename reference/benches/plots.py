"""Plots as SVG that suit light and dark pages."""

from pathlib import Path

import matplotlib.pyplot as plt

COLOURS = {"Python": "#4b8bbe", "Rust": "#ce6b3a", "Tokenizer": "#4f9d69"}

# A mid grey reads on white and on black; a transparent background takes the page's.
GREY = "#808080"
plt.rcParams.update(
    {
        "svg.hashsalt": "bytemerge",
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), GREY),
        **dict.fromkeys(("xtick.color", "ytick.color", "legend.labelcolor"), GREY),
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

FEW = 10
"""Points that are worth a mark each."""

Curve = list[tuple[int, float]]


def curves(path: Path, data: dict[str, Curve], across: str, up: str, log: bool = False) -> None:
    """Draw a line for each series; the language gives the colour, "exact" a dashed line."""
    figure, axes = plt.subplots(figsize=(8.4, 3.6), layout="constrained")
    for name, curve in data.items():
        axes.plot(
            *zip(*curve, strict=True),
            label=name,
            color=COLOURS[name.partition(",")[0]],
            linestyle="--" if name.endswith("exact") else "-",
            marker="o" if len(curve) <= FEW else "",
        )
    axes.set(xlabel=across, ylabel=up)
    if log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(
        frameon=False, loc="upper left", bbox_to_anchor=(1, 1)
    )  # beside the curves, not on them
    save(figure, path)


def bars(path: Path, data: dict[str, dict[str, float]], up: str) -> None:
    """Draw a group of bars for each row, a bar for each of its values."""
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    steps = list(next(iter(data.values())))
    width = 0.8 / len(steps)
    for index, step in enumerate(steps):
        places = [place + index * width for place in range(len(data))]
        values = [row[step] for row in data.values()]
        drawn = axes.bar(places, values, 0.95 * width, label=step, color=[*COLOURS.values()][index])
        axes.bar_label(drawn, [shown(value) for value in values], fontsize="small")
    middle = 0.4 - width / 2
    axes.set_xticks([place + middle for place in range(len(data))], list(data), fontsize="small")
    axes.set(ylabel=up)
    axes.legend(frameon=False)
    save(figure, path)


def panels(path: Path, data: dict[str, dict[str, float]], ours: str) -> None:
    """Draw a panel for each title, with a bar for each name in it; ours is in a colour of its own.

    The names stand at the left once, so a panel may lack some of them. Each panel has its own unit, which its title says.
    """
    names = list(dict.fromkeys(name for panel in data.values() for name in panel))
    figure, row = plt.subplots(
        ncols=len(data),
        figsize=(8.4, 0.7 + 0.26 * len(names)),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, (title, panel) in zip(row[0], data.items(), strict=True):
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
        axes.set_title(title, fontsize="medium", color=GREY)
        axes.margins(x=0.2)  # for the labels
        axes.tick_params(axis="y", length=0, labelsize="small")
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    row[0][0].invert_yaxis()  # the first on top
    save(figure, path)


def shown(value: float) -> str:
    """Return a number with two digits, or all of a larger one."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004


def save(figure: plt.Figure, path: Path) -> None:
    """Save a plot, the same bytes for the same numbers."""
    figure.savefig(path, transparent=True, metadata={"Date": None})
    plt.close(figure)
    print(f"saved {path}")
