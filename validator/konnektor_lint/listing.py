"""All rules in a list, for people and for programs."""

import json
from typing import TextIO

from konnektor_lint import __version__, texts
from konnektor_lint.rule import all_rules

VERSION = 1


def as_text(language: str, out: TextIO) -> None:
    """Write a line for each rule."""
    for rule in all_rules():
        severity = texts.say(language, f"severity.{rule.severity.name.lower()}")
        title = texts.rule_text(rule.code, language)["title"]
        fixable = f" ({texts.say(language, f'fixable.{rule.fix}')})" if rule.fix else ""
        out.write(f"{rule.code}  {severity:<12} {rule.slug:<36} {title}{fixable}\n")


def as_json(language: str, out: TextIO) -> None:
    """Write one JSON object; its schema is ``schemas/konnektor-lint-rules/v1.json``."""
    rules = [
        {
            "code": rule.code,
            "slug": rule.slug,
            "severity": rule.severity.name.lower(),
            "language": language,
            "title": texts.rule_text(rule.code, language)["title"],
            "since": rule.since,
            "needs": list(rule.needs),
            "url": texts.page(rule.code, language),
            "fixable": bool(rule.fix),
        }
        for rule in all_rules()
    ]
    tool = {"name": "konnektor-lint", "version": __version__}
    json.dump({"version": VERSION, "tool": tool, "rules": rules}, out, indent=2, ensure_ascii=False)
    out.write("\n")


FORMATS = {"text": as_text, "json": as_json}
