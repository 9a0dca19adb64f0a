"""Profiling is left on."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.listener import is_loopback
from konnektor_lint.rule import Findings, rule


@rule(
    "KL306",
    "profiling-on",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.INFO,
    args=("program",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runAdminServer",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: runAdminServer",
    ),
    fix="unsafe",
)
def profiling_on(connector: Connector) -> Findings:
    """Point at ``--enable-profiling``; where the port is open to others a warning says so."""
    for component in connector.proxies:
        flag = component.flag("enable-profiling")
        address = component.flag("admin-bind-address")
        exposed = address is not None and not is_loopback(address.text)
        if flag is not None and component.is_on("enable-profiling") and not exposed:
            yield profiling_on.report(
                flag_of(flag),
                program=component.program,
                fix=mend(remove_flag(component, flag), safe=False),
            )
