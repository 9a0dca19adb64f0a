"""How often the linter and the real programs agree, case by case and version by version.

python tools/conformance.py [FILE ...]

A file holds one JSON object a line (it may be gzipped), of one of two kinds:

- an egress configuration: ``text`` (or ``base64`` where it is not UTF-8) and ``kubernetes``, which
  gives for each minor what kube-apiserver's loader and validation said (``verdict``: ``accept`` or
  ``reject``);
- a command line: ``component`` (``server`` or ``agent``), ``version``, ``argv`` and ``verdict``.
  ``{FILE}`` and ``{DIR}`` stand for a file and a folder that exist, ``{MISSING}`` for neither.

Refused needs an error, accepted needs none. A refusal that is only about files of the host the
program ran on (``host``) counts neither way. Without a file: those of tests/conformance/.
Ends with 1 where there is a disagreement.
"""

import argparse
import base64
import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "validator")]

from konnektor_lint.diagnostic import Diagnostic, Severity  # noqa: E402
from konnektor_lint.verdict import command_line_findings, egress_findings  # noqa: E402

FILES = sorted((ROOT / "tests" / "conformance").glob("*.jsonl.gz"))
STAND_INS = {"{FILE}": "/etc/file", "{DIR}": "/etc/folder", "{MISSING}": "/etc/nothing"}
PASSES_THEN_FAILS = frozenset(("KL161", "KL182"))
"""Errors about ports that validation lets pass and that cannot work: one beyond 65535, one that two
listeners share. "Accepted" means validation, so they do not count here."""

Case = dict[str, Any]


class Judgement(NamedTuple):
    """One case under one version: what the program did and the codes of the linter's errors."""

    case: str
    version: str
    accepted: bool
    errors: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether the linter says what the program says."""
        return self.accepted != bool(self.errors)


def read(path: Path) -> list[Case]:
    """Return the cases of a file."""
    data = path.read_bytes()
    text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def recorded(files: Iterable[Path]) -> dict[str, Counter[str]]:
    """Return how often each program refused and accepted, what is only about a host left out."""
    counted: dict[str, Counter[str]] = {}
    for case in (case for file in files for case in read(file)):
        for version, said in _verdicts(case):
            row = counted.setdefault(version, Counter())
            row["accepted" if said["verdict"] == "accept" else "refused"] += 1
    return {version: counted[version] for version in sorted(counted, key=_natural)}


def _verdicts(case: Case) -> Iterator[tuple[str, Case]]:
    """Yield each version a case has a verdict for that does not depend on files of a host."""
    if "kubernetes" in case:
        named = {f"Kubernetes {minor}": said for minor, said in case["kubernetes"].items()}
    else:
        named = {f"proxy-{case['component']} {case['version']}": case}
    yield from ((version, said) for version, said in named.items() if not said.get("host"))


def judge(case: Case) -> list[Judgement]:
    """Return what comes of a case under each version it has a verdict for."""
    find = _egress if "kubernetes" in case else _command_line
    return [
        _judgement(case["id"], version, said, find(case, version))
        for version, said in _verdicts(case)
    ]


def _egress(case: Case, version: str) -> list[Diagnostic]:
    data = base64.b64decode(case["base64"]) if "base64" in case else case["text"].encode()
    return egress_findings(data, int(version.rpartition(".")[2]))


def _command_line(case: Case, version: str) -> list[Diagnostic]:
    program, release = version.split(" ")
    argv = [_with_stand_ins(word) for word in case["argv"]]
    return command_line_findings(program, release, argv)


def _with_stand_ins(word: str) -> str:
    for name, path in STAND_INS.items():
        word = word.replace(name, path)
    return word


def _judgement(case: str, version: str, said: Case, found: list[Diagnostic]) -> Judgement:
    errors = {item.code for item in found if item.severity is Severity.ERROR}
    errors -= PASSES_THEN_FAILS
    return Judgement(case, version, said["verdict"] == "accept", tuple(sorted(errors)))


def table(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Yield a line for each version: cases, refused, accepted, and how many agree."""
    counted: dict[str, Counter[str]] = {}
    for item in judgements:
        row = counted.setdefault(item.version, Counter())
        row.update(("cases", "accepted" if item.accepted else "refused"))
        row["agree"] += item.agrees
    yield f"{'':24}{'cases':>8}{'refused':>9}{'accepted':>10}{'agree':>8}{'':>10}"
    for version in sorted(counted, key=_natural):
        row = counted[version]
        share = f"{100 * row['agree'] / row['cases']:.2f} %"
        numbers = f"{row['cases']:8}{row['refused']:9}{row['accepted']:10}{row['agree']:8}"
        yield f"{version:24}{numbers}{share:>10}"


def _natural(version: str) -> tuple[str, list[int]]:
    name, _, number = version.rpartition(" ")
    return name, [int(part) for part in number.lstrip("v").split(".")]


def main() -> int:
    """Judge the files named on the command line, print the table and what disagrees."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    files = parser.parse_args().files or FILES
    cases = [case for file in files for case in read(file)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        judged = list(pool.map(judge, cases, chunksize=50))
    judgements = [item for group in judged for item in group]
    print("\n".join(table(judgements)))
    left_out = sum(1 for group in judged if not group)
    if left_out:
        print(f"\nLeft out: {left_out} cases that are only about files of a host.")
    wrong = [item for item in judgements if not item.agrees]
    for item in wrong:
        said = "accepted" if item.accepted else "refused"
        print(f"{item.case} {item.version}: {said}, linter: {', '.join(item.errors) or 'no error'}")
    print(f"\n{len(judgements) - len(wrong)} of {len(judgements)} verdicts agree.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
