"""`python -m benchmarks [warehouse|asr|live|mono|cockpit ...] [OPTIONS]`: run the named ones, or all, one by one.

Options go to the benchmark that is named; `python -m benchmarks asr --help` lists them.
"""

from __future__ import annotations

import subprocess
import sys

ALL = ("warehouse", "asr", "live", "mono", "cockpit")


def main(words: list[str]) -> int:
    at = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    names, options = words[:at], words[at:]
    if options and len(names) != 1:
        print(f"name the one benchmark to which {options[0]} belongs: {', '.join(ALL)}", file=sys.stderr)
        return 2
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; choose from: {', '.join(ALL)}", file=sys.stderr)
        return 2
    failed = [
        name
        for name in names or ALL
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=False).returncode
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
