"""Findings without words: the reporter puts them into a language."""

from __future__ import annotations

from konnektor_lint.record import IntEnum, NamedTuple
from konnektor_lint.source import Node, Position, Problem, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from konnektor_lint.argument import Flag
    from konnektor_lint.fix import Fix


class Severity(IntEnum):
    """How bad a finding is.

    ERROR: the component refuses it or the connector cannot work. WARNING: accepted, but almost
    certainly not meant, or unsafe. INFO: advice.
    """

    INFO = 1
    WARNING = 2
    ERROR = 3


class Location(NamedTuple):
    """A place in a file; ``label`` names a text of the rule, or nothing."""

    source: Source
    span: Span
    label: str = ""


class Diagnostic(NamedTuple):
    """One finding: a rule's code, where, and the values its message names.

    ``after``: empty, or what has to be upgraded to for the finding to appear. ``fix``: the edits
    that mend it, where they are certain.
    """

    code: str
    severity: Severity
    primary: Location
    related: tuple[Location, ...]
    args: Mapping[str, str | int]
    after: str = ""
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, Position, str]:
        """Return what findings are sorted by: file, line, column, code."""
        return (self.primary.source.path, self.primary.span.start, self.code)


def value_of(node: Node, label: str = "") -> Location:
    """Point at a value; at its key where the value is a whole block."""
    if isinstance(node.value, dict | list) and node.key is not None:
        return Location(node.source, node.key_span, label)
    return Location(node.source, head(node.span, node.source), label)


def key_of(node: Node, label: str = "") -> Location:
    """Point at the key of a value, or at the value where it has none."""
    if node.key is None:
        return value_of(node, label)
    return Location(node.source, node.key_span, label)


def flag_of(flag: Flag, label: str = "") -> Location:
    """Point at a whole flag: ``--a=b``, or ``--a`` where its value is the next item."""
    return Location(flag.node.source, head(flag.span, flag.node.source), label)


def flag_value_of(flag: Flag, label: str = "") -> Location:
    """Point at the value of a flag."""
    return Location(flag.node.source, head(flag.value_span, flag.node.source), label)


def place_of(problem: Problem) -> Location:
    """Point at what reading found."""
    return Location(problem.source, head(problem.span, problem.source))


def head(span: Span, source: Source) -> Span:
    """Cut a span that runs over several lines down to its first line."""
    if span.end.line == span.start.line:
        return span
    end = len(source.line(span.start.line)) + 1
    return Span(span.start, Position(span.start.line, max(end, span.start.column)))
