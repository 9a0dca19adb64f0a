"""Measure konnektor-lint beside programs that do comparable work, and compare with the goals.

    python benchmarks/run.py [--quick] [--sets N] [--output FILE] ENVIRONMENT

ENVIRONMENT is a virtual environment with konnektor-lint[bench] installed from its wheel, as users
have it. Everything runs in turn in one go, as whole processes; all goals are ratios, so they hold
on any machine and under load. A run that ends otherwise than it must, or that does not find
exactly the faults that were planted, stops everything: a fast wrong answer is no result.

kubeconform is measured if it is on the PATH and KUBECONFORM_SCHEMAS names a folder of full
Kubernetes schemas; else its rows are not measured.
"""

import argparse
import datetime as dt
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import corpus
from measure import Compared, Cost, Work, Wrong, in_turn, ratio, version_of

HERE = Path(__file__).parent
SEED = 7
SCRIPT = "import sys; from konnektor_lint.__main__ import run; sys.exit(run())"
"""What the installed script does; the one of pip imports ``re`` before, that of uv does not."""

EGRESS_SCHEMA = HERE.parent / "schemas" / "egress-selector-configuration" / "v1beta1.json"


class Goal(NamedTuple):
    """One row: a piece of work, what it is compared with, by what, and the greatest ratio."""

    work: str
    against: str
    of: str
    most: float


GOALS = (
    Goal("not-ours", "python", "cpu", 1.5),
    Goal("valid-file", "python", "cpu", 2.9),
    Goal("file-with-error", "python", "cpu", 4.0),
    Goal("valid-file", "check-jsonschema", "cpu", 0.12),
    Goal("one-set", "kubeconform", "cpu", 0.5),
    Goal("monorepo", "kubeconform", "cpu", 0.04),
    Goal("monorepo", "read-all", "cpu", 2.8),
    Goal("many-sets", "kubeconform", "cpu", 0.8),
    Goal("many-sets", "kubeconform", "wall", 0.6),
    Goal("many-sets", "kubeconform", "memory", 0.8),
    Goal("many-sets", "one-process", "wall", 0.65),
    Goal("growth", "many-sets", "cpu", 11.0),
    Goal("growth", "many-sets", "memory", 5.0),
)


class Result(NamedTuple):
    """A piece of work and what each program that did it cost, pair by pair."""

    work: str
    costs: dict[str, list[Cost]]


class Bench:
    """The programs and the files of one measurement."""

    def __init__(self, environment: Path, folder: Path, *, quick: bool, sets: int) -> None:
        """Look for the programs; ``quick``: a tenth of the files, fewer rounds."""
        self.python = str(environment / "bin" / "python")
        self.check_jsonschema = str(environment / "bin" / "check-jsonschema")
        self.kubeconform = shutil.which("kubeconform")
        self.schemas = os.environ.get("KUBECONFORM_SCHEMAS", "")
        self.folder = folder
        self.files, self.sets = (1_000, min(sets, 100)) if quick else (10_000, sets)
        self.rounds = 5 if quick else 11

    def lint(self, *paths: Path | str, code: int = 0, found: dict[str, int] | None = None) -> Work:
        """Return the linter at work."""
        return Work([self.python, "-c", SCRIPT, *map(str, paths)], code, found or {})

    def validate(self, *paths: Path) -> dict[str, Work]:
        """Return kubeconform at work, if it is there."""
        if self.kubeconform is None or not self.schemas:
            return {}
        location = f"{self.schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
        options = ["-schema-location", location, "-schema-location", str(EGRESS_SCHEMA)]
        return {"kubeconform": Work([self.kubeconform, *options, *map(str, paths)])}

    def results(self) -> Iterator[Result]:
        """Yield every piece of work with its costs."""
        yield from self._one_file()
        yield from self._one_set()
        yield from self._many()

    def _one_file(self) -> Iterator[Result]:
        python = {"python": Work([self.python, "-c", "pass"])}
        other, wrong = self.folder / "other" / "shop.yaml", self.folder / "wrong.yaml"
        corpus.write(other, corpus.deployment("shop", random.Random(SEED)))
        corpus.write_set(self.folder / "set", random.Random(SEED))
        egress = self.folder / "set" / corpus.FILES[0]
        text = egress.read_text(encoding="utf-8")
        corpus.write(wrong, text.replace("proxyProtocol: GRPC", "proxyProtocol: HTTP"))
        rounds = 2 * self.rounds  # short runs vary most
        not_ours, valid = self.lint(other.parent, code=3), self.lint(egress)
        faulty = self.lint(wrong, code=1, found={"KL104": 1})
        yield Result("not-ours", in_turn({"ours": not_ours, **python}, rounds))
        yield Result("valid-file", in_turn({"ours": valid, **python}, rounds))
        yield Result("file-with-error", in_turn({"ours": faulty, **python}, rounds))
        schema = Work([self.check_jsonschema, "--schemafile", str(EGRESS_SCHEMA), str(egress)])
        pair = {"ours": valid, "check-jsonschema": schema}
        yield Result("valid-file", in_turn(pair, self.rounds))

    def _one_set(self) -> Iterator[Result]:
        folder = self.folder / "set"
        rival = self.validate(folder)
        yield Result("one-set", in_turn({"ours": self.lint(folder), **rival}, self.rounds))

    def _many(self) -> Iterator[Result]:
        tree, few, many = (self.folder / name for name in ("monorepo", "few", "many"))
        found = corpus.write_monorepo(tree, self.files, SEED)
        works = {
            "ours": self.lint(tree, code=1, found=found),
            "read-all": Work([self.python, str(HERE / "read_all.py"), str(tree)]),
            **self.validate(tree),
        }
        yield Result("monorepo", in_turn(works, self.rounds))
        planted = corpus.write_sets(few, self.sets, SEED)
        ours = self.lint(few, code=1, found=planted)
        alone = self.lint("--jobs", "1", few, code=1, found=planted)
        works = {"ours": ours, "one-process": alone, **self.validate(few)}
        yield Result("many-sets", in_turn(works, self.rounds))
        grown = self.lint(many, code=1, found=corpus.write_sets(many, 10 * self.sets, SEED))
        yield Result("growth", in_turn({"ours": grown, "many-sets": ours}, 1))


def compared(results: list[Result]) -> Iterator[tuple[Goal, Compared | None]]:
    """Yield each goal with what was measured; None: one of the programs was not there."""
    for goal in GOALS:
        costs = next(
            (item.costs for item in results
             if item.work == goal.work and goal.against in item.costs), None,
        )  # fmt: skip
        yield goal, None if costs is None else ratio(costs["ours"], costs[goal.against], goal.of)


def row(goal: Goal, found: Compared | None) -> str:
    """Return one line of the table."""
    words = f"{goal.work:16} {goal.against:17} {goal.of:7} <= {goal.most:5.2f}"
    if found is None:
        return f"{words}   not measured"
    verdict = "ok" if found.median <= goal.most else "MISSED"
    return f"{words}   {found.median:6.3f} ({found.least:.3f}-{found.most:.3f})   {verdict}"


def described(bench: Bench, results: list[Result]) -> dict[str, Any]:
    """Return the measurement as it is written down."""
    rows = [
        {**goal._asdict(), **({} if found is None else {"ratio": found._asdict()})}
        for goal, found in compared(results)
    ]
    for item in results:
        if (
            "read-all" in item.costs
            and ratio(item.costs["ours"], item.costs["read-all"], "cpu")[0] < 1
        ):
            raise Wrong("faster than only reading the files: something was not done")
    script = "import platform, yaml; print(platform.python_version(), yaml.__version__)"
    python, pyyaml = version_of(bench.python, "-c", script).split()
    versions = {
        "konnektor-lint": version_of(bench.python, "-m", "konnektor_lint", "--version").split()[1],
        "python": python, "pyyaml": pyyaml,
        "check-jsonschema": version_of(bench.check_jsonschema, "--version").split()[-1],
    }  # fmt: skip
    if bench.kubeconform is not None:
        versions["kubeconform"] = version_of(bench.kubeconform, "-v")
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": {"system": platform.system(), "architecture": platform.machine(),
                    "processors": os.cpu_count()},
        "versions": versions,
        "files": bench.files, "sets": bench.sets, "rounds": bench.rounds,
        "rows": rows,
        "costs": [
            {"work": item.work, "program": name, "runs": len(costs),
             "cpu": round(statistics.median(one.cpu for one in costs), 4),
             "wall": round(statistics.median(one.wall for one in costs), 4),
             "memory": max(one.memory for one in costs)}
            for item in results for name, costs in item.costs.items()
        ],
    }  # fmt: skip


def main() -> int:
    """Measure, print the table, write it down; 1: a goal was missed, or the work was not done."""
    options = argparse.ArgumentParser(description="Measure konnektor-lint beside other programs.")
    options.add_argument("environment", type=Path)
    options.add_argument("--quick", action="store_true")
    options.add_argument(
        "--sets", type=int, default=1_000, help="connectors, and ten times as many"
    )
    options.add_argument("--output", type=Path)
    given = options.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            given.environment.absolute(), Path(folder), quick=given.quick, sets=given.sets
        )
        try:
            for item in bench.results():
                print(f"{item.work}: {', '.join(item.costs)}", file=sys.stderr)
                results.append(item)
            written = described(bench, results)
        except Wrong as wrong:
            print(wrong, file=sys.stderr)
            return 1
    rows = list(compared(results))
    print("\n".join(row(goal, found) for goal, found in rows))
    if given.output is not None:
        given.output.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return int(any(found is not None and found.median > goal.most for goal, found in rows))


if __name__ == "__main__":
    sys.exit(main())
