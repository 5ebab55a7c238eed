"""pandas beside polars, in one process.

Called with a CSV file of tokens, a number of rounds, and whether to compare the results first;
prints JSON.
"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl

from tools.measure.turns import calls_in_turns

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = ["module", "kind"]
ORDER = ["length", "text", "module", "line", "column"]
TOP = 20


class Pandas:
    """The tasks in pandas. The types of the file's columns are specified by hand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.frame = self.read()
        self.objects = self.frame.astype(dict.fromkeys([*KEYS, "text"], object))
        self.categories = self.frame.astype(dict.fromkeys(KEYS, "category"))
        self.modules = self.frame.groupby("module", as_index=False).agg(lines=("line", "max"))

    def read(self, engine: Any = "c") -> Any:
        # "nan" and "null" are texts here. No text is empty.
        return pd.read_csv(self.file, engine=engine, keep_default_na=False, na_values=[])

    def group(self, frame: Any) -> Any:
        groups = frame.groupby(KEYS, as_index=False, observed=True, sort=False)
        return groups.agg(count=("length", "size"), length=("length", "mean"))

    def sort(self) -> Any:
        return self.frame.sort_values(ORDER, ascending=[False, True, True, True, True])

    def join(self) -> Any:
        joined = self.frame.merge(self.modules, on="module")
        return (joined["line"] / joined["lines"]).to_frame("place")

    def texts(self, frame: Any) -> Any:
        lower = frame["text"].str.lower()
        return lower[lower.str.startswith("self")].to_frame()

    def query(self) -> Any:
        frame = pd.read_csv(
            self.file,
            usecols=["kind", "text"],
            engine="pyarrow",
            keep_default_na=False,
            na_values=[],
        )
        counted = frame[frame["kind"] == "NAME"].groupby("text", as_index=False, sort=False).size()
        return counted.sort_values(["size", "text"], ascending=[False, True]).head(TOP)


class Polars:
    """The same in polars."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.frame = self.read()
        self.categories = self.frame.with_columns(pl.col(KEYS).cast(pl.Categorical))
        self.modules = self.frame.group_by("module").agg(lines=pl.col("line").max())

    def read(self) -> Any:
        return pl.read_csv(self.file)

    def group(self, frame: Any) -> Any:
        return frame.group_by(KEYS).agg(count=pl.len(), length=pl.col("length").mean())

    def sort(self) -> Any:
        return self.frame.sort(ORDER, descending=[True, False, False, False, False])

    def join(self) -> Any:
        joined = self.frame.join(self.modules, on="module")
        return joined.select(place=pl.col("line") / pl.col("lines"))

    def texts(self) -> Any:
        lower = pl.col("text").str.to_lowercase()
        return self.frame.select(lower).filter(pl.col("text").str.starts_with("self"))

    def lazy(self) -> Any:
        return (
            pl.scan_csv(self.file)
            .filter(pl.col("kind") == "NAME")
            .group_by("text")
            .agg(count=pl.len())
            .sort("count", "text", descending=[True, False])
            .head(TOP)
        )


def rows(frame: Any, *, in_order: bool) -> list[tuple[Any, ...]]:
    """Return the rows of a frame of either library, as Python values."""
    if isinstance(frame, pd.DataFrame):
        columns = [frame[name].tolist() for name in frame.columns]
        found = [*zip(*columns, strict=True)]
    else:
        found = frame.rows()
    return found if in_order else sorted(found)


def same(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> bool:
    """Return whether all rows are equal, numbers up to the last digits.

    The libraries add numbers in different orders.
    """
    return one == other or (
        len(one) == len(other)
        and all(
            math.isclose(left, right, rel_tol=1e-12) if isinstance(left, float) else left == right
            for mine, theirs in zip(one, other, strict=True)
            for left, right in zip(mine, theirs, strict=True)
        )
    )


def main(file: str, rounds: str, check: str) -> None:
    pandas, polars = Pandas(file), Polars(file)
    tasks: dict[str, dict[str, Callable[[], Any]]] = {
        "read CSV": {
            "pandas": pandas.read,
            "pandas, engine of pyarrow": lambda: pandas.read("pyarrow"),
            "polars": polars.read,
        },
        "group by two columns": {
            "pandas": lambda: pandas.group(pandas.frame),
            "pandas, Python objects": lambda: pandas.group(pandas.objects),
            "polars": lambda: polars.group(polars.frame),
        },
        "group by two columns of categories": {
            "pandas": lambda: pandas.group(pandas.categories),
            "polars": lambda: polars.group(polars.categories),
        },
        "sort by five columns": {"pandas": pandas.sort, "polars": polars.sort},
        "join and divide": {"pandas": pandas.join, "polars": polars.join},
        "lower case, filter": {
            "pandas": lambda: pandas.texts(pandas.frame),
            "pandas, Python objects": lambda: pandas.texts(pandas.objects),
            "polars": polars.texts,
        },
        "file to top 20 names": {
            "pandas": pandas.query,
            "polars": lambda: polars.lazy().collect(),
        },
    }
    in_order = {"sort by five columns", "file to top 20 names"}
    agreed = {}
    for task, ways in tasks.items() if check else ():
        # A fast wrong answer is worth nothing.
        found = {name: rows(way(), in_order=task in in_order) for name, way in ways.items()}
        for name, result in found.items():
            if not same(result, found["polars"]):
                sys.exit(f"{task}: {name} and polars disagree.")
        agreed[task] = len(found["polars"])
    answer = {
        "threads": pl.thread_pool_size(),
        "rows": polars.frame.height,
        "rows of results": agreed,
        "bytes": {
            "pandas": int(pandas.frame.memory_usage(deep=True).sum()),
            "pandas, Python objects": int(pandas.objects.memory_usage(deep=True).sum()),
            "polars": int(polars.frame.estimated_size()),
        },
        "type of texts": str(pandas.frame["text"].dtype),
        "explain": polars.lazy().explain(),
        "explain, not optimised": polars.lazy().explain(optimized=False),
        "seconds": {task: calls_in_turns(ways, int(rounds)) for task, ways in tasks.items()},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
