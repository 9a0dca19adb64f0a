"""What a run looked at: shared by all formats."""

from konnektor_lint import texts
from konnektor_lint.connector import PARTS
from konnektor_lint.diagnostic import Severity
from konnektor_lint.lint import Result
from konnektor_lint.rule import all_rules


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
