"""SARIF 2.1.0, for code scanning (OASIS, sarif-v2.1.0-errata01-os)."""

import json
from typing import Any, TextIO

from konnektor_lint import __version__, texts
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.fix import Edit
from konnektor_lint.report.fingerprint import fingerprints
from konnektor_lint.report.human import visible
from konnektor_lint.report.paths import address, is_inside, relative, repository_root
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import after, left_out, skipped_by_missing, spans
from konnektor_lint.rewrite import Layout
from konnektor_lint.rule import Rule, find_rule
from konnektor_lint.source import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_NOTIFICATIONS = ("skipped-file", "rules-not-run", "nothing-found", "findings-left-out")

Json = dict[str, Any]


def write(run: Run, out: TextIO) -> None:
    """Write one log with one run; the same input gives the same bytes, whoever runs it."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Sarif(run).run()]}
    json.dump(log, out, indent=2, ensure_ascii=False)
    out.write("\n")


def fixes_of(finding: Diagnostic, root: str, language: str) -> list[Json]:
    """Return the fixes of a finding: at most one, with its edits by file (3.55 of the standard).

    ``root``: the repository. What only an upgrade brings is not to be fixed before it.
    """
    fix = finding.fix
    if fix is None or finding.after:
        return []
    changes: dict[str, list[Edit]] = {}
    for edit in sorted(fix.edits, key=lambda item: (item.source.path, item.span)):
        changes.setdefault(edit.source.path, []).append(edit)
    kind = "safe" if fix.safe else "unsafe"
    return [
        {
            "description": {"text": texts.say(language, f"sarif.fix-{kind}")},
            "artifactChanges": [
                {
                    "artifactLocation": _artifact(path, root),
                    "replacements": [_replacement(edit) for edit in edits],
                }
                for path, edits in changes.items()
            ],
            "properties": {"safe": fix.safe},
        }
    ]


def _replacement(edit: Edit) -> Json:
    made: Json = {"deletedRegion": _region(edit.span)}
    (change,) = Layout(edit.source.text).changes([edit])  # with line breaks as the file has them
    if change.text:
        made["insertedContent"] = {"text": change.text}
    return made


def _region(span: Span) -> Json:
    start, end = span
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _artifact(path: str, root: str) -> Json:
    uri = address(path, root)
    return {"uri": uri, "uriBaseId": _BASE} if is_inside(uri) else {"uri": uri}


class _Sarif:
    def __init__(self, run: Run) -> None:
        self.result = run.result
        self.exit_code = run.exit_code
        self.language = run.language
        self.root = repository_root()
        codes = sorted({item.code for item in run.result.findings})
        self.rules = [rule for rule in map(find_rule, codes) if rule is not None]
        self.index = {rule.code: at for at, rule in enumerate(self.rules)}

    def run(self) -> Json:
        """Return the run; rules are those that found something."""
        findings = self.result.findings
        identities = fingerprints(findings, self.root)
        return {
            "tool": {"driver": self.driver()},
            "language": self.language,
            "columnKind": "unicodeCodePoints",
            # Without an address: a log must not depend on where the repository was checked out.
            "originalUriBaseIds": {
                _BASE: {"description": {"text": texts.say(self.language, "sarif.root")}}
            },
            "invocations": [self.invocation()],
            "results": [
                self.found(item, identity)
                for item, identity in zip(findings, identities, strict=True)
            ],
        }

    def driver(self) -> Json:
        return {
            "name": "konnektor-lint",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": f"{texts.SITE}{self.language}/",
            "language": self.language,
            "rules": [self.rule(rule) for rule in self.rules],
            "notifications": [
                {"id": name, "shortDescription": {"text": self.say(f"sarif.{name}")}}
                for name in _NOTIFICATIONS
            ],
        }

    def say(self, key: str) -> str:
        return texts.say(self.language, key)

    def rule(self, rule: Rule) -> Json:
        words = texts.rule_text(rule.code, self.language)
        page = texts.page(rule.code, self.language)
        sections = {
            self.say(f"explain.{key}"): words[key].strip() for key in ("why", "symptom", "fix")
        }
        return {
            "id": rule.code,
            "name": rule.slug,
            "shortDescription": {"text": words["title"]},
            "fullDescription": {"text": words["why"].strip()},
            "help": {
                "text": f"{words['fix'].strip()}\n{page}",
                "markdown": "\n\n".join(
                    [f"### {title}\n\n{text}" for title, text in sections.items()] + [f"<{page}>"]
                ),
            },
            "helpUri": page,
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {
                "slug": rule.slug,
                "severity": rule.severity.name.lower(),
                "since": rule.since,
                "tags": ["kubernetes", "konnectivity"],
            },
        }

    def found(self, finding: Diagnostic, identity: str) -> Json:
        result: Json = {
            "ruleId": finding.code,
            "ruleIndex": self.index[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": self.message(finding)},
            "locations": [self.location(finding.primary)],
        }
        if finding.related:
            result["relatedLocations"] = [
                {
                    "id": number,
                    **self.location(item),
                    "message": {"text": _plain(self.label(finding, item))},
                }
                for number, item in enumerate(finding.related, 1)
            ]
        result["partialFingerprints"] = {"konnektorLint/v1": identity}
        fixes = fixes_of(finding, self.root, self.language)
        if fixes:
            result["fixes"] = fixes
        result["properties"] = {"severity": finding.severity.name.lower(), "after": finding.after}
        return result

    def message(self, finding: Diagnostic) -> str:
        """Return message, cure, and a link to each related place: viewers show no others."""
        language, code, args = self.language, finding.code, finding.args
        cure = " ".join(texts.cure(code, args, language).split())
        lines = [
            _plain(after(finding, language) + texts.message(code, args, language)),
            _plain(f"{self.say('word.help')}: {cure}"),
        ]
        for number, item in enumerate(finding.related, 1):
            label = _plain(self.label(finding, item)).translate(_BRACKETS)
            lines.append(f"[{label}]({number})")
        return "\n".join(lines)

    def label(self, finding: Diagnostic, at: Location) -> str:
        """Return what a related place is; where the rule has no words for it, where it is."""
        words = texts.label(finding.code, at.label, finding.args, self.language)
        return words or f"{relative(at.source.path, self.root)}:{at.span.start.line}"

    def location(self, at: Location) -> Json:
        return {
            "physicalLocation": {
                "artifactLocation": _artifact(at.source.path, self.root),
                "region": _region(at.span),
            }
        }

    def invocation(self) -> Json:
        return {
            "executionSuccessful": True,
            "exitCode": self.exit_code,
            "toolExecutionNotifications": [
                *self.skipped_files(),
                *self.not_run(),
                *self.left_out(),
            ],
        }

    def skipped_files(self) -> list[Json]:
        return [
            {
                "descriptor": {"id": _NOTIFICATIONS[0], "index": 0},
                "level": "warning",
                "message": {
                    "text": _plain(
                        texts.say(
                            self.language, "summary.skipped_file", file=item.path,
                            reason=self.say(f"summary.file.{item.reason}"),
                        )
                    )
                },
                "locations": [
                    {"physicalLocation": {"artifactLocation": _artifact(item.path, self.root)}}
                ],
            }
            for item in self.result.skipped_files
        ]  # fmt: skip

    def not_run(self) -> list[Json]:
        if not self.result.recognised:
            return [_note(2, self.say("summary.nothing"))]
        return [
            _note(
                1,
                texts.counted(
                    self.language, "summary.skipped", len(codes), missing=missing,
                    rules=spans(codes),
                ),
            )
            for missing, codes in skipped_by_missing(self.result, self.language)
        ]  # fmt: skip

    def left_out(self) -> list[Json]:
        return [_note(3, _plain(line)) for line in left_out(self.result, self.language)]


def _note(index: int, text: str) -> Json:
    return {
        "descriptor": {"id": _NOTIFICATIONS[index], "index": index},
        "level": "note",
        "message": {"text": text},
    }


_BRACKETS = {ord("["): r"\[", ord("]"): r"\]", ord("\\"): r"\\"}


def _plain(text: str) -> str:
    """Return text that stays text: SARIF makes links of ``[a](b)`` and reads ``{0}`` as a place.

    See 3.11.5 (placeholders) and 3.11.6 (embedded links) of the standard.
    """
    return visible(text).replace("](", "] (").replace("{", "{{").replace("}", "}}")
