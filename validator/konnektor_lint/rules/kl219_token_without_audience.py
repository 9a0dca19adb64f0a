"""The agents' token carries no audience, but the proxy server asks for one."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag, token_source
from konnektor_lint.diagnostic import Location, Severity, key_of
from konnektor_lint.fix import Fix, insert_entry, mend
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest

_MOUNTED_BY_DEFAULT = "/var/run/secrets/kubernetes.io/serviceaccount/token"


@rule(
    "KL219",
    "token-without-audience",
    since="0.1",
    edge="login",
    severity=Severity.WARNING,
    needs=("servers", "agents"),
    args=("expected",),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: TokenReview with the audience",
        "https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken",
    ),
    fix="safe",
)
def token_without_audience(connector: Connector) -> Findings:
    """Look for tokens made for the API server itself, unless it also accepts the other audience."""
    servers = [item for item in connector.servers if item.given("authentication-audience")]
    expected = [server.text("authentication-audience") for server in servers]
    accepted = {name for item in connector.api_servers for name in _accepted(item)}
    if not servers or None in expected or accepted.intersection(expected) or "" in accepted:
        return
    for agent in connector.agents:
        place = _plain_token(agent)
        if place is not None:
            yield token_without_audience.report(
                place,
                place_of_flag(servers[0], "authentication-audience", "server"),
                expected=expected[0] or "",
                fix=_fix(agent, set(expected)),
            )


def _fix(agent: Component, expected: set[str | None]) -> Fix | None:
    """Ask for a token with the audience; a server that wants none takes such a token as well."""
    source = token_source(agent)
    audience = next(iter(expected))
    if source is None or len(expected) > 1 or not audience or not source.fields():
        return None
    if closest("audience", list(source.fields())):
        return None  # it is there, only misspelled
    sibling = source.at("path") or list(source.fields().values())[-1]
    return mend(insert_entry(sibling, "audience", audience), safe=True)


def _accepted(api_server: Component) -> list[str]:
    """Return the audiences of an API server; an empty one where they are not known yet."""
    for name in ("api-audiences", "service-account-issuer"):
        flag = api_server.flag(name)
        if flag is not None:
            return [""] if flag.open else flag.text.split(",")
    return []


def _plain_token(agent: Component) -> Location | None:
    path = agent.text("service-account-token-path")
    if path == _MOUNTED_BY_DEFAULT and agent.backing(path) is None:
        return place_of_flag(agent, "service-account-token-path")
    source = token_source(agent)
    if source is None or source.at("audience") is not None:
        return None
    return key_of(source)
