"""Findings as an editor shows them, at their place and at the other side of it."""

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lsprotocol import types

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.limits import shortened
from konnektor_lint.server.places import Chart
from konnektor_lint.server.project import Outcome, problem_of
from konnektor_lint.source import Position, Source, Span

NAME = "konnektor-lint"
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {
    **dict.fromkeys(("KL116", "KL901"), types.DiagnosticTag.Deprecated),
    **dict.fromkeys(
        ("KL013", "KL120", "KL134", "KL138", "KL222", "KL240", "KL249"),
        types.DiagnosticTag.Unnecessary,
    ),
}
"""What goes by an old name, and what nobody reads."""


class Look(NamedTuple):
    """What the editor can show. ``tags``: those it knows; ``uri``: how it names a file.

    ``chart`` translates the places of a file.
    """

    chart: Callable[[Source], Chart]
    uri: Callable[[str], str]
    related: bool = True
    tags: frozenset[types.DiagnosticTag] = frozenset()


_Reported = dict[str, list[types.Diagnostic]]


def reported(outcomes: Iterable[Outcome], look: Look) -> _Reported:
    """Return the diagnostics of each file, by path."""
    found: _Reported = {}
    for outcome in outcomes:
        if outcome.bad is not None:
            place = _in_configuration(outcome, look)
            found.setdefault(outcome.bad.file, []).append(place)
        for finding in outcome.findings:
            path = finding.primary.source.path
            found.setdefault(path, []).append(diagnostic(finding, outcome.language, look))
            for other in _elsewhere(finding):
                mirrored = _mirrored(finding, other, outcome.language, look)
                found.setdefault(other.source.path, []).append(mirrored)
    return found


def _elsewhere(finding: Diagnostic) -> list[Location]:
    """Return one related place of each other file."""
    primary = finding.primary.source.path
    first: dict[str, Location] = {}
    for place in finding.related:
        if place.source.path != primary:
            first.setdefault(place.source.path, place)
    return list(first.values())


def diagnostic(finding: Diagnostic, language: str, look: Look) -> types.Diagnostic:
    """Return a finding at its place."""
    message = texts.message(finding.code, finding.args, language)
    words = texts.rule_text(finding.code, language)
    if "help" in words:
        message += f"\n{' '.join(texts.cure(finding.code, finding.args, language).split())}"
    others = [
        (place, texts.label(finding.code, place.label, finding.args, language))
        for place in finding.related
    ]
    return _made(finding, finding.primary, message, others, language, look)


def _mirrored(finding: Diagnostic, at: Location, language: str, look: Look) -> types.Diagnostic:
    """Return a finding at the other side: only a hint, as it is counted once."""
    message = texts.message(finding.code, finding.args, language)
    made = _made(finding, at, message, [(finding.primary, message)], language, look)
    made.severity = types.DiagnosticSeverity.Information
    made.tags = None
    return made


def _made(
    finding: Diagnostic, at: Location, message: str, others: list[tuple[Location, str]],
    language: str, look: Look,
) -> types.Diagnostic:  # fmt: skip
    tag = _TAGS.get(finding.code)
    related = None
    if others and look.related:
        related = [
            types.DiagnosticRelatedInformation(location(place, look), text or message)
            for place, text in others
        ]
    elif others:
        listed = [f"{_shown(place)}: {text}" if text else _shown(place) for place, text in others]
        message = "\n".join((message, *listed))
    return types.Diagnostic(
        range=look.chart(at.source).range(at.span),
        message=message,
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(texts.page(finding.code, language)),
        source=NAME,
        tags=[tag] if tag in look.tags and tag is not None else None,
        related_information=related,
    )


def location(at: Location, look: Look) -> types.Location:
    """Return a place as the editor names it."""
    return types.Location(look.uri(at.source.path), look.chart(at.source).range(at.span))


def _shown(at: Location) -> str:
    return f"{os.path.basename(at.source.path)}:{at.span.start.line}"


def _in_configuration(outcome: Outcome, look: Look) -> types.Diagnostic:
    """Return why the configuration cannot be used, on the line that is wrong."""
    bad = outcome.bad
    assert bad is not None  # noqa: S101
    line = max(bad.line, 1)
    text = ""
    try:
        with open(bad.file, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        line = 1
    source = Source(bad.file, text)
    line = min(line, len(source.lines))
    end = Position(line, len(source.line(line)) + 1)
    return types.Diagnostic(
        range=look.chart(source).range(Span(Position(line, 1), end)),
        message=shortened(problem_of(bad, outcome.language)),
        severity=types.DiagnosticSeverity.Error,
        source=NAME,
    )
