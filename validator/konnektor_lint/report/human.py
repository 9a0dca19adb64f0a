"""The text that a tired engineer reads once: source, both sides, what happens, what to do."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TextIO

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.lint import Result
from konnektor_lint.report.summary import counts, parts_of, skipped_by_missing, spans
from konnektor_lint.rule import find_rule

_COLOURS = {
    Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m",
}  # fmt: skip
_BLUE, _BOLD, _DIM, _RESET = "\x1b[1;34m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
TAB = 4


class Human:
    """Writes findings and a summary; ``colour`` adds escape sequences."""

    def __init__(self, language: str, *, colour: bool) -> None:
        """Remember how to speak."""
        self.language = language
        self.colour = colour

    def report(self, result: Result, out: TextIO) -> None:
        """Write everything that was found, then what was looked at."""
        out.writelines("\n".join(self._finding(one)) + "\n\n" for one in result.findings)
        out.write("\n".join(self._summary(result)) + "\n")

    def _paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text

    def _finding(self, finding: Diagnostic) -> Iterator[str]:
        language, code, args = self.language, finding.code, finding.args
        word = texts.say(language, f"severity.{finding.severity.name.lower()}")
        rule = find_rule(code)
        slug = rule.slug if rule is not None else ""
        head = self._paint(f"{word}[{code}]", _COLOURS[finding.severity])
        yield (
            f"{self._paint(place(finding.primary), _BOLD)}: {head}: {self._after(finding)}"
            f"{visible(texts.message(code, args, language))} ({slug})"
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
            title = self._paint(texts.say(language, f"word.{name}"), _BOLD)
            yield f"{pad} {mark} {title}: {visible(words)}"

    def _after(self, finding: Diagnostic) -> str:
        if not finding.after:
            return ""
        return texts.say(self.language, "upgrade.after", name=visible(finding.after)) + " "

    def _frame(self, finding: Diagnostic, at: Location, gutter: int, colour: str) -> Iterator[str]:
        line = at.source.line(at.span.start.line)
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
        shown, offset = _window(line, width(before))
        carets = carets[: max(1, len(shown) + offset - width(before))]
        yield f"{self._paint(number, _BLUE)} {bar} {shown}"
        caret_line = f"{' ' * (width(before) - offset)}{self._paint(carets, colour)}"
        yield f"{' ' * gutter} {bar} {caret_line}{' ' + label if label else ''}"

    def _summary(self, result: Result) -> Iterator[str]:
        language = self.language
        yield self._verdict(result)
        seen = ", ".join((
            texts.counted(language, "summary.files", result.files),
            texts.counted(language, "summary.documents", result.documents),
            *parts_of(result, language),
        ))  # fmt: skip
        yield texts.say(language, "summary.seen", seen=seen)
        for missing, rules in skipped_by_missing(result, language):
            yield texts.counted(
                language, "summary.skipped", len(rules), missing=missing, rules=spans(rules)
            )
        for skipped in result.skipped_files:
            reason = texts.say(language, f"summary.file.{skipped.reason}")
            yield texts.say(
                language, "summary.skipped_file", file=visible(skipped.path), reason=reason
            )

    def _verdict(self, result: Result) -> str:
        language = self.language
        if not result.recognised:
            return texts.say(language, "summary.nothing")
        found = counts(result)
        named = [
            texts.counted(language, f"summary.{severity.name.lower()}", found[severity])
            for severity in sorted(found, reverse=True)
            if found[severity]
        ]
        if not named:
            return texts.say(language, "summary.clean")
        colour = _COLOURS[max(item.severity for item in result.findings)]
        return self._paint(texts.say(language, "summary.found", found=", ".join(named)), colour)


# Control characters, and those that turn the reading direction around: a file must not be able to
# steer the terminal or to show something else than it holds.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text with what a terminal would not show written out as escapes."""
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


_WINDOW = 160
_LONG = 4 * _WINDOW


def _window(line: str, before: int) -> tuple[str, int]:
    """Return the visible part of a line, tabs written out, and how much was cut on the left."""
    written = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", line.expandtabs(TAB))
    if len(written) <= _WINDOW:
        return written, 0
    start = max(0, min(before - _WINDOW // 4, len(written) - _WINDOW))
    return written[start : start + _WINDOW], start


def width(text: str, column: int = 0) -> int:
    """Return how many terminal cells a text takes that begins at a cell."""
    cells = column
    for character in text:
        if character == "\t":
            cells += TAB - cells % TAB
        elif unicodedata.combining(character):
            continue
        else:
            cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells - column


def place(at: Location) -> str:
    """Return ``file:line:column``."""
    return f"{visible(at.source.path)}:{at.span.start.line}:{at.span.start.column}"
