"""What a child process costs, and how two programs compare that do the same work in turn."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Wrong(Exception):  # noqa: N818
    """A program did not do the work: it ended otherwise, or found something else."""


class Work(NamedTuple):
    """A command, the exit code it must end with, and how often each rule must find something."""

    command: Sequence[str]
    code: int = 0
    found: Mapping[str, int] | None = None


class Cost(NamedTuple):
    """Seconds of processor time (user and system) and of the clock; memory in bytes at its peak."""

    cpu: float
    wall: float
    memory: int


class Compared(NamedTuple):
    """The median of the ratios of pairs, the least and the greatest."""

    median: float
    least: float
    most: float


_RULE = re.compile(r"\[(KL\d{3})\]")


def cost(work: Work) -> Cost:
    """Run a command once, with its output in a file. Raises Wrong."""
    environment = {
        name: value for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    }  # fmt: skip
    environment |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            work.command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, env=environment
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        _check(work, child.returncode, out.read().decode(), errors.read().decode())
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit)


def _check(work: Work, code: int, out: str, errors: str) -> None:
    if code != work.code:
        raise Wrong(f"{work.command}: ended with {code}, not {work.code}\n{out[-2000:]}{errors}")
    if work.found is not None and (found := dict(Counter(_RULE.findall(out)))) != work.found:
        raise Wrong(f"{work.command}: found {found}, planted {dict(work.found)}")


def in_turn(works: Mapping[str, Work], rounds: int) -> dict[str, list[Cost]]:
    """Run all in turn: A B C, C B A, A B C and so on, after a round that does not count.

    A single round counts at once: it is for what takes minutes.
    """
    for work in works.values() if rounds > 1 else ():
        cost(work)
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for number in range(rounds):
        for name, work in list(works.items())[:: -1 if number % 2 else 1]:
            costs[name].append(cost(work))
    return costs


def ratio(ours: Sequence[Cost], theirs: Sequence[Cost], of: str) -> Compared:
    """Compare two programs by one field of their costs, pair by pair."""
    ratios = [
        getattr(one, of) / getattr(other, of) for one, other in zip(ours, theirs, strict=True)
    ]
    return Compared(statistics.median(ratios), min(ratios), max(ratios))


def version_of(*command: str | Path) -> str:
    """Return what a program says about its version."""
    done = subprocess.run([*command], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip()
