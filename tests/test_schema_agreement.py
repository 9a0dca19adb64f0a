"""The fast schema check against the jsonschema library, keyword by keyword.

For any schema made of a keyword and any value both must say the same, but for null: to Go a null
field is absent. What is planted wrong in either of them is noticed by the same comparison.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from konnektor_lint import release
from konnektor_lint import schema as fast
from konnektor_lint.source import Source, parse

NAMES = st.sampled_from(["a", "b", "Name", "x-y"])
TEXTS = st.sampled_from(["", "a", "abc", "GRPC", "1", "true", "-", "ä"])
NUMBERS = st.integers(-3, 3) | st.sampled_from([1.0, 0.5, 70000, 2.0])
SCALARS = st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object"])
SMALL = st.one_of(
    st.just({}),
    st.builds(lambda name: {"type": name}, TYPES),
    st.builds(lambda choices: {"enum": choices}, st.lists(SCALARS, min_size=1, max_size=3)),
)

OF_KIND = {"pattern": TEXTS, "minLength": TEXTS, "minimum": NUMBERS, "maximum": NUMBERS}
"""Values that the keyword is about, beside all others."""

KEYWORDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "type": st.builds(
        lambda names: {"type": names}, TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True)
    ),
    "enum": st.builds(
        lambda choices: {"enum": choices}, st.lists(SCALARS, min_size=1, max_size=4)
    ),
    "const": st.builds(lambda value: {"const": value}, SCALARS),
    "pattern": st.builds(
        lambda text: {"pattern": text}, st.sampled_from(["^a", "[0-9]", "^$", "^(GRPC|abc)$"])
    ),
    "minimum": st.builds(lambda number: {"minimum": number}, NUMBERS),
    "maximum": st.builds(lambda number: {"maximum": number}, NUMBERS),
    "minLength": st.builds(lambda number: {"minLength": number}, st.integers(0, 4)),
    "minItems": st.builds(lambda number: {"minItems": number}, st.integers(0, 4)),
    "maxItems": st.builds(lambda number: {"maxItems": number}, st.integers(0, 4)),
    "required": st.builds(
        lambda names: {"required": names}, st.lists(NAMES, max_size=3, unique=True)
    ),
    "properties": st.builds(
        lambda known: {"properties": known}, st.dictionaries(NAMES, SMALL, max_size=3)
    ),
    "additionalProperties": st.builds(
        lambda known, rest: {"properties": known, "additionalProperties": rest},
        st.dictionaries(NAMES, SMALL, max_size=2), st.booleans() | SMALL,
    ),
    "items": st.builds(lambda inner: {"items": inner}, SMALL),
    "allOf": st.builds(lambda parts: {"allOf": parts}, st.lists(SMALL, min_size=1, max_size=3)),
    "$ref": st.builds(lambda inner: {"$ref": "#/$defs/it", "$defs": {"it": inner}}, SMALL),
    "uniqueItems": st.just({"uniqueItems": True}),
    "anyOf": st.builds(lambda parts: {"anyOf": parts}, st.lists(SMALL, min_size=1, max_size=3)),
}  # fmt: skip


def fast_accepts(value: object, schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> bool:
    (document,) = parse(Source("value.json", json.dumps(value, ensure_ascii=False))).documents
    monkeypatch.setattr(release, "load_schema", lambda _: schema)
    return not list(fast.check(document.root, "any.json"))


def library_accepts(value: object, schema: dict[str, Any]) -> bool:
    return Draft202012Validator(schema).is_valid(value)


def compare(keyword: str, monkeypatch: pytest.MonkeyPatch, examples: int = 150) -> None:
    @settings(max_examples=examples, deadline=None, derandomize=True, database=None)
    @given(schema=KEYWORDS[keyword], value=OF_KIND.get(keyword, VALUES) | VALUES)
    def both_agree(schema: dict[str, Any], value: object) -> None:
        assert fast_accepts(value, schema, monkeypatch) == library_accepts(value, schema)

    both_agree()


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_both_agree(keyword: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(keyword, monkeypatch)


@pytest.mark.parametrize(
    ("keyword", "place", "fault"),
    [
        ("type", "_has_type", lambda *_: True),
        ("enum", "value_expected", lambda *_: None),
        ("maximum", "value_expected", lambda *_: None),
        ("pattern", "_text_expected", lambda *_: None),
        ("minItems", "_list_expected", lambda *_: None),
        ("required", "_given", lambda *_: True),
        ("additionalProperties", "_object", lambda *_: iter(())),
        ("anyOf", "_worded_by_jsonschema", lambda *_: iter(())),
    ],
)  # fmt: skip
def test_a_fault_in_the_fast_check_is_noticed(
    keyword: str, place: str, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, place, fault)
    with pytest.raises(AssertionError):
        compare(keyword, monkeypatch)


@pytest.mark.parametrize("keyword", ["type", "enum", "minimum", "required", "items"])
def test_a_fault_in_the_library_is_noticed(keyword: str, monkeypatch: pytest.MonkeyPatch) -> None:
    validators = {**Draft202012Validator.VALIDATORS, keyword: lambda *_: iter(())}
    monkeypatch.setattr(Draft202012Validator, "VALIDATORS", validators)
    with pytest.raises(AssertionError):
        compare(keyword, monkeypatch)


def test_every_keyword_of_the_schemas_is_compared() -> None:
    """The keywords that the fast check reads itself are exactly those compared above."""
    by_the_library = {"uniqueItems", "anyOf"}
    assert set(KEYWORDS) - by_the_library - {"allOf", "$ref"} == fast._PLAIN
