"""k3s is told a mode of its egress selector and to use another egress configuration."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.distribution import Distribution
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_FLAG = "egress-selector-config-file"


@rule(
    "KL255",
    "k3s-egress-file-replaced",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("mode", "argument"),
    references=(
        "https://github.com/k3s-io/k3s/pull/7972",
        "k3s 2910861 pkg/util/args.go: GetArgs, the user's argument replaces that of k3s",
    ),
)
def k3s_egress_file_replaced(connector: Connector) -> Findings:
    """Report the argument beside a mode that makes k3s write a file of its own."""
    for found in connector.distributions:
        mode = found.at("egress-selector-mode")
        if found.product != "k3s" or mode is None or mode.text not in ("agent", "cluster", "pod"):
            continue
        for item in _api_server_arguments(found):
            text = (item.text or "").removeprefix("--")
            if text.partition("=")[0] == _FLAG:
                yield k3s_egress_file_replaced.report(
                    value_of(mode),
                    value_of(item, "argument"),
                    mode=mode.text,
                    argument=shortened(item.text or ""),
                )


def _api_server_arguments(found: Distribution) -> Iterator[Node]:
    """Yield the items of ``kube-apiserver-arg``; with a plus they are added to other files."""
    for name in ("kube-apiserver-arg", "kube-apiserver-arg+"):
        node = found.at(name)
        if node is not None:
            yield from node.items() or [node]
