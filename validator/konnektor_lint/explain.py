"""A rule explained in the terminal, from the texts that also make its page."""

from konnektor_lint import texts
from konnektor_lint.rule import Rule


def explain(rule: Rule, language: str) -> str:
    """Return title, facts, why, symptom, cure and evidence of a rule as plain text."""
    words = texts.rule_text(rule.code, language)

    def say(key: str) -> str:
        return texts.say(language, key)

    needs = ", ".join(say(f"missing.{part}") for part in rule.needs) or say("explain.nothing")
    lines = [
        f"{rule.code} · {rule.slug} · {words['title']}",
        "",
        " · ".join(
            f"{say(f'explain.{name}')}: {value}"
            for name, value in (
                ("severity", say(f"severity.{rule.severity.name.lower()}")),
                ("since", rule.since),
                ("needs", needs),
                ("mended", say(f"fixable.{rule.fix}") if rule.fix else ""),
            )
            if value
        ),
    ]
    for key in ("why", "symptom", "fix"):
        lines += ["", say(f"explain.{key}"), *_indented(words[key])]
    lines += ["", say("explain.evidence"), *(f"  - {item}" for item in rule.references)]
    lines += ["", f"{say('explain.page')}: {texts.page(rule.code, language)}"]
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.strip().splitlines()]
