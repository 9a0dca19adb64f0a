"""The admin port listens beyond the loopback address."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.listener import is_loopback
from konnektor_lint.rule import Findings, rule


@rule(
    "KL302",
    "admin-exposed",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("flag", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runAdminServer",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: runAdminServer",
    ),
    fix="unsafe",
)
def admin_exposed(connector: Connector) -> Findings:
    """Report ``--admin-bind-address`` that opens the port, also where it is given empty."""
    for component in connector.proxies:
        flag = component.flag("admin-bind-address")
        if flag is None or flag.open or is_loopback(flag.text):
            continue
        profiling = component.flag("enable-profiling")
        served = profiling is not None and component.is_on("enable-profiling")
        yield admin_exposed.report(
            flag_of(flag),
            *([flag_of(profiling, "profiling")] if profiling is not None and served else []),
            flag=f"--{flag.name}={flag.text}",
            program=component.program,
            fix=mend(set_value(component, flag, "127.0.0.1"), safe=False),
        )
