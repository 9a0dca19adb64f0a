"""kube-apiserver does not get to see the egress configuration."""

from konnektor_lint import limits
from konnektor_lint.argument import Flag
from konnektor_lint.cluster import ConfigMap
from konnektor_lint.connector import Connector
from konnektor_lint.contract import mounted_at
from konnektor_lint.diagnostic import Location, flag_value_of, key_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Backing, Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL212",
    "egress-file-not-mounted",
    since="0.1",
    edge="configuration",
    needs=("api_servers",),
    args=("file",),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: the file must exist",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def egress_file_not_mounted(connector: Connector) -> Findings:
    """Follow ``--egress-selector-config-file`` into the container's mounts and a ConfigMap."""
    for api_server in connector.api_servers[: limits.PARTNERS]:
        flag = api_server.flag("egress-selector-config-file")
        if flag is None or flag.open or not flag.text.startswith("/"):
            continue
        backing = api_server.backing(flag.text)
        if not api_server.may_mount(flag.text):
            yield egress_file_not_mounted.report(
                flag_value_of(flag), _mounts(api_server, "mounts"), file=flag.text
            )
        elif backing is not None and backing.volume.kind == "configMap":
            yield from _in_config_map(connector, flag, backing)


def _mounts(component: Component, label: str) -> Location:
    place = mounted_at(component)
    return Location(place.source, place.span, label)


def _in_config_map(connector: Connector, flag: Flag, backing: Backing) -> Findings:
    """Look for the file among the keys of the ConfigMap, if that is given."""
    same = [item for item in connector.config_maps if item.name == backing.volume.target]
    if len(same) != 1 or has_placeholder(backing.path):
        return
    files = _files_of(same[0], backing)
    if any(map(has_placeholder, files)):
        return
    if files and backing.path.lstrip("/") not in files:
        yield egress_file_not_mounted.report(
            flag_value_of(flag), key_of(next(iter(files.values())), "key"), file=flag.text
        )


def _files_of(config_map: ConfigMap, backing: Backing) -> dict[str, Node]:
    """Return the files the volume makes of a ConfigMap: by its keys, or by ``items``."""
    items = backing.volume.node.at("configMap", "items")
    if items is None:
        return dict(config_map.data)
    files: dict[str, Node] = {}
    for item in items.items():
        path = item.at("path")
        if path is not None and path.text is not None:
            files[path.text] = path
    return files
