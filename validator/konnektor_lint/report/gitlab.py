"""GitLab's code quality report, as the Code Quality page of its documentation describes it."""

import json
from typing import TextIO

from konnektor_lint import texts
from konnektor_lint.diagnostic import Severity
from konnektor_lint.report.fingerprint import fingerprints
from konnektor_lint.report.human import visible
from konnektor_lint.report.paths import relative, repository_root
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import after, slug_of

_SEVERITIES = {
    Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info",
}  # fmt: skip


def write(run: Run, out: TextIO) -> None:
    """Write one JSON array."""
    root, findings = repository_root(), run.result.findings
    issues = []
    for finding, fingerprint in zip(findings, fingerprints(findings, root), strict=True):
        at = finding.primary
        message = texts.message(finding.code, finding.args, run.language)
        lines = {"begin": at.span.start.line, "end": at.span.end.line}
        issues.append({
            "description": f"{finding.code}: {visible(after(finding, run.language) + message)}",
            "check_name": slug_of(finding.code),
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": visible(relative(at.source.path, root)), "lines": lines},
        })  # fmt: skip
    json.dump(issues, out, indent=2, ensure_ascii=False)
    out.write("\n")
