"""An ingress of k0smotron has one host for the API server and for Konnectivity."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule


@rule(
    "KL244",
    "k0smotron-ingress-hosts-equal",
    since="0.1",
    about=("distributions",),
    args=("host",),
    references=(
        "k0smotron v2 internal/controller/k0smotron.io/k0smotroncluster_ingress.go: path /",
    ),
)
def k0smotron_ingress_hosts_equal(connector: Connector) -> Findings:
    """Compare ``apiHost`` with ``konnectivityHost``; upper and lower case are the same."""
    for found in connector.distributions:
        if found.product != "k0smotron":
            continue
        api, own = found.at("ingress", "apiHost"), found.at("ingress", "konnectivityHost")
        if api is None or own is None or not api.text or not own.text:
            continue
        if api.text.lower() == own.text.lower() and not has_placeholder(api.text):
            yield k0smotron_ingress_hosts_equal.report(
                value_of(own), value_of(api, "api"), host=shortened(own.text)
            )
