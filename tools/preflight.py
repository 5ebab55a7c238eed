"""Says which tool this machine lacks to compile a rendered project, and how to get it.

uv itself says which Python is needed.
"""

import re
import shutil
import subprocess
import sys

# Edition 2024 and pyo3 need it.
LOWEST_RUST = (1, 85)


def missing(path: str | None = None) -> str:
    """Return a line about what is missing on this machine, or nothing."""
    # rustup leaves a cargo behind that fails until a toolchain is chosen.
    said = ""
    if cargo := shutil.which("cargo", path=path):
        said = subprocess.run([cargo, "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.match(r"cargo (\d+)\.(\d+)", said)
    if not found:
        return "cargo, Rust's build tool, was not found: https://rustup.rs gets it"
    if (int(found[1]), int(found[2])) < LOWEST_RUST:
        needed = "{}.{}".format(*LOWEST_RUST)
        return f"Rust {needed} or later is needed, and this is {found[1]}.{found[2]}: `rustup update` gets it"
    # On Windows, rustc finds a linker only with Visual Studio's tools, and reports that itself.
    if sys.platform != "win32" and not shutil.which("cc", path=path):
        mac = sys.platform == "darwin"
        how = "xcode-select --install" if mac else "apt install gcc, or your system's equivalent,"
        return f"cc, the linker that Rust calls, was not found: `{how}` gets it"
    return ""


if __name__ == "__main__":
    sys.exit(missing() or 0)
