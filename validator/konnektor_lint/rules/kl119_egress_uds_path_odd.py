"""The path of the Unix socket can hardly be dialled."""

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.expression import expression
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_SCHEME = expression(r"\Aunix:(?://(?=/))?")
_LONGEST = 107
"""Bytes that fit into ``sun_path`` on Linux, without the closing zero."""


@rule(
    "KL119",
    "egress-uds-path-odd",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=("path",),
    references=(
        "kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",
        "man 7 unix: sun_path holds 108 bytes with the closing zero",
    ),
    fix="sometimes",
)
def egress_uds_path_odd(connector: Connector) -> Findings:
    """Look at each socket path; the loader only refuses an empty one."""
    for configuration, selection in each_selection(connector.egress):
        node, path = selection.uds_name, text_of(selection.uds_name)
        if node is None or not selection.over_uds or configuration.is_open(path):
            continue
        oddity = _oddity(path)
        if oddity:
            yield egress_uds_path_odd.report(
                value_of(node, oddity),
                path=limits.shortened(path.strip()),
                fix=_fix(node, path, oddity),
            )


def _fix(node: Node, path: str, oddity: str) -> Fix | None:
    if oddity == "blank":
        return mend(replace_value(node, path.strip()), safe=False)
    bare = _SCHEME.sub("", path) if path.startswith("unix:") else path
    if oddity != "scheme" or not bare.startswith("/"):
        return None
    return mend(replace_value(node, bare), safe=True)


def _oddity(path: str) -> str:
    """Return the label of what is odd about a path, or an empty string."""
    if not path:
        return ""
    if path != path.strip():
        return "blank"
    if "://" in path or path.startswith("unix:"):
        return "scheme"
    if path.startswith("@"):
        return "abstract"
    if not path.startswith("/"):
        return "relative"
    return "long" if len(path.encode("utf-8", "replace")) > _LONGEST else ""
