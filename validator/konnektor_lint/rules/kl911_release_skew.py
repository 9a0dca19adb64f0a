"""Proxy server, agent and Kubernetes are of releases that are not meant for each other."""

from konnektor_lint.commandline import image_of, release_of, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_SAME_MINOR_SINCE = 28
_SECOND_SERIES_SINCE = 26


@rule(
    "KL911",
    "release-skew",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.INFO,
    args=("program", "release", "other", "recommended"),
    references=(
        "https://github.com/kubernetes-sigs/apiserver-network-proxy#versioning-and-releases",
    ),
)
def release_skew(connector: Connector) -> Findings:
    """Compare each release with the Kubernetes minor, or the agents' with the servers'."""
    minor = connector.kubernetes
    if minor is not None:
        for component in connector.proxies:
            yield from _beside(component, f"Kubernetes 1.{minor}", _recommended(minor))
        return
    releases = {release_of(server) for server in connector.servers if _known(server)}
    if len(releases) == 1 and all(_known(server) for server in connector.servers):
        (release,) = releases
        for agent in connector.agents:
            yield from _beside(agent, f"proxy-server {release.tag}", release.order[:2])


def _recommended(minor: int) -> tuple[int, int]:
    """Return the series of releases that the project recommends for a Kubernetes minor."""
    if minor >= _SAME_MINOR_SINCE:
        return (0, minor)
    return (0, 1) if minor >= _SECOND_SERIES_SINCE else (0, 0)


def _known(component: Component) -> bool:
    release = release_of(component)
    return release.pinned and not release.ahead


def _beside(component: Component, other: str, series: tuple[int, int]) -> list[Diagnostic]:
    release = release_of(component)
    if not _known(component) or release.order[:2] == series:
        return []
    return [
        release_skew.report(
            *(image_of(component) or (start_of(component),)),
            program=component.program,
            release=release.tag,
            other=other,
            recommended=f"v{series[0]}.{series[1]}.x",
        )
    ]
