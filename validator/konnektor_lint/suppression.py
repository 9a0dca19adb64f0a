"""Comments and annotations that silence findings, and the lines they speak for.

``# konnektor-lint: ignore[KL201, KL202] reason`` behind a line speaks for that line, on a line of
its own for what begins below it: a key or an item with all it holds, or a document.
``ignore-file[...]`` speaks for the file. JSON has no comments: there the annotation
``konnektor-lint/ignore: "KL201 reason"`` speaks for its object.

Nothing here costs anything for a file without the marker.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from konnektor_lint import limits, source
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Location
from konnektor_lint.expression import expression
from konnektor_lint.files import MARKER
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Rule, all_rules
from konnektor_lint.source import Document, Node, Position, Problem, Reading, Source, Span, Text
from konnektor_lint.spelling import closest
from konnektor_lint.term import Term

ANNOTATION = "konnektor-lint/ignore"
VERBS = ("ignore", "ignore-file")
ALWAYS_REPORTED = frozenset((
    "KL001", "KL002", "KL003", "KL005", "KL006",  # the text beside the comment was not read
    "KL012", "KL013", "KL014",  # about comments themselves
))  # fmt: skip

_LINE_COMMENT = expression(r"#\s*konnektor-lint(?:\s*:\s*|\s+)(?P<verb>[A-Za-z-]*)\s*(?P<rest>.*)")
_LISTED = expression(r"\[([^\]]*)\]")
_NAMES = expression(r"\s*([\w-]+(?:\s*,\s*[\w-]+)*)")
_BEFORE_A_COMMENT = " \t[]{},\"'"
_LIKE_A_DIRECTIVE = frozenset(("disable", "skip", "suppress", "noqa", "off", "allow", "nolint"))


class Suppression:
    """One rule silenced at one place."""

    __slots__ = ("code", "first", "last", "name", "reason", "used", "whole_file")

    def __init__(
        self, code: str, name: Location, first: int, last: int, reason: str, *, whole_file: bool
    ) -> None:
        """Silence a code on the lines from ``first`` to ``last``; ``name`` is where it is named."""
        self.code = code
        self.name = name
        self.first = first
        self.last = last
        self.reason = reason
        self.whole_file = whole_file
        self.used = False


class Applied(NamedTuple):
    """What is left of the findings, how many are silenced, and what is wrong with comments."""

    kept: list[Diagnostic]
    suppressed: int
    problems: list[Problem]


def apply(
    findings: list[Diagnostic], readings: Iterable[Reading], connectors: Iterable[Connector],
    rules: Iterable[Rule], wants: Callable[[str, str], bool], *, require_reason: bool = False,
) -> Applied:  # fmt: skip
    """Take away the findings that a comment at one of their places silences.

    ``rules`` are those that ran, ``wants`` tells whether one is wanted in a file: what silences
    another one is not called unused.
    """
    marked = [item for item in readings if MARKER in item.source.text]
    if not marked:
        return Applied(findings, 0, [])
    holding: dict[int, list[Connector]] = {}
    for connector in connectors:
        for at in {id(item.source) for item in connector.documents}:
            holding.setdefault(at, []).append(connector)
    files = [_File(item, holding.get(id(item.source), [])) for item in marked]
    covers = {item.path: _Cover(item.suppressions) for item in files if item.suppressions}
    kept = [item for item in findings if not _silenced(item, covers)]
    problems = [problem for item in files for problem in item.problems]
    asked = {item.code: item for item in rules}
    for item in files:
        problems += item.unused(asked, wants)
        if require_reason:
            problems += item.without_reason()
    return Applied(kept, len(findings) - len(kept), problems[: limits.VIOLATIONS])


def _silenced(finding: Diagnostic, covers: dict[str, _Cover]) -> bool:
    """Tell whether a comment at the finding's place, or at the other side of it, names its rule."""
    if finding.code in ALWAYS_REPORTED:
        return False
    for place in (finding.primary, *finding.related):
        cover = covers.get(place.source.path)
        found = cover.at(finding.code, place.span) if cover is not None else None
        if found is not None:
            found.used = True
            return True
    return False


class _Cover:
    """The suppressions of a file by code and line; the narrowest one speaks for a line."""

    def __init__(self, suppressions: Iterable[Suppression]) -> None:
        self._ranged: dict[str, dict[tuple[int, int], Suppression]] = {}
        self._whole: dict[str, Suppression] = {}
        self._lines: dict[str, dict[int, Suppression]] = {}
        for item in suppressions:
            if item.whole_file:
                self._whole.setdefault(item.code, item)
            else:
                self._ranged.setdefault(item.code, {}).setdefault((item.first, item.last), item)

    def at(self, code: str, span: Span) -> Suppression | None:
        """Return what silences a code at a place."""
        painted = self._lines.get(code)
        if painted is None:
            painted = self._lines[code] = self._painted(code)
        for line in range(span.start.line, _last_line(span) + 1) if painted else ():
            if line in painted:
                return painted[line]
        return self._whole.get(code)

    def _painted(self, code: str) -> dict[int, Suppression]:
        """Return the narrowest suppression of each line: ranges nest no deeper than documents."""
        lines: dict[int, Suppression] = {}
        ranges = sorted(self._ranged.get(code, {}).items(), key=lambda item: _length(item[0]))
        for (first, last), item in reversed(ranges):
            lines.update(dict.fromkeys(range(first, last + 1), item))
        return lines


def _length(lines: tuple[int, int]) -> int:
    return lines[1] - lines[0]


def _last_line(span: Span) -> int:
    """Return the last line of a span; one that ends before a line's first column ends above it."""
    before = span.end.column == 1 and span.end.line > span.start.line
    return span.end.line - 1 if before else span.end.line


class _File:
    """One file with the marker: its comments, and what they speak for."""

    def __init__(self, reading: Reading, connectors: list[Connector]) -> None:
        self.source = reading.source
        self.path = reading.source.path
        self.problems: list[Problem] = []
        self.suppressions: list[Suppression] = []
        self.connectors = connectors
        inner = _inner_documents(self.source, self.connectors)
        self.layout = _Layout(reading, inner)
        for line, column, text in self.layout.comments():
            self._comment(line, column, text)
        for document in reading.documents:
            for item in _objects(document):
                self._annotation(item)

    def _comment(self, line: int, column: int, text: str) -> None:
        found = _LINE_COMMENT.search(text)
        if found is None or not _is_meant(found):
            return
        listed = _LISTED.match(found["rest"])
        start = column + found.start()
        if found["verb"] not in VERBS or listed is None or not listed[1].strip():
            self._problem(
                _at(line, start, len(found[0].rstrip())), Term("not the form"), found[0].strip()
            )
            return
        whole_file = found["verb"] == "ignore-file"
        first, last = (0, 0) if whole_file else self.layout.lines_of(line, column)
        offset = column + found.start("rest") + 1
        reason = found["rest"][listed.end() :].strip(" \t:-–")
        for name in re.finditer(r"[^,\s][^,]*", listed[1]):
            word = name[0].rstrip()
            place = _at(line, offset + name.start(), len(word))
            self._silence(word, place, (first, last), reason, whole_file=whole_file)

    def _annotation(self, item: Node) -> None:
        node = item.at("metadata", "annotations", ANNOTATION)
        if node is None or node.text is None:
            return
        listed = _NAMES.match(node.text)
        if listed is None:
            self._problem(node.span, Term("not the form"), limits.shortened(node.raw))
            return
        lines = (item.span.start.line, _last_line(item.span))
        reason = node.text[listed.end() :].strip(" \t\n:-–")
        for name in re.finditer(r"[\w-]+", listed[1]):
            place = node.part(listed.start(1) + name.start(), len(name[0]))
            self._silence(name[0], place, lines, reason, whole_file=False)

    def _silence(
        self, name: str, place: Span, lines: tuple[int, int], reason: str, *, whole_file: bool
    ) -> None:
        rule = _rule(name)
        if rule is None:
            is_prefix = re.fullmatch(r"KL\d{0,2}", name, re.IGNORECASE)
            self._problem(place, Term("only a beginning" if is_prefix else "no such rule"), name)
        elif rule.code in ALWAYS_REPORTED:
            self._problem(place, Term("always reported"), name)
        else:
            where = Location(self.source, place)
            self.suppressions.append(
                Suppression(rule.code, where, *lines, reason, whole_file=whole_file)
            )

    def _problem(self, place: Span, problem: Term, name: str) -> None:
        asked = problem == "no such rule" and len(self.problems) < limits.SUGGESTIONS
        meant = _meant(name) if asked else ""
        args: dict[str, str | int] = {
            "name": limits.shortened(name), "problem": problem, "example": meant or "KL201",
        }  # fmt: skip
        self.problems.append(Problem("unknown-suppression", self.source, place, args))

    def unused(
        self, asked: dict[str, Rule], wants: Callable[[str, str], bool]
    ) -> Iterator[Problem]:
        """Yield the codes that silence nothing, where their rule had everything to find it."""
        ran: dict[str, bool] = {}
        for item in self.suppressions:
            if item.used or self.layout.is_unread(item.name.span.start.line):
                continue
            if item.code not in ran:
                rule = asked.get(item.code)
                ran[item.code] = (
                    rule is not None
                    and wants(item.code, self.path)
                    and bool(self.connectors)
                    and not any(rule.missing(connector) for connector in self.connectors)
                )
            if ran[item.code]:
                yield self._about("unused-suppression", item)

    def without_reason(self) -> Iterator[Problem]:
        """Yield the first code of each comment that gives no reason."""
        seen: set[int] = set()
        for item in self.suppressions:
            line = item.name.span.start.line
            if not item.reason and line not in seen:
                seen.add(line)
                yield self._about("suppression-without-reason", item)

    def _about(self, kind: str, item: Suppression) -> Problem:
        return Problem(kind, self.source, item.name.span, {"rule": item.code})


@cache
def _rules() -> dict[str, Rule]:
    return {word: rule for rule in all_rules() for word in (rule.code, rule.slug)}


def _rule(name: str) -> Rule | None:
    """Return the rule of a code or slug; a file may name as many as it has comments."""
    return _rules().get(name.upper()) or _rules().get(name.lower())


def _is_meant(found: re.Match[str]) -> bool:
    """Tell a comment for the linter from one that only speaks about it."""
    verb, listed = found["verb"].lower(), found["rest"].startswith("[")
    named = ":" in found[0][: found.start("verb") - found.start()]
    like = verb in VERBS or verb in _LIKE_A_DIRECTIVE or closest(verb, list(VERBS)) != ""
    return (named and (like or listed)) or (like and listed)


def _meant(name: str) -> str:
    known = [word for rule in all_rules() for word in (rule.slug, rule.code)]
    return closest(name, known)


def _at(line: int, column: int, length: int) -> Span:
    return Span(Position(line, column), Position(line, column + length))


def _objects(document: Document) -> Iterator[Node]:
    """Yield the object of a document, or those of a List."""
    listed = document.root.at("items")
    yield from listed.items() if document.kind.endswith("List") and listed else [document.root]


def _inner_documents(of: Source, connectors: list[Connector]) -> list[Document]:
    """Return the documents inside literal blocks, whose lines are lines of the file."""
    found = {
        id(item.root): item
        for connector in connectors
        for item in connector.documents
        if item.source is of and item.outer is not None and item.outer.inner().fixed is None
    }
    return list(found.values())


class _Layout:
    """Where comments may stand in a file, and which lines its values take up."""

    def __init__(self, reading: Reading, inner: list[Document]) -> None:
        self.source = reading.source
        self.lines = reading.source.lines
        opened = {item.outer.span for item in inner if item.outer is not None}
        self._blocks = {item.start.line: _last_line(item) for item in opened}
        texts, self._broken = source.texts_of_file(reading.source)
        for item in inner:
            if item.outer is not None:
                texts += source.texts_inside(item.outer)
        self.texts = sorted(item for item in texts if item.span not in opened)
        self._starts = [item.span.start for item in self.texts]
        self._edges = [number for number, line in enumerate(self.lines, 1) if _BOUNDARY.match(line)]
        self._unread = {self._region(item.span.start.line) for item in reading.problems}
        self._following = self._next_content()
        self._documents = self._documents_by_line(reading, inner)
        self._units = _units([*(item.root for item in reading.documents), *_roots(inner)])

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Yield line, column and text of the comments that hold the marker."""
        for number, line in enumerate(self.lines, 1):
            if MARKER in line and "#" in line and not self._is_broken(number):
                column = self._comment_start(number, line)
                if column and MARKER in line[column - 1 :]:
                    yield number, column, line[column - 1 :]

    def _comment_start(self, number: int, line: str) -> int:
        """Return the column of the first ``#`` outside of all texts, or 0."""
        at = line.find("#")
        while at >= 0:
            if at == 0 or line[at - 1] in _BEFORE_A_COMMENT:
                inside = self._text_at(Position(number, at + 1))
                if inside is None:
                    return at + 1
                end = inside.span.end
                if end.line > number:
                    return 0
                at = max(at, end.column - 2)
            at = line.find("#", at + 1)
        return 0

    def _text_at(self, place: Position) -> Text | None:
        """Return the text a place lies in; the header of a block is not part of it."""
        found = bisect_right(self._starts, place) - 1
        if found < 0:
            return None
        item = self.texts[found]
        header = item.style in ("|", ">") and item.span.start.line == place.line
        return item if place < item.span.end and not header else None

    def _is_broken(self, line: int) -> bool:
        at = bisect_right(self._broken, (line, len(self.lines) + 1)) - 1
        return at >= 0 and line <= self._broken[at][1]

    def is_unread(self, line: int) -> bool:
        """Tell whether a line belongs to a document that could not be read to its end."""
        return self._region(line) in self._unread

    def _region(self, line: int) -> int:
        return bisect_right(self._edges, line)

    def _next_content(self) -> list[int]:
        """Return, for each line, the next one that is neither blank nor a comment; 0: none."""
        following = [0] * (len(self.lines) + 2)
        last = 0
        for number in range(len(self.lines), 0, -1):
            following[number] = last
            stripped = self.lines[number - 1].lstrip(" \t\ufeff")
            if stripped and not stripped.startswith("#"):
                last = number
        return following

    def _documents_by_line(
        self, reading: Reading, inner: list[Document]
    ) -> dict[int, tuple[int, int]]:
        """Return the lines of each document by the line it begins on and by its ``---``."""
        found: dict[int, tuple[int, int]] = {}
        for item in reading.documents:
            first = item.root.span.start.line
            region = self._region(first)
            begin = self._edges[region - 1] if region else first
            end = self._edges[region] - 1 if region < len(self._edges) else len(self.lines)
            found[first] = found[begin] = (begin, end)
        for item in inner:
            span = item.root.span
            found[span.start.line] = (span.start.line, _last_line(span))
        return found

    def lines_of(self, line: int, column: int) -> tuple[int, int]:
        """Return the lines that a comment at a place speaks for; (0, -1): none."""
        before = self.lines[line - 1][: column - 1]
        if before.strip():
            if line in self._documents and _BOUNDARY.match(before):
                return self._documents[line]
            return self._widened(line, line)
        target = self._following[line]
        if target in self._documents:
            return self._documents[target]
        unit = self._units.get(target)
        if unit is None:
            return (target, target) if target else (0, -1)
        return self._widened(target, unit)

    def _widened(self, first: int, last: int) -> tuple[int, int]:
        """Take in the texts that begin or end on a line, and the value that follows a flag."""
        last = max(last, self._blocks.get(first, last))
        at = bisect_left(self._starts, Position(first, 1))
        if at and _last_line(self.texts[at - 1].span) == first:
            first = self.texts[at - 1].span.start.line
        while at < len(self.texts) and self.texts[at].span.start.line <= last:
            item = self.texts[at]
            last = max(last, _last_line(item.span))
            at += 1
            if item.open_flag and at < len(self.texts) and self._is_value(self.texts[at]):
                last = max(last, _last_line(self.texts[at].span))
                at += 1
        return first, last

    def _is_value(self, item: Text) -> bool:
        start = item.span.start
        before = self.lines[start.line - 1][: start.column - 1].strip()
        return before == "-" and not item.dashed


_BOUNDARY = expression(r"---(?=[ \t]|\Z)")


def _roots(documents: list[Document]) -> Iterator[Node]:
    return (item.root for item in documents)


def _units(roots: Iterable[Node]) -> dict[int, int]:
    """Return, by the line it begins on, the last line of the outermost key or item."""
    found: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    stack = [(root, 0) for root in roots]
    while stack:
        node, depth = stack.pop()
        value = node.value
        if not isinstance(value, dict | list) or id(value) in seen:
            continue
        seen.add(id(value))  # aliases repeat what stands elsewhere
        for child in value.values() if isinstance(value, dict) else value:
            first = child.key_span.start.line if isinstance(value, dict) else child.span.start.line
            if first not in found or depth < found[first][0]:
                found[first] = (depth, max(first, _last_line(child.span)))
            stack.append((child, depth + 1))
    return {first: last for first, (_, last) in found.items()}
