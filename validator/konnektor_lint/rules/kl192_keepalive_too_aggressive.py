"""The agent pings more often than the proxy server puts up with."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.rule import Findings, rule

_SECOND = 1_000_000_000
_ALLOWED = 30 * _SECOND
"""How far apart pings must be, in nanoseconds."""


@rule(
    "KL192",
    "keepalive-too-aggressive",
    since="0.1",
    edge="tunnel",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("given",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: KeepaliveEnforcementPolicy",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/pull/390",
    ),
)
def keepalive_too_aggressive(connector: Connector) -> Findings:
    """Compare ``--keepalive-time`` with the 30 seconds servers insist on; older ones on more."""
    for agent in connector.agents:
        flag, time = agent.flag("keepalive-time"), agent.number("keepalive-time")
        if flag is not None and time is not None and 0 <= time < _ALLOWED:
            yield keepalive_too_aggressive.report(flag_value_of(flag), given=flag.text)
