"""The agent is to dial a URL or an address with a port."""

import re

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL155",
    "host-with-scheme-or-port",
    since="0.1",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("host", "bare"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: ClientSetConfig",
    ),
    fix="sometimes",
)
def host_with_scheme_or_port(connector: Connector) -> Findings:
    """Report schemes, paths and ports in ``--proxy-server-host``."""
    for agent in connector.agents:
        flag = agent.flag("proxy-server-host")
        if flag is None or flag.open:
            continue
        host = re.sub(r"\A[a-z0-9+.-]*://", "", flag.text).partition("/")[0]
        if host.count(":") == 1:
            host = host.partition(":")[0]
        if host != flag.text:
            port = re.search(r":([0-9]+)", flag.text)
            same = port is None or port[1] == str(agent.number("proxy-server-port"))
            yield host_with_scheme_or_port.report(
                flag_value_of(flag),
                host=shortened(flag.text),
                bare=shortened(host),
                fix=mend(set_value(agent, flag, host), safe=same) if host else None,
            )
