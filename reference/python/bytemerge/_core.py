"""Stands in for the compiled module where that is missing: Python prefers the compiled one."""

command = "uv sync --reinstall-package bytemerge"
message = f"the compiled module is missing: run `{command}`"
raise ImportError(message)
