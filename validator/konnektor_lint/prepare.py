"""Write the modules of ``prepared``: called when a wheel is built, and by tests."""

from pprint import pformat
from typing import Any

from konnektor_lint.rule import Rule, all_rules
from konnektor_lint.texts import LANGUAGES, core_text, rule_text


def modules() -> dict[str, str]:
    """Return the text of each module of ``prepared`` by its name."""
    rules = all_rules()
    found = {"rules": _module("rules", RULES=[_row(rule) for rule in rules])}
    for language in LANGUAGES:
        found[f"texts_{language}"] = _module("the program's texts", CORE=core_text(language))
        texts = {rule.code: rule_text(rule.code, language) for rule in rules}
        found[f"rule_texts_{language}"] = _module("the texts of the rules", RULES=texts)
    return found


def _module(what: str, **values: Any) -> str:  # noqa: ANN401  (plain data)
    lines = [f"{name} = {pformat(value, sort_dicts=False)}" for name, value in values.items()]
    return "\n\n".join((f'"""Prepared when the wheel was built: {what}."""', *lines)) + "\n"


def _row(rule: Rule) -> tuple[Any, ...]:
    """Return the arguments that make the rule, but for its check: that is in its module."""
    module = rule.check.__module__.rpartition(".")[2]
    return (
        rule.code, rule.slug, module, int(rule.severity), rule.since, rule.needs, rule.args,
        rule.references, rule.edge, rule.fix, rule.about,
    )  # fmt: skip
