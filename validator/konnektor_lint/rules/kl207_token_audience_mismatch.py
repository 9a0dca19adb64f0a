"""The agents' token is made for another audience than the proxy server accepts."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag, token_source
from konnektor_lint.diagnostic import value_of
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule

_USUAL = "system:konnectivity-server"


@rule(
    "KL207",
    "token-audience-mismatch",
    since="0.1",
    edge="login",
    needs=("servers", "agents"),
    args=("found", "expected"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: TokenReview with the audience",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
    fix="sometimes",
)
def token_audience_mismatch(connector: Connector) -> Findings:
    """Compare the projected token's ``audience`` with ``--authentication-audience``."""
    servers = [item for item in connector.servers if item.given("authentication-audience")]
    expected = dict.fromkeys(server.text("authentication-audience") for server in servers)
    if not servers or None in expected:
        return
    for agent in connector.agents:
        source = token_source(agent)
        audience = source.at("audience") if source is not None else None
        found = audience.text if audience is not None else None
        if audience is None or not found or has_placeholder(found) or found in expected:
            continue
        yield token_audience_mismatch.report(
            value_of(audience),
            place_of_flag(servers[0], "authentication-audience", "server"),
            found=found,
            expected=next(iter(expected)) or "",
            fix=(
                mend(
                    replace_value(audience, next(iter(expected)) or ""),
                    safe=found != _USUAL,  # else the server's value is the odd one
                )
                if len(expected) == 1
                else None
            ),
        )
