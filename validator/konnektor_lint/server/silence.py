"""The comment that suppresses a finding, placed where it surely speaks for it and changes nothing.

Each way to write it is tried on the text: the file has to hold the same values as before, and the
finding has to be suppressed.
"""

import re
from collections.abc import Iterator

from konnektor_lint import source, suppression
from konnektor_lint.assembly import group
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic, Location
from konnektor_lint.fix import Edit
from konnektor_lint.rule import find_rule
from konnektor_lint.source import Position, Reading, Source, Span

_COMMENT = re.compile(r"#\s*konnektor-lint\s*:\s*ignore\[(?P<codes>[^\]]*)\]")
_WIDTH = 100
"""From this width on the comment gets a line of its own."""


def comment_for(finding: Diagnostic, at: Location, settings: Settings) -> Edit | None:
    """Return the edit that suppresses a finding at one of its places, or None if there is none."""
    of = at.source
    if finding.code in suppression.ALWAYS_REPORTED or _is_json(of):
        return None
    before = source.parse(Source(of.path, of.text, marked=of.marked))
    for edit, below in _ways(finding.code, at):
        after = _edited(of, edit)
        if _works(finding, at.span, before, after, settings, below=below):
            return edit
    return None


def _is_json(of: Source) -> bool:
    return of.path.lower().endswith(".json") or of.text.lstrip()[:1] == "{"


def _ways(code: str, at: Location) -> Iterator[tuple[Edit, int]]:
    """Yield edits, and by how many lines each moves the finding."""
    of, line = at.source, at.span.start.line
    text = of.line(line)
    known = _COMMENT.search(text)
    if known is not None:
        place = Position(line, known.end("codes") + 1)
        listed = f", {code}" if known["codes"].strip() else code
        yield Edit(of, Span(place, place), listed), 0
    words = f"# konnektor-lint: ignore[{code}]"
    end = Position(line, len(text) + 1)
    behind = (Edit(of, Span(end, end), f"{'' if text.endswith(' ') else ' '}{words}"), 0)
    start = Position(line, 1)
    indent = text[: len(text) - len(text.lstrip(" "))]
    above = (Edit(of, Span(start, start), f"{indent}{words}\n"), 1)
    yield from (behind, above) if len(text) + len(words) < _WIDTH else (above, behind)


def _edited(of: Source, edit: Edit) -> Reading:
    lines = list(of.lines)
    row, (column, end) = edit.span.start.line - 1, (edit.span.start.column, edit.span.end.column)
    lines[row] = lines[row][: column - 1] + edit.text + lines[row][end - 1 :]
    return source.parse(Source(of.path, "\n".join(lines), marked=of.marked))


def _works(
    finding: Diagnostic, span: Span, before: Reading, after: Reading, settings: Settings, *,
    below: int,
) -> bool:  # fmt: skip
    rule = find_rule(finding.code)
    if rule is None or len(before.problems) != len(after.problems):
        return False
    connectors = group([after], settings)
    if not _same(before, after) and not _inside(after, connectors, span.start.line + below):
        return False
    moved = Span(*(Position(at.line + below, at.column) for at in span))
    there = finding._replace(primary=Location(after.source, moved), related=())
    applied = suppression.apply([there], [after], connectors, [rule], lambda *_: True)
    return applied.suppressed == 1


def _same(before: Reading, after: Reading) -> bool:
    one, other = ([item.root.plain() for item in read.documents] for read in (before, after))
    return one == other


def _inside(reading: Reading, connectors: list[Connector], line: int) -> bool:
    """Tell whether a line is one of a document in a string: a comment there is part of that."""
    return any(
        item.outer is not None
        and item.source is reading.source
        and item.outer.span.start.line < line <= item.outer.span.end.line
        for connector in connectors
        for item in connector.documents
    )
