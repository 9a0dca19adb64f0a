"""Tell how many branches the tests take, from what ``coverage json`` wrote; fail below a share.

python tools/branch_coverage.py build/coverage.json 95
"""

import json
import sys
from pathlib import Path


def main(file: str, least: str) -> int:
    """Print the share of branches taken, in percent; return 1 below the least."""
    totals = json.loads(Path(file).read_text(encoding="utf-8"))["totals"]
    taken, there = totals["covered_branches"], totals["num_branches"]
    share = 100 * taken / there
    print(f"{taken} of {there} branches taken: {share:.2f} % (at least {least} %)")
    return int(share < float(least))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
