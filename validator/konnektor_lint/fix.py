"""Edits that mend a finding, and how they are made from nodes without touching anything else.

What cannot be placed exactly (a string that is written with escapes, a document inside a folded
text, what an anchor shares) gives no edit: a fix is whole or there is none.
"""

from __future__ import annotations

from itertools import pairwise

from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple
from konnektor_lint.source import Node, Position, Source, Span, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CONTROL = expression("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_NOTHING_MORE = expression(r"[ \t]*(?:(?<![^ \t])#.*)?")
_BLANK_OR_COMMENT = expression(r"[ \t]*(?:#.*)?")
_COMMA = expression(r"\s*,\s*")
_DASH = expression(r" *- +")
_BEFORE_KEY = expression(r" *(?:- +)*")


class Edit(NamedTuple):
    """A range of a file and the text that takes its place.

    A line feed in ``text`` stands for a line break as the file has them.
    """

    source: Source
    span: Span
    text: str


class Fix(NamedTuple):
    """The edits that mend one finding, all or none of them.

    ``safe``: surely what was meant, and nothing that works is changed.
    """

    edits: tuple[Edit, ...]
    safe: bool


def mend(*edits: Edit | None, safe: bool) -> Fix | None:
    """Return a fix of all the edits; None if one of them is missing or would change more.

    An anchored value may stand at several places: it is left alone.
    """
    known = tuple(edit for edit in edits if edit is not None)
    if not known or len(known) < len(edits) or any(map(_is_shared, known)) or _overlap(known):
        return None
    return Fix(known, safe)


def _is_shared(edit: Edit) -> bool:
    return any(
        edit.span.start < span.end and span.start <= edit.span.end for span in edit.source.anchored
    )


def _overlap(edits: Sequence[Edit]) -> bool:
    ordered = sorted((edit.source.path, edit.span) for edit in edits)
    return any(
        one[0] == other[0] and other[1].start < one[1].end for one, other in pairwise(ordered)
    )


def text_at(source: Source, span: Span) -> str:
    """Return what is written in a range, lines joined by a line feed."""
    (first, start), (last, end) = span
    if first == last:
        return source.line(first)[start - 1 : end - 1]
    between = [source.line(number) for number in range(first + 1, last)]
    return "\n".join((source.line(first)[start - 1 :], *between, source.line(last)[: end - 1]))


def replace_value(node: Node, value: str | int) -> Edit | None:
    """Write another scalar in the place of one.

    A string is quoted as the old value was, or where it has to be; a number never is.
    """
    span = node.span
    if not isinstance(node.value, str | int | float | None) or span.start.line != span.end.line:
        return None
    written = text_at(node.source, span)
    if written == "" and node.value is None:
        text = _scalar(str(value), "", "") if isinstance(value, str) else str(value)
        before = node.source.line(span.start.line)[: span.start.column - 1]
        blank = " " if before.strip() and not before.endswith(" ") else ""
        return None if text is None else Edit(node.source, span, blank + text)
    if not _is_faithful(node, written):
        return None
    if isinstance(value, int):
        return Edit(node.source, span, str(value))
    text = _scalar(value, node.style, written, block=_is_block_item(node))
    return None if text is None else Edit(node.source, span, text)


def replace_part(node: Node, start: int, length: int, new: str) -> Edit | None:
    """Replace a part of a string, by character offset."""
    text = node.text
    if text is None or _CONTROL.search(new):
        return None
    if node.style != "|":
        written = text_at(node.source, node.span)
        if _scalar(text, node.style, written, block=_is_block_item(node)) != written:
            return None  # what is written otherwise than it would be here is not rewritten
        return replace_value(node, text[:start] + new + text[start + length :])
    span = node.part(start, length)
    if text_at(node.source, span) != text[start : start + length] or _is_whole(node, span):
        return None
    return Edit(node.source, span, new)


def _is_whole(node: Node, span: Span) -> bool:
    return span == node.span


def _is_faithful(node: Node, written: str) -> bool:
    """Tell whether the text in the file is this scalar and nothing else: no anchor, no tag."""
    if not written or written[0] in "&*!":
        return False
    documents = parse(Source("", written)).documents
    if len(documents) != 1:
        return False
    root = documents[0].root
    return root.raw == node.raw and root.style == node.style and root.value == node.value


def _is_block_item(node: Node) -> bool:
    start = node.span.start
    found = _DASH.match(node.source.line(start.line))
    return found is not None and found.end() == start.column - 1


def _scalar(text: str, style: str, before: str, *, block: bool = False) -> str | None:
    """Return how a string is written.

    ``before``: how the one it replaces is; ``block``: it surely stands in block style.
    """
    if _CONTROL.search(text):
        return None
    if style == "'":
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    if style == "":
        block = block or (before != "" and not _reads(f"[{before}]", before))
        if _reads(f"[{text}]", text) or (block and _reads(f"- {text}", text)):
            return text
        style = '"'
    if style != '"':
        return None
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _reads(document: str, text: str) -> bool:
    """Tell whether a list of one plain scalar reads as the text."""
    documents = parse(Source("", document)).documents
    items = documents[0].root.items() if len(documents) == 1 else []
    return len(items) == 1 and items[0].value == text and items[0].style == ""


def rename_key(child: Node, name: str) -> Edit | None:
    """Give the key of a value another name."""
    return None if child.key is None else replace_value(child.key, name)


def remove_entry(owner: Node, child: Node) -> Edit | None:
    """Remove a field of a mapping with its comment; None where it is the only one."""
    if child.key is None or len(owner.fields()) < 2:  # noqa: PLR2004
        return None
    if not _is_faithful(child.key, text_at(child.source, child.key_span)):
        return None
    if _is_flow(owner):
        siblings = sorted(owner.fields().values(), key=lambda node: node.key_span.start)
        ranges = [Span(node.key_span.start, node.span.end) for node in siblings]
        index = next((at for at, node in enumerate(siblings) if node is child), None)
        return None if index is None else _without(owner.source, ranges, index, index)
    start = child.key_span.start
    return _without_lines(child.source, start, _end(child), _prefix(child.source, start))


def remove_items(owner: Node, first: int, last: int) -> Edit | None:
    """Remove items of a sequence with their comments; None where none would be left."""
    items = owner.items()
    if last - first + 1 >= len(items):
        return None
    if _is_flow(owner):
        around = [item.span for item in items[max(0, first - 1) : last + 2]]
        at = min(first, 1)
        return _without(owner.source, around, at, at + last - first)
    start = items[first].span.start
    prefix = _prefix(owner.source, start)
    if not _DASH.fullmatch(prefix):
        return None
    dash = Position(start.line, prefix.index("-") + 1)
    return _without_lines(owner.source, dash, _end(items[last]), prefix[: dash.column - 1])


def insert_entry(sibling: Node, name: str, value: str | int) -> Edit | None:
    """Insert a field right after another one of its mapping."""
    key = sibling.key
    if key is None or not _is_faithful(key, text_at(sibling.source, key.span)):
        return None
    quoted = key.style
    written = str(value) if isinstance(value, int) else _scalar(value, quoted, "")
    if written is None:
        return None
    entry = f"{quoted}{name}{quoted}: {written}"
    prefix = _prefix(sibling.source, key.span.start)
    if not _BEFORE_KEY.fullmatch(prefix) or _in_flow(sibling):
        return _more(sibling, prefix, entry)
    if (_last_leaf(sibling).text or "").endswith("\n\n"):
        return None  # the blank lines belong to it
    return _line_after(sibling.source, _end(sibling), prefix.replace("-", " ") + entry)


def insert_item(sibling: Node, text: str) -> Edit | None:
    """Insert a string right after an item of a sequence, written as that is."""
    source, start = sibling.source, sibling.span.start
    written = text_at(source, sibling.span)
    if sibling.style in ("|", ">") or not _is_faithful(sibling, written):
        return None
    item = _scalar(text, sibling.style, written, block=_is_block_item(sibling))
    prefix = _prefix(source, start)
    if item is None:
        return None
    if not _DASH.fullmatch(prefix):
        return _more(sibling, prefix, item)
    return _line_after(source, sibling.span.end, prefix + item)


def remove_lines(source: Source, first: int, last: int) -> Edit:
    """Remove whole lines."""
    count = len(source.lines)
    if last < count:
        return Edit(source, Span(Position(first, 1), Position(last + 1, 1)), "")
    end = Position(last, len(source.line(last)) + 1)
    if first == 1:
        return Edit(source, Span(Position(1, 1), end), "")
    return Edit(source, Span(Position(first - 1, len(source.line(first - 1)) + 1), end), "")


def block_at(source: Source, start: Position) -> tuple[int, int] | None:
    """Return the first and last line of the field whose key begins at a place, in block style.

    Told by indentation alone, for a value of which no node was kept.
    """
    prefix = _prefix(source, start)
    if prefix.strip(" "):
        return None
    last = start.line
    for number in range(start.line + 1, len(source.lines) + 1):
        line = source.line(number)
        inside = line[: start.column - 1].strip(" ") == "" and line[start.column - 1 : start.column]
        if line.strip(" ") == "":
            continue
        if not inside or inside not in (" ", "-"):
            break
        last = number
    return start.line, last


def _prefix(source: Source, at: Position) -> str:
    return source.line(at.line)[: at.column - 1]


def _is_flow(node: Node) -> bool:
    return source_character(node) in ("{", "[")


def source_character(node: Node) -> str:
    """Return the character a value begins with in its file."""
    start = node.span.start
    return node.source.line(start.line)[start.column - 1 : start.column]


def _in_flow(child: Node) -> bool:
    """Tell whether a field whose key begins a line is in flow style: a comma or brace ends it."""
    end = _end(child)
    if _NOTHING_MORE.fullmatch(child.source.line(end.line), end.column - 1):
        line = _next_content(child.source, end.line)
        return child.source.line(line).lstrip(" ")[:1] in ("}", ",") if line else False
    return True


def _last_leaf(node: Node) -> Node:
    """Return what is written last of a value in block style."""
    while isinstance(node.value, dict | list) and node.value and not _is_flow(node):
        children: Iterable[Node] = (
            node.value.values() if isinstance(node.value, dict) else node.value
        )
        node = max(children, key=lambda child: child.span.start)
    return node


def _end(node: Node) -> Position:
    """Return where a value really ends; the parser places the end of a block at what follows."""
    node = _last_leaf(node)
    end, source = node.span.end, node.source
    if end.line > node.span.start.line and not _prefix(source, end).strip(" "):
        last = end.line - 1
        while last > node.span.start.line and not source.line(last).strip(" "):
            last -= 1
        return Position(last, len(source.line(last)) + 1)
    return end


def _next_content(source: Source, line: int) -> int:
    """Return the next line with more than blanks and a comment, or 0."""
    for number in range(line + 1, len(source.lines) + 1):
        if not _BLANK_OR_COMMENT.fullmatch(source.line(number)):
            return number
    return 0


def _without_lines(source: Source, start: Position, end: Position, prefix: str) -> Edit | None:
    """Remove what begins at a column and takes whole lines but for what stands before it."""
    if not _NOTHING_MORE.fullmatch(source.line(end.line), end.column - 1):
        return None
    following = _next_content(source, end.line)
    line = source.line(following)
    indent = len(line) - len(line.lstrip(" "))
    if following and indent >= start.column:
        return None  # something of it that no node tells of, such as a merge key
    if not prefix.strip(" "):
        return remove_lines(source, start.line, end.line)
    if not _BEFORE_KEY.fullmatch(prefix) or following != end.line + 1:
        return None
    if indent != start.column - 1:
        return None
    return Edit(source, Span(start, Position(following, start.column)), "")


def _without(source: Source, ranges: Sequence[Span], first: int, last: int) -> Edit | None:
    """Remove members of a collection in flow style, with one comma each."""
    gaps = [Span(one.end, other.start) for one, other in pairwise(ranges)][
        max(0, first - 1) : last + 1
    ]
    if any(not _COMMA.fullmatch(text_at(source, gap)) for gap in gaps):
        return None
    if last + 1 < len(ranges):
        return Edit(source, Span(ranges[first].start, ranges[last + 1].start), "")
    return Edit(source, Span(ranges[first - 1].end, ranges[last].end), "")


def _more(sibling: Node, prefix: str, text: str) -> Edit | None:
    """Insert a member after another one in flow style, on a line of its own where that has one."""
    source, end = sibling.source, sibling.span.end
    if isinstance(sibling.value, dict | list) and not _is_flow(sibling):
        return None
    following = text_at(source, Span(end, Position(end.line, len(source.line(end.line)) + 1)))
    following += source.line(_next_content(source, end.line))
    if following.lstrip()[:1] not in (",", "]", "}"):
        return None
    between = ", " if prefix.strip(" ") else f",\n{prefix}"
    return Edit(source, Span(end, end), between + text)


def _line_after(source: Source, end: Position, text: str) -> Edit | None:
    if not _NOTHING_MORE.fullmatch(source.line(end.line), end.column - 1):
        return None
    at = Position(end.line, len(source.line(end.line)) + 1)
    return Edit(source, Span(at, at), f"\n{text}")
