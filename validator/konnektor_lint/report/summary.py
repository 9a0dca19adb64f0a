"""What a run looked at: shared by all formats."""

from konnektor_lint import texts
from konnektor_lint.connector import PARTS
from konnektor_lint.diagnostic import Severity
from konnektor_lint.lint import Result


def counts(result: Result) -> dict[Severity, int]:
    """Return how many findings there are of each severity."""
    return {
        severity: sum(1 for item in result.findings if item.severity is severity)
        for severity in Severity
    }


def parts_of(result: Result, language: str) -> list[str]:
    """Return the recognised parts in words: ``1 egress configuration``, ``2 agents``."""
    words = []
    for part in PARTS:
        count = sum(len(getattr(connector, part)) for connector in result.connectors)
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
