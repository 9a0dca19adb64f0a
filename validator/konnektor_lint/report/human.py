"""The text that a tired engineer reads once: source, both sides, what happens, what to do."""

from __future__ import annotations

import posixpath

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.expression import expression
from konnektor_lint.report import summary
from konnektor_lint.report.summary import (
    fixable,
    parts_of,
    reason,
    skipped_by_missing,
    slug_of,
    spans,
)
from konnektor_lint.report.terminal import expanded, folded, hyperlink, width
from konnektor_lint.secrecy import veiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from konnektor_lint.fixing import Mended
    from konnektor_lint.linting import Result
    from konnektor_lint.report.run import Run

_COLOURS = {
    Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m",
}  # fmt: skip
_BLUE, _BOLD, _DIM, _RESET = "\x1b[1;34m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def write(run: Run, out: TextIO) -> None:
    """Write the findings, or how often each rule found something, and what was looked at."""
    human = Human(run.language, **run.look._asdict())
    if run.statistics:
        from konnektor_lint.report.tally import tally

        out.writelines(f"{line}\n" for line in tally(run.result, run.language))
        out.write("\n" if run.result.findings else "")
        human.summarize(run.result, out)
    else:
        human.report(run.result, out, run.mended)


class Human:
    """Writes findings and a summary.

    ``colour`` and ``links`` add escape sequences; ``columns`` is the width to fold help at;
    ``headings`` name each of several connectors.
    """

    def __init__(
        self, language: str, *, colour: bool = False, links: bool = False, columns: int = 0,
        headings: bool = False,
    ) -> None:  # fmt: skip
        """Remember how to speak."""
        self.language = language
        self.colour = colour
        self.links = links
        self.columns = columns
        self.headings = headings

    def report(self, result: Result, out: TextIO, mended: Mended | None = None) -> None:
        """Write everything that was found, then what was looked at; first what was mended."""
        for heading, findings in self._groups(result):
            if heading:
                out.write(f"{self._paint(heading, _BOLD)}\n\n")
            out.writelines("\n".join(self.lines(one)) + "\n\n" for one in findings)
        if mended is not None:
            out.writelines(f"{line}\n" for line in self.mended(mended, "fixed"))
        self.summarize(result, out)

    def summarize(self, result: Result, out: TextIO) -> None:
        """Write what was looked at."""
        out.write("\n".join(self._summary(result)) + "\n")

    def mended(self, mended: Mended, verb: str) -> Iterator[str]:
        """Yield what was mended (``verb``: ``fixed``) or would be (``planned``), and what not."""
        language = self.language
        if mended.fixed:
            files = texts.counted(language, "summary.files", len(mended.contents))
            yield texts.counted(language, f"fixes.{verb}", len(mended.fixed), files=files)
        else:
            yield texts.say(language, "fixes.none")
        for item in mended.refused:
            at = f"{visible(item.finding.primary.source.path)}:{item.line}"
            words = reason(item, language)
            yield texts.say(
                language, "fixes.refused", place=at, code=item.finding.code, reason=words
            )

    def _groups(self, result: Result) -> Iterator[tuple[str, list[Diagnostic]]]:
        """Yield the findings, by connector if there are several and somebody reads along."""
        folders = summary.folders(result) if self.headings else []
        if len(set(folders)) < 2:  # noqa: PLR2004  (several)
            yield "", list(result.findings)
            return
        for folder in dict.fromkeys(sorted(folders)):
            found = [
                item for item, where in zip(result.findings, folders, strict=True)
                if where == folder
            ]  # fmt: skip
            shown = visible(folder or posixpath.curdir)
            yield texts.say(self.language, "summary.connector", folder=shown), found

    def badge(self, finding: Diagnostic, word: str) -> str:
        """Return ``error[KL201]``; where terminals can, it leads to the rule's page."""
        painted = self._paint(f"{word}[{finding.code}]", _COLOURS[finding.severity])
        return (
            hyperlink(painted, texts.page(finding.code, self.language)) if self.links else painted
        )

    def _paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text

    def lines(self, finding: Diagnostic) -> Iterator[str]:
        """Yield the lines that show one finding."""
        language, code, args = self.language, finding.code, finding.args
        word = texts.say(language, f"severity.{finding.severity.name.lower()}")
        yield (
            f"{self._paint(place(finding.primary), _BOLD)}: {self.badge(finding, word)}: "
            f"{visible(summary.after(finding, language) + texts.message(code, args, language))} "
            f"({slug_of(code)})"
        )
        places = [finding.primary, *finding.related]
        gutter = max(len(str(item.span.start.line)) for item in places)
        yield from self._frame(finding, finding.primary, gutter, _COLOURS[finding.severity])
        for related in finding.related:
            yield f"{' ' * gutter} {self._paint('::', _BLUE)} {place(related)}"
            yield from self._frame(finding, related, gutter, _BLUE)
        pad = " " * gutter
        for name, text in (("help", texts.cure(code, args, language)), ("page", None)):
            words = texts.page(code, language) if text is None else " ".join(text.split())
            mark = self._paint("=", _BLUE)
            title = texts.say(language, f"word.{name}")
            indent = gutter + width(f" = {title}: ")
            first, *rest = folded(visible(words), self.columns, indent)
            yield f"{pad} {mark} {self._paint(title, _BOLD)}: {first}"
            yield from (f"{' ' * indent}{line}" for line in rest)

    def _frame(self, finding: Diagnostic, at: Location, gutter: int, colour: str) -> Iterator[str]:
        line = veiled(at.source, at.span.start.line)
        if not line.strip():
            return
        bar = self._paint("|", _BLUE)
        label = visible(texts.label(finding.code, at.label, finding.args, self.language))
        start, end = at.span.start.column, at.span.end.column
        if at.span.end.line != at.span.start.line:
            end = len(line) + 1
        if len(line) > _LONG:  # of what lies far away not even the width matters
            cut = max(0, start - 1 - _WINDOW)
            line, start, end = line[cut : cut + _LONG], start - cut, end - cut
        before, marked = line[: start - 1], line[start - 1 : max(end, start + 1) - 1]
        carets = "^" * max(1, width(marked.rstrip() or " ", width(before)))
        number = str(at.span.start.line).rjust(gutter)
        shown, offset = _window(line, before)
        carets = carets[: max(1, width(shown) + offset - width(before))]
        yield f"{self._paint(number, _BLUE)} {bar} {shown}"
        caret_line = f"{' ' * (width(before) - offset)}{self._paint(carets, colour)}"
        yield f"{' ' * gutter} {bar} {caret_line}{' ' + label if label else ''}"

    def _summary(self, result: Result) -> Iterator[str]:
        language = self.language
        yield self._verdict(result)
        yield from self._fixable(result)
        seen = ", ".join((
            texts.counted(language, "summary.files", result.files),
            texts.counted(language, "summary.documents", result.documents),
            *parts_of(result, language),
        ))  # fmt: skip
        yield texts.say(language, "summary.seen", seen=seen)
        yield from map(visible, summary.left_out(result, language))
        for name in ("suppressed", "known", "fixed"):
            count = getattr(result, name)
            if count:
                yield texts.counted(language, f"summary.{name}", count)
        for missing, rules in skipped_by_missing(result, language):
            yield texts.counted(
                language, "summary.skipped", len(rules), missing=missing, rules=spans(rules)
            )
        for skipped in result.skipped_files:
            reason = texts.say(language, f"summary.file.{skipped.reason}")
            yield texts.say(
                language, "summary.skipped_file", file=visible(skipped.path), reason=reason
            )

    def _fixable(self, result: Result) -> Iterator[str]:
        safe, unsafe = fixable(result)
        if safe or unsafe:
            key = "both" if safe and unsafe else "safe" if safe else "unsafe"
            yield texts.say(self.language, f"fixes.{key}", safe=safe, unsafe=unsafe)

    def _verdict(self, result: Result) -> str:
        words = summary.verdict(result, self.language)
        if not result.findings:
            return words
        return self._paint(words, _COLOURS[max(item.severity for item in result.findings)])


# Control characters, and those that turn the reading direction around: a file must not be able to
# steer the terminal or to show something else than it holds.
_HIDDEN = expression(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text with what a terminal would not show written out as escapes."""
    if text.isprintable():
        return text
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


_WINDOW = 160
_LONG = 4 * _WINDOW


def _window(line: str, before: str) -> tuple[str, int]:
    """Return the visible part of a line, tabs written out, and how many cells were cut off left."""
    written = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", expanded(line))
    if len(written) <= _WINDOW:
        return written, 0
    start = max(0, min(len(expanded(before)) - _WINDOW // 4, len(written) - _WINDOW))
    return written[start : start + _WINDOW], width(written[:start])


def place(at: Location) -> str:
    """Return ``file:line:column``."""
    return f"{visible(at.source.path)}:{at.span.start.line}:{at.span.start.column}"
