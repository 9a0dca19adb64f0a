"""Contention profiling is on, profiling is off."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.rule import Findings, rule


@rule(
    "KL146",
    "contention-needs-profiling",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("program",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
    ),
    fix="unsafe",
)
def contention_needs_profiling(connector: Connector) -> Findings:
    """Report ``--enable-contention-profiling`` without ``--enable-profiling``."""
    for component in connector.proxies:
        flag = component.flag("enable-contention-profiling")
        off = component.is_on("enable-profiling") is False
        given = component.flag("enable-profiling") is not None
        if flag is not None and flag.value is True and off and (given or component.whole):
            yield contention_needs_profiling.report(
                flag_of(flag),
                program=component.program,
                fix=mend(remove_flag(component, flag), safe=False),
            )
