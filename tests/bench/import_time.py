"""What `import recruit` costs beside `import numpy`: whole processes, medians."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(code: str, times: int = 15) -> float:
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


def main() -> int:
    bare, numpy, recruit = seconds("pass"), seconds("import numpy"), seconds("import recruit")
    print(f"  python alone {bare:.3f} s, with numpy {numpy:.3f} s, with recruit {recruit:.3f} s")
    ratio, goal = (recruit - bare) / (numpy - bare), 2 * (numpy - bare) + 0.1
    print(f"  import recruit {recruit - bare:.3f} s: {ratio:.2f} x import numpy, goal {goal:.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
