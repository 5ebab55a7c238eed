"""How much code each language needs, counted by pygount."""

from pathlib import Path

from pygount import SourceAnalysis

ROOT = Path(__file__).parents[1]

FILES = {
    "the algorithm in Python": ["python/bytemerge/naive.py"],
    "the algorithm in Rust": ["crates/bytemerge/src/naive/mod.rs"],
    "model files in Python": [
        "python/bytemerge/files.py",
        "python/bytemerge/formats/model_file.py",
        "python/bytemerge/formats/naive_model.py",
    ],
    "model files in Rust": [
        "crates/bytemerge/src/files/model_file.rs",
        "crates/bytemerge/src/naive/model_file.rs",
    ],
    "the bindings": [
        f"crates/bytemerge-py/src/{name}.rs"
        for name in ("lib", "error", "naive_tokenizer", "pool", "text", "without_gil")
    ],
}


def count() -> dict[str, dict[str, int]]:
    """Return the lines of code, of documentation, and empty ones, of each part."""
    table = {}
    for name, files in FILES.items():
        counts = [SourceAnalysis.from_file(str(ROOT / file), name) for file in files]
        table[name] = {
            "code": sum(count.code_count for count in counts),
            "documentation": sum(count.documentation_count for count in counts),
            "empty": sum(count.empty_count for count in counts),
        }
        print(f"{name:<24}", *(f"{kind} {lines:4}" for kind, lines in table[name].items()))
    return table
