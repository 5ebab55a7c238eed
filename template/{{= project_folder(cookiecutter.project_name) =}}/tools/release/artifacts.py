"""Look at everything that would be uploaded: `artifacts.py FOLDER`.

What others check, their programs check: twine, check-wheel-contents, abi3audit, auditwheel. What is said here about each wheel:
its files are the package's as they are here, and no others; its module has no symbols left but those that it needs; the
licences, the notices and the SBOM are in it; and its version is that of Cargo.toml.
"""

import re
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

from project import NAME, PACKAGE, ROOT, as_python, end, git, load_toml, version


def of_others(folder: Path) -> Iterator[str]:
    """Yield what the programs of others say against the artifacts."""
    wheels = sorted(map(str, folder.glob("*.whl")))
    everything = sorted(map(str, [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]))
    yield from said("twine", "check", "--strict", *everything)
    yield from said("check-wheel-contents", *wheels)
    # It does not know the stable ABI of Pythons without a GIL yet, nor WebAssembly.
    for wheel in wheels:
        if "-abi3-" in wheel and "wasm32" not in wheel:
            yield from said("abi3audit", "--strict", wheel)


def said(*command: str) -> Iterator[str]:
    """Yield what a program says where it is not content."""
    # It stands beside the Python that runs this, in the session's environment.
    beside = shutil.which(command[0], path=str(Path(sys.executable).parent))
    words = [beside or command[0], *command[1:]]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        yield f"{command[0]}: {(done.stdout + done.stderr).strip()}"


def of_wheel(path: Path) -> Iterator[str]:
    """Yield what is wrong with a wheel."""
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        info = f"{PACKAGE}-{as_python(version())}.dist-info"
        if f"{info}/METADATA" not in names:
            yield f"lacks {info}/METADATA, and Cargo.toml says {version()}"
            return
        metadata = HeaderParser().parsestr(wheel.read(f"{info}/METADATA").decode())
        modules = [name for name in names if re.fullmatch(rf"{PACKAGE}/_core\.[\w.-]+", name)]
        modules = [name for name in modules if name.endswith((".so", ".pyd"))]
        yield from of_names(names, modules, info)
        if metadata["Version"] != as_python(version()):
            yield f"is version {metadata['Version']}, and Cargo.toml says {version()}"
        for inside, file in sources(info).items():
            if inside in names and wheel.read(inside) != file.read_bytes():
                yield f"has another {inside} than the project"
        for module in modules:
            yield from of_module(wheel.read(module))
    if "linux_" in path.name:
        yield from of_platform(path)


def license_files() -> list[str]:
    """Return the files that pyproject.toml promises: the licences, and the notices of others."""
    files: list[str] = load_toml("pyproject.toml")["project"]["license-files"]
    return files


def sources(info: str) -> dict[str, Path]:
    """Return what goes into a wheel as it is, each file with its source."""
    python = ROOT / "python"
    files = {
        path.relative_to(python).as_posix(): path
        for path in python.rglob("*")
        if path.is_file() and path.suffix not in {".so", ".pyd", ".pyc", ".pdb", ".dylib"}
    }
    return files | {f"{info}/licenses/{file}": ROOT / file for file in license_files()}


def of_names(names: set[str], modules: list[str], info: str) -> Iterator[str]:
    """Yield which files of a wheel are missing, and which do not belong there."""
    if len(modules) != 1:
        yield f"has {len(modules)} compiled modules: {', '.join(sorted(modules)) or 'none'}"
    if not any(name.startswith(f"{info}/sboms/") for name in names):
        yield "has no SBOM"
    own = sources(info).keys() | {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD")}
    for name in sorted(own - names):
        yield f"lacks {name}"
    may_be = rf"{re.escape(info)}/(sboms/[^/]+\.json|entry_points\.txt)"
    for name in sorted(names - own - set(modules)):
        if not re.fullmatch(may_be, name):
            yield f"has {name}, which does not belong there"


def of_module(binary: bytes) -> Iterator[str]:
    """Yield what a compiled module has that only a debugger needs."""
    if binary.startswith(b"\x7fELF"):
        found = elf_sections(binary)
    elif binary.startswith(b"MZ"):
        found = pe_symbols(binary)
    else:
        # Mach-O has the names of its segments near its beginning. (In WebAssembly there is nothing to find.)
        found = {"__DWARF"} if b"__DWARF\0" in binary[: 1 << 15] else set()
    debug = (".debug", ".zdebug", ".symtab", "__DWARF", "COFF")
    left = sorted(name for name in found if name.startswith(debug))
    if left:
        yield f"has symbols that were to be stripped: {', '.join(left)}"


def elf_sections(binary: bytes) -> set[str]:
    """Return the names of the sections of a module for Linux."""
    order = "<" if binary[5] == 1 else ">"
    is_64 = binary[4] == 2  # noqa: PLR2004
    offset = struct.unpack_from(order + ("Q" if is_64 else "I"), binary, 40 if is_64 else 32)[0]
    size, count, names = struct.unpack_from(order + "HHH", binary, 58 if is_64 else 46)
    header = order + ("IIQQQQ" if is_64 else "IIIIII")
    sections = [struct.unpack_from(header, binary, offset + size * each) for each in range(count)]
    table = binary[sections[names][4] :]
    return {table[name : table.index(b"\0", name)].decode() for name, *_ in sections}


def pe_symbols(binary: bytes) -> set[str]:
    """Return whether a module for Windows has a table of symbols."""
    header = struct.unpack_from("<I", binary, 60)[0]
    symbols = struct.unpack_from("<I", binary, header + 12)[0]
    return {"COFF"} if symbols else set()


def of_platform(path: Path) -> Iterator[str]:
    """Yield which platform tag of a wheel promises more than its module keeps."""
    command = [sys.executable, "-m", "auditwheel", "show", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.search(r'platform\s+tag:\s+"(\w+)"', done.stdout)
    if not found:
        yield f"auditwheel cannot tell its platform: {(done.stdout + done.stderr).strip()}"
        return
    family, *_ = found[1].split("_")
    tags = path.name.removesuffix(".whl").split("-")[-1]
    for tag in tags.replace("manylinux2014", "manylinux_2_17").split("."):
        if libc(tag) < libc(found[1]) or not tag.startswith((family, "linux_")):
            yield f"promises {tag}, and auditwheel finds that it keeps {found[1]}"


def libc(tag: str) -> tuple[int, ...]:
    """Return the version of the C library in a platform tag; none for plain Linux, which promises none."""
    found = re.fullmatch(r"\w+?linux_(\d+)_(\d+)_\w+", tag)
    return tuple(map(int, found.groups())) if found else (999,)


def of_sdist(path: Path) -> Iterator[str]:
    """Yield which files of an sdist git does not know, and what it lacks."""
    with tarfile.open(path) as sdist:
        names = {member.name.split("/", 1)[1] for member in sdist.getmembers() if member.isfile()}
    for file in ("Cargo.lock", "uv.lock", "CHANGELOG.md", *license_files()):
        if file not in names:
            yield f"lacks {file}"
    if path.name != f"{PACKAGE}-{as_python(version())}.tar.gz":
        yield f"is not {PACKAGE}-{as_python(version())}.tar.gz, and Cargo.toml says {version()}"
    known = git("ls-files")
    # maturin adds the metadata, and copies the README into the crate that names it.
    added = {"PKG-INFO", f"crates/{NAME}/README.md"}
    if known:
        for name in sorted(names - set(known.splitlines()) - added):
            yield f"has {name}, which git does not know"


def whole(path: Path) -> bool:
    """Return whether a wheel or an sdist can be read to its end."""
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                return wheel.testzip() is None
        with tarfile.open(path) as sdist:
            return bool(sdist.getmembers())
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error):
        return False


def main() -> None:
    """Print a line for each problem of each artifact."""
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit("artifacts.py FOLDER")
    folder = Path(sys.argv[1])
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if not wheels:
        sys.exit(f"there is no wheel in {folder}")
    if broken := [path.name for path in [*wheels, *sdists] if not whole(path)]:
        sys.exit(f"cut off, or no archives at all: {', '.join(broken)}")
    problems = [f"{path.name} {problem}" for path in wheels for problem in of_wheel(path)]
    problems += [f"{path.name} {problem}" for path in sdists for problem in of_sdist(path)]
    problems += of_others(folder)
    end(problems, f"{len(wheels)} wheels and {len(sdists)} sdists are as they should be.")


if __name__ == "__main__":
    main()
