"""An argument uses a variable the way a shell would, but no shell reads it."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, head, value_of
from konnektor_lint.fix import Fix, mend, replace_part
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import shell_references
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL170",
    "shell-syntax-in-args",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("written", "name", "program"),
    references=(
        "kubernetes v1.36.0 third_party/forked/golang/expansion/expand.go: only $(NAME)",
        "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
    ),
    fix="safe",
)
def shell_syntax_in_args(connector: Connector) -> Findings:
    """Report ``${NAME}`` and ``$NAME`` of a variable that the container itself defines.

    Of any other name envsubst or sed may make something before Kubernetes sees it.
    """
    for component in connector.components:
        if component.shell:
            continue
        meant = _variables_of_kubernetes(component)
        for node in component.arguments():
            for name, start, length in shell_references(node.text or ""):
                if name in meant:
                    yield shell_syntax_in_args.report(
                        Location(node.source, head(node.part(start, length), node.source)),
                        value_of(meant[name].at("name") or meant[name], "variable"),
                        written=shortened((node.text or "")[start : start + length]),
                        name=name,
                        program=component.program,
                        fix=_fix(node, name, start, length),
                    )


def _fix(node: Node, name: str, start: int, length: int) -> Fix | None:
    written = (node.text or "")[start : start + length]
    if written not in (f"${name}", f"${{{name}}}"):
        return None  # a default or a pattern has no counterpart
    return mend(replace_part(node, start, length, f"$({name})"), safe=True)


def _variables_of_kubernetes(component: Component) -> dict[str, Node]:
    """Return the variables whose own value no template engine fills in."""
    return {
        name: entry
        for name, entry in component.variables().items()
        if not shell_references(entry.text_at("value") or "")
    }
