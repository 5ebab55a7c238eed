"""The table of judges: linters and validators from elsewhere that check a rendered project."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Judge:
    """A program, and what counts as clean."""

    name: str
    # Words in braces stand for the parts of a project: see `tools.template.judge`.
    command: str
    # A part of the output: some programs end with exit status 0 even if they found no file.
    says: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    # Patterns of the files that alone decide the verdict: such a judge needs no built project.
    reads: str = ""
    # Takes seconds for each project.
    slow: bool = False
    # Checks the installed package, from a folder where the project is out of sight.
    of_installed: bool = False
    # Only for a project that has this file, or whose wheel is for the stable ABI.
    only_with: str = "."
    only_abi3: bool = False


PYTHON = "**/*.py **/*.pyi pyproject.toml"

# In the order of output. If a project's own settings could silence a judge, they are switched off
# where possible: ignore lists and comments do not count here.
JUDGES = [
    # `--ignore` replaces the project's own list, and no check has that name.
    Judge(
        "sp-repo-review",
        "sp-repo-review --ignore NOTHING --show err {folder}",
        reads="* .github/**/* docs/* tests/*",
        slow=True,
    ),
    Judge(
        "zizmor, auditor",
        "zizmor --persona auditor --no-config --no-ignores --offline --strict-collection --collect=all {folder}/.github",
        says="No findings to report",
        reads=".github/**/*",
    ),
    Judge(
        "validate-pyproject", "validate-pyproject {folder}/pyproject.toml", reads="pyproject.toml", slow=True
    ),
    Judge(
        "check-jsonschema, workflows",
        "check-jsonschema --builtin-schema vendor.github-workflows {folder}/.github/workflows/*.yml",
        reads=".github/workflows/*",
    ),
    Judge(
        "check-jsonschema, dependabot",
        "check-jsonschema --builtin-schema vendor.dependabot {folder}/.github/dependabot.yml",
        reads=".github/dependabot.yml",
    ),
    Judge("ruff check", "ruff check --no-cache {folder}", reads=PYTHON),
    Judge("ruff format", "ruff format --no-cache --check {folder}", reads=PYTHON),
    Judge("cargo fmt", "cargo fmt --all --check", reads="crates/**/*"),
    Judge(
        "Cargo.lock fits",
        "cargo metadata --quiet --locked --format-version 1",
        reads="Cargo.* crates/*/Cargo.toml",
    ),
    Judge(
        "Cargo.lock of fuzz fits",
        "cargo metadata --quiet --locked --format-version 1 --manifest-path {folder}/fuzz/Cargo.toml",
        reads="Cargo.toml crates/*/Cargo.toml fuzz/Cargo.*",
        only_with="fuzz",
    ),
    Judge("uv.lock fits", "uv lock --quiet --check --project {folder}", reads="pyproject.toml uv.lock"),
    Judge("twine", "twine check --strict {wheel} {sdist}"),
    Judge("check-wheel-contents", "check-wheel-contents --no-config {wheel}"),
    Judge("abi3audit", "abi3audit --strict --summary {wheel}", only_abi3=True),
    Judge("pydistcheck", f"pydistcheck --config {os.devnull} {{wheel}} {{sdist}}"),
    Judge("pyroma", "pyroma --min 10 {sdist}"),
    Judge(
        "check-sdist",
        "check-sdist --installer uv --source-dir {folder}",
        # A project without git gets a git folder of ours.
        environment={"GIT_DIR": "{work}/git", "GIT_WORK_TREE": "{folder}"},
    ),
    Judge(
        "mypy --strict",
        "{python} -m mypy --strict --config-file= --cache-dir={work}/mypy -p {package}",
        of_installed=True,
    ),
    Judge("stubtest", "{python} -m mypy.stubtest {package}", of_installed=True),
    Judge(
        "pyright --verifytypes",
        # Missing types of numpy and the standard library are not the package's fault.
        "pyright --verifytypes {package} --ignoreexternal",
        # It uses the first Python on the PATH to find the package, whatever --pythonpath says.
        environment={"PATH": "{path}"},
        says="Type completeness score: 100%",
        of_installed=True,
    ),
]
