"""Sessions that only this project needs: profiles, and comparisons with other tokenizers."""

import os
from pathlib import Path

import nox

ARROW_TESTS = (
    "tests/test_arrow.py",
    "tests/test_cli_arrays.py",
    "tests/test_columns.py",
    "tests/test_engines.py",
)
"""Tests that pytest skips if pyarrow, polars and DuckDB are not installed."""

DASK_TESTS = ("tests/test_dask.py", "tests/test_dask_page.py")
"""Tests that start clusters of processes, if Dask is installed."""

DATASETS = "datasets>=4"
"""The library that reads a corpus for Hugging Face's trainer."""

ENGINES = ("daft>=0.6", DATASETS, "pyspark>=4.1", "ray[data]>=2.50")
"""Engines that take a minute to start, or do not go together with the newest pyarrow."""

BUCKETS = ("moto[server]>=5.1", "s3fs>=2025.7")
"""A server of S3 for tests, and what fsspec needs for it."""

READERS = ("grain>=0.2", "torch>=2.8")
"""Libraries that read shards for training. With what it needs, PyTorch has gigabytes."""

PEERS_TESTS = (
    "tests/test_peers.py",
    "tests/test_oniguruma.py",
    "tests/test_random_tokenizers.py",
    "tests/test_families.py",
    "tests/test_huggingface_file.py",
    "tests/test_lenient.py",
    "tests/test_transformers.py",
)
"""Tests that need tiktoken, and tokenizers and transformers of Hugging Face."""

RESULTS = Path(__file__).parent / "benches" / "results"


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Compare ids with tiktoken's, and merges with those of Hugging Face."""
    sync(session, "peers")  # noqa: F821
    session.run("pytest", "-q", *PEERS_TESTS, *session.posargs)


@nox.session(default=False)
def arrow(session: nox.Session) -> None:
    """Test the exchange of texts, ids and counts with pyarrow, polars and DuckDB."""
    sync(session, "arrow")  # noqa: F821
    session.run("pytest", "-q", *ARROW_TESTS, *session.posargs)


@nox.session(default=False)
def dask(session: nox.Session) -> None:
    """Test counting, training and encoding on a cluster of processes."""
    sync(session, "dask")  # noqa: F821
    session.run("pytest", "-q", *DASK_TESTS, *session.posargs)


@nox.session(default=False)
def engines(session: nox.Session) -> None:
    """Run the examples for all engines: Ray and Spark take minutes, and Spark needs Java."""
    sync(session, "arrow")  # noqa: F821
    session.run_install("uv", "pip", "install", f"--python={session.virtualenv.location}", *ENGINES)
    session.run("pytest", "-q", "tests/test_engines.py", *session.posargs)


@nox.session(default=False)
def buckets(session: nox.Session) -> None:
    """Count, train and encode from and to a bucket, also on hosts that share nothing else."""
    sync(session, "dask")  # noqa: F821
    session.run_install("uv", "pip", "install", f"--python={session.virtualenv.location}", *BUCKETS)
    session.run("pytest", "-q", "tests/test_buckets.py", "tests/test_hosts.py", *session.posargs)


@nox.session(default=False)
def readers(session: nox.Session) -> None:
    """Read shards of ids with PyTorch, of which gigabytes are installed, and with Grain."""
    sync(session, "dask")  # noqa: F821
    session.run_install("uv", "pip", "install", f"--python={session.virtualenv.location}", *READERS)
    session.run("pytest", "-q", "tests/test_dask_page.py", *session.posargs)


# Instead of the template's, which repeats two files of tests.
@nox.session(default=False)
def trust(session: nox.Session) -> None:
    """Try the worst days: a table (-- --only=files, --long=HOURS, --peers, --help)."""
    sync(session, "trust", project="release")  # noqa: F821
    session.run("python", "-m", "trust", *session.posargs)


@nox.session(default=False, venv_backend="none")
def interleavings(session: nox.Session) -> None:
    """Try all orders in which threads may use the shared table of pieces."""
    options = ("--locked", "--package=bytemerge", "--lib", "interleavings")
    target = str(Path("target", "loom").resolve())
    cargo(session, "test", *options, RUSTFLAGS="--cfg loom", CARGO_TARGET_DIR=target)  # noqa: F821


@nox.session(default=False, venv_backend="none")
def sanitize(session: nox.Session) -> None:
    """Run tests and seeds under the sanitizers of memory and of threads (nightly, Linux)."""
    machine = "x86_64-unknown-linux-gnu"
    tests = ("+nightly", "test", "--locked", "--package=bytemerge", f"--target={machine}")
    # Threads of rayon, and of tests at a time, synchronise in the standard library, which is
    # compiled without the sanitizer: it would report races where there are none. So are the
    # examples in comments, which could not be linked.
    for sanitizer, only in (("address", ("--tests",)), ("thread", ("--lib", "encode::shared"))):
        cargo(  # noqa: F821
            session,
            *tests,
            *only,
            RUSTFLAGS=f"-Zsanitizer={sanitizer} -Cunsafe-allow-abi-mismatch=sanitizer",
            CARGO_TARGET_DIR=str(Path("target", sanitizer).resolve()),
            PROPTEST_CASES="16",
            RUST_TEST_THREADS="1",
            # A test asks for more memory than there is.
            ASAN_OPTIONS="allocator_may_return_null=1",
            TSAN_OPTIONS=f"suppressions={Path('fuzz', 'thread_sanitizer.txt').resolve()}",
        )
    # By default, cargo-fuzz uses the sanitizer of memory.
    for seeds in sorted(Path("fuzz", "seeds").iterdir()):
        run = ("+nightly", "fuzz", "run", seeds.name, str(seeds))
        cargo(session, *run, "--", "-runs=0")  # noqa: F821


@nox.session(default=False, venv_backend="none")
def fuzz_sums(session: nox.Session) -> None:
    """Run each fuzz target for a while, and add it to what all have run (-- --minutes=60)."""
    with session.chdir("fuzz"):
        cargo(session, "+nightly", "fuzz", "build", "--sanitizer=none")  # noqa: F821
    session.run("python", "trust/fuzzing.py", *session.posargs)


@nox.session(default=False)
def stalls(session: nox.Session) -> None:
    """Measure how long other threads of Python, and Ctrl-C, wait during a call (-- --help)."""
    sync(session, "bench", project="release")  # noqa: F821
    session.run("python", "benches/stalls.py", *session.posargs)


@nox.session(default=False)
def bench_peers(session: nox.Session) -> None:
    """Measure bytemerge beside other tokenizers (-- --quick, -- --help)."""
    sync(session, "bench-peers", project="release")  # noqa: F821
    session.run("python", "benches/peers/bench_peers.py", *session.posargs)


@nox.session(default=False)
def bench_machines(session: nox.Session) -> None:
    """Measure counting on a cluster, and how texts grow (-- --only=counting, -- --help)."""
    sync(session, "bench-peers", "dask", project="release")  # noqa: F821
    session.run_install("uv", "pip", "install", f"--python={session.virtualenv.location}", DATASETS)
    session.run("python", "benches/machines/bench_machines.py", *session.posargs)


@nox.session(default=False)
def profile(session: nox.Session) -> None:
    """Draw where the time goes in both languages: flame graphs in benches/results."""
    # The build that users get, but with the names of functions.
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target")).resolve() / "profile"
    session.env.update(
        CARGO_PROFILE_RELEASE_STRIP="none",
        CARGO_PROFILE_RELEASE_DEBUG="line-tables-only",
        CARGO_TARGET_DIR=str(target),
    )
    sync(session, "profile", project="release")  # noqa: F821
    RESULTS.mkdir(exist_ok=True)
    roots = {
        ("train", "py"): "train",
        ("train", "rs"): "train_on_counts",
        ("tokenize", "py"): "tokenize",
        ("tokenize", "rs"): "tokenize_word",
    }
    for (step, language), root in roots.items():
        samples = RESULTS / f"profile-{step}-{language}.txt"
        session.run(
            *("py-spy", "record", "--format=raw", "--full-filenames", f"--output={samples}"),
            *(["--native"] if language == "rs" else []),
            *("--", "python", "benches/hot_loop.py", step, language),
        )
        picture = samples.with_suffix(".svg")
        session.run("python", "benches/flame_graph.py", samples, picture, root)


@nox.session(default=False)
def builds(session: nox.Session) -> None:
    """Measure what other ways to build the wheel cost and gain (-- --rounds=N)."""
    # The group of the peers includes a package with texts in many languages.
    sync(session, "wheel", "bench-peers", project="none")  # noqa: F821
    session.run("python", "benches/builds.py", *session.posargs)


@nox.session(default=False)
def pgo(session: nox.Session) -> None:
    """Build a wheel in dist/pgo with a profile (-- --measure: compare it with a plain one)."""
    measure = "--measure" in session.posargs
    # The group of the peers includes a package with texts in many languages.
    sync(session, "wheel", *(["bench-peers"] if measure else []), project="none")  # noqa: F821
    found = session.run("python", "tools/llvm.py", "llvm-profdata", silent=True)
    if found is None:  # nox only lists what it would do
        return
    # maturin looks for it in rustup and then in PATH, by this name, which a link may not have.
    folder = str(Path(found.strip()).resolve().parent)
    session.env["PATH"] = os.pathsep.join([folder, os.environ["PATH"]])
    build = ("maturin", "build", "--release", f"--interpreter={Path(session.bin, 'python')}")
    session.run(*build, "--pgo", "--out=dist/pgo")
    if measure:
        session.run(*build, "--out=dist/plain")
        session.run("python", "benches/pgo.py", "dist/plain", "dist/pgo")
