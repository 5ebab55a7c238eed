"""Does what docs/start.md tells its readers to do, and fails where a step does.

The files that the reader writes are those in docs/start, which the page shows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.shell import clean_environment, end_of, uv

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "docs" / "start"
NAME = "wordtally"
# What the reader types, and what stands for it here: this checkout instead of GitHub.
CREATE = f"uvx cookiecutter gh:OWNER/pairforge --directory template --no-input project_name={NAME} git=no"
USE = """uv run python -c "import wordtally; print(wordtally.count_words('to be or not to be').most_common(2))\""""
CALL = """uv run python -c "import wordtally; print(wordtally.longest_word('a tale of two cities'))\""""


def perform(folder: Path) -> None:
    """Types each command, and shows what it prints."""
    project = folder / NAME
    environment = clean_environment({"NO_COLOR": "1", "COLUMNS": "80", "UV_NO_PROGRESS": "1"})
    environment["PATH"] = f"{Path(uv()).parent}:{environment['PATH']}"

    def step(shown: str, where: Path, command: str | None = None) -> None:
        print(f"$ {shown}", flush=True)
        ended = end_of(["bash", "-c", command or shown], where, environment)
        print(ended.output, flush=True)
        if ended.status:
            sys.exit(f"{shown} ended with status {ended.status}")

    create = CREATE.replace("gh:OWNER/pairforge", str(ROOT))
    step(CREATE, folder, create)
    step("uv run pytest -q", project)
    step(USE, project)
    write(project)
    step(CALL, project)
    step("uv run pytest -q", project)
    step("cargo test --quiet", project)
    step("uv run nox -s bench", project)


def write(project: Path) -> None:
    """Writes what the page tells the reader to write."""

    def text(name: str) -> str:
        return (FILES / name).read_text(encoding="utf-8")

    def change(name: str, old: str, new: str) -> None:
        path = project / name
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {name}"
        path.write_text(before.replace(old, new), encoding="utf-8", newline="\n")

    core, module = f"crates/{NAME}/src/lib.rs", f"crates/{NAME}-py/src/lib.rs"
    (project / "crates" / NAME / "src" / "longest.rs").write_text(text("longest.rs"), encoding="utf-8")
    change(core, "mod error;\n", "mod error;\nmod longest;\n")
    change(core, "pub use error::Error;\n", "pub use error::Error;\npub use longest::longest_word;\n")
    before, brace, after = (project / module).read_text(encoding="utf-8").rpartition("}")
    (project / module).write_text(f"{before}\n{text('binding.rs')}{brace}{after}", encoding="utf-8")
    stub = f"python/{NAME}/_core.pyi"
    change(stub, '"count_words_in_all"]', '"count_words_in_all", "longest_word"]')
    change(stub, "\n@final\n", f"{text('stub.pyi')}\n@final\n")
    package = f"python/{NAME}/__init__.py"
    change(package, "    count_words_in_all,\n)", "    count_words_in_all,\n    longest_word,\n)")
    change(package, '    "count_words_in_all",\n]', '    "count_words_in_all",\n    "longest_word",\n]')
    naive = project / "python" / NAME / "naive.py"
    naive.write_text(f"{naive.read_text(encoding='utf-8')}\n\n{text('naive.py')}", encoding="utf-8")
    (project / "tests" / "test_longest_word.py").write_text(text("test_longest_word.py"), encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        perform(Path(folder))


if __name__ == "__main__":
    main()
