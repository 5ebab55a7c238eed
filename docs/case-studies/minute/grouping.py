# /// script
# dependencies = ["pandas", "polars"]
# ///
"""Sums a million numbers in a thousand groups in both ways, and sorts the groups."""

from timeit import repeat

import pandas as pd
import polars as pl

columns = {"group": [n * n % 1009 for n in range(1_000_000)], "n": list(range(1_000_000))}
pandas, polars = pd.DataFrame(columns), pl.DataFrame(columns)
ways = {
    "pandas": lambda: pandas.groupby("group")["n"].sum().tolist(),
    "polars": lambda: polars.group_by("group").agg(pl.sum("n")).sort("group")["n"].to_list(),
}
assert ways["pandas"]() == ways["polars"]()
for way, call in ways.items():
    print(f"{way}: {min(repeat(call, number=5)) * 200:.1f} ms")
print(f"polars has {pl.thread_pool_size()} threads")
