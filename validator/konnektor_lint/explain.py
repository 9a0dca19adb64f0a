"""A rule explained in the terminal, from the texts and examples that also make its page."""

import re
from collections.abc import Iterator

from konnektor_lint import texts
from konnektor_lint.example import Example, example
from konnektor_lint.policy import UnknownRule, matching
from konnektor_lint.report.human import visible
from konnektor_lint.report.prose import BOLD, DIM, painted, paragraphs
from konnektor_lint.report.terminal import PLAIN, Look
from konnektor_lint.rule import Rule, all_rules
from konnektor_lint.source import Unreadable, decode

_RULER = "─"


def named(names: list[str]) -> list[Rule]:
    """Return the rules of codes, beginnings of codes, or slugs. Raises UnknownRule."""
    if not names:
        raise UnknownRule("")
    codes = {code for name in names for code in matching(name)}
    return [rule for rule in all_rules() if rule.code in codes]


def explained(rules: list[Rule], language: str, look: Look = PLAIN) -> str:
    """Return the pages of rules, one below the other."""
    ruler = painted(_RULER * min(look.columns or 80, 80), DIM, look)
    return f"\n\n{ruler}\n\n".join(explain(rule, language, look) for rule in rules)


def explain(rule: Rule, language: str, look: Look = PLAIN) -> str:
    """Return the page of a rule: why, what one sees, examples, cure and evidence."""
    words = texts.rule_text(rule.code, language)
    title = f"{rule.code} · {rule.slug} · {words['title'].replace('`', '')}"
    parts = [
        [painted(line, BOLD, look) for line in paragraphs(title, look, 0)],
        _facts(rule, language, look),
        _section("why", words["why"], language, look),
        _section("symptom", words["symptom"], language, look),
        _example("bad", example(rule.code, "bad"), language, look),
        _section("fix", words["fix"], language, look),
        _example("good", example(rule.code, "ok"), language, look),
        _section("evidence", _evidence(rule), language, look),
        [f"{texts.say(language, 'explain.page')}: {texts.page(rule.code, language)}"],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _facts(rule: Rule, language: str, look: Look) -> list[str]:
    def say(key: str) -> str:
        return texts.say(language, key)

    needs = ", ".join(say(f"missing.{part}") for part in rule.needs) or say("explain.nothing")
    facts = {
        "severity": say(f"severity.{rule.severity.name.lower()}"),
        "since": rule.since,
        "needs": needs,
    }
    if rule.fix:
        facts["mended"] = say(f"fixable.{rule.fix}")
    line = " · ".join(f"{say(f'explain.{name}')}: {value}" for name, value in facts.items())
    return paragraphs(line, look, 0)


def _section(name: str, markdown: str, language: str, look: Look) -> list[str]:
    return [_heading(name, language, look), *paragraphs(markdown, look)]


def _heading(name: str, language: str, look: Look) -> str:
    return painted(texts.say(language, f"explain.{name}"), BOLD, look)


def _evidence(rule: Rule) -> str:
    """Return a list; flags become code."""
    return "\n".join(
        "- " + re.sub(r"(?<![\w`-])--[a-z][\w-]*", r"`\g<0>`", item) for item in rule.references
    )


def _example(name: str, shown: Example | None, language: str, look: Look) -> list[str]:
    """Return the files of an example, and the call if it takes more than a folder."""
    if shown is None or not (shown.files or shown.options):
        return []
    blocks = [list(_file(path, content, look)) for path, content in shown.files.items()]
    if shown.options:
        blocks.append([f"    $ konnektor-lint {' '.join(shown.options)} ."])
    return [_heading(name, language, look), *"\n\n".join(map("\n".join, blocks)).split("\n")]


def _file(path: str, content: bytes, look: Look) -> Iterator[str]:
    """Yield the name of a file and its lines, as they are: they may be copied."""
    yield f"  {painted(path, DIM, look)}"
    yield from (f"    {visible(line)}".rstrip() for line in _text(content).splitlines())


def _text(content: bytes) -> str:
    """Return a file's text as well as it can be shown: some examples are not valid text."""
    try:
        return decode(content)
    except Unreadable as error:
        return error.text
