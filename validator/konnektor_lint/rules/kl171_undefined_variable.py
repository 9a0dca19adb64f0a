"""An argument refers to a variable that its container does not define."""

from collections.abc import Iterable

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, head, value_of
from konnektor_lint.expression import expression
from konnektor_lint.limits import SUGGESTIONS, shortened
from konnektor_lint.placeholder import has_placeholder, references
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node
from konnektor_lint.spelling import closest

_NAME = expression(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OF_A_SERVICE = expression(
    r"KUBERNETES_.+|[A-Z0-9_]+_SERVICE_(HOST|PORT(_.+)?)|[A-Z0-9_]+_PORT_\d+_(TCP|UDP|SCTP)(_.+)?"
)
"""The kubelet defines these for each Service of the namespace."""


@rule(
    "KL171",
    "undefined-variable",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("written", "name", "program"),
    references=(
        "kubernetes v1.36.0 third_party/forked/golang/expansion/expand.go: stays as written",
        "kubernetes v1.36.0 pkg/kubelet/kubelet_pods.go makeEnvironmentVariables",
    ),
)
def undefined_variable(connector: Connector) -> Findings:
    """Report ``$(NAME)`` that nothing defines; an error where the manifest shows what was meant."""
    searched: dict[tuple[int, str], Node | None] = {}
    for component in connector.components:
        if component.shell or not component.whole or component.container.at("envFrom"):
            continue
        known = component.variables()
        if _is_open(component, known):
            continue
        for node in component.arguments():
            for name, start, length in references(node.text or ""):
                if name in known or not _NAME.fullmatch(name) or _OF_A_SERVICE.fullmatch(name):
                    continue
                place = (id(component.container), name)
                if place not in searched and len(searched) < SUGGESTIONS:
                    searched[place] = _meant(component, known, name)
                meant = searched.get(place)
                yield undefined_variable.report(
                    Location(node.source, head(node.part(start, length), node.source)),
                    *([] if meant is None else [value_of(meant, "meant")]),
                    severity=None if meant is None else Severity.ERROR,
                    written=shortened(f"$({name})"),
                    name=shortened(name),
                    program=component.program,
                )


def _is_open(component: Component, known: Iterable[str]) -> bool:
    """Tell whether a placeholder stands for a variable's name, or for all of them."""
    listed = component.container.at("env")
    return any(map(has_placeholder, known)) or (listed is not None and has_placeholder(listed.raw))


def _meant(component: Component, own: dict[str, Node], name: str) -> Node | None:
    """Return where a variable of nearly this name, or of this name next door, is defined."""
    close = closest(name, list(own), likeness=0.85)
    if close:
        return own[close].at("name")
    for other in component.pod.companions(component.container):
        for entry in other.items_at("env"):
            if entry.text_at("name") == name:
                return entry.at("name")
    return None
