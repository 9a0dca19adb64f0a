"""Quotes or blanks became part of a value."""

from konnektor_lint.commandline import as_given, counting, flag_type
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL151",
    "stray-characters-in-value",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("given", "stripped"),
    references=(
        "kubernetes v1.37.0 pkg/kubelet/container/helpers.go: no shell reads command and args",
    ),
    fix="safe",
)
def stray_characters_in_value(connector: Connector) -> Findings:
    """Report texts in quotation marks, and blanks at either end."""
    for component in connector.proxies:
        for flag in counting(component):
            stripped = _stripped(flag.text)
            if stripped != flag.text and flag_type(component, flag.name) == "string":
                yield stray_characters_in_value.report(
                    flag_value_of(flag),
                    given=as_given(flag),
                    stripped=shortened(f"--{flag.name}={stripped}"),
                    fix=mend(set_value(component, flag, stripped), safe=True),
                )


def _stripped(text: str) -> str:
    bare = text.strip()
    quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'"
    return bare[1:-1] if quoted else bare
