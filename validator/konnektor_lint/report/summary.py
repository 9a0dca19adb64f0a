"""What a run looked at: shared by all formats."""

from __future__ import annotations

import posixpath

from konnektor_lint import limits, texts
from konnektor_lint.connector import PARTS, Inventory
from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.rule import all_rules, find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from konnektor_lint.linting import Result


def slug_of(code: str) -> str:
    """Return the name of a rule; empty if there is none of that code."""
    rule = find_rule(code)
    return rule.slug if rule is not None else ""


def after(finding: Diagnostic, language: str) -> str:
    """Return what to put before the message of a finding that only an upgrade brings."""
    if not finding.after:
        return ""
    return texts.say(language, "upgrade.after", name=finding.after) + " "


def verdict(result: Result, language: str) -> str:
    """Return the sentence that sums a run up."""
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
    return texts.say(language, "summary.found", found=", ".join(named))


def folders(result: Result) -> list[str]:
    """Return for each finding the folder of the connector that its file belongs to."""
    homes: dict[str, str] = {}
    for item in result.inventories:
        if item.documents:
            folder = _folder(item)
            for path in item.paths:
                homes.setdefault(path, folder)
    return [
        homes.get(item.primary.source.path, posixpath.dirname(_slashed(item.primary.source.path)))
        for item in result.findings
    ]


def read_files(result: Result) -> set[str]:
    """Return the files that hold parts of a connector, or something that is wrong with one."""
    return {path for item in result.inventories for path in item.paths}


def _folder(inventory: Inventory) -> str:
    """Return the folder that holds all of a connector's files."""
    parents = {posixpath.dirname(_slashed(path)) for path in inventory.paths}
    try:
        return posixpath.commonpath(parents)
    except ValueError:  # absolute paths beside relative ones
        return ""


def _slashed(path: str) -> str:
    return path.replace("\\", "/")


if TYPE_CHECKING:
    from konnektor_lint.fixing import NotMended


def counts(result: Result) -> dict[Severity, int]:
    """Return how many findings there are of each severity."""
    return {
        severity: sum(1 for item in result.findings if item.severity is severity)
        for severity in Severity
    }


def fixable(result: Result) -> tuple[int, int]:
    """Return how many findings have a safe fix, and how many an unsafe one."""
    fixes = [item.fix for item in result.findings if item.fix is not None and not item.after]
    safe = sum(1 for item in fixes if item.safe)
    return safe, len(fixes) - safe


def reason(refused: NotMended, language: str) -> str:
    """Return why a fix was not kept."""
    return texts.say(language, f"fixes.reason.{refused.reason}", brought=refused.code)


def parts_of(result: Result, language: str) -> list[str]:
    """Return the recognised parts in words: ``1 egress configuration``, ``2 agents``."""
    words = []
    for part in PARTS:
        count = sum(item.counts[part] for item in result.inventories)
        if count:
            words.append(texts.counted(language, f"part.{part}", count))
    return words


def skipped_by_missing(result: Result, language: str) -> list[tuple[str, list[str]]]:
    """Return the codes of the rules that could not run, by the parts they lacked."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for item in result.skipped_rules:
        codes = grouped.setdefault(item.missing, [])
        if item.rule.code not in codes:
            codes.append(item.rule.code)
    return [
        (", ".join(texts.say(language, f"missing.{part}") for part in missing), codes)
        for missing, codes in sorted(grouped.items())
    ]


def left_out(result: Result, language: str) -> list[str]:
    """Return how many findings are not shown, a line for each rule and file."""
    return [
        texts.counted(
            language, "summary.more", item.number, code=item.code, file=item.path,
            limit=limits.FINDINGS,
        )
        for item in result.more
    ]  # fmt: skip


def spans(codes: list[str]) -> str:
    """Return codes in few words: ``KL100–KL125, KL201`` where no rule between is left out."""
    order = {rule.code: at for at, rule in enumerate(all_rules())}
    groups: list[list[str]] = []
    for code in sorted(codes):
        if groups and order[code] == order[groups[-1][-1]] + 1:
            groups[-1].append(code)
        else:
            groups.append([code])
    return ", ".join(
        f"{group[0]}–{group[-1]}" if group[2:] else ", ".join(group) for group in groups
    )
