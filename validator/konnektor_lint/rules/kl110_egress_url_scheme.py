"""The URL of the proxy begins with neither http:// nor https://."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import EgressSelection, each_selection, shown
from konnektor_lint.expression import expression
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest


@rule(
    "KL110",
    "egress-url-scheme",
    since="0.1",
    needs=("egress",),
    args=("url",),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="sometimes",
)
def egress_url_scheme(connector: Connector) -> Findings:
    """Look at the beginning of each URL that is validated; case matters."""
    for configuration, selection in each_selection(connector.egress):
        tcp, url = selection.tcp, selection.url_text
        if tcp is None or not selection.only_tcp or url.startswith(("http://", "https://")):
            continue
        misspelled = selection.url is None and configuration.misspelled(tcp, "url")
        if not configuration.is_open(url) and not misspelled:
            place = value_of(selection.url) if selection.url is not None else key_of(tcp)
            yield egress_url_scheme.report(place, url=shown(selection.url), fix=_fix(selection))


def _fix(selection: EgressSelection) -> Fix | None:
    """Write the scheme in lower case; where it is missing, TLS settings allow only one."""
    scheme, mark, rest = selection.url_text.partition("://")
    if selection.url is None:
        return None
    if mark and rest:
        meant = closest(scheme, ["http", "https"])
        edit = replace_value(selection.url, f"{meant}://{rest}") if meant else None
        return mend(edit, safe=scheme.lower() == meant)
    if selection.tls is None or not _HOST_AND_PORT.fullmatch(scheme):
        return None
    return mend(replace_value(selection.url, f"https://{scheme}"), safe=True)


_HOST_AND_PORT = expression(r"[A-Za-z0-9.-]+:[0-9]+")
