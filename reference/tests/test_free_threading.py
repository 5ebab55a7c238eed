"""The module does not switch the GIL on again in a Python without one."""

import os
import subprocess
import sys
import sysconfig

import pytest


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="has a GIL")
def test_the_gil_stays_off() -> None:
    program = "import sys, bytemerge; sys.exit(sys._is_gil_enabled())"
    # The variable would hide what the module does.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    command = [sys.executable, "-W", "error", "-c", program]
    subprocess.run(command, check=True, env=environment)
