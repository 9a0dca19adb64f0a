"""The JSON format; its schema is ``schemas/konnektor-lint-output/v1.json``."""

import json
from typing import TYPE_CHECKING, Any, TextIO

from konnektor_lint import __version__, texts
from konnektor_lint.connector import Entry
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.fix import Fix
from konnektor_lint.linting import Result
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import counts, reason, slug_of
from konnektor_lint.source import Position

if TYPE_CHECKING:
    from konnektor_lint.fixing import Mended

VERSION = 1


def write(run: Run, out: TextIO) -> None:
    """Write one JSON object."""
    Machine(run.language).report(run.result, out, run.mended)


class Machine:
    """Writes one JSON object; codes, slugs and keys are never translated."""

    def __init__(self, language: str) -> None:
        """Remember the language of titles and messages."""
        self.language = language

    def report(self, result: Result, out: TextIO, mended: "Mended | None" = None) -> None:
        """Write everything that was found and what was looked at; with fixes what they did."""
        report: dict[str, Any] = {
            "version": VERSION,
            "tool": {"name": "konnektor-lint", "version": __version__},
            "summary": _summary(result),
            "findings": [self._finding(finding) for finding in result.findings],
        }
        if mended is not None:
            report["mended"] = self._mended(mended)
        json.dump(report, out, indent=2, ensure_ascii=False)
        out.write("\n")

    def _mended(self, mended: "Mended") -> dict[str, Any]:
        return {
            "findings": len(mended.fixed),
            "files": sorted(mended.contents),
            "refused": [
                {
                    "code": item.finding.code,
                    "file": item.finding.primary.source.path,
                    "line": item.line,
                    "reason": reason(item, self.language),
                }
                for item in mended.refused
            ],
        }

    def _finding(self, finding: Diagnostic) -> dict[str, Any]:
        language, code, args = self.language, finding.code, finding.args
        return {
            "code": code,
            "slug": slug_of(code),
            "severity": finding.severity.name.lower(),
            "language": language,
            "title": texts.rule_text(code, language)["title"],
            "message": texts.message(code, args, language),
            "help": texts.cure(code, args, language).strip(),
            "url": texts.page(code, language),
            "location": _location(finding.primary),
            "related": [
                {**_location(item), "label": texts.label(code, item.label, args, language)}
                for item in finding.related
            ],
            "args": dict(args),
            "after": finding.after,
            "fix": None if finding.fix is None else _fix(finding.fix),
        }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {
            "file": edit.source.path,
            "start": _position(edit.span.start),
            "end": _position(edit.span.end),
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"safe": fix.safe, "edits": edits}


def _location(at: Location) -> dict[str, Any]:
    return {
        "file": at.source.path,
        "start": _position(at.span.start),
        "end": _position(at.span.end),
    }


def _position(at: Position) -> dict[str, int]:
    return {"line": at.line, "column": at.column}


def _summary(result: Result) -> dict[str, Any]:
    found = counts(result)
    return {
        "files": result.files,
        "documents": result.documents,
        "parts": [_part(entry) for item in result.inventories for entry in item.parts],
        "errors": found[Severity.ERROR],
        "warnings": found[Severity.WARNING],
        "infos": found[Severity.INFO],
        "skipped_rules": [
            {"code": item.rule.code, "slug": item.rule.slug, "missing": list(item.missing)}
            for item in result.skipped_rules
        ],
        "skipped_files": [
            {"file": item.path, "reason": item.reason} for item in result.skipped_files
        ],
        "suppressed": result.suppressed,
        "known": result.known,
        "fixed": result.fixed,
        "more": [
            {"code": item.code, "file": item.path, "count": item.number} for item in result.more
        ],
    }


def _part(entry: Entry) -> dict[str, Any]:
    return {"role": entry.role, "name": entry.name, "file": entry.path, "line": entry.line}
