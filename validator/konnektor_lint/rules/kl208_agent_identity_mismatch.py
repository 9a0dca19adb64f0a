"""Agents run under another service account than the proxy server accepts."""

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.contract import (
    checks_tokens,
    known_account,
    known_namespace,
    namespace_node,
    place_of_flag,
)
from konnektor_lint.diagnostic import value_of
from konnektor_lint.fix import Edit, Fix, insert_entry, mend, replace_value
from konnektor_lint.flagfix import set_flag
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL208",
    "agent-identity-mismatch",
    since="0.1",
    edge="login",
    needs=("servers", "agents"),
    args=("found", "expected", "flag"),
    references=("apiserver-network-proxy v0.36.0 pkg/server/server.go: validateAuthToken",),
    fix="unsafe",
)
def agent_identity_mismatch(connector: Connector) -> Findings:
    """Compare namespace and service account of the agents with what servers accept."""
    servers = [server for server in connector.servers if checks_tokens(server)][: limits.PARTNERS]
    for agent in connector.agents:
        if servers and agent.pod.kind and not any(_accepts(server, agent) for server in servers):
            fix = _fix(connector, servers[0], agent) if len(servers) == 1 else None
            yield from _refused(servers[0], agent, fix)


def _accepts(server: Component, agent: Component) -> bool:
    return not _wrong_namespace(server, agent) and not _wrong_account(server, agent)


def _wrong_namespace(server: Component, agent: Component) -> bool:
    wanted, found = server.text("agent-namespace"), known_namespace(agent)
    return bool(wanted and found and wanted != found)


def _wrong_account(server: Component, agent: Component) -> bool:
    wanted, found = server.text("agent-service-account"), known_account(agent)
    return bool(wanted and found and wanted != found)


def _refused(server: Component, agent: Component, fix: Fix | None) -> Findings:
    node = namespace_node(agent)
    flag, found = "agent-namespace", known_namespace(agent)
    if _wrong_account(server, agent):
        node = agent.pod.service_account_node or agent.pod.spec
        flag, found = "agent-service-account", known_account(agent)
    yield agent_identity_mismatch.report(
        value_of(node),
        place_of_flag(server, flag, "server"),
        found=found,
        expected=server.text(flag) or "",
        flag=f"--{flag}",
        fix=fix,
    )


def _fix(connector: Connector, server: Component, agent: Component) -> Fix | None:
    """Run the agent under the account that is accepted, if it is given; else accept its own.

    Never the account ``default``, which every Pod of the namespace has.
    """
    if not _wrong_account(server, agent):
        return mend(set_flag(server, "agent-namespace", known_namespace(agent)), safe=False)
    wanted, found = server.text("agent-service-account") or "", known_account(agent)
    if any(account.document.name == wanted for account in connector.service_accounts):
        return mend(_under(agent, wanted), safe=False)
    if found == "default":
        return None
    return mend(set_flag(server, "agent-service-account", found), safe=False)


def _under(agent: Component, account: str) -> Edit | None:
    written = agent.pod.service_account_node
    if written is not None:
        return replace_value(written, account)
    containers = agent.pod.spec.at("containers")
    return None if containers is None else insert_entry(containers, "serviceAccountName", account)
