"""Something the files name could not be looked at."""

from typing import TYPE_CHECKING

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

if TYPE_CHECKING:
    from konnektor_lint.named import Named

_REASONS = {"hidden": "no permission to read", "uncopied": "not in the tree"}


@rule(
    "KL416",
    "host-file-not-seen",
    since="0.1",
    severity=Severity.INFO,
    needs=("host",),
    args=("files", "reason"),
    references=("https://docs.python.org/3/library/os.html#os.lstat",),
)
def host_file_not_seen(connector: Connector) -> Findings:
    """Tell which files nothing is known about, so that nobody takes silence for a check."""
    if connector.host is None:
        return
    found: dict[str, dict[str, Named]] = {}
    for item in connector.host.things:
        reason = _reason(item)
        if reason:
            found.setdefault(reason, {}).setdefault(item.file, item)
    for reason, items in found.items():
        yield host_file_not_seen.report(
            next(iter(items.values())).place,
            files=limits.shortened(", ".join(items)),
            reason=Term(reason),
        )


def _reason(item: "Named") -> str:
    entry = item.folder if item.kind == "socket" and item.folder is not None else item.entry
    if item.pem is not None and item.pem.unsure and not item.pem.certificates:
        return "a certificate that cannot be parsed"
    return _REASONS.get(entry.kind, item.unread)
