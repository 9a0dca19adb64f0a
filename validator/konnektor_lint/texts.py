"""The words of rules and of the program, per language; loaded only when something is said."""

from __future__ import annotations

import os

from konnektor_lint.prepared import prepared
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LANGUAGES = ("de", "en", "it")
SITE = "https://docs.example.org/konnektor/"
"""Where the site is published; schemas, rule pages and messages point there."""

_FOLDER = os.path.join(os.path.dirname(__file__), "texts")


def rule_text(code: str, language: str) -> dict[str, Any]:
    """Return a rule's texts.

    ``title``, ``message`` (with fields), ``why``, ``symptom``, ``fix`` (prose without fields),
    ``label`` (with fields) and, where the cure can name the values, ``help`` (with fields).
    """
    ready = prepared(f"rule_texts_{language}")
    return _load(f"{language}/{code}.toml") if ready is None else ready.RULES[code]


def core_text(language: str) -> dict[str, Any]:
    """Return the program's own texts."""
    ready = prepared(f"texts_{language}")
    return _load(f"{language}/core.toml") if ready is None else ready.CORE


_loaded: dict[str, dict[str, Any]] = {}


def _load(path: str) -> dict[str, Any]:
    """Return what a file holds; each is read once."""
    known = _loaded.get(path)
    if known is not None:
        return known
    import tomllib  # prepared texts need no parser

    with open(os.path.join(_FOLDER, path), "rb") as file:
        _loaded[path] = tomllib.load(file)
    return _loaded[path]


def say(language: str, key: str, /, **fields: str | int) -> str:
    """Return a text of the program with its fields filled in."""
    text: Any = core_text(language)
    for step in key.split("."):
        text = text[step]
    return str(text).format(**fields) if fields else str(text)


def counted(language: str, key: str, count: int, /, **fields: str | int) -> str:
    """Return the text for one or for several of something."""
    return say(language, f"{key}_{'one' if count == 1 else 'other'}", count=count, **fields)


def fill(template: str, args: Mapping[str, str | int], language: str) -> str:
    """Fill a rule's template; terms are put into words."""
    vocabulary: Mapping[str, str] = core_text(language)["value"]
    words = {
        key: vocabulary.get(value, value) if isinstance(value, Term) else value
        for key, value in args.items()
    }
    return template.format(**words)


def message(code: str, args: Mapping[str, str | int], language: str) -> str:
    """Return the sentence of a finding."""
    return fill(rule_text(code, language)["message"], args, language)


def cure(code: str, args: Mapping[str, str | int], language: str) -> str:
    """Return what to do about a finding: with its values where the rule can, else in general."""
    texts = rule_text(code, language)
    return fill(texts["help"], args, language) if "help" in texts else str(texts["fix"])


def label(code: str, name: str, args: Mapping[str, str | int], language: str) -> str:
    """Return the words beside a related place."""
    return fill(rule_text(code, language)["label"][name], args, language) if name else ""


def page(code: str, language: str) -> str:
    """Return the address of a rule's page."""
    return f"{SITE}{language}/lint/rules/{code.lower()}/"
