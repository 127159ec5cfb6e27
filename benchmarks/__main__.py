"""`python -m benchmarks [warehouse|asr|live ...]`: run the named benchmarks, or all, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

ALL = ("warehouse", "asr", "live")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; choose from: {', '.join(ALL)}", file=sys.stderr)
        return 2
    failed = [
        name
        for name in names or ALL
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
