"""A value of a published example was never replaced."""

from __future__ import annotations

from konnektor_lint.address import address_of
from konnektor_lint.diagnostic import Location, Severity, flag_value_of, value_of
from konnektor_lint.rule import Findings, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.connector import Connector

_SAMPLES = {
    "35.225.206.7": "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
}
"""Addresses that stand in published manifests for the reader's own, and where."""


@rule(
    "KL176",
    "sample-value",
    since="0.1",
    severity=Severity.WARNING,
    args=("value", "page"),
    references=(
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
        "kubernetes/website content/en/examples/admin/konnectivity/konnectivity-agent.yaml",
    ),
)
def sample_value(connector: Connector) -> Findings:
    """Look for known addresses of examples where the own ones belong."""
    for host, place in _hosts(connector):
        if host in _SAMPLES:
            yield sample_value.report(place, value=host, page=_SAMPLES[host])


def _hosts(connector: Connector) -> Iterator[tuple[str, Location]]:
    for agent in connector.agents:
        flag = agent.flag("proxy-server-host")
        if flag is not None and not flag.open:
            yield flag.text, flag_value_of(flag)
    for configuration in connector.egress:
        for selection in configuration.selections:
            if selection.url is not None and selection.over_tcp:
                yield address_of(selection.url_text).host or "", value_of(selection.url)
