"""A stand-in for a missing compiled module: Python prefers the compiled one."""

command = "uv sync --reinstall-package bytemerge"
message = f"the compiled module is missing: run `{command}`"
raise ImportError(message)
