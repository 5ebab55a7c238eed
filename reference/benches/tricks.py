"""Measures the gain by each simple setting: the program is built with each, and timed."""

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

PLAIN = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
LTO = {"CARGO_PROFILE_RELEASE_LTO": "fat", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "1"}
NATIVE = {"RUSTFLAGS": "-C target-cpu=native"}

# Each trick alone against the first, then all together.
TRICKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "none": (["siphash"], PLAIN),
    "fast hasher": ([], PLAIN),
    "mimalloc": (["siphash", "mimalloc"], PLAIN),
    "target-cpu=native": (["siphash"], PLAIN | NATIVE),
    "LTO": (["siphash"], LTO),
    "fast hasher and LTO": ([], LTO),  # the wheel, and every figure elsewhere
    "all": (["mimalloc"], LTO | NATIVE),
}


def build(name: str) -> Path:
    """Return the program built with one trick."""
    features, environment = TRICKS[name]
    target = ROOT / "target" / "tricks" / name.replace("=", "-").replace(" ", "-")
    subprocess.run(
        [
            *("cargo", "build", "--locked", "--quiet", "--release", "--package=bytemerge-cli"),
            *(f"--features={','.join(features)}", f"--target-dir={target}"),
        ],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
    )
    return target / "release" / "bytemerge-cli"


def measure(lines: list[str], vocab_size: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the seconds that training and tokenizing take with each trick, in alternation."""
    programs = {name: build(name) for name in TRICKS}
    seconds: dict[str, dict[str, list[float]]] = {
        name: {"training": [], "tokenizing": []} for name in TRICKS
    }
    with tempfile.TemporaryDirectory() as folder:
        text, model = Path(folder, "text.txt"), Path(folder, "model.json")
        text.write_text("\n".join(lines), encoding="utf-8")
        sample = Path(folder, "sample.txt")
        sample.write_text("\n".join(lines[::20]), encoding="utf-8")
        for _ in range(rounds):
            for name, program in programs.items():
                commands = {
                    "training": [
                        "train",
                        "--tokenizer=rs",
                        f"--vocab-size={vocab_size}",
                        "-o",
                        model,
                        text,
                    ],
                    "tokenizing": ["encode", model, sample],
                }
                for step, command in commands.items():
                    start = time.perf_counter()
                    subprocess.run([program, *command], check=True, stdout=subprocess.DEVNULL)
                    seconds[name][step].append(time.perf_counter() - start)
    result = {
        name: {step: statistics.median(values) for step, values in steps.items()}
        for name, steps in seconds.items()
    }
    for name, steps in result.items():
        print(f"{name:<20}", *(f"{step} {value:7.2f} s" for step, value in steps.items()))
    return result
