"""Measures an import in a process that has imported nothing else.

`import_once.py import MODULE` prints JSON.
"""

import sys
import time

wall, cpu = time.perf_counter(), time.process_time()
__import__(sys.argv[2])
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(f'{{"import": {{"cpu": {cpu}, "wall": {wall}}}}}')
