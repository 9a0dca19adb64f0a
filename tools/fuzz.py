"""Fuzz the linter: ``make fuzz [SECONDS=60 | COUNT=100000] [SEED=1] [FOLDERS=…]``.

Real manifests are changed at random (``fuzz_mutation``) and go through the whole pipeline in worker
processes: decoding, parsing, documents in strings, grouping, all rules, every report; a share goes
into the readers of configurations, baselines and log lines. ``fuzz_examination`` says what must
hold. An input that takes more than a second of processor time, more than 200 MiB of memory, or
ends its process is a fault, too. Faults are made smaller and written to ``build/fuzz/``:

    python tools/fuzz.py --repeat build/fuzz/NAME     look at a fault again
    python tools/fuzz.py --seed 1 --only 4711         the very same input again

Exit code 1: there are faults.
"""

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from fuzz_examination import (
    ALL_FORMATS,
    BASELINE,
    CONFIGURATION,
    LINES,
    MANIFESTS,
    Case,
    examine,
    signature,
    smaller,
)  # fmt: skip
from fuzz_mutation import LARGEST, mutated
from konnektor_lint import texts

ROOT = Path(__file__).parents[1]
CORPUS = ("examples", "tests/fixtures", "tests/data")
ENDINGS = (".yaml", ".yml", ".json", ".conf", ".config", ".toml")
SLOW = 1.0
"""Most processor time for one input, in seconds."""
STUCK = 10.0
"""When an input is broken off (processor time), and three times that when its process is ended."""
MEMORY = 200 * 1024
"""By how much one input may raise the highest memory use of its process, in KiB."""
PATIENCE = 20.0
"""How long a fault is made smaller, in seconds."""
BATCH = 200
SHARE = 0.15
"""How often each format is made of an input: all of them take longer than the rules."""


class Stuck(Exception):  # noqa: N818
    """An input was broken off."""


class TooSlow(Exception):  # noqa: N818
    """An input took too long."""


class TooLarge(Exception):  # noqa: N818
    """An input took too much memory."""


class Corpus(NamedTuple):
    """What inputs are made of: manifests, configurations, baselines, log lines."""

    manifests: list[bytes]
    configurations: list[tuple[str, bytes]]
    baselines: list[bytes]
    lines: list[bytes]


def corpus(folders: Iterable[Path]) -> Corpus:
    """Read every file below the folders that is small enough, in a stable order."""
    manifests: dict[bytes, None] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in ENDINGS and path.is_file() and 0 < path.stat().st_size <= LARGEST:
                manifests.setdefault(path.read_bytes())
    symptoms = (ROOT / "validator/konnektor_lint/symptoms.toml").read_bytes()
    return Corpus(
        list(manifests),
        [(".konnektor-lint.yaml", _YAML), ("pyproject.toml", _TOML), ("k.yaml", _YAML)],
        [_BASELINE],
        [line for line in symptoms.split(b"\n") if len(line) > 30],
    )


_YAML = b"""\
select: [KL1, KL201]
ignore: [KL008, uds-path-mismatch]
severity: {KL306: off, KL3: warning}
lang: de
fail-on: warning
kubernetes: "1.33"
component-version: v0.33.0
exclude: ["vendor/**", "!vendor/a"]
clusters:
  berlin: ["clusters/berlin/**"]
ignores:
- rules: [KL301]
  files: ["lab/**"]
  reason: the lab has no certificates
require-reason: true
baseline: .konnektor-baseline.json
"""
_TOML = b"""\
[tool.other]
x = 1
[tool.konnektor-lint]
select = ["KL1", "KL201"]
fail-on = "warning"
exclude = ["vendor/**"]
[tool.konnektor-lint.severity]
KL306 = "off"
[[tool.konnektor-lint.ignores]]
rules = ["KL301"]
files = ["lab/**"]
reason = "the lab has no certificates"
"""
_BASELINE = b"""\
{"version": 1, "findings": [
 {"path": "a.yaml", "code": "KL201", "fingerprint": "0123456789abcdef", "count": 2}
]}
"""


def case_of(seed: int, number: int, known: Corpus) -> Case:
    """Return the input of a number."""
    chance = Random(f"{seed}:{number}")
    target = chance.choices((MANIFESTS, CONFIGURATION, BASELINE, LINES), (92, 4, 2, 2))[0]
    language = chance.choice(texts.LANGUAGES)
    if target == CONFIGURATION:
        name, data = chance.choice(known.configurations)
        return Case(target, ((name, mutated(data, chance, known.manifests)),), language)
    if target == BASELINE:
        data = mutated(chance.choice(known.baselines), chance, known.manifests)
        return Case(target, (("baseline.json", data),), language)
    if target == LINES:
        data = mutated(chance.choice(known.lines), chance, known.lines)
        return Case(target, (("log", data),), language)
    count = chance.choice((1, 1, 1, 1, 2, 3))
    files = tuple(
        (f"{at}.yaml", mutated(chance.choice(known.manifests), chance, known.manifests))
        for at in range(count)
    )
    return Case(
        target, files, language, chance.choice((None, None, 18, 31, 36)),
        chance.choice((None, None, "v0.0.30", "v0.28.6", "v0.36.0")),
        chance.choice(("", "", "", "v0.36.0")), count > 1 and chance.random() < 0.5,
        tuple(name for name in ALL_FORMATS if chance.random() < SHARE),
    )  # fmt: skip


def _broken_off(*_: object) -> None:
    raise Stuck


def judged(case: Case, folder: Path) -> tuple[str, float]:
    """Return what is wrong with a case (empty: nothing) and the processor time it took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, STUCK)
    try:
        examine(case, folder)
        signal.setitimer(signal.ITIMER_PROF, 0)
        taken = time.process_time() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        if grown > MEMORY:
            raise TooLarge  # noqa: TRY301  (signed like any other fault)
        if taken > SLOW:
            raise TooSlow  # noqa: TRY301
    except Exception as error:  # noqa: BLE001  (any at all is what is looked for)
        signal.setitimer(signal.ITIMER_PROF, 0)
        return signature(error), time.process_time() - began
    return "", time.process_time() - began


_Files = tuple[tuple[str, bytes], ...]
_Fixed = tuple[_Files, str, _Files]


def minimised(case: Case, sign: str, folder: Path) -> Case:
    """Return a smaller case with the same fault."""
    until = time.monotonic() + PATIENCE

    def late() -> bool:
        return time.monotonic() > until

    def fails(files: tuple[tuple[str, bytes], ...]) -> bool:
        return judged(case._replace(files=files), folder)[0] == sign

    files = case.files
    if "TooLarge" in sign or "Stuck" in sign:
        return case
    for at in range(len(files) - 1, -1, -1):
        fewer = files[:at] + files[at + 1 :]
        if fewer and fails(fewer):
            files = fewer
    for at, (name, data) in enumerate(files):
        fixed = (files[:at], name, files[at + 1 :])

        def shorter_fails(new: bytes, fixed: _Fixed = fixed) -> bool:
            return fails((*fixed[0], (fixed[1], new), *fixed[2]))

        files = (*files[:at], (name, smaller(data, shorter_fails, late)), *files[at + 1 :])
    return case._replace(files=files)


def work(seed: int, numbers: Connection, known: Corpus) -> None:
    """Judge the ranges of numbers that arrive; tell of each fault, and when a range is done."""
    signal.signal(signal.SIGPROF, _broken_off)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = 4 * 1024**3
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    scratch = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    seen: set[str] = set()
    with tempfile.TemporaryDirectory(dir=scratch) as place:
        folder = Path(place)
        while (span := numbers.recv()) is not None:
            slowest = 0.0
            for number in range(*span):
                numbers.send(("began", number))
                case = case_of(seed, number, known)
                sign, taken = judged(case, folder)
                slowest = max(slowest, taken)
                if sign:
                    new = sign not in seen
                    seen.add(sign)
                    numbers.send(
                        ("fault", number, sign, minimised(case, sign, folder) if new else None)
                    )
            numbers.send(("done", span, slowest))


class Hand:
    """A worker process with what it is doing."""

    def __init__(self, seed: int, known: Corpus) -> None:
        """Start it."""
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(seed, other, known), daemon=True)
        self.process.start()
        other.close()
        self.number = -1
        self.span = (0, 0)
        self.since = time.monotonic()

    def give(self, span: tuple[int, int]) -> None:
        """Have a range of numbers judged."""
        self.span = span
        self.since = time.monotonic()
        self.pipe.send(span)


class Hunt:
    """A whole run: hands out numbers, collects faults, ends what is stuck."""

    def __init__(self, arguments: argparse.Namespace, known: Corpus) -> None:
        """Take the arguments of the command line."""
        self.seed, self.known = arguments.seed, known
        self.count: int = arguments.count
        self.until: float | None = (
            time.monotonic() + arguments.seconds if arguments.seconds else None
        )
        self.target = Path(arguments.faults)
        self.jobs = arguments.jobs
        self.next: int = arguments.first
        self.first: int = arguments.first
        self.faults: Counter[str] = Counter()
        self.judged = 0
        self.slowest = 0.0
        self.left: list[tuple[int, int]] = []

    def run(self) -> int:
        """Judge inputs until there are enough; return how many kinds of faults there are."""
        began = said = time.monotonic()
        hands = [self._start() for _ in range(self.jobs)]
        try:
            while hands:
                for ready in wait([hand.pipe for hand in hands], timeout=1):
                    hand = next(item for item in hands if item.pipe is ready)
                    if not self._heard(hand):
                        hands.remove(hand)
                for hand in [item for item in hands if self._is_stuck(item)]:
                    hand.process.kill()
                if time.monotonic() - said > 30:
                    said = time.monotonic()
                    self._say(said - began)
                while len(hands) < self.jobs and self._more():
                    hands.append(self._start())
        except KeyboardInterrupt:
            print("interrupted")
        finally:
            for hand in hands:
                hand.process.kill()
        self._say(time.monotonic() - began)
        return len(self.faults)

    def _say(self, seconds: float) -> None:
        rate = self.judged / max(seconds, 0.001)
        print(
            f"{self.judged} inputs in {seconds:.0f} s ({rate:.0f}/s), seed {self.seed}, "
            f"numbers from {self.first}; slowest {self.slowest:.2f} s; "
            f"{len(self.faults)} kinds of faults in {self.faults.total()} inputs", flush=True,
        )  # fmt: skip

    def _more(self) -> bool:
        if self.left:
            return True
        if self.until is not None:
            return time.monotonic() < self.until
        return self.next < self.first + self.count

    def _span(self) -> tuple[int, int]:
        if self.left:
            return self.left.pop()
        begin = self.next
        size = BATCH if self.until is not None else min(BATCH, self.first + self.count - begin)
        self.next = begin + size
        return begin, begin + size

    def _start(self) -> Hand:
        hand = Hand(self.seed, self.known)
        hand.give(self._span())
        return hand

    def _heard(self, hand: Hand) -> bool:
        """Take one message of a worker; tell whether it goes on."""
        try:
            kind, *rest = hand.pipe.recv()
        except (EOFError, OSError):
            self._ended(hand)
            return False
        if kind == "began":
            (hand.number,), hand.since = rest, time.monotonic()
            self.judged += 1
        elif kind == "fault":
            self._fault(*rest)
        elif not self._more():
            self.slowest = max(self.slowest, rest[1])
            hand.pipe.send(None)
            hand.process.join()
            return False
        else:
            self.slowest = max(self.slowest, rest[1])
            hand.give(self._span())
        return True

    def _is_stuck(self, hand: Hand) -> bool:
        return time.monotonic() - hand.since > 10 * STUCK + PATIENCE

    def _ended(self, hand: Hand) -> None:
        """Tell of a worker that died or was ended; the rest of its range is for another one."""
        hand.process.join()
        case = case_of(self.seed, hand.number, self.known)
        self._fault(hand.number, f"the process ended with {hand.process.exitcode}", case)
        if hand.number + 1 < hand.span[1]:
            self.left.append((hand.number + 1, hand.span[1]))

    def _fault(self, number: int, sign: str, case: Case | None) -> None:
        self.faults[sign] += 1
        if self.faults[sign] > 1 or case is None:
            return
        folder = self.target / f"{self.seed}-{number}"
        save(case, sign, folder)
        print(f"FAULT {sign}\n  again: python tools/fuzz.py --repeat {folder}", flush=True)
        print(f"  as found: python tools/fuzz.py --seed {self.seed} --only {number}", flush=True)


def save(case: Case, sign: str, folder: Path) -> None:
    """Write a case into a folder: its files, and the rest of it as JSON."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in case.files:
        (folder / name).write_bytes(data)
    about = {**case._asdict(), "files": [name for name, _ in case.files], "fault": sign}
    (folder / "case").write_text(json.dumps(about, indent=1) + "\n")


def saved(folder: Path) -> Case:
    """Read a case that was written."""
    about: dict[str, Any] = json.loads((folder / "case").read_text())
    about.pop("fault")
    files = tuple((name, (folder / name).read_bytes()) for name in about.pop("files"))
    return Case(files=files, formats=tuple(about.pop("formats")), **about)


def again(case: Case) -> int:
    """Look at one case with everything shown. Raises what is wrong."""
    for name, data in case.files:
        print(f"{name}: {data[:2000]!r}")
    with tempfile.TemporaryDirectory() as place:
        began = time.process_time()
        tracemalloc.start()
        try:
            examine(case, Path(place))
        finally:
            peak = tracemalloc.get_traced_memory()[1] / 2**20
            print(f"{time.process_time() - began:.2f} s with tracing, {peak:.0f} MiB at most")
    return 0


def main(argv: list[str]) -> int:
    """Run with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folders", nargs="*", type=Path, help="manifests to begin with, as well")
    parser.add_argument("--seconds", type=float, default=0, help="for how long")
    parser.add_argument("--count", type=int, default=20_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--only", type=int, help="the number of one input")
    parser.add_argument("--repeat", type=Path, help="the folder of a fault")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--faults", default="build/fuzz", help="where faults are written")
    arguments = parser.parse_args(argv)
    if arguments.repeat:
        return again(saved(arguments.repeat))
    known = corpus([*(ROOT / name for name in CORPUS), *arguments.folders])
    if arguments.only is not None:
        return again(case_of(arguments.seed, arguments.only, known))
    print(f"{len(known.manifests)} manifests to begin with")
    return 1 if Hunt(arguments, known).run() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
