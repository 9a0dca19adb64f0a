"""Three languages are one product: the same keys, the same fields, nothing left out."""

import re
import string
from typing import Any

import pytest

from conftest import ROOT
from konnektor_lint import texts
from konnektor_lint.release import history, load_schema
from konnektor_lint.rule import Rule, all_rules
from konnektor_lint.term import Term

FOLDER = ROOT / "validator" / "konnektor_lint" / "texts"
REQUIRED = {"title", "message", "why", "symptom", "fix"}
ALLOWED = REQUIRED | {"help", "label"}
API_SERVER = load_schema("kube-apiserver/flags.json")["properties"]
OTHERS = [language for language in texts.LANGUAGES if language != "en"]


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def filled(rule: Rule, language: str) -> dict[str, str]:
    """Return the texts of a rule whose fields are filled in."""
    words = flat(texts.rule_text(rule.code, language))
    return {key: text for key, text in words.items() if key in ("message", "help") or "." in key}


def flags(text: str) -> set[str]:
    """Return the flags of real programs that a text quotes; ``--name`` stands for any."""
    known = {*history("proxy-server"), *history("proxy-agent"), *API_SERVER}
    return set(re.findall(r"`--([a-z-]+)", text)) & known


@pytest.mark.parametrize("language", OTHERS)
def test_the_program_says_the_same_in_each_language(language: str) -> None:
    english, other = flat(texts.core_text("en")), flat(texts.core_text(language))
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert fields(text) == fields(other[key]), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_texts_are_complete(rule: Rule, language: str) -> None:
    words = texts.rule_text(rule.code, language)
    assert words.keys() >= REQUIRED
    assert words.keys() <= ALLOWED
    for key, text in flat(words).items():
        assert text.strip(), key
        assert "—" not in text, f"{key}: no em dashes"
    for key in ("title", "message"):
        assert not words[key].endswith("."), key
    for key, text in filled(rule, language).items():
        assert fields(text) <= set(rule.args), key


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_texts_match_the_english_ones(rule: Rule, language: str) -> None:
    english, other = filled(rule, "en"), filled(rule, language)
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert fields(text) == fields(other[key]), key
    # What is quoted from programs and files is the same in each language.
    ours, theirs = texts.rule_text(rule.code, "en"), texts.rule_text(rule.code, language)
    for key in ("why", "symptom", "fix"):
        assert flags(ours[key]) == flags(theirs[key]), key
        assert ours[key] != theirs[key], f"{key} is not translated"


def test_no_text_is_without_a_rule() -> None:
    known = {f"{rule.code}.toml" for rule in all_rules()} | {"core.toml"}
    for language in texts.LANGUAGES:
        assert {file.name for file in (FOLDER / language).iterdir()} == known


def test_codes_and_slugs_are_unique_and_well_formed() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.slug for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"KL\d{3}", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)
        assert rule.references, f"{rule.code} names no evidence"
        assert rule.check.__doc__, f"{rule.code} does not say what it checks"
        module = rule.check.__module__.rpartition(".")[2]
        assert module == f"{rule.code.lower()}_{rule.slug.replace('-', '_')}"


#: Forms the glossary rules out; each is a word of its own in the text.
FORBIDDEN = {
    "de": r"Contol|Controlplane|Steuerungsebene|Kontrollebene|Konnektivität|Service-Erbringer"
    r"|API Server|Node\b|Nodes\b|Namensraum|Zielgruppe|Trägertoken|Proxies|deprecated"
    r"|Loadbalancer|Lastverteiler|Anmeldeinformationen|Kubelet's|gemanag",
    "it": r"contenitore|containers\b|manifesto|piano di controllo|spazio dei nomi"
    r"|(?<!kube-)apiserver\b|conto di servizio|pubblico|desisderato|stato attuale"
    r"|la control plane|webhooks\b",
}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_texts_keep_to_the_glossary(rule: Rule, language: str) -> None:
    for key, text in flat(texts.rule_text(rule.code, language)).items():
        prose = re.sub(r"`[^`]*`", "", text)
        assert not re.findall(FORBIDDEN[language], prose), key


def test_only_our_own_terms_are_put_into_words() -> None:
    args = {"found": "list", "expected": Term("list")}
    assert texts.fill("{found}, not {expected}", args, "en") == "list, not a comma separated list"
    assert texts.fill("{found}, {expected}", args, "de").startswith("list, eine")
