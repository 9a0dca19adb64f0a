"""A duration below zero."""

from konnektor_lint.commandline import as_given, counting, flag_type
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL154",
    "negative-timeout",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("given", "program"),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
)
def negative_timeout(connector: Connector) -> Findings:
    """Report negative durations; some are refused, the others are taken and make no sense."""
    for component in connector.proxies:
        for flag in counting(component):
            if flag_type(component, flag.name) != "duration" or not isinstance(flag.value, int):
                continue
            if flag.value < 0:
                yield negative_timeout.report(
                    flag_value_of(flag),
                    severity=None if flag.name in _REFUSED else Severity.WARNING,
                    given=as_given(flag),
                    program=component.program,
                )


_REFUSED = frozenset(("graceful-shutdown-timeout", "backend-dial-timeout"))
