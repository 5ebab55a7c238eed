"""Check the packages in dist for what general tools cannot know about this project.

A wheel must contain the package's files as they are here, with licences, notices and SBOM, and no
others; the version must be that of Cargo.toml. With `--all`, dist must have exactly the wheels of
wheels.txt.
"""

import re
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from project import NAME, PACKAGE, ROOT, end, git, load_toml, python_version, read

DIST = ROOT / "dist"
LICENSES: list[str] = load_toml("pyproject.toml")["project"]["license-files"]
INFO = f"{PACKAGE}-{python_version()}.dist-info"
# On Alpine, auditwheel adds the library that Rust needs, and an SBOM for it.
OF_MUSL = rf"{PACKAGE}\.libs/libgcc_s-\w+\.so\.1|{INFO}/sboms/auditwheel\.cdx\.json"


def of_wheel(path: Path) -> Iterator[str]:
    """Yield each problem of a wheel."""
    with zipfile.ZipFile(path) as wheel:
        files = {name: wheel.read(name) for name in wheel.namelist() if not name.endswith("/")}
    sources = {f"{INFO}/licenses/{file}": ROOT / file for file in LICENSES}
    for file in (ROOT / "python").rglob("*"):
        if file.is_file() and file.suffix not in {".so", ".pyd", ".pyc", ".pdb", ".dylib"}:
            sources[file.relative_to(ROOT / "python").as_posix()] = file
    sbom = f"{INFO}/sboms/{NAME}-py.cyclonedx.json"
    own = {*sources, sbom, *(f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD"))}
    modules = [name for name in files if re.fullmatch(rf"{PACKAGE}/_core\.[\w.-]*(so|pyd)", name)]
    if len(modules) != 1:
        yield f"has {len(modules)} compiled modules"
    yield from (f"lacks {name}" for name in sorted(own - files.keys()))
    known = rf"{INFO}/entry_points\.txt" + (f"|{OF_MUSL}" if "musllinux" in path.name else "")
    for name in sorted(files.keys() - own - set(modules)):
        if not re.fullmatch(known, name):
            yield f"has {name}, which does not belong there"
    for name, source in sources.items():
        if files.get(name, source.read_bytes()) != source.read_bytes():
            yield f"has a {name} that differs from the project's"
    metadata = HeaderParser().parsestr(files.get(f"{INFO}/METADATA", b"").decode())
    if metadata["Version"] != python_version():
        yield f"is version {metadata['Version']}, and Cargo.toml says {python_version()}"
    # pydistcheck finds symbols of Linux and Windows on every system, but these only on macOS.
    if any(b"__DWARF\0" in files[module][: 1 << 15] for module in modules):
        yield "has symbols for a debugger"


def of_sdist(path: Path) -> Iterator[str]:
    """Yield each file that an sdist lacks, and each that git does not know."""
    with tarfile.open(path) as sdist:
        names = {member.name.split("/", 1)[1] for member in sdist.getmembers() if member.isfile()}
    for file in ("Cargo.lock", "uv.lock", "CHANGELOG.md", *LICENSES):
        if file not in names:
            yield f"lacks {file}"
    if path.name != f"{PACKAGE}-{python_version()}.tar.gz":
        yield f"is not version {python_version()}, which Cargo.toml says"
    # maturin adds the metadata, and copies the README into the crate that names it.
    added = {"PKG-INFO", f"crates/{NAME}/README.md"}
    if known := git("ls-files"):
        for name in sorted(names - added - set(known.splitlines())):
            yield f"has {name}, which git does not know"


def of_list(names: list[str]) -> Iterator[str]:
    """Yield each build of wheels.txt without a wheel, and each wheel that it does not list."""
    wheels = {name: parse_wheel_filename(name)[3] for name in names}
    needed = set()
    for build in read("wheels.txt").split():
        fitting = [name for name, tags in wheels.items() if any(fits(tag, build) for tag in tags)]
        if not fitting:
            yield f"a wheel is missing: {build}"
        elif len(fitting) == 1:
            needed.update(fitting)
    yield from (f"{name} is not in wheels.txt" for name in names if name not in needed)


def fits(tag: Tag, build: str) -> bool:
    """Return whether a wheel with this tag serves a build of cibuildwheel, as cp312-win_amd64."""
    python, platform = build.split("-")
    system, processor = platform.split("_", 1)
    if not tag.platform.startswith(system) or not tag.platform.endswith(f"_{processor}"):
        return False
    if python == "cp314t":
        return tag.abi == python
    # A wheel for a stable ABI serves that Python and all later ones.
    kind = "abi3t" if python.endswith("t") else "abi3"
    return tag.abi == kind and int(tag.interpreter[3:]) <= int(python[3:].removesuffix("t"))


def main() -> Iterator[str]:
    """Yield each problem of each package."""
    wheels, sdists = sorted(DIST.glob("*.whl")), sorted(DIST.glob("*.tar.gz"))
    if not wheels:
        yield f"there is no wheel in {DIST}"
    for path in [*wheels, *sdists]:
        try:
            found = list((of_wheel if path.suffix == ".whl" else of_sdist)(path))
            yield from (f"{path.name} {problem}" for problem in found)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
            yield f"{path.name} is truncated, or not an archive: {error}"
            return
    if "--all" in sys.argv[1:]:
        try:
            yield from of_list([path.name for path in wheels])
        except InvalidWheelFilename as error:
            yield str(error)


if __name__ == "__main__":
    end(main(), "The packages in dist are as they should be.")
