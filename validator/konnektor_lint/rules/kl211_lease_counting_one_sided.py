"""Only one side counts the proxy servers by leases, or both look at different leases."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import keep_searching, lease_sides, place_of_flag
from konnektor_lint.diagnostic import Severity, flag_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_SERVER, _AGENT = "enable-lease-controller", "count-server-leases"


@rule(
    "KL211",
    "lease-counting-one-sided",
    since="0.1",
    edge="count",
    severity=Severity.WARNING,
    needs=("servers", "agents"),
    args=("given", "wanted", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/agent/lease_counter.go: counts valid leases",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: --enable-lease-controller",
    ),
)
def lease_counting_one_sided(connector: Connector) -> Findings:
    """Compare who writes leases, who counts them, and which."""
    writes, counts = lease_sides(connector)
    if writes is True and counts is False and not keep_searching(connector.agents):
        yield from _alone(connector.servers, _SERVER, connector.agents, _AGENT)
    elif counts is True and writes is False and not _also_ask_servers(connector.agents):
        yield from _alone(connector.agents, _AGENT, connector.servers, _SERVER)
    elif writes is True and counts is True:
        for flag in ("lease-namespace", "lease-label"):
            yield from _different(connector, flag)


def _also_ask_servers(agents: tuple[Component, ...]) -> bool:
    """Tell whether agents take the servers' word where they count no lease."""
    return any(agent.text("server-count-source") in ("max", None) for agent in agents)


def _alone(
    having: tuple[Component, ...], flag: str, lacking: tuple[Component, ...], missing: str
) -> Findings:
    component = next(item for item in having if item.is_on(flag))
    given = component.flag(flag)
    if given is not None:
        yield lease_counting_one_sided.report(
            flag_of(given), value_of(lacking[0].node, "other"),
            given=f"--{flag}", wanted=f"--{missing}", program=lacking[0].program,
        )  # fmt: skip


def _different(connector: Connector, flag: str) -> Findings:
    servers = [item for item in connector.servers if item.is_on(_SERVER)]
    written = {server.text(flag) for server in servers}
    for agent in connector.agents:
        counted = agent.text(flag)
        if agent.is_on(_AGENT) and counted and None not in written and counted not in written:
            yield lease_counting_one_sided.report(
                place_of_flag(agent, flag), place_of_flag(servers[0], flag, "other"),
                given=f"--{flag}={counted}", wanted=f"--{flag}={counted}",
                program=servers[0].program,
            )  # fmt: skip
