"""What must hold for any input at all: the fuzzer's judgement of one case.

A case is files and how they are looked at. Nothing may raise; every format must be well formed and
free of control characters; each finding lies in its file; the order of the files means nothing.
"""

import json
import os
import re
import traceback
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from konnektor_lint import baseline, config, texts, why
from konnektor_lint.connector import Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.examination import Upgrade
from konnektor_lint.linting import Result, lint
from konnektor_lint.policy import Policy, UnknownRule
from konnektor_lint.report.formats import FORMATS, TOPOLOGY, write
from konnektor_lint.report.run import Run
from konnektor_lint.report.terminal import Look

MANIFESTS, CONFIGURATION, BASELINE, LINES = "manifests", "configuration", "baseline", "lines"
TARGETS = (MANIFESTS, CONFIGURATION, BASELINE, LINES)


_TERMINAL = Look(colour=True, links=True, columns=80, headings=True)
ALL_FORMATS = (*FORMATS, TOPOLOGY)
_ALL = Policy(config.Configuration())


class Case(NamedTuple):
    """One input: files by name, which part of the program reads them, and the settings."""

    target: str
    files: tuple[tuple[str, bytes], ...]
    language: str = "en"
    kubernetes: int | None = None
    component: str | None = None
    upgrade: str = ""
    shuffled: bool = False
    formats: tuple[str, ...] = ALL_FORMATS


class Broken(Exception):  # noqa: N818
    """Something that must hold does not."""


def examine(case: Case, folder: Path) -> None:
    """Put the files of a case into a folder, look at them, take them away. Raises what is wrong."""
    paths = []
    for name, data in case.files:
        path = folder / name
        path.write_bytes(data)
        paths.append(str(path))
    try:
        if case.target == MANIFESTS:
            _manifests(case, paths)
        elif case.target == CONFIGURATION:
            _configuration(paths[0])
        elif case.target == BASELINE:
            _baseline(paths[0])
        else:
            why.answer(case.files[0][1].decode("utf-8", "replace"), case.language)
    finally:
        for made in paths:
            os.unlink(made)


def signature(error: BaseException) -> str:
    """Return what tells one fault from another: the kind, and the innermost line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "konnektor_lint" in frame.filename] or frames
    last = own[-1] if own else None
    where = f"{Path(last.filename).name}:{last.lineno} {last.name}" if last else "?"
    said = str(error)[:80] if isinstance(error, Broken) else ""
    return f"{type(error).__name__} {said or where}"


def _manifests(case: Case, paths: list[str]) -> None:
    settings = Settings(case.kubernetes, case.component)
    upgrade = Upgrade("next", settings._replace(upgrade_to=case.upgrade)) if case.upgrade else None
    result = lint(paths, _ALL, settings, upgrade=upgrade)
    for finding in result.findings:
        _lies_inside(finding)
        _says_something(finding, case.language)
    for name in case.formats:
        out = StringIO()
        write(name, Run(result, case.language, 1), out)
        well_formed(name, out.getvalue())
    if "text" in case.formats:
        write("text", Run(result, case.language, 1, _TERMINAL), StringIO())
    if case.shuffled:
        again = lint(list(reversed(paths)), _ALL, settings, upgrade=upgrade)
        if _told(again) != _told(result):
            raise Broken("another order of the files gives other findings")


def _told(result: Result) -> list[str]:
    """Return findings in a form that can be compared."""
    return [
        f"{item.code} {item.severity} {item.primary.source.path} {item.primary.span} "
        f"{item.after} {sorted(item.args.items())} "
        f"{[(at.source.path, at.span, at.label) for at in item.related]}"
        for item in result.findings
    ]


def _lies_inside(finding: Diagnostic) -> None:
    for at in (finding.primary, *finding.related):
        start, end = at.span
        if not 1 <= start.line <= max(1, len(at.source.lines)) or start.column < 1 or end < start:
            raise Broken(f"{finding.code} points outside its file")


def _says_something(finding: Diagnostic, language: str) -> None:
    words = texts.message(finding.code, finding.args, language)
    cure = texts.cure(finding.code, finding.args, language)
    if not words.strip():
        raise Broken(f"{finding.code} says nothing")
    for text in (words, cure):
        if len(text) > _LONGEST:
            raise Broken(f"{finding.code} repeats too much of the input")


_LONGEST = 5000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def well_formed(name: str, text: str) -> None:
    """Check a report in a format. Raises Broken, or what the reader of the format raises."""
    found = _CONTROL.search(text) if name not in ("json", "sarif") else None
    if found:
        raise Broken(f"{name} holds the control character {ord(found[0]):#x}")
    if name in ("json", "sarif", "gitlab"):
        json.loads(text)
    elif name in ("junit", "svg"):
        ET.fromstring(text.encode("utf-8", "backslashreplace"))
    elif name == "html":
        page = _Page()
        page.feed(text)
        page.close()
        if page.open:
            raise Broken(f"html leaves {page.open[-1]} open")


_VOID = frozenset(("meta", "br", "hr", "img", "link", "input", "path", "rect", "line", "circle"))


class _Page(HTMLParser):
    """Looks for elements that are not closed, and for what must not be on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "img", "form", "base", "link"):
            raise Broken(f"html holds {tag}")
        for name, value in attrs:
            if name.startswith("on") or (name == "href" and "javascript:" in (value or "").lower()):
                raise Broken(f"html holds {name}={value}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            raise Broken(f"html closes {tag} out of turn")


def _configuration(path: str) -> None:
    try:
        wanted = Policy(config.load(path))
    except config.BadConfiguration as bad:
        _worded(bad.key, bad.fields)
        if bad.line < 1:
            raise Broken("the configuration is refused at no line") from bad
        return
    except UnknownRule:
        return
    wanted.rules(["a.yaml"])
    wanted.wants("KL201", "a.yaml")


def _baseline(path: str) -> None:
    try:
        entries = baseline.read(path)
    except baseline.BadBaseline as bad:
        _worded(bad.key, bad.fields)
        return
    baseline.compare((), entries, path, frozenset({"KL201"}), frozenset({"a.yaml"}))


def _worded(key: str, fields: dict[str, str | int]) -> None:
    for language in texts.LANGUAGES:
        if not texts.fill(texts.say(language, f"error.{key}"), fields, language).strip():
            raise Broken(f"{key} says nothing")


def _lines_of(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _bytes_of(data: bytes) -> list[bytes]:
    return [bytes((one,)) for one in data]


def smaller(data: bytes, fails: Callable[[bytes], bool], deadline: Callable[[], bool]) -> bytes:
    """Return a shorter input that fails alike: runs of lines, then of bytes, are taken away."""
    for split in (_lines_of, _bytes_of):
        pieces = split(data)
        size = max(1, len(pieces) // 2)
        while size and not deadline():
            at = 0
            while at < len(pieces) and not deadline():
                shorter = pieces[:at] + pieces[at + size :]
                if fails(b"".join(shorter)):
                    pieces = shorter
                else:
                    at += size
            size //= 2
        data = b"".join(pieces)
    return data
