"""Known findings in a file: shown no more, until they are fixed.

An entry knows a finding by its rule, its file and what its line says, not by a line number: it
stays valid when lines are added above. Paths are relative to the baseline's own folder.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from konnektor_lint import output, schema, source
from konnektor_lint.badfile import BadFile
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.source import Node, Source, Unreadable

VERSION = 1
_SCHEMA = "konnektor-lint-baseline/v1.json"


class Entry(NamedTuple):
    """What a baseline knows a finding by; ``path`` with forward slashes."""

    path: str
    code: str
    fingerprint: str


class BadBaseline(BadFile):
    """A baseline that cannot be used."""


class Compared(NamedTuple):
    """The findings that are not known, how many are, and how many entries are fixed."""

    new: tuple[Diagnostic, ...]
    known: int
    fixed: int


def read(path: str) -> Counter[Entry]:
    """Return how often a baseline holds each entry. Raises BadBaseline with the place."""
    try:
        reading = source.parse(Source(path, source.decode(source.read_bytes(path))))
    except Unreadable as error:
        reason = str(error.args_of_problem.get("reason", error.kind))
        raise BadBaseline(path, error.at.line, "baseline-not-read", reason=reason) from error
    for problem in reading.problems:
        reason = str(problem.args.get("problem", problem.kind))
        raise BadBaseline(path, problem.span.start.line, "baseline-not-read", reason=reason)
    if not reading.documents:
        raise BadBaseline(path, 1, "baseline-not-read", reason="EOF")
    root = reading.documents[0].root
    for violation in schema.check(root, _SCHEMA):
        place = violation.node.key_span if violation.on_key else violation.node.span
        raise BadBaseline(
            path, place.start.line, "baseline-bad-value", key=str(violation.args["field"])
        )
    entries: Counter[Entry] = Counter()
    for node in _filled(root, path):
        item = node.plain()
        entries[Entry(item["path"], item["code"], item["fingerprint"])] += int(item["count"])
    return entries


def _filled(root: Node, path: str) -> list[Node]:
    """Return the entries; null, which is absent to a schema, is refused."""
    listed = root.at("findings")
    if listed is None or listed.value is None:
        raise BadBaseline(path, root.span.start.line, "baseline-bad-value", key="findings")
    for node in listed.items():
        for name in _FIELDS:
            field = node.at(name)
            if field is None or field.value is None:
                line = node.span.start.line
                raise BadBaseline(path, line, "baseline-bad-value", key=f"findings.{name}")
    return listed.items()


_FIELDS = ("path", "code", "fingerprint", "count")


def compare(
    findings: Iterable[Diagnostic], entries: Counter[Entry], file: str,
    ran: frozenset[str], files: frozenset[str],
) -> Compared:  # fmt: skip
    """Take away the findings that the baseline in ``file`` holds.

    An entry counts as fixed only if its rule ran and its file was read, or is gone.
    """
    folder = os.path.dirname(file)
    left = Counter(entries)
    new: list[Diagnostic] = []
    known = 0
    for item in findings:
        entry = _entry(item, folder)
        if not item.after and left[entry] > 0:
            left[entry] -= 1
            known += 1
        else:
            new.append(item)
    seen = {_inside(path, folder) for path in files}
    fixed = sum(
        count for entry, count in left.items()
        if count > 0 and entry.code in ran
        and (entry.path in seen or not os.path.exists(os.path.join(folder, entry.path)))
    )  # fmt: skip
    return Compared(tuple(new), known, fixed)


def write(path: str, findings: Iterable[Diagnostic]) -> int:
    """Write the findings of today as a baseline, whole or not at all; return how many they are.

    Raises OSError.
    """
    folder = os.path.dirname(path)
    counted = Counter(_entry(item, folder) for item in findings if not item.after)
    listed = [{**entry._asdict(), "count": counted[entry]} for entry in sorted(counted)]
    text = json.dumps({"version": VERSION, "findings": listed}, indent=1, ensure_ascii=False)
    output.write(path, f"{text}\n")
    return counted.total()


def _entry(finding: Diagnostic, folder: str) -> Entry:
    place = finding.primary
    line = " ".join(place.source.line(place.span.start.line).split())
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Entry(_inside(place.source.path, folder), finding.code, digest)


def _inside(path: str, folder: str) -> str:
    """Return a path as a baseline in a folder calls it."""
    if path == "-":
        return path
    inside = os.path.relpath(path, folder or os.curdir).replace(os.sep, "/")
    return inside.encode("utf-8", "backslashreplace").decode()  # a name may be no text
