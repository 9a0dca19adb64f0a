"""Pods and their containers, as far as the connector's parts run in them."""

from __future__ import annotations

import posixpath

from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.argument import CommandLine, Flag, FlagProblem, Word
    from konnektor_lint.release import Release
    from konnektor_lint.source import Document, Node

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "ReplicationController"),
        ("spec", "template"),
    ),
}
_LABELLED_KINDS = frozenset(("", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"))
"""Workloads that find their pods by labels (a Job sets its own); a patch may have no kind."""

_READ_ONLY_KINDS = frozenset(("configMap", "secret", "projected", "downwardAPI", "image"))


class Volume(NamedTuple):
    """A volume of a pod: its type's field name and what that type points at.

    ``target`` is the host path, or the name of the Secret, ConfigMap or claim.
    """

    name: str
    kind: str
    target: str
    node: Node

    def files(self) -> frozenset[str] | None:
        """Return the paths of the files in it, as far as the manifest says them; else None."""
        if self.kind == "projected":
            found = [_source_files(source) for source in self.node.items_at("projected", "sources")]
            known = [paths for paths in found if paths is not None]
            return frozenset().union(*known) if found and len(known) == len(found) else None
        if self.kind in ("secret", "configMap", "downwardAPI"):
            paths = _item_paths(self.node.at(self.kind))
            return frozenset(paths) if paths is not None else None
        return None


class Mount(NamedTuple):
    """One entry of ``volumeMounts``."""

    path: str
    volume: str
    sub_path: str
    read_only: bool
    node: Node


class Backing(NamedTuple):
    """What really lies behind a path inside a container.

    ``path`` is the path on the host for a ``hostPath`` volume, else inside the volume.
    """

    volume: Volume
    mount: Mount
    path: str

    @property
    def read_only(self) -> bool:
        """Tell whether nothing can be created there; some kinds of volumes are always so."""
        return self.mount.read_only or self.volume.kind in _READ_ONLY_KINDS


class Pod:
    """A pod or a pod template, with the object that carries it."""

    __slots__ = ("document", "kept_running", "root", "spec", "volumes")

    def __init__(self, document: Document, root: Node, spec: Node) -> None:
        """``root`` holds ``metadata`` and ``spec`` of the pod itself.

        ``kept_running`` are the containers that do not end by themselves: sidecars too.
        """
        self.document = document
        self.root = root
        self.spec = spec
        self.volumes = {volume.name: volume for volume in _volumes(spec)}
        self.kept_running = tuple(_kept_running(spec))

    @property
    def kind(self) -> str:
        """Return the kind of the carrying object; empty when it has none."""
        return self.document.kind

    @property
    def name(self) -> str:
        """Return the name of the carrying object."""
        return self.document.name

    @property
    def namespace(self) -> str:
        """Return the namespace as written; empty: not given."""
        return self.document.namespace

    @property
    def labels(self) -> dict[str, str]:
        """Return the pod's own labels."""
        labels = self.root.at("metadata", "labels")
        fields = labels.fields() if labels is not None else {}
        return {key: node.text for key, node in fields.items() if node.text is not None}

    @property
    def host_network(self) -> bool:
        """Tell whether the pod uses the node's network."""
        node = self.spec.at("hostNetwork")
        return node is not None and node.value is True

    @property
    def own_network(self) -> bool:
        """Tell whether the pod surely has a network of its own; a placeholder may say otherwise."""
        node = self.spec.at("hostNetwork")
        return node is None or not (node.value is True or has_placeholder(node.raw))

    @property
    def service_account(self) -> str:
        """Return the service account's name; Kubernetes' default is ``default``."""
        named = self.spec.text_at("serviceAccountName") or self.spec.text_at("serviceAccount")
        return named or "default"

    @property
    def service_account_node(self) -> Node | None:
        """Return where the service account is named."""
        return self.spec.at("serviceAccountName") or self.spec.at("serviceAccount")

    @property
    def owner(self) -> tuple[str, str, str] | None:
        """Return namespace, kind and name of the controller that made this pod, else None.

        A node that mirrors its static pod made nothing: each of these is one of its own.
        """
        for item in self.root.items_at("metadata", "ownerReferences"):
            made_by = item.at("controller")
            kind, name = item.text_at("kind"), item.text_at("name")
            if made_by is not None and made_by.value is True and kind and name and kind != "Node":
                return (self.namespace, kind, name)
        return None

    @property
    def replicas(self) -> int | None:
        """Return ``spec.replicas`` (1 if left out) of kinds that have it, else None."""
        if self.kind in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"):
            node = self.document.root.at("spec", "replicas")
            return 1 if node is None or node.value is None else node.integer
        return 1 if self.kind == "Pod" else None

    @property
    def node(self) -> Node:
        """Return what stands for the pod in a finding: its name, else its spec."""
        return self.document.root.at("metadata", "name") or self.spec

    def companions(self, container: Node) -> list[Node]:
        """Return the other containers that keep running beside one."""
        return [other for other in self.kept_running if other is not container]

    def holds_only(self, container: Node) -> bool:
        """Tell whether no other container keeps running beside one."""
        return all(other is container for other in self.kept_running)

    def containers(self) -> list[Node]:
        """Return init containers (a sidecar may be one) and containers."""
        return [*self.spec.items_at("initContainers"), *self.spec.items_at("containers")]


def _kept_running(spec: Node) -> Iterator[Node]:
    for container in spec.items_at("initContainers"):
        if container.text_at("restartPolicy") == "Always":
            yield container
    yield from spec.items_at("containers")


def _source_files(source: Node) -> list[str] | None:
    """Return the paths of one source of a projected volume; None where they are not said."""
    token = source.at("serviceAccountToken")
    if token is not None:
        return _known([token.text_at("path")])
    for kind in ("secret", "configMap", "downwardAPI"):
        if source.at(kind) is not None:
            return _item_paths(source.at(kind))
    return _known([source.text_at("clusterTrustBundle", "path")])


def _item_paths(volume: Node | None) -> list[str] | None:
    listed = volume.at("items") if volume is not None else None
    if listed is None or not listed.items():
        return None
    return _known([item.text_at("path") for item in listed.items()])


def _known(paths: list[str | None]) -> list[str] | None:
    """Return the paths without detours; None where one of them is missing or a placeholder."""
    known = [posixpath.normpath(path) for path in paths if path and not has_placeholder(path)]
    return known if len(known) == len(paths) else None


def _volumes(spec: Node) -> Iterator[Volume]:
    for node in spec.items_at("volumes"):
        name = node.text_at("name")
        if name is None:
            continue
        kind = next((field for field in node.fields() if field != "name"), "")
        yield Volume(name, kind, _target(node, kind), node)


def _target(volume: Node, kind: str) -> str:
    field = {"hostPath": "path", "secret": "secretName", "configMap": "name",
             "persistentVolumeClaim": "claimName"}.get(kind)  # fmt: skip
    return (volume.text_at(kind, field) or "") if field else ""


def pod_of(document: Document) -> Pod | None:
    """Return the pod a document carries, or None.

    An object without a kind (a patch, a test fixture) is taken by its shape.
    """
    path = _TEMPLATES.get(document.kind)
    if path is None and not document.kind:
        path = ("spec", "template") if document.root.at("spec", "template", "spec") else ()
    if path is None:
        return None
    root = document.root.at(*path)
    spec = root.at("spec") if root is not None else None
    if root is None or spec is None or not isinstance(spec.value, dict):
        return None
    return Pod(document, root, spec)


class Component:
    """A container that runs kube-apiserver, proxy-server or proxy-agent."""

    __slots__ = (
        "_by_word", "_flags", "_listed", "_mounted", "_variables", "_whole", "command", "container",
        "mounts", "pod", "release", "role", "running", "shell",
    )  # fmt: skip

    def __init__(
        self, role: str, pod: Pod, container: Node, command: CommandLine,
        release: Release | None, *, running: Release | None = None, shell: bool,
    ) -> None:  # fmt: skip
        """``release`` is None for kube-apiserver; ``shell``: started through ``sh -c``.

        ``running`` is the release before an upgrade to ``release``; the same where there is none.
        """
        self.role = role
        self.pod = pod
        self.container = container
        self.command = command
        self.release = release
        self.running = running or release
        self.shell = shell
        self.mounts = tuple(_mounts(container))
        self._flags = {flag.name: flag for flag in command.flags}
        self._variables: dict[str, Node] | None = None
        self._whole: bool | None = None
        self._listed: dict[int, tuple[Node, int]] | None = None
        self._by_word: dict[int, Flag] | None = None
        self._mounted: list[tuple[str, Mount]] | None = None

    @property
    def program(self) -> str:
        """Return the name of the program."""
        return "kube-apiserver" if self.release is None else self.release.component

    @property
    def name(self) -> str:
        """Return the container's name."""
        return self.container.text_at("name") or self.role

    @property
    def node(self) -> Node:
        """Return what stands for the component in a finding."""
        for field in ("command", "args", "image", "name"):
            node = self.container.at(field)
            if node is not None:
                return node
        return self.container

    @property
    def is_piece(self) -> bool:
        """Tell whether the container is a piece that is merged into a whole elsewhere (kustomize).

        What such a piece does not say (mounts, accounts, replicas) may be said there. The API
        server refuses both gaps in a whole object: no image, and a workload without labels.
        """
        if self.container.at("image") is None:
            return True
        pod, root = self.pod, self.pod.document.root
        return (
            pod.kind in _LABELLED_KINDS
            and pod.root is not root
            and not (pod.labels or root.at("spec", "selector"))
        )

    @property
    def whole(self) -> bool:
        """Tell whether all of the container can be seen, so that what is absent is not given.

        Not so for a piece, and where a placeholder stands for any number of flags.
        """
        if self._whole is None:
            self._whole = not self.is_piece and not self._has_unseen_arguments()
        return self._whole

    def _has_unseen_arguments(self) -> bool:
        lists = [self.container.at(field) for field in ("command", "args")]
        if any(node is not None and isinstance(node.value, str) for node in lists):
            return True
        return any(
            problem.kind == "positional-argument" and has_placeholder(problem.word.text)
            for problem in self.problems
        )

    def probes(self) -> Iterator[tuple[str, Node]]:
        """Yield the name of each probe that asks over the network, and what it asks."""
        for name in ("livenessProbe", "readinessProbe", "startupProbe"):
            for handler in ("httpGet", "tcpSocket"):
                node = self.container.at(name, handler)
                if node is not None:
                    yield name, node

    def arguments(self) -> list[Node]:
        """Return the items of ``command`` and ``args``."""
        return [*self.container.items_at("command"), *self.container.items_at("args")]

    def listed(self, argument: Node) -> tuple[Node, int] | None:
        """Return the list an argument is an item of, ``command`` or ``args``, and its index."""
        if self._listed is None:
            lists = [self.container.at(field) for field in ("command", "args")]
            self._listed = {
                id(item): (owner, at)
                for owner in lists if owner is not None
                for at, item in enumerate(owner.items())
            }  # fmt: skip
        return self._listed.get(id(argument))

    def variables(self) -> dict[str, Node]:
        """Return the entries of ``env`` by name; the last of several wins."""
        if self._variables is None:
            self._variables = {
                name: node
                for node in self.container.items_at("env")
                if (name := node.text_at("name")) is not None
            }
        return self._variables

    @property
    def problems(self) -> tuple[FlagProblem, ...]:
        """Return what is wrong with the command line itself."""
        return self.command.problems

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Return the flags in the order they were given."""
        return self.command.flags

    def flag(self, name: str) -> Flag | None:
        """Return a flag that was given; the last one wins, as in the real parser."""
        return self._flags.get(name)

    def flag_in(self, word: Word) -> Flag | None:
        """Return the flag whose name or value an argument holds."""
        if self._by_word is None:
            words = [(flag.value_word or flag.word, flag) for flag in self.flags]
            words += [(flag.word, flag) for flag in self.flags]
            self._by_word = {id(held): flag for held, flag in words}
        return self._by_word.get(id(word))

    def text(self, name: str) -> str | None:
        """Return the effective text of a string flag; None where it cannot be known."""
        flag = self._flags.get(name)
        if flag is None:
            default = self._default(name)
            return default if isinstance(default, str) else ("" if default is None else None)
        return None if flag.open else flag.text

    def number(self, name: str) -> int | None:
        """Return the effective integer (durations in nanoseconds); None if not to be known."""
        value = self._effective(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def is_on(self, name: str) -> bool | None:
        """Return the effective boolean; None where it cannot be known."""
        value = self._effective(name)
        return value if isinstance(value, bool) else None

    def given(self, name: str) -> bool:
        """Tell whether a flag was given with a value other than the empty one."""
        flag = self._flags.get(name)
        return flag is not None and flag.text != ""

    def _effective(self, name: str) -> object:
        flag = self._flags.get(name)
        return self._default(name) if flag is None else flag.value

    def _default(self, name: str) -> object:
        return None if self.release is None else self.release.flag(name).get("default")

    def mount_over(self, path: str) -> Mount | None:
        """Return the mount a path lies in: the longest one, as in the kernel."""
        if self._mounted is None:
            self._mounted = [(posixpath.normpath(mount.path), mount) for mount in self.mounts]
        wanted = posixpath.normpath(path)
        best: Mount | None = None
        longest = 0
        for inside, mount in self._mounted:
            if len(inside) > longest and (
                wanted == inside or wanted.startswith(inside.rstrip("/") + "/")
            ):
                best, longest = mount, len(inside)
        return best

    def may_mount(self, path: str) -> bool:
        """Tell whether something is mounted over a path, or may be where a placeholder stands."""
        return self.mounts_open or self.mount_over(path) is not None

    @property
    def mounts_open(self) -> bool:
        """Tell whether a placeholder stands for a mount's place, so that it may be any."""
        listed = self.container.at("volumeMounts")
        if listed is not None and has_placeholder(listed.raw):
            return True
        return any(has_placeholder(mount.path) for mount in self.mounts)

    def backing(self, path: str) -> Backing | None:
        """Return what lies behind a path in this container; None: its own file system."""
        best = self.mount_over(path)
        volume = self.pod.volumes.get(best.volume) if best is not None else None
        if best is None or volume is None:
            return None
        wanted = posixpath.normpath(path)
        rest = posixpath.relpath(wanted, posixpath.normpath(best.path))
        below = posixpath.join(volume.target if volume.kind == "hostPath" else "/", best.sub_path)
        return Backing(volume, best, posixpath.normpath(posixpath.join(below, rest)))


def _mounts(container: Node) -> Iterator[Mount]:
    for node in container.items_at("volumeMounts"):
        path, volume = node.text_at("mountPath"), node.text_at("name")
        if path is None or volume is None:
            continue
        read_only = node.at("readOnly")
        yield Mount(
            path, volume, node.text_at("subPath") or node.text_at("subPathExpr") or "",
            read_only is not None and read_only.value is True, node,
        )  # fmt: skip
