"""k3s or RKE2 is given an egress selector mode that it does not have."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest

MODES = ("agent", "cluster", "pod", "disabled")


@rule(
    "KL253",
    "k3s-egress-mode-unknown",
    since="0.1",
    about=("distributions",),
    args=("mode", "known", "suggestion"),
    references=("https://github.com/k3s-io/k3s/pull/5577",),
)
def k3s_egress_mode_unknown(connector: Connector) -> Findings:
    """Compare with the four modes, letter by letter."""
    for found in connector.distributions:
        mode = found.at("egress-selector-mode")
        if found.product != "k3s" or mode is None or mode.text is None:
            continue
        if mode.text not in MODES and not has_placeholder(mode.text):
            yield k3s_egress_mode_unknown.report(
                value_of(mode),
                mode=shortened(mode.text) or '""',
                known=", ".join(MODES),
                suggestion=closest(mode.text, list(MODES)) or "agent",
            )
