"""A version in use has a fault that is known and mended."""

from konnektor_lint.commandline import duration, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.release import image_tag, version
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

_WAITS_FOR_EVER = frozenset(((0, 35, 0),))
"""Releases of proxy-server that do not stop while a connection is open."""
_LEAK_ENDS = {21: 11, 22: 8, 23: 5}
"""Kubernetes minors 1.NN that leak goroutines, and the patch that ends it; older ones all do."""


@rule(
    "KL914",
    "known-bad-version",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("program", "version", "fault", "cure"),
    references=(
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/pull/866",
        "https://github.com/k0sproject/k0s/pull/7850",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/issues/276",
        "https://github.com/kubernetes/kubernetes/pull/108438",
        "https://github.com/kubernetes/kubernetes/pull/108439",
        "https://github.com/kubernetes/kubernetes/pull/108440",
    ),
)
def known_bad_version(connector: Connector) -> Findings:
    """Look for releases of which a fault is known that this connector runs into."""
    for server in connector.servers:
        release = release_of(server)
        stops = duration(server, "graceful-shutdown-timeout")
        bad = release.pinned and not release.ahead and release.order in _WAITS_FOR_EVER
        if bad and stops == 0 and server.whole:
            yield from _report(server, release.tag, "waits-for-ever", "set-shutdown-timeout")
    if _speaks_grpc(connector):
        for api_server in connector.api_servers:
            tag = image_tag(api_server.container.text_at("image") or "") or ""
            if _leaks(tag):
                yield from _report(api_server, tag, "leaks-goroutines", "upgrade-kubernetes")


def _report(component: Component, tag: str, fault: str, cure: str) -> Findings:
    yield known_bad_version.report(
        value_of(component.container.at("image") or component.node),
        program=component.program,
        version=tag,
        fault=Term(fault),
        cure=Term(cure),
    )


def _leaks(tag: str) -> bool:
    numbers = version(tag)
    if numbers is None or has_placeholder(tag) or numbers[0] != 1:
        return False
    return numbers[1] < min(_LEAK_ENDS) or numbers[2] < _LEAK_ENDS.get(numbers[1], 0)


def _speaks_grpc(connector: Connector) -> bool:
    """Tell whether the API server opens tunnels with GRPC: only its client leaks."""
    return any(
        selection.protocol_text == "GRPC"
        for configuration in connector.egress
        for selection in configuration.selections
    )
