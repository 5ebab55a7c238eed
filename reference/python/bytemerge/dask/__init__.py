"""Counts, trains and encodes on many machines with Dask; the extra ``bytemerge[dask]`` has it.

The result is that of one machine: the same merges and the same ids, whatever the number of workers,
the size of the parts, and the order in which they finish.

A source is paths or patterns of paths, on disks or in buckets, as fsspec knows them: text and JSON
Lines, plain or compressed, and Parquet. Or it is a bag, a series or a frame of Dask.

Every call takes a ``client``. Without one it uses the current one, and if there is no current one,
it starts processes on this machine and ends them again. In a script, such a call belongs below
``if __name__ == "__main__":``, because each new process imports the script.
"""

from bytemerge.dask.counting import count, train
from bytemerge.dask.encoding import encode
from bytemerge.dask.shards import Manifest, Shard, encode_files
from bytemerge.dask.sources import Skipped
from bytemerge.dask.tokens import FileTokens, count_tokens

__all__ = [
    "FileTokens",
    "Manifest",
    "Shard",
    "Skipped",
    "count",
    "count_tokens",
    "encode",
    "encode_files",
    "train",
]
