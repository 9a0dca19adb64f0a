"""A rule that says what it is about finds nothing where nothing of it is given."""

from konnektor_lint.connector import Connector, Settings
from konnektor_lint.linting import lint
from konnektor_lint.rule import all_rules
from test_fixtures import BAD


def test_rules_look_only_at_what_they_are_about() -> None:
    named = [rule for rule in all_rules() if rule.about]
    rules = [rule for rule in all_rules() if rule.code == "KL100"]  # any: only parts are wanted
    seen = 0
    for folder in BAD[::2]:
        for connector in lint([str(folder)], rules, Settings()).connectors:
            for rule in named:
                if not rule.concerns(connector):
                    seen += 1
                    assert not list(rule.check(connector)), (rule.code, folder)
    assert seen > 100


def test_what_a_rule_is_about_is_part_of_a_connector() -> None:
    empty = Connector(Settings())
    for rule in all_rules():
        assert not any(empty.has(part) for part in rule.about), rule.code
        assert not (rule.about and rule.needs), rule.code
