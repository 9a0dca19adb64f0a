"""JUnit XML, as Jenkins and GitLab read it: a suite for each file, a failed case for a finding."""

import html
import re
from collections.abc import Iterator
from itertools import groupby
from typing import TextIO

from konnektor_lint import __version__, texts
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.report.human import Human, visible
from konnektor_lint.report.paths import relative, repository_root
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import after, left_out, slug_of, verdict

NAME = "konnektor-lint"


def write(run: Run, out: TextIO) -> None:
    """Write one document; a run without findings is one case that passed."""
    root, result = repository_root(), run.result
    failures, skipped = len(result.findings), len(result.skipped_files)
    tests = failures + skipped or 1
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    counts = {"tests": tests, "failures": failures, "errors": 0}
    out.write(f"<testsuites{_attributes(name=NAME, **counts, skipped=skipped)}>\n")
    for path, found in groupby(result.findings, key=lambda item: item.primary.source.path):
        out.writelines(f"{line}\n" for line in _suite(relative(path, root), list(found), run))
    if skipped or not failures:
        out.writelines(f"{line}\n" for line in _rest(run, root))
    out.writelines(
        f"  <!-- {_text(visible(line)).replace('--', '- -')} -->\n"
        for line in left_out(result, run.language)
    )
    out.write("</testsuites>\n")


def _suite(path: str, findings: list[Diagnostic], run: Run) -> Iterator[str]:
    count = len(findings)
    yield f"  <testsuite{_attributes(name=path, tests=count, failures=count, errors=0, skipped=0)}>"
    yield from _properties(run)
    for finding in findings:
        yield from _case(path, finding, run.language)
    yield "  </testsuite>"


def _properties(run: Run) -> Iterator[str]:
    yield "    <properties>"
    for name, value in (("version", __version__), ("language", run.language)):
        yield f"      <property{_attributes(name=name, value=value)}/>"
    yield "    </properties>"


def _case(path: str, finding: Diagnostic, language: str) -> Iterator[str]:
    start = finding.primary.span.start
    name = f"{finding.code} {slug_of(finding.code)} ({start.line}:{start.column})"
    message = after(finding, language) + texts.message(finding.code, finding.args, language)
    severity = finding.severity.name.lower()
    yield f"    <testcase{_attributes(name=name, classname=path, file=path, line=start.line)}>"
    body = _text("\n".join(Human(language).lines(finding)))
    yield f"      <failure{_attributes(type=severity, message=message)}>{body}</failure>"
    yield "    </testcase>"


def _rest(run: Run, root: str) -> Iterator[str]:
    """Yield what has no finding: the skipped files, or one case that stands for all."""
    skipped = run.result.skipped_files
    tests = len(skipped) or 1
    counts = {"tests": tests, "failures": 0, "errors": 0, "skipped": len(skipped)}
    yield f"  <testsuite{_attributes(name=NAME, **counts)}>"
    yield from _properties(run)
    for item in skipped:
        path = relative(item.path, root)
        reason = texts.say(run.language, f"summary.file.{item.reason}")
        yield f"    <testcase{_attributes(name=path, classname=path)}>"
        yield f"      <skipped{_attributes(message=reason)}/>"
        yield "    </testcase>"
    if not skipped:
        name = verdict(run.result, run.language)
        yield f"    <testcase{_attributes(name=name, classname=NAME)}/>"
    yield "  </testsuite>"


def _attributes(**values: str | int) -> str:
    return "".join(f' {name}="{_text(visible(str(value)))}"' for name, value in values.items())


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (production 2, Char)."""


def _text(text: str) -> str:
    return html.escape(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)
