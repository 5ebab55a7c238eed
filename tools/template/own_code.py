"""Replaces a package's example with other code, as docs/guides/your-own-code.md says.

The page's commands are typed, and the files that it shows are written where it says.
"""

import re
from pathlib import Path

from tools import ROOT
from tools.site.reader import blocks, change, type_in

PAGE = ROOT / "docs" / "guides" / "your-own-code.md"
FILES = PAGE.with_suffix("")
NAME = "wordtally"
"""The name of the package in the page."""
WHOLE = re.compile(rf"`([^`\s]+)`:\n\n<!-- excerpt {FILES.name}/(\S+)\s")
"""A file that the page shows whole, below a sentence that ends with its path."""


def put_in(project: Path) -> None:
    """Follows all instructions of the page in a newly rendered package, whose name is one word."""
    name = project.name
    page = PAGE.read_text(encoding="utf-8").replace(NAME, name)

    def shown(file: str) -> str:
        return FILES.joinpath(file).read_text(encoding="utf-8").replace(NAME, name)

    ended = type_in(blocks(page)[0], project, {})
    assert not ended.status, ended.output
    for path, file in WHOLE.findall(page):
        target = project / path
        # The program and the fuzzer exist if the answers asked for them.
        if target.parent.is_dir():
            target.write_text(shown(file), encoding="utf-8", newline="\n")

    def replace(path: Path, pattern: str, new: str) -> None:
        change(path, re.compile(pattern, re.DOTALL), new)

    binding = project / "crates" / f"{name}-py" / "src" / "lib.rs"
    change(binding, "// The example.\nmod words;\n\n", "")
    replace(binding, r"/// The compiled half.*", shown("module.rs"))
    errors = project / "python" / name / "errors.py"
    change(errors, '"CountError", ', "")
    replace(errors, r"\n\n# The example's\.\nclass CountError.*", "")
    replace(project / "tests" / "test_concurrency.py", r"# The example.*?(?=\n\ndef )", shown("calls.py"))
    example = r"(?<=<!-- example -->\n\n).*?(?=\n<!-- end of the example -->)"
    replace(project / "README.md", example, f"```python\n{shown('example.py')}```\n")
    guide = f"# Guide\n\n```pycon\n{shown('guide.pycon')}```\n"
    project.joinpath("docs", "guide.md").write_text(guide, encoding="utf-8", newline="\n")
    replace(project / "CHANGELOG.md", r"- Count the words [^\n]*\n", shown("changelog.txt"))
    replace(project / "docs" / "extending.md", r"## Put your own code in.*?(?=## Add a function)", "")
