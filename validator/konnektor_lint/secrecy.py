"""What of a file is never repeated: the values of Secrets, credentials, private keys.

Lines are shown with asterisks in their place, so that what points into a line still fits; fields
of messages are treated alike. Names, keys and flags stay readable.
"""

from __future__ import annotations

from bisect import bisect_right

from konnektor_lint import limits
from konnektor_lint.embedded import carried_by, decoded, documents_in
from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple
from konnektor_lint.source import Source, parse
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from konnektor_lint.diagnostic import Diagnostic
    from konnektor_lint.source import Document, Node, Reading, Span

HIDDEN = "*"
_SHORTEST = 6
"""Shorter values say too little to be looked for in messages."""

_WORD = (
    r"(?:token|passw(?:or)?d|passphrase|secret|bearer|credentials?"
    r"|(?:api|access|private|secret)[-_]?key)"
)
_HINTS = ("token", "passw", "passphrase", "secret", "bearer", "credential", "key")
"""One of these is in whatever such a word names."""

_FLAG = expression(
    rf"(?i)(?<![\w-])--?[\w.-]*?{_WORD}"
    r"(?:=|[ \t]+|\\?[\"'],[ \t]*\\?[\"']|[\"']?\r?\n[ \t]*-[ \t]+[\"']?)"
    r"(?!--)([^\s\"',\]}]+)"
)
"""A flag whose name ends in such a word, with a value behind ``=``, a blank or in the next item."""
_FIELD = expression(
    rf"(?i)(?<![\w.-])[\"']?(?:[\w.-]*[-_.])?(?:{_WORD}|client-key-data|certificateKey|clientSecret"
    rf"|bootstrapToken|bearerToken|apiKey)[\"']?[ \t]*:[ \t]+(?![|>&*!{{\[])"
    rf"([\"']?[^\s,}}\]][^,}}\]\r\n\x85\u2028\u2029]*)"
)
_ADDRESS = expression(r"://[^/\s:@\"']*:([^/\s@\"']+)@")
_KEY = expression(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----([\s\S]{0,20000}?)"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)"
)
_SECRET = expression(r"[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Secret(?:List)?\b")
_VARIABLE = expression(rf"(?i)\w*{_WORD}\w*")
_VARIABLE_GIVEN = expression(
    rf"(?i)[\"']?name[\"']?[ \t]*:[ \t]*[\"']?\w*{_WORD}\w*[\"']?[ \t]*(?:[,}}\r\n]|\Z)"
)
_NO_VALUE = expression(r"(?i)(?:file|path|dir|name|audience)s?\Z")
_FIELD_NAME = expression(r"\s*(?:- )?[\"']?[\w./-]+[\"']?[ \t]*:(?=\s|\Z)")
_BLANKS = expression(r"\S")


class Veil(NamedTuple):
    """What is not shown of a file: columns (from 0, half open) by line, and values as such."""

    lines: dict[int, list[tuple[int, int]]]
    values: tuple[str, ...]


_NOTHING = Veil({}, ())


def veiled(source: Source, number: int) -> str:
    """Return a line of a file as it may be shown."""
    line = source.line(number)
    for start, end in veil_of(source).lines.get(number, ()):
        line = line[:start] + _BLANKS.sub(HIDDEN, line[start:end]) + line[end:]
    return line


def discreet(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the findings without what their files keep secret."""
    for item in findings:
        values = {
            value: None
            for at in (item.primary, *item.related) for value in veil_of(at.source).values
        }  # fmt: skip
        args = {name: _said(value, values) for name, value in item.args.items()}
        yield item if args == item.args else item._replace(args=args)


def guarded(text: str, sources: Iterable[Source]) -> str:
    """Return a text of files without what they keep secret."""
    return str(_said(text, (value for source in sources for value in veil_of(source).values)))


def _said(value: str | int, values: Iterable[str]) -> str | int:
    if not isinstance(value, str) or isinstance(value, Term):
        return value
    text = value
    for pattern in (*((_FLAG,) if _may_name(text) else ()), *_plain_to_see(text)):
        text = pattern.sub(_without_group, text)
    for secret in values:
        text = text.replace(secret, HIDDEN * 8)
        head = secret[: limits.TEXT - 1]
        if text.endswith("…") and head in text:
            text = text.replace(head, HIDDEN * 8)
    return text


def _may_name(text: str) -> bool:
    """Tell whether a text may name a secret: most do not, and the expressions take their time."""
    folded = text.casefold()  # as expressions compare that ignore case, and more
    return any(hint in folded for hint in _HINTS)


def _plain_to_see(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the expressions of secrets without a name that a text may hold."""
    if "://" in text and "@" in text:
        yield _ADDRESS
    if "PRIVATE KEY" in text:
        yield _KEY


def _without_group(found: re.Match[str]) -> str:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return f"{found[0][:start]}{HIDDEN * 8}{found[0][end:]}"


def veil_of(source: Source) -> Veil:
    """Return what is not shown of a file; worked out once."""
    if source.veil is None:
        source.veil = _woven(source)
    return source.veil


def _woven(source: Source) -> Veil:
    text = source.text
    named = _may_name(text)
    found: list[tuple[int, int]] = [
        match.span(1) for pattern in (*((_FLAG, _FIELD) if named else ()), *_plain_to_see(text))
        for match in pattern.finditer(text)
    ]  # fmt: skip
    weaver = _Weaver(source)
    for start, end in found:
        weaver.cover(start, end)
    if named and (_SECRET.search(text) or _VARIABLE_GIVEN.search(text)):
        weaver.look_inside(parse(Source(source.path, text)))
    return weaver.veil() if weaver.lines else _NOTHING


class _Weaver:
    """Collects what is to be hidden of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines: dict[int, list[tuple[int, int]]] = {}
        self.values: dict[str, None] = {}
        self._starts: list[int] = []

    def cover(self, start: int, end: int) -> None:
        """Hide a part of the text, by offsets."""
        if not self._starts:
            at, text = 0, self.source.text
            for line in self.source.lines:
                self._starts.append(at)
                at += len(line)
                at += 2 if text.startswith("\r\n", at) else 1
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        for number in range(first, last + 1):
            begin = self._starts[number]
            self._hide(number + 1, max(0, start - begin), end - begin)
        self._remember(self.source.text[start:end])

    def _hide(self, line: int, start: int, end: int) -> None:
        self.lines.setdefault(line, []).append((start, end))

    def _remember(self, value: str) -> None:
        for part in value.splitlines() if "\n" in value else [value]:
            known = part.strip().strip("\"'")
            if len(known) >= _SHORTEST and len(self.values) < limits.SECRETS:
                self.values.setdefault(known)

    def look_inside(self, reading: Reading) -> None:
        """Hide the values of Secrets and of variables with telling names."""
        for document in reading.documents:
            for item in documents_in(document):
                if item.kind == "Secret":
                    self._secret(item)
                else:
                    self._variables(item.root)
            for problem in document.problems:  # of a key given twice the first value is no node
                self._broken(problem.span.start.line)
        for problem in reading.problems:
            self._broken(problem.span.start.line)

    def _secret(self, document: Document) -> None:
        carrying = {id(item.node) for item in carried_by(document)}
        places = [document.root.at(name) for name in ("data", "stringData")]
        places.append(document.root.at("metadata", "annotations"))
        for place in places:
            for node in _scalars(place):
                self._node(node)
                if node.text is not None and id(node) not in carrying:
                    self._remember(node.text)
                    self._remember(decoded(node.text, "base64") or "")

    def _variables(self, root: Node) -> None:
        for node in _mappings(root):
            name, value = node.text_at("name"), node.at("value")
            if name is None or value is None or isinstance(value.value, dict | list):
                continue
            if _VARIABLE.fullmatch(name) and not _NO_VALUE.search(name):
                self._node(value)
                self._remember(value.raw)

    def _node(self, node: Node) -> None:
        self._span(node.span, block=node.style in ("|", ">"))

    def _span(self, span: Span, *, block: bool) -> None:
        start, end = span
        last = max(start.line, end.line - (end.column == 1))
        for line in range(start.line + block, last + 1):
            begin = start.column - 1 if line == start.line else 0
            behind = end.column - 1 if line == end.line else len(self.source.line(line))
            self._hide(line, begin, behind)

    def _broken(self, line: int) -> None:
        """Hide all that follows a key in a document that cannot be read and may be a Secret."""
        lines = self.source.lines
        first = last = min(line, len(lines))
        while first > 1 and not lines[first - 1].startswith("---"):
            first -= 1
        while last < len(lines) and not lines[last].startswith("---"):
            last += 1
        if _SECRET.search("\n".join(lines[first - 1 : last])):
            for number in range(first, last + 1):
                key = _FIELD_NAME.match(lines[number - 1])
                self._hide(number, key.end() if key else 0, len(lines[number - 1]))

    def veil(self) -> Veil:
        """Return what was collected; a value that also stands openly in the file is no secret."""
        hidden = self.source.text
        if self.values:
            shown = [self.source.line(number) for number in range(1, len(self.source.lines) + 1)]
            for number, parts in self.lines.items():
                if 0 < number <= len(shown):
                    for start, end in parts:
                        line = shown[number - 1]
                        blank = HIDDEN * len(line[start:end])
                        shown[number - 1] = line[:start] + blank + line[end:]
            hidden = "\n".join(shown)
        return Veil(self.lines, tuple(value for value in self.values if value not in hidden))


def _mappings(root: Node) -> Iterator[Node]:
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if not isinstance(node.value, dict | list) or id(node.value) in seen:
            continue
        seen.add(id(node.value))  # aliases may repeat it many times
        if isinstance(node.value, dict):
            yield node
            pending += node.value.values()
        else:
            pending += node.value


def _scalars(root: Node | None) -> Iterator[Node]:
    pending = [root] if root is not None else []
    while pending:
        node = pending.pop()
        if isinstance(node.value, dict):
            pending += node.value.values()
        elif isinstance(node.value, list):
            pending += node.value
        else:
            yield node
