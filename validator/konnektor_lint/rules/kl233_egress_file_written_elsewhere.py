"""cloud-init or Cluster API writes the egress configuration where the API server does not look."""

import posixpath

from konnektor_lint import limits
from konnektor_lint.argument import Flag
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Backing
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL233",
    "egress-file-written-elsewhere",
    since="0.1",
    edge="configuration",
    needs=("api_servers", "egress"),
    args=("written", "file", "host"),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: the file must exist",
        "https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files",
        "https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/",
    ),
)
def egress_file_written_elsewhere(connector: Connector) -> Findings:
    """Follow the flag to the host and look who writes a file there."""
    written = _written(connector)
    if not written:
        return
    for api_server in connector.api_servers[: limits.PARTNERS]:
        flag = api_server.flag("egress-selector-config-file")
        backing = api_server.backing(flag.text) if flag is not None and not flag.open else None
        if flag is not None and backing is not None and backing.volume.kind == "hostPath":
            yield from _compared(flag, backing, written)


def _written(connector: Connector) -> list[Node]:
    """Return where the configurations are written; nothing where one may come from elsewhere."""
    paths = [item.document.path for item in connector.egress]
    known = [path for path in paths if path is not None and path.text]
    return known if len(known) == len(paths) else []


def _compared(flag: Flag, backing: Backing, written: list[Node]) -> Findings:
    places = [posixpath.normpath(node.text or "") for node in written]
    if any(map(has_placeholder, (backing.path, *places))) or backing.path in places:
        return
    yield egress_file_written_elsewhere.report(
        flag_value_of(flag), value_of(written[0], "written"),
        value_of(backing.volume.node.at("hostPath", "path") or backing.volume.node, "volume"),
        written=places[0], file=flag.text, host=backing.path,
    )  # fmt: skip
