"""Label selectors, as the API server reads them."""

import pytest

from konnektor_lint.selector import matches, requirements
from konnektor_lint.source import Node, Source, parse

LABELS = {"app": "agent", "tier": ""}


def selector(text: str) -> Node:
    return parse(Source("selector.yaml", text)).documents[0].root


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("matchLabels: {app: agent}", True),
        ("matchLabels: {app: agents}", False),
        ('matchLabels: {app: agent, tier: ""}', True),
        ("matchLabels: {role: agent}", False),
        ("matchLabels: {app: '${APP}'}", None),
        ("matchLabels: {app: '${APP}', role: agent}", False),
        ("matchExpressions: [{key: app, operator: In, values: [agent, server]}]", True),
        ("matchExpressions: [{key: app, operator: NotIn, values: [agent]}]", False),
        ("matchExpressions: [{key: role, operator: NotIn, values: [agent]}]", True),
        ("matchExpressions: [{key: tier, operator: Exists}]", True),
        ("matchExpressions: [{key: app, operator: DoesNotExist}]", False),
        ("matchExpressions: [{key: app, operator: Like, values: [a]}]", None),
        ("{}", True),
        ("matchLabels: 7", True),
    ],
)
def test_labels_are_compared(text: str, expected: bool | None) -> None:
    assert matches(selector(text), LABELS) is expected


def test_requirements_are_written_as_for_kubectl() -> None:
    text = """
matchLabels: {app: agent}
matchExpressions:
  - {key: a, operator: In, values: [b, c]}
  - {key: a, operator: NotIn, values: [b]}
  - {key: a, operator: Exists}
  - {key: a, operator: DoesNotExist}
"""
    written = [str(item) for item in requirements(selector(text))]
    assert written == ["app=agent", "a in (b, c)", "a notin (b)", "a", "!a"]
