"""Workflow commands: GitHub Actions shows them as annotations beside the changed lines."""

from collections.abc import Iterator
from typing import TextIO

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.report.human import visible
from konnektor_lint.report.paths import STANDARD_INPUT, relative, repository_root
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import after, left_out, slug_of, verdict

_COMMANDS = {
    Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice",
}  # fmt: skip


def write(run: Run, out: TextIO) -> None:
    """Write a command for each finding, then the verdict."""
    root = repository_root()
    for finding in run.result.findings:
        fields = ",".join(
            f"{name}={_field(value)}" for name, value in _fields(finding, run.language, root)
        )
        text = "\n".join(_lines(finding, run.language, root))
        out.write(f"::{_COMMANDS[finding.severity]} {fields}::{_data(text)}\n")
    out.write(f"{verdict(run.result, run.language)}\n")
    out.writelines(f"{visible(line)}\n" for line in left_out(run.result, run.language))


def _fields(finding: Diagnostic, language: str, root: str) -> Iterator[tuple[str, str]]:
    at = finding.primary
    if at.source.path != STANDARD_INPUT:
        yield "file", relative(at.source.path, root)
        yield "line", str(at.span.start.line)
        yield "endLine", str(at.span.end.line)
        if at.span.end.line == at.span.start.line:  # columns only go with a single line
            yield "col", str(at.span.start.column)
            yield "endColumn", str(at.span.end.column)
    yield "title", f"{finding.code} {texts.rule_text(finding.code, language)['title']}"


def _lines(finding: Diagnostic, language: str, root: str) -> Iterator[str]:
    """Yield the annotation's lines; the log shows only them, so they name the place as well."""
    code, args = finding.code, finding.args
    message = after(finding, language) + texts.message(code, args, language)
    yield visible(f"{_place(finding.primary, root)}: {message} ({slug_of(code)})")
    for other in finding.related:
        label = texts.label(code, other.label, args, language)
        yield visible(f"{_place(other, root)}{': ' if label else ''}{label}")
    yield visible(f"{texts.say(language, 'word.help')}: {_one_line(finding, language)}")
    yield f"{texts.say(language, 'word.page')}: {texts.page(code, language)}"


def _one_line(finding: Diagnostic, language: str) -> str:
    return " ".join(texts.cure(finding.code, finding.args, language).split())


def _place(at: Location, root: str) -> str:
    return f"{relative(at.source.path, root)}:{at.span.start.line}:{at.span.start.column}"


def _data(text: str) -> str:
    """Escape a command's text as the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _field(text: str) -> str:
    """Escape the value of a command's property."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
