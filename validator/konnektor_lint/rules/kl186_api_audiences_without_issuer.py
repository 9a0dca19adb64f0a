"""The API server accepts tokens for Konnectivity as its own, and no longer those for itself."""

from konnektor_lint.argument import Flag
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_part
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_AUDIENCES = ("api-audiences", "service-account-api-audiences")


@rule(
    "KL186",
    "api-audiences-without-issuer",
    since="0.1",
    edge="login",
    severity=Severity.WARNING,
    needs=("api_servers",),
    args=("audiences", "issuer"),
    references=(
        "kubernetes v1.36.0 pkg/kubeapiserver/options/authentication.go: --api-audiences",
        "https://github.com/kubernetes/website/issues/30317",
    ),
    fix="unsafe",
)
def api_audiences_without_issuer(connector: Connector) -> Findings:
    """Report a list of nothing but Konnectivity's audiences; other lists may be meant."""
    theirs = {server.text("authentication-audience") for server in connector.servers}
    for api_server in connector.api_servers:
        given = _flags(api_server, *_AUDIENCES)
        issuers = _flags(api_server, "service-account-issuer")
        if not given or not issuers or any(flag.open for flag in (*given, *issuers)):
            continue
        audiences = [part for flag in given for part in flag.text.split(",") if part]
        foreign = all(part in theirs or "konnectivity" in part for part in audiences)
        if audiences and foreign and not {flag.text for flag in issuers} & set(audiences):
            yield api_audiences_without_issuer.report(
                flag_value_of(given[-1]),
                flag_value_of(issuers[0], "issuer"),
                audiences=", ".join(audiences),
                issuer=issuers[0].text,
                fix=mend(
                    set_part(api_server, given[-1], len(given[-1].text), 0, f",{issuers[0].text}"),
                    safe=False,
                ),
            )


def _flags(component: Component, *names: str) -> list[Flag]:
    return [flag for flag in component.flags if flag.name in names]
