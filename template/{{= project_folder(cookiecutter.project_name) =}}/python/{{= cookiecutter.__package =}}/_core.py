"""Stands in for the compiled module where that is missing: Python prefers the compiled one."""

command = "uv sync --reinstall-package {{= cookiecutter.__crate =}}"
message = f"the compiled module is missing: run `{command}`"
raise ImportError(message)
