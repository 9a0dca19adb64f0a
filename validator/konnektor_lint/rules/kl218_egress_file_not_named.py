"""kube-apiserver is not told of the egress configuration and goes around the tunnel."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_FLAG = "egress-selector-config-file"
_OWN_CONFIGURATION = ("openshift-config", "config")
"""Flags of API servers that may name the file in a configuration of their own."""


@rule(
    "KL218",
    "egress-file-not-named",
    since="0.1",
    edge="configuration",
    needs=("api_servers",),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: no file, no egress",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    ),
)
def egress_file_not_named(connector: Connector) -> Findings:
    """Look for an API server with the flag, where there is something for it to name."""
    if any(_names_it(api_server) for api_server in connector.api_servers):
        return
    others = _other_side(connector)
    if others:
        yield egress_file_not_named.report(value_of(connector.api_servers[0].node), others[0])


def _names_it(api_server: Component) -> bool:
    """Tell whether an API server names the file, or may do so where it cannot be seen."""
    if not api_server.flags or api_server.shell or _has_unknown_words(api_server):
        return True
    return any(api_server.flag(name) for name in (_FLAG, *_OWN_CONFIGURATION))


def _has_unknown_words(api_server: Component) -> bool:
    """Tell whether an argument is filled in as a whole later, so that it may be any flag."""
    words = [item.text or "" for item in api_server.arguments()]
    return any(has_placeholder(word) and not word.startswith("-") for word in words)


def _other_side(connector: Connector) -> list[Location]:
    found = [value_of(item.list_node or item.document.root, "egress") for item in connector.egress]
    for server in connector.servers:
        flag = "uds-name" if server.given("uds-name") else "server-port"
        found.append(place_of_flag(server, flag, "server"))
    return found
