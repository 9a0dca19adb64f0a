"""Applies fixes in memory until nothing more can be mended, and keeps only what helps.

After each step everything is linted again. A fix whose finding stays, or that brings another
error or warning anywhere, is taken back and told of.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.fix import Edit
from konnektor_lint.linting import Result
from konnektor_lint.rewrite import Change, Layout, changed
from konnektor_lint.source import decode

STEPS = 300
"""Most times that everything is linted again."""

AT_ONCE = 500
"""Most fixes that are tried together."""

FAILURES = 10
"""After how many fixes of a rule that were taken back, and none kept, it is left alone."""

Contents = Mapping[str, bytes]
_Line = tuple[str, int]
"""A line of a file."""

_Key = tuple[str, str, int]
"""A finding by its rule, its file and the offset it begins at."""


class NotMended(NamedTuple):
    """A finding whose fix was not kept; ``reason`` is a key of the texts, ``code`` what it names.

    ``line`` counts in the file as it ends up.
    """

    finding: Diagnostic
    reason: str
    code: str
    line: int


class Mended(NamedTuple):
    """What came of it: the new contents of the changed files, and what was and was not mended."""

    contents: Contents
    fixed: tuple[Diagnostic, ...]
    refused: tuple[NotMended, ...]


class Wanted(NamedTuple):
    """Which findings are to be mended, and which files may be changed."""

    shown: Callable[[Diagnostic], bool]
    unsafe: bool
    writable: Callable[[str], bool]

    def takes(self, finding: Diagnostic) -> bool:
        """Tell whether a finding is to be mended."""
        fix = finding.fix
        if fix is None or finding.after or not self.shown(finding):
            return False
        return fix.safe or self.unsafe


class _Run:
    """The state between the steps."""

    def __init__(
        self, lint: Callable[[Contents], Result], read: Callable[[str], bytes], wanted: Wanted
    ) -> None:
        self.lint = lint
        self.read = read
        self.wanted = wanted
        self.contents: dict[str, bytes] = {}
        self.fixed: list[Diagnostic] = []
        self.refused: dict[_Key, NotMended] = {}
        self.result = lint(self.contents)
        self.layouts: dict[str, Layout] = {}
        self.failures: Counter[str] = Counter()

    def key(self, finding: Diagnostic) -> _Key:
        source = finding.primary.source
        if source.path not in self.layouts or self.layouts[source.path].text is not source.text:
            self.layouts[source.path] = Layout(source.text)
        layout = self.layouts[source.path]
        return (finding.code, source.path, layout.offset(finding.primary.span.start))

    def mend(self) -> Mended:
        most = AT_ONCE
        for _ in range(STEPS):
            chosen = self._chosen(most)
            if not chosen:
                break
            most = self._step(chosen, most)
        refused = tuple(
            item._replace(line=self._line(path, offset))
            for (_, path, offset), item in sorted(self.refused.items(), key=lambda pair: pair[0])
        )
        changed_files = {
            path: data for path, data in self.contents.items() if data != self.read(path)
        }
        return Mended(changed_files, tuple(self.fixed), refused)

    def _line(self, path: str, offset: int) -> int:
        data = self.contents[path] if path in self.contents else self.read(path)
        return bisect_right(Layout(decode(data)).starts, offset)

    def _chosen(self, most: int) -> list[Diagnostic]:
        """Return findings to mend at once: their edits do not meet, or are the same."""
        chosen: list[Diagnostic] = []
        doubts = self._doubts()
        taken: dict[str, list[Edit]] = defaultdict(list)
        for finding in sorted(self.result.findings, key=lambda item: item.code[:3]):
            if len(chosen) >= min(most, AT_ONCE):
                break
            if chosen and chosen[0].code[:3] != finding.code[:3]:
                break  # what is wrong in one document is mended before what lies between two
            if not self.wanted.takes(finding) or self._is_given_up(finding):
                continue
            edits = finding.fix.edits if finding.fix is not None else ()
            if not all(self.wanted.writable(edit.source.path) for edit in edits):
                self._refuse(finding, "outside")
            elif code := _doubted(finding, doubts):
                self._refuse(finding, "doubtful", code)
            elif not any(_meets(edit, taken[edit.source.path]) for edit in edits):
                chosen.append(finding)
                for edit in edits:
                    taken[edit.source.path].append(edit)
        return chosen

    def _is_given_up(self, finding: Diagnostic) -> bool:
        return self.failures[finding.code] >= FAILURES or self.key(finding) in self.refused

    def _doubts(self) -> dict[_Line, set[str]]:
        """Return which rules find something at which lines."""
        doubts: dict[_Line, set[str]] = defaultdict(set)
        for finding in self.result.findings:
            if finding.severity is not Severity.INFO:
                for place in (finding.primary, *finding.related):
                    doubts[place.source.path, place.span.start.line].add(finding.code)
        return doubts

    def _refuse(self, finding: Diagnostic, reason: str, code: str = "") -> None:
        self.refused[self.key(finding)] = NotMended(finding, reason, code, 0)

    def _step(self, chosen: list[Diagnostic], most: int) -> int:
        """Try fixes together; return how many to try next."""
        made = self._applied(chosen)
        if made is None:
            reason, code = "unreadable", ""
        else:
            contents, changes = made
            result = self.lint(contents)
            reason, code = self._judge(chosen, changes, result)
            if not reason:
                self._keep(chosen, contents, changes, result)
                return most * 2
        if len(chosen) == 1:
            self._refuse(chosen[0], reason, code)
            self.failures[chosen[0].code] += 1
            return most * 2
        return max(1, len(chosen) // 2)

    def _applied(
        self, chosen: list[Diagnostic]
    ) -> tuple[dict[str, bytes], dict[str, list[Change]]] | None:
        edits: dict[str, set[Edit]] = defaultdict(set)
        for finding in chosen:
            for edit in finding.fix.edits if finding.fix is not None else ():
                edits[edit.source.path].add(edit)
        contents, changes = dict(self.contents), {}
        for path, wanted in edits.items():
            made = changed(contents[path] if path in contents else self.read(path), wanted)
            if made is None:
                return None
            contents[path], changes[path] = made
        return contents, changes

    def _judge(
        self, chosen: list[Diagnostic], changes: dict[str, list[Change]], result: Result
    ) -> tuple[str, str]:
        """Return why the changed files are not kept (and the rule that says so), or nothing."""
        if _seen(result) < _seen(self.result) or result.skipped_files != self.result.skipped_files:
            return "lost", ""
        mended = {id(finding) for finding in chosen}
        expected: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        gone: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for finding in self.result.findings:
            code, path, offset = self.key(finding)
            place = _moved(offset, changes.get(path, []))
            (gone if id(finding) in mended else expected)[code, path].append(place)
        saved, self.layouts = self.layouts, {}
        try:
            for finding in result.findings:
                code, path, offset = self.key(finding)
                if not _take(expected[code, path], offset):
                    if any(low <= offset <= high for low, high in gone[code, path]):
                        return "stays", ""
                    if finding.severity is not Severity.INFO and not finding.after:
                        return "brings", finding.code
        finally:
            self.layouts = saved
        return "", ""

    def _keep(
        self, chosen: list[Diagnostic], contents: dict[str, bytes],
        changes: dict[str, list[Change]], result: Result,
    ) -> None:  # fmt: skip
        self.fixed += chosen
        for finding in chosen:
            self.failures[finding.code] = 0
        self.contents, self.result = contents, result
        self.refused = {
            (code, path, _moved(offset, changes.get(path, []))[0]): item
            for (code, path, offset), item in self.refused.items()
            if item.reason != "doubtful"  # the doubt may be gone
        }


def _doubted(finding: Diagnostic, doubts: Mapping[_Line, set[str]]) -> str:
    """Return the rule by which the other side of a finding may be what is wrong, or nothing."""
    for place in finding.related:
        others = doubts[place.source.path, place.span.start.line] - {finding.code}
        if others:
            return min(others)
    return ""


def mend(
    lint: Callable[[Contents], Result], read: Callable[[str], bytes], wanted: Wanted
) -> Mended:
    """Apply the wanted fixes until none is left.

    ``lint`` judges files with contents in their place; ``read`` returns what a file held at first.
    """
    return _Run(lint, read, wanted).mend()


def _seen(result: Result) -> int:
    return sum(sum(item.counts.values()) for item in result.inventories)


def _meets(edit: Edit, others: Iterable[Edit]) -> bool:
    """Tell whether an edit touches the place of another one that is not the same."""
    return any(
        edit != other and edit.span.start <= other.span.end and other.span.start <= edit.span.end
        for other in others
    )


def _moved(offset: int, changes: Iterable[Change]) -> tuple[int, int]:
    """Return where a place may be after changes: a range where it lay in one of them."""
    shift = 0
    for start, end, text in changes:
        if end < offset or (end == offset and start < end):
            shift += len(text) - (end - start)
        elif start <= offset:
            return start + shift, max(start + len(text), offset + len(text)) + shift
        else:
            break
    return offset + shift, offset + shift


def _take(places: list[tuple[int, int]], offset: int) -> bool:
    """Take the first place that an offset may be, if there is one."""
    for at, (low, high) in enumerate(places):
        if low <= offset <= high:
            del places[at]
            return True
    return False
