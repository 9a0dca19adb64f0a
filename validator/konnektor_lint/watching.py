"""What ``--watch`` does: report, wait until something changes, report again."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, NoReturn

from konnektor_lint import files, texts
from konnektor_lint.config import NAMES
from konnektor_lint.linting import Result
from konnektor_lint.readings import Stamp, stamp_of
from konnektor_lint.report.run import Run

PAUSE = 0.2
"""Seconds between two looks at the files."""

SHARE = 4
"""How many times longer than such a look the pause is at least: large trees are spared."""

SETTLING, LOOKS = 0.02, 25
"""Seconds to wait for what is still being written, and how often at most."""

Stamps = dict[str, Stamp | None]


class Round(NamedTuple):
    """What one run gave, and the files beside those of the paths that decided about it."""

    run: Run
    decisive: list[str]


class Job(NamedTuple):
    """What is watched, how it is linted and shown.

    ``configured``: configuration files count as well. ``written``: the real paths of the reports,
    which change with each of them. ``linted`` raises ``refused`` where the call
    or a file of settings makes no sense.
    """

    paths: list[str]
    configured: bool
    written: frozenset[str]
    linted: Callable[[], Round]
    reported: Callable[[Run], None]
    refused: type[Exception]
    language: str


def watch(job: Job) -> NoReturn:
    """Report after each change. Raises what the first run raises, and KeyboardInterrupt."""
    before: Result | None = None
    decisive: list[str] = []
    while True:
        seen = _stamps(job, decisive)
        _clear()
        try:
            run, decisive = job.linted()
        except job.refused as refused:
            if before is None:
                raise  # the call itself may be what is wrong
            _say(f"{texts.say(job.language, 'error.prefix')}{refused}")
        else:
            job.reported(run)
            if before is not None:
                new, fixed = _changes(before, run.result)
                _say(texts.say(run.language, "watch.since", time=_now(), new=new, fixed=fixed))
            before = run.result
            seen.update({path: stamp_of(path) for path in decisive if path not in seen})
        _say(texts.counted(job.language, "watch.files", before.files, time=_now()))
        _wait(job, decisive, seen)


def _wait(job: Job, decisive: list[str], seen: Stamps) -> None:
    """Return when files are others than before and are no longer being written."""
    pause = PAUSE
    while True:
        time.sleep(pause)
        begun = time.monotonic()
        now = _stamps(job, decisive)
        pause = max(PAUSE, SHARE * (time.monotonic() - begun))
        if now != seen:
            break
    for _ in range(LOOKS):
        time.sleep(SETTLING)
        again = _stamps(job, decisive)
        if again == now:
            return
        now = again


def _stamps(job: Job, decisive: Iterable[str]) -> Stamps:
    """Return the stamp of each file that decides what is reported; None where there is none."""
    found = {path: stamp_of(path) for path in decisive}
    folders = [os.path.abspath(path) for path in job.paths]
    try:
        for file in files.discover(job.paths):
            if job.written and os.path.realpath(file.path) in job.written:
                continue
            found[file.path] = stamp_of(file.path)
            folders.append(os.path.dirname(os.path.abspath(file.path)))
    except files.NoSuchPath as missing:
        found[str(missing)] = None
    if job.configured:
        for path in _configurations(folders):
            stamp = stamp_of(path)
            if stamp is not None:
                found[path] = stamp
    return found


def _configurations(folders: Iterable[str]) -> Iterator[str]:
    """Yield where a configuration of the folders may be: in them and above."""
    seen: set[str] = set()
    for start in folders:
        folder = start
        while folder not in seen:
            seen.add(folder)
            for name in (*NAMES, "pyproject.toml"):
                yield os.path.join(folder, name)
            folder = os.path.dirname(folder)


def _changes(before: Result, now: Result) -> tuple[int, int]:
    """Return how many findings are new and how many are fixed, by rule and file: lines move."""
    old, new = (Counter((item.code, item.primary.source.path) for item in result.findings)
                for result in (before, now))  # fmt: skip
    return (new - old).total(), (old - new).total()


def _clear() -> None:
    """Begin on an empty screen; what is no terminal keeps everything."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        sys.stdout.write("\x1b[2J\x1b[H")
        sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _now() -> str:
    return time.strftime("%H:%M:%S")
