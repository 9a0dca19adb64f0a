"""k0s is too old to use ``spec.konnectivity.externalAddress``."""

import re

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.limits import shortened
from konnektor_lint.release import version
from konnektor_lint.rule import Findings, rule

_SINCE = (1, 35, 1)
_COMPLETE = re.compile(r"v?\d+\.\d+\.\d+")


@rule(
    "KL240",
    "k0s-external-address-ignored",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("address", "version", "since"),
    references=(
        "https://github.com/k0sproject/k0s/pull/6752",
        "https://github.com/k0sproject/k0smotron/pull/1519",
        "k0s 0186aa2 pkg/component/controller/konnectivityagent.go: writeKonnectivityAgent",
    ),
)
def k0s_external_address_ignored(connector: Connector) -> Findings:
    """Compare the version of k0s where it stands beside the address.

    With an ingress k0smotron brings agents of its own for an older k0s.
    """
    for found in connector.distributions:
        address = found.k0s.at("konnectivity", "externalAddress") if found.k0s else None
        release = found.version
        if address is None or not address.text or release is None:
            continue
        if found.product == "k0smotron" and found.at("ingress") is not None:
            continue
        text = release.text or ""
        number = version(text)
        if number is not None and _COMPLETE.match(text) and number < _SINCE:
            yield k0s_external_address_ignored.report(
                value_of(address),
                value_of(release, "version"),
                address=shortened(address.text),
                version=shortened(text),
                since="v1.35.1+k0s.0",
            )
