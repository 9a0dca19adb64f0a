"""Quick fixes: the edits of findings, and the comment that suppresses one."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from lsprotocol import types

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic, Location
from konnektor_lint.fix import Edit, Fix, text_at
from konnektor_lint.limits import shortened
from konnektor_lint.server.places import Chart
from konnektor_lint.server.project import Outcome
from konnektor_lint.server.report import Look
from konnektor_lint.server.silence import comment_for
from konnektor_lint.source import Source

MOST = 50
"""For how many findings at one place actions are offered."""


class Desk(NamedTuple):
    """What edits are made for: ``version`` returns that of an open file.

    ``is_current`` tells whether a file still holds what was linted; ``versioned``: the editor takes
    edits with versions.
    """

    look: Look
    is_current: Callable[[Source], bool]
    version: Callable[[str], int | None]
    versioned: bool


class Found(NamedTuple):
    """A finding with a place in a range of a file."""

    finding: Diagnostic
    place: Location
    outcome: Outcome


def at_range(
    outcomes: Sequence[Outcome], path: str, chosen: types.Range, look: Look
) -> list[Found]:
    """Return the findings that touch a range, at their own place or at the other side."""
    found: list[Found] = []
    charts: dict[int, Chart] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            for place in (finding.primary, *finding.related):
                if place.source.path != path:
                    continue
                chart = charts.setdefault(id(place.source), look.chart(place.source))
                if _touches(chart.range(place.span), chosen):
                    found.append(Found(finding, place, outcome))
                    break
    return found[:MOST]


def _touches(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def actions(
    found: Sequence[Found], given: Sequence[types.Diagnostic], desk: Desk
) -> Iterator[types.CodeAction]:
    """Yield the actions for findings; ``given`` are the diagnostics the editor asks about."""
    for item in found:
        about = [known for known in given if known.code == item.finding.code] or None
        fix = item.finding.fix
        if fix is not None:
            edit = _workspace_edit(fix.edits, desk)
            if edit is not None:
                title = title_of(item.finding.code, fix, item.place, item.outcome.language)
                yield types.CodeAction(
                    title, types.CodeActionKind.QuickFix, about, is_preferred=fix.safe, edit=edit
                )
    for item in found:
        about = [known for known in given if known.code == item.finding.code] or None
        comment = comment_for(item.finding, item.place, item.outcome.settings)
        edit = _workspace_edit((comment,), desk) if comment is not None else None
        if edit is not None:
            title = texts.say(item.outcome.language, "server.silence", code=item.finding.code)
            yield types.CodeAction(title, types.CodeActionKind.QuickFix, about, edit=edit)


def title_of(code: str, fix: Fix, at: Location, language: str) -> str:
    """Return what a fix does, and whether it has to be looked at."""
    edit, *more = fix.edits
    new, old = edit.text.strip(), text_at(edit.source, edit.span).strip()
    if more:
        does = texts.say(language, "server.fix.several", count=len(fix.edits))
    elif new:
        does = texts.say(
            language, f"server.fix.{'write' if old else 'insert'}", text=shortened(new)
        )
    else:
        does = texts.say(language, "server.fix.remove", text=shortened(old))
    files = dict.fromkeys(
        item.source.path.replace("\\", "/").rpartition("/")[2]
        for item in fix.edits
        if item.source.path != at.source.path
    )
    elsewhere = f" ({', '.join(files)})" if files else ""
    doubt = "" if fix.safe else f" {texts.say(language, 'server.fix.unsafe')}"
    return f"{code}: {does}{elsewhere}{doubt}"


def _workspace_edit(edits: Sequence[Edit], desk: Desk) -> types.WorkspaceEdit | None:
    """Return edits for the editor; None where a file is another one by now."""
    if not all(desk.is_current(edit.source) for edit in edits):
        return None
    ordered = sorted(edits, key=lambda edit: edit.source.path)
    by_file = [
        (desk.look.uri(path), path, desk.look.chart(listed[0].source).edits(listed))
        for path, group in groupby(ordered, key=lambda edit: edit.source.path)
        if (listed := list(group))
    ]
    if not desk.versioned:
        return types.WorkspaceEdit(changes={uri: made for uri, _, made in by_file})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, desk.version(path)), made
            )
            for uri, path, made in by_file
        ]
    )
