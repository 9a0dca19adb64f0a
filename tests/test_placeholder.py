"""Placeholders: what Kubernetes expands, what it leaves alone, and what is not known yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektor_lint.placeholder import (
    expand,
    has_placeholder,
    is_template,
    references,
    shell_references,
)

ENVIRONMENT: dict[str, str | None] = {
    "A": "1", "EMPTY": "", "DOLLAR": "$(A)", "WITH.DOT": "dot", "LATER": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$(A)", "1"),
        ("x$(A)y$(A)z", "x1y1z"),
        ("$(EMPTY)", ""),
        ("$(WITH.DOT)", "dot"),
        ("$$(A)", "$(A)"),  # escaped
        ("$$$(A)", "$1"),  # an escaped dollar, then a reference
        ("$$$$(A)", "$$(A)"),
        ("$(DOLLAR)", "$(A)"),  # a value is not expanded again
        ("$(MISSING)", "$(MISSING)"),
        ("$(LATER)", "$(LATER)"),  # known at run time only
        ("$(MISSING$$A)", "$(MISSING$$A)"),  # all up to the bracket is the name
        ("$()", "$()"),
        ("$(A", "$(A"),  # never closed
        ("$(A $(A)", "$(A $(A)"),
        ("$A ${A} $", "$A ${A} $"),  # a shell's, not Kubernetes'
        ("$$", "$"),
        ("$(a b)", "$(a b)"),
    ],
)
def test_expands_as_the_kubelet_does(text: str, expected: str) -> None:
    assert expand(text, ENVIRONMENT) == expected


@given(st.text())
def test_text_without_dollars_is_left_alone(text: str) -> None:
    plain = text.replace("$", "")
    assert expand(plain, ENVIRONMENT) == plain
    assert references(plain) == shell_references(plain) == []


@given(st.text())
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert expand(text.replace("$", "$$"), ENVIRONMENT) == text


@given(st.text(alphabet="$(){}AB x", max_size=30))
def test_references_are_where_they_are_said_to_be(text: str) -> None:
    for name, start, length in references(text):
        assert text[start : start + length] == f"$({name})"
    for name, start, length in shell_references(text):
        assert text[start : start + length].lstrip("${").startswith(name)


@given(st.text(alphabet="$()AB", max_size=30))
def test_only_what_is_referenced_matters(text: str) -> None:
    names = {name for name, _, _ in references(text)}
    known: dict[str, str | None] = {name: ENVIRONMENT.get(name) for name in names}
    assert expand(text, known) == expand(text, ENVIRONMENT)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ipv4=$(HOST_IP)&host=$(NODE)", ["HOST_IP", "NODE"]),
        ("$$(HOST_IP)", []),
        ("$$$(HOST_IP)", ["HOST_IP"]),
        ("${HOST_IP}", []),
        ("$(hostname -i)", ["hostname -i"]),
    ],
)
def test_references(text: str, names: list[str]) -> None:
    assert [name for name, _, _ in references(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ipv4=${HOST_IP}", ["HOST_IP"]),
        ("$HOST_IP", ["HOST_IP"]),
        ("$HOST_IP:8132", ["HOST_IP"]),
        ("${HOST:-localhost}:${PORT:=8132}", ["HOST", "PORT"]),
        ("${HOST%%.*}", ["HOST"]),
        ("$(HOST_IP)", []),
        ("costs 5$", []),
        ("${}", []),
        ("$1", []),
    ],
)
def test_shell_references(text: str, names: list[str]) -> None:
    assert [name for name, _, _ in shell_references(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "${HOST}", "${HOST:=10.0.0.1}", "$HOST", "{{ .Values.host }}", "__KONN_HOST__",
        "$(HOST)", "$(hostname -i)", "`hostname -i`", "<your-host>", "YOUR_HOST", "a-${B}-c", "$1",
    ],
)  # fmt: skip
def test_unknown_values(text: str) -> None:
    assert has_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "10.0.0.1", "system:konnectivity-server", "/etc/kubernetes/pki/ca.crt", "{}", "5$",
        "a<b", "https://[::1]:8131", "host=a&ipv4=10.0.0.1", "dunder__name", "$",
    ],
)  # fmt: skip
def test_known_values(text: str) -> None:
    assert not has_placeholder(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image: {{ .Values.image }}", True),
        ("{{- if .Values.on }}", True),
        ("{% if on %}", True),
        ("<%= name %>", True),
        ("image: ${IMAGE}", False),
        ('args: [{"a": {"b": 1}}]', False),
    ],
)
def test_templates(text: str, expected: bool) -> None:
    assert is_template(text) is expected


def test_a_value_that_would_grow_too_long_is_not_expanded() -> None:
    text = "$(A)$(A)$$(B"
    assert expand(text, {"A": "x" * 70_000}) == "x" * 70_000 + "$(A)$(B"


def test_what_is_not_closed_is_no_placeholder() -> None:
    assert has_placeholder("{{ a }}")
    assert has_placeholder("${a}")
    assert not has_placeholder("{{ a\n}}")
    assert not has_placeholder("}} {{ a ${")
