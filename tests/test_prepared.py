"""What a wheel holds ready says the same as the files it was made from."""

from types import ModuleType

from konnektor_lint import rule, texts
from konnektor_lint.prepare import modules


def test_prepared_modules_say_what_the_files_say() -> None:
    held: dict[str, dict[str, object]] = {}
    for name, text in modules().items():
        held[name] = vars(ModuleType(name))
        exec(compile(text, name, "exec"), held[name])
    rows = held["rules"]["RULES"]
    assert isinstance(rows, list)
    made = [rule._of_row(*row) for row in rows]
    for one, known in zip(made, rule.all_rules(), strict=True):
        for field in ("code", "slug", "severity", "since", "needs", "about", "args", "edge", "fix"):
            assert getattr(one, field) == getattr(known, field), (known.code, field)
        assert one.references == known.references
        assert one.check is known.check
    for language in texts.LANGUAGES:
        assert held[f"texts_{language}"]["CORE"] == texts.core_text(language)
        prepared = held[f"rule_texts_{language}"]["RULES"]
        assert prepared == {item.code: texts.rule_text(item.code, language) for item in made}
