"""Speed beside other engines: each part makes its own data and measures every engine on them in one run.

./dev bench                       every part
./dev bench selection --rows 1000000
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = sorted(
    path.stem for path in HERE.glob("*.py") if path.stem != "bench" and not path.stem.endswith("_support")
)


def main() -> int:
    chosen, options = PARTS, sys.argv[1:]
    if options and not options[0].startswith("-"):
        if options[0] not in PARTS:
            print(f"bench: no part '{options[0]}'; there are: {', '.join(PARTS)}", file=sys.stderr)
            return 2
        chosen, options = options[:1], options[1:]
    failed = []
    for part in chosen:
        print(f"==> {part}", flush=True)
        if subprocess.run([sys.executable, str(HERE / f"{part}.py"), *options], check=False).returncode != 0:
            failed.append(part)
    if failed:
        print(f"bench: failed or different results: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
