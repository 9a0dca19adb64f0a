"""A flag names a file that the container does not have."""

import posixpath

from konnektor_lint.argument import Flag
from konnektor_lint.connector import Connector
from konnektor_lint.contract import listens_on_socket
from konnektor_lint.diagnostic import Location, Severity, flag_value_of, value_of
from konnektor_lint.image import image
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.workload import lacks_file

_FILES = {
    "server": ("server-cert", "server-key", "server-ca-cert", "cluster-cert", "cluster-key",
               "cluster-ca-cert", "kubeconfig"),
    "agent": ("agent-cert", "agent-key", "ca-cert", "kubeconfig"),
}  # fmt: skip
_IN_IMAGES = (
    "/etc/ssl/", "/etc/pki/", "/etc/ca-certificates/", "/usr/share/", "/usr/local/share/",
)  # fmt: skip
"""Where images bring certificates of public authorities."""


@rule(
    "KL157",
    "flag-file-not-mounted",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("flag", "path", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
    ),
)
def flag_file_not_mounted(connector: Connector) -> Findings:
    """Follow each flag that names a file through mounts to the files of the volume."""
    for component in connector.proxies:
        if component.shell or not component.whole:
            continue
        published = image(component.container.text_at("image") or "").is_published
        missing: dict[str, list[Flag]] = {}
        for flag in _named_files(component):
            path = posixpath.normpath(flag.text)
            if not path.startswith(_IN_IMAGES) and lacks_file(component, path, connector):
                missing.setdefault(posixpath.dirname(path), []).append(flag)
        for flag, *more in missing.values():  # one mount would bring all files of a folder
            path = posixpath.normpath(flag.text)
            yield flag_file_not_mounted.report(
                flag_value_of(flag),
                *(flag_value_of(other, "too") for other in more),
                *_mount(component, path),
                severity=None if published else Severity.WARNING,
                flag=f"--{flag.name}",
                path=path,
                program=component.program,
            )


def _named_files(component: Component) -> list[Flag]:
    """Return the flags whose files count; with a socket the server takes no ``--server-*``."""
    given = [component.flag(name) for name in _FILES[component.role]]
    refused = "server-" if listens_on_socket(component) is not False else " "
    return [
        flag
        for flag in given
        if flag is not None and not flag.open and flag.text.startswith("/")
        if component.role == "agent" or not flag.name.startswith(refused)
    ]


def _mount(component: Component, path: str) -> list[Location]:
    backing = component.backing(path)
    if backing is None:
        return []
    return [value_of(backing.mount.node.at("mountPath") or backing.mount.node, "mount")]
