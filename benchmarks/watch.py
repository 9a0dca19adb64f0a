"""How long ``--watch`` takes from a save to its report: ``python benchmarks/watch.py [FOLDER]``.

Waiting for the save, and until it is complete, is not counted.
"""

import shutil
import statistics
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

from konnektor_lint import linting
from konnektor_lint.config import Configuration
from konnektor_lint.connector import Settings
from konnektor_lint.policy import Policy
from konnektor_lint.readings import Readings
from konnektor_lint.report import formats
from konnektor_lint.report.run import Run

SAVES = 50
_DEMO = Path(__file__).parents[1] / "examples" / "broken"


def main() -> None:
    """Save each file of a copy in turn and print what the reports took, in milliseconds."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else _DEMO
    with tempfile.TemporaryDirectory() as made:
        tree = Path(made) / "tree"
        shutil.copytree(folder, tree)
        files = sorted(item for item in tree.rglob("*") if item.suffix in (".yaml", ".yml"))
        kept = Readings()
        first = _report(tree, kept)
        taken = [_saved(files[at % len(files)], tree, kept) for at in range(SAVES)]
    ordered = sorted(taken)
    print(f"{len(files)} files; first report {first:.1f} ms")
    print(
        f"{SAVES} saves: median {statistics.median(ordered):.1f} ms,"
        f" 95 % below {ordered[SAVES * 95 // 100]:.1f} ms, longest {ordered[-1]:.1f} ms"
    )


def _saved(file: Path, tree: Path, kept: Readings) -> float:
    with file.open("a", encoding="utf-8") as out:
        out.write("# saved\n")
    return _report(tree, kept)


def _report(tree: Path, kept: Readings) -> float:
    begun = time.perf_counter()
    result = linting.lint([str(tree)], Policy(Configuration()), Settings(), kept=kept)
    formats.write("text", Run(result, "en"), StringIO())
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
