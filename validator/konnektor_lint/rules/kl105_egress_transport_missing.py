"""An egress selection that uses a proxy does not say how to reach it."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection
from konnektor_lint.rule import Findings, rule

_EXPECTED = {"GRPC": "transport.uds", "HTTPConnect": "transport.uds | transport.tcp"}


@rule(
    "KL105",
    "egress-transport-missing",
    since="0.1",
    needs=("egress",),
    args=("protocol", "expected"),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_transport_missing(connector: Connector) -> Findings:
    """Look for a transport, and for HTTPConnect for one of its two kinds."""
    for configuration, selection in each_selection(connector.egress):
        protocol = selection.protocol
        if protocol is None or selection.protocol_text not in _EXPECTED:
            continue
        transport = selection.transport
        if configuration.misspelled(selection.connection, "transport"):
            continue
        if any(configuration.misspelled(transport, name) for name in ("tcp", "uds")):
            continue
        if selection.transport is None:
            place = value_of(protocol)
        elif selection.protocol_text == "HTTPConnect" and not (selection.tcp or selection.uds):
            place = key_of(selection.transport)
        else:
            continue
        text = selection.protocol_text
        yield egress_transport_missing.report(place, protocol=text, expected=_EXPECTED[text])
