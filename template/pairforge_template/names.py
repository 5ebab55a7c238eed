"""Names that a project cannot have: those of languages, libraries, tools and the template."""

from __future__ import annotations

import sys

from .locks import packages
from .paths import project_files


def _names(text: str) -> frozenset[str]:
    """Splits a list of names, all spelled like a crate's name: lower case, with hyphens."""
    return frozenset(text.split())


PYTHON_KEYWORDS = _names(
    """
    and as assert async await break case class continue def del elif else except false finally for from
    global if import in is lambda lazy match none nonlocal not or pass raise return true try type while
    with yield
    """
)

RUST_KEYWORDS = _names(
    """
    abstract as async await become box break const continue crate do dyn else enum extern false final fn
    for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct
    super trait true try type typeof unsafe unsized use virtual where while yield
    """
)

# A crate with the name of a type hides that type in every crate that depends on it.
RUST_TYPES = _names("bool char f16 f32 f64 f128 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize")

RUST_LIBRARIES = _names("alloc core proc-macro std test")

# Python 3.11 to 3.15; the Python that runs cookiecutter adds its own.
PYTHON_LIBRARIES = _names(
    """
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64
    bdb binascii bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections
    colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg cprofile
    crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings
    ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc
    genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib
    imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
    mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis
    nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle
    pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile profiling pstats pty
    pwd py-compile pyclbr pydoc pydoc-data pyexpat queue quopri random re readline reprlib resource
    rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr
    socket socketserver spwd sqlite3 sre-compile sre-constants sre-parse ssl stat statistics string
    stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile
    termios test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback
    tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave
    weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
    """
).union(module.replace("_", "-").lower() for module in sys.stdlib_module_names)

# Import names of packages in the lock files that differ from the packages' own names, and tools
# that every environment has.
PYTHON_PACKAGES = _names(
    """
    a11y-pygments attr bs4 bumpversion cargo cattr codespell-lib dateutil dotenv elftools markdown-it
    maturin mpl-toolkits mypyc ordlookup peutils pil pip pkg-resources py pylab rustc setuptools
    sphinxcontrib uv wheel yaml
    """
)

# Devices in every folder of Windows.
WINDOWS_DEVICES = _names("aux con nul prn").union(
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
)

# Folders that cargo, Python's tools and the template itself write to. `_template_names` adds the
# names of the template's files.
FOLDERS = _names(
    """
    benches bin build conftest crates deps dist docs examples fuzz incremental lib main nox-local noxfile
    python rust-core src target tests venv
    """
)


def taken(crate: str) -> str | None:
    """Returns why a crate cannot have this name, or None. Modules differ only in underscores."""
    for names, owner in (
        (WINDOWS_DEVICES, "a device of Windows"),
        (PYTHON_KEYWORDS, "a keyword of Python"),
        (RUST_KEYWORDS, "a keyword of Rust"),
        (RUST_TYPES, "a type of Rust"),
        (RUST_LIBRARIES, "a library of Rust"),
        (PYTHON_LIBRARIES, "a module of Python's standard library"),
        (FOLDERS | _template_names(), "a folder or a module of every project"),
        (PYTHON_PACKAGES, "a Python package that the project's tools need"),
    ):
        if crate in names:
            return f"{crate!r} is the name of {owner}"
    locked = packages()
    for name in (crate, f"{crate}-py", f"{crate}-cli", f"{crate}-fuzz"):
        if name in locked:
            return f"{name!r} is the name of a package in the project's lock files"
    return None


def _template_names() -> set[str]:
    """Returns the names of the folders and modules that the template gives to each project."""
    names: set[str] = set()
    for path in project_files():
        names.update(folder.name for folder in path.parents)
        if path.suffix in (".py", ".pyi", ".rs"):
            names.add(path.stem)
    return {name.replace("_", "-").lower() for name in names}
