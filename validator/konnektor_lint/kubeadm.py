"""The API server as kubeadm makes it from a ClusterConfiguration, in every form that carries one.

``extraArgs`` is a map (v1beta2, v1beta3) or a list of names and values (v1beta4); both become the
flags of the static pod kube-apiserver, and ``extraVolumes`` its mounts.
Source: kubernetes v1.36 cmd/kubeadm/app/phases/controlplane/manifests.go, volumes.go.
"""

from __future__ import annotations

import re

from konnektor_lint.argument import CommandLine, Flag, Word, expanded
from konnektor_lint.expression import expression
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component, Pod
from konnektor_lint.record import NamedTuple
from konnektor_lint.scalar import Scalar
from konnektor_lint.source import Document, Node, Placement, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PATHS: dict[str, tuple[str, ...]] = {
    "ClusterConfiguration": (),
    "KubeadmConfig": ("spec", "clusterConfiguration"),
    "KubeadmConfigTemplate": ("spec", "template", "spec", "clusterConfiguration"),
    "KubeadmControlPlane": ("spec", "kubeadmConfigSpec", "clusterConfiguration"),
    "KubeadmControlPlaneTemplate": (
        "spec", "template", "spec", "kubeadmConfigSpec", "clusterConfiguration",
    ),
}  # fmt: skip
_VERSIONS = (("kubernetesVersion",), ("spec", "version"))
_OWN_VOLUMES = ("/etc/kubernetes/pki", "/etc/ssl/certs", "/etc/ca-certificates",
                "/usr/share/ca-certificates", "/usr/local/share/ca-certificates")  # fmt: skip
"""What kubeadm mounts by itself, each from the same path of the host."""

_OWN_FLAGS = {
    "authorization-mode": "Node,RBAC",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
}  # fmt: skip
"""Flags that kubeadm gives by itself, as far as a rule asks for them."""

_PATCHED = expression(r"^[ \t]*patches:[ \t]*\n[ \t]*directory:", re.MULTILINE)


def cluster_configuration_of(document: Document) -> Node | None:
    """Return the ClusterConfiguration a document is or carries; kind's patches may have no kind."""
    path = _PATHS.get(document.kind)
    if path is None and not document.kind and document.root.at("apiServer", "extraArgs"):
        path = ()
    found = document.root.at(*path) if path is not None else None
    return found if found is not None and isinstance(found.value, dict) else None


def api_server_of(document: Document) -> Component | None:
    """Return the API server that kubeadm will run, or None where a document says nothing of it.

    Where the user's own patches change the pod, it is a piece: nothing absent is concluded.
    """
    configuration = cluster_configuration_of(document)
    if configuration is None:
        return None
    made = _Maker(configuration.at("apiServer") or configuration)
    versions = [configuration.at(*_VERSIONS[0]), document.root.at(*_VERSIONS[1])]
    version = next((item for item in versions if item is not None and item.text), None)
    patched = _PATCHED.search(document.source.text) is not None
    pod = made.pod(document, None if patched else version, whole=not patched)
    container = pod.containers()[0]
    given = tuple(_flags(configuration.at("apiServer", "extraArgs")))
    defaults = (_flag(name, container, _text(text, container)) for name, text in _OWN_FLAGS.items())
    command = CommandLine((*defaults, *given), ())  # of a flag given twice the last one wins
    return Component("api-server", pod, container, command, None, shell=False)


def _flags(arguments: Node | None) -> Iterator[Flag]:
    """Yield the flags of ``extraArgs``; a later one of a list wins, as in the program."""
    if arguments is None:
        return
    for name, node in arguments.fields().items():
        yield _flag(name, node.key or node, node)
    for item in arguments.items():
        name_node, value = item.at("name"), item.at("value")
        if name_node is not None and name_node.text:
            yield _flag(name_node.text, name_node, value or name_node)


def _flag(name: str, named: Node, value: Node) -> Flag:
    text = expanded(value, {}) if value.text is not None else value.raw
    unsettled = has_placeholder(text)
    word = Word(f"--{name}={text}", value, 0, len(value.text or ""))
    both = _Both(Span(named.span.start, value.span.end))
    known = None if unsettled else text
    return Flag(name.replace("_", "-"), text, known, word, both, value, unsettled)


class _Both(NamedTuple):
    """The name of a flag and its value, which are nodes of their own."""

    span: Span


class _Maker:
    """Makes the nodes of the pod; each stands where the configuration says it."""

    def __init__(self, api_server: Node) -> None:
        self.api_server = api_server

    def pod(self, document: Document, version: Node | None, *, whole: bool) -> Pod:
        at = self.api_server
        volumes, mounts = self._volumes()
        container = {
            "name": _text("kube-apiserver", at),
            "volumeMounts": _made(mounts, at.at("extraVolumes") or at),
        }
        if whole:
            image = "registry.k8s.io/kube-apiserver"
            tag = f":{version.text}" if version is not None else ""
            container["image"] = _text(image + tag, version or at)
        spec = {
            "hostNetwork": _made(value=True, at=at),
            "containers": _made([_made(container, at)], at),
            "volumes": _made(volumes, at),
        }
        metadata = {
            "name": _text("kube-apiserver", at), "namespace": _text("kube-system", at),
        }  # fmt: skip
        root = _made(
            {"kind": _text("Pod", at), "metadata": _made(metadata, at), "spec": _made(spec, at)}, at
        )
        made = Document(document.source, document.index, root, (), document.outer)
        return Pod(made, root, root.fields()["spec"])

    def _volumes(self) -> tuple[list[Node], list[Node]]:
        volumes: list[Node] = []
        mounts: list[Node] = []
        for path in _OWN_VOLUMES:
            named = _text(path, self.api_server)
            volumes.append(_volume(named, named, named, None))
            mounts.append(_made({"name": named, "mountPath": named}, self.api_server))
        for item in self.api_server.items_at("extraVolumes"):
            name, host, inside = item.at("name"), item.at("hostPath"), item.at("mountPath")
            if name is None or host is None or inside is None:
                continue
            volumes.append(_volume(name, host, item, item.at("pathType")))
            fields = {"name": name, "mountPath": inside}
            read_only = item.at("readOnly")
            if read_only is not None:
                fields["readOnly"] = read_only
            mounts.append(_made(fields, item))
        return volumes, mounts


def _volume(name: Node, host: Node, at: Node, path_type: Node | None) -> Node:
    source = {"path": host}
    if path_type is not None:
        source["type"] = path_type
    return _made({"name": name, "hostPath": _made(source, at)}, at)


def _text(text: str, at: Node) -> Node:
    made = _made(text, at)
    made.raw = text
    return made


def _made(value: dict[str, Node] | list[Node] | Scalar, at: Node) -> Node:
    """Return a node with a value of its own, in the place of another one."""
    span = at.key_span if isinstance(at.value, dict | list) and at.key is not None else at.span
    made = Node(at.source, Placement(fixed=span))
    made.value = value
    return made
