"""The label of the leases cannot be read."""

from konnektor_lint.commandline import as_given
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.expression import expression
from konnektor_lint.rule import Findings, rule


@rule(
    "KL153",
    "lease-label-invalid",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("given", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/util/util.go: ParseLabels",
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
    ),
)
def lease_label_invalid(connector: Connector) -> Findings:
    """Read ``--lease-label`` as the programs do, then as the API server would."""
    for component in connector.proxies:
        flag = component.flag("lease-label")
        if flag is None or not isinstance(flag.value, str):
            continue
        refused = not _is_read(flag.value)
        if refused or not _is_label(flag.value):
            leases = "enable-lease-controller" if component.role == "server" else _COUNTING
            fatal = refused and component.is_on(leases) is True
            yield lease_label_invalid.report(
                flag_value_of(flag),
                severity=None if fatal else Severity.WARNING,
                given=as_given(flag),
                program=component.program,
            )


_COUNTING = "count-server-leases"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_LABEL = expression(rf"(?:[a-z0-9]([a-z0-9.-]{{0,251}}[a-z0-9])?/)?{_NAME}=(?:{_NAME})?")


def _is_read(text: str) -> bool:
    """Pairs between commas, with one equals sign each (pkg/util/util.go, ParseLabels)."""
    return all(pair.count("=") == 1 for pair in text.split(","))


def _is_label(text: str) -> bool:
    pairs = ["=".join(part.strip() for part in pair.split("=")) for pair in text.split(",")]
    return all(_LABEL.fullmatch(pair) for pair in pairs)
