"""Label selectors, requirement by requirement."""

from __future__ import annotations

from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from konnektor_lint.source import Node

_SIGNS = {"In": " in ", "NotIn": " notin "}


class Requirement(NamedTuple):
    """What a selector asks of one label; ``operator`` as in ``matchExpressions``."""

    key: str
    operator: str
    values: tuple[str, ...]
    node: Node

    def __str__(self) -> str:
        """Return it as kubectl would take it: ``app=a``, ``app in (a, b)``, ``app``, ``!app``."""
        if self.operator == "In" and len(self.values) == 1:
            return f"{self.key}={self.values[0]}"
        if self.operator in _SIGNS:
            return f"{self.key}{_SIGNS[self.operator]}({', '.join(self.values)})"
        return self.key if self.operator == "Exists" else f"!{self.key}"

    def holds(self, labels: Mapping[str, str]) -> bool | None:
        """Tell whether labels meet it; None where it cannot be known."""
        if has_placeholder(" ".join((self.key, *self.values))):
            return None
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
        return None


def requirements(selector: Node) -> Iterator[Requirement]:
    """Yield what a label selector asks; what is no text is left to the schema."""
    labels = selector.at("matchLabels")
    for name, node in (labels.fields() if labels is not None else {}).items():
        if node.text is not None:
            yield Requirement(name, "In", (node.text,), node)
    for item in selector.items_at("matchExpressions"):
        values = [value.text for value in item.items_at("values")]
        key, operator = item.text_at("key"), item.text_at("operator")
        if key and operator and None not in values:
            known = tuple(value for value in values if value is not None)
            yield Requirement(key, operator, known, item.at("key") or item)


def matches(selector: Node, labels: Mapping[str, str]) -> bool | None:
    """Tell whether labels meet all of a selector; None where it cannot be known."""
    held = [item.holds(labels) for item in requirements(selector)]
    if False in held:
        return False
    return None if None in held else True
