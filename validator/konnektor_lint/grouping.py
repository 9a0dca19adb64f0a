"""Which files belong together in a tree: those of one connector for each cluster.

Outlines of the files are enough to decide it, so it can be decided over more files than are held
in memory at once.
"""

from __future__ import annotations

import posixpath

from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from konnektor_lint.parts import Outline
    from konnektor_lint.patterns import Patterns

REASONS = ("clusters", "folder", "file", "patch", "distribution")
"""Why parts are one connector: the configuration says so, they lie in one folder, they are all in
one file, or it is a patch or an object of a distribution, which are looked at alone."""

REST = "rest"
"""Why files are taken together that hold no part: of them only what reading them found is told."""


class Cluster(NamedTuple):
    """The files of one cluster, as the configuration names them."""

    name: str
    files: Patterns


class Join(NamedTuple):
    """Files (their paths) that are taken for one connector, or looked at alone."""

    name: str
    """What the connector is called: the cluster in the configuration, else its folder or file."""
    reason: str
    """A word of REASONS, or REST."""
    files: tuple[str, ...]
    near: tuple[tuple[str, bool], ...] = ()
    """Other files whose Services, accounts and RBAC objects may belong to it; False: but for
    what would mislead in another cluster's connector."""
    old: tuple[str, ...] = ()
    """Other files in which something of an OpenVPN tunnel may have been left beside it."""
    fragment: bool = False
    """Whole connectors lie beside it."""

    @property
    def paths(self) -> list[str]:
        """Return all files that matter to it."""
        return [*self.files, *(path for path, _ in self.near), *self.old]


def _common(folders: list[str]) -> str:
    """Return the deepest folder that all lie in."""
    shared = folders[0]
    while not all(folder == shared or _is_below(folder, shared) for folder in folders):
        shared = posixpath.dirname(shared)
    return shared


OF_ONE_CLUSTER = frozenset(("Service", "NetworkPolicy"))
"""What would mislead in another cluster's connector."""


class _Group:
    """Files that are joined; ``root`` is the folder they were joined in."""

    __slots__ = ("child", "files", "root")

    def __init__(self, root: str, files: list[Outline], child: str = "") -> None:
        self.root = root
        self.files = files
        self.child = child
        """The name of the folder it came up from; empty for a folder's own files."""

    @property
    def roles(self) -> set[str]:
        return {role for item in self.files for role in item.roles}

    @property
    def complete(self) -> bool:
        return len({side for item in self.files for side in item.sides}) > 1


def plan(files: Iterable[Outline], clusters: Sequence[Cluster] = ()) -> list[Join]:
    """Return what is to be taken together of all files.

    Files of ``clusters`` are joined as it says; one that several of them name is a part of each.
    All other parts are in exactly one connector: they are joined within the nearest common folder
    that holds both sides. Never joined are folders that are each complete, that bring the same
    part twice, or that may as well be clusters of their own by their names and neighbours: a
    comparison that is missed does less harm than one across two clusters. A patch is a connector
    by itself, and so is each object of a distribution: it stands for a whole cluster.
    """
    files = list(files)
    joins, free = _declared(files, clusters)
    rest = [item for item in free if not item.sides]
    joins += _joins(_by_folder([item for item in free if item.sides]), rest)
    whole = bool(joins)
    joins += [
        Join(item.path, "patch", (item.path,), fragment=whole) for item in files if item.patches
    ]
    joins += [Join(item.path, "distribution", (item.path,)) for item in files if item.distributions]
    lonely = tuple(item.path for item in rest if item.problems)
    if lonely or not joins:
        joins.append(Join("", REST, lonely))
    return joins


def _declared(
    files: list[Outline], clusters: Sequence[Cluster]
) -> tuple[list[Join], list[Outline]]:
    """Return the joins of the clusters that are named, and the files that none of them names."""
    joins: list[Join] = []
    free = {item.path: item for item in files}
    for cluster in clusters:
        members = [item for item in files if cluster.files.holds(item.path)]
        held = tuple(item.path for item in members if item.sides)
        beside = [item for item in members if not item.sides]
        if held:
            near = tuple((item.path, True) for item in beside if item.others)
            old = tuple(item.path for item in beside if item.tunnel)
            joins.append(Join(cluster.name, "clusters", held, near, old))
            for item in members:
                free.pop(item.path, None)
    return joins, list(free.values())


def _joins(groups: list[_Group], rest: list[Outline]) -> list[Join]:
    near, old = _near(groups, rest), _near_tunnels(groups, rest)
    return [
        Join(
            _name(item), "folder" if item.files[1:] else "file",
            tuple(file.path for file in item.files),
            tuple(near.get(at, ())), tuple(old.get(at, ())),
        )
        for at, item in enumerate(groups)
    ]  # fmt: skip


def _name(group: _Group) -> str:
    if not group.files[1:]:
        return group.files[0].path
    return _common([item.folder for item in group.files]) or "."


def _by_folder(files: list[Outline]) -> list[_Group]:
    """Join the files of each folder, deepest first, until both sides are there."""
    pending: dict[int, dict[str, list[_Group]]] = {}
    """What is still to be joined: by the depth of the folder, by the folder."""

    def groups_of(folder: str) -> list[_Group]:
        return pending.setdefault(_depth(folder), {}).setdefault(folder, [_Group(folder, [])])

    for file in files:
        groups_of(file.folder)[0].files.append(file)
    done: list[_Group] = []
    above_clusters: set[str] = set()
    for depth in range(max(pending, default=-1), -1, -1):
        for folder, groups in sorted(pending.pop(depth, {}).items(), reverse=True):
            joined = _joined(folder, groups, beside_cluster=folder in above_clusters)
            if joined is None:
                done.extend(item for item in groups if item.files)
                if any(item.complete for item in groups):
                    above_clusters.update(_ancestors(folder))
            elif joined.complete or folder in ("", "/"):
                done.append(joined)
                above_clusters.update(_ancestors(folder))
            else:
                joined.child = posixpath.basename(folder)
                groups_of(posixpath.dirname(folder)).append(joined)
    return done


def _depth(folder: str) -> int:
    """Return how many folders lead to one; that above is always one less."""
    return folder.count("/") + (folder not in ("", "/"))


def _ancestors(folder: str) -> Iterator[str]:
    while folder not in ("", "/"):
        folder = posixpath.dirname(folder)
        yield folder


def _is_below(folder: str, ancestor: str) -> bool:
    """Tell whether a folder lies somewhere inside another one."""
    if ancestor in ("", "/"):
        return folder != ancestor
    return folder.startswith(f"{ancestor}/")


def _joined(folder: str, groups: list[_Group], *, beside_cluster: bool) -> _Group | None:
    """Return what a folder's groups are together, or None where they are clusters of their own.

    ``beside_cluster``: a complete connector lies below this folder too.
    """
    groups = [item for item in groups if item.files]
    if not groups[1:]:
        return _Group(folder, [parts for item in groups for parts in item.files])
    strange = sum(1 for item in groups if not _names_a_part(item.child))
    # Two halves and nothing else are one connector, whatever their folders are called.
    allowed = 0 if beside_cluster else 1 if groups[2:] else 2
    if strange > allowed or _repeats(groups):
        return None
    return _Group(folder, [file for item in groups for file in item.files])


def _repeats(groups: list[_Group]) -> bool:
    """Tell whether two groups bring the same part; agents may come from several node pools."""
    seen: set[str] = set()
    for item in groups:
        roles = item.roles - ({"agent"} if _names_a_part(item.child) else set())
        if roles & seen:
            return True
        seen |= roles
    return False


_PART_WORDS = frozenset((
    "addon", "addons", "agent", "agents", "api", "apiserver", "apps", "base", "central", "child",
    "conf", "config", "configs", "control", "controlplane", "cp", "deploy", "edge", "egress",
    "etc", "files", "guest", "host", "hosted", "hosting", "hub", "k8s", "kas", "konnectivity",
    "kube", "kubernetes", "management", "manager", "manifest", "manifests", "master", "masters",
    "mgmt", "network", "node", "nodes", "parent", "plane", "pods", "pool", "pools", "proxy",
    "rbac", "remote", "seed", "selector", "server", "servers", "shoot", "spoke", "static",
    "system", "tenant", "user", "worker", "workers", "workload",
))  # fmt: skip


_BETWEEN_WORDS = expression(r"[^a-z0-9]+")


def _names_a_part(name: str) -> bool:
    """Tell whether a folder is named for the part it holds; a folder's own files have no name.

    Several that are not (``berlin``, ``hamburg``) may as well be several clusters.
    """
    words = [word.rstrip("0123456789") for word in _BETWEEN_WORDS.split(name.lower())]
    return not name or (any(words) and all(word in _PART_WORDS for word in words if word))


def _near(groups: list[_Group], rest: list[Outline]) -> dict[int, list[tuple[str, bool]]]:
    """Return, by the group's index, the files with Services, accounts and RBAC that lie closest.

    Where several groups are equally close, Services and policies go only to those whose folder
    they lie in or above: those of another cluster would mislead, while one more permission never
    accuses.
    """
    files = [item for item in rest if item.others]
    best = _depths(groups) if files else {}
    found: dict[int, list[tuple[str, bool]]] = {}
    for item in files:
        nearest = _nearest(item.folder, best)
        for at in nearest:
            root = groups[at].root
            inside = item.folder == root or _is_below(item.folder, root)
            sure = inside or _is_below(root, item.folder) or len(nearest) == 1
            if sure or not OF_ONE_CLUSTER.issuperset(item.others):
                found.setdefault(at, []).append((item.path, sure))
    return found


def _near_tunnels(groups: list[_Group], rest: list[Outline]) -> dict[int, list[str]]:
    """Return, by the group's index, what may be left of OpenVPN where no other group is as close.

    What another cluster still needs must not be called left over.
    """
    files = [item for item in rest if item.tunnel]
    best = _depths(groups) if files else {}
    found: dict[int, list[str]] = {}
    for item in files:
        nearest = _nearest(item.folder, best)
        for at in nearest if len(nearest) == 1 else ():
            found.setdefault(at, []).append(item.path)
    return found


def _depths(groups: list[_Group]) -> dict[str, tuple[int, set[int]]]:
    """Return, for each folder, how far below it the next files of a group lie, and whose."""
    best: dict[str, tuple[int, set[int]]] = {}
    for at, item in enumerate(groups):
        for start in {file.folder for file in item.files}:
            for depth, folder in enumerate((start, *_ancestors(start))):
                known, owners = best.get(folder, (depth, set()))
                if depth < known:
                    owners = set()
                if depth <= known:
                    owners.add(at)
                    best[folder] = (depth, owners)
    return best


def _nearest(start: str, best: dict[str, tuple[int, set[int]]]) -> list[int]:
    """Return the groups to whose files the fewest steps lead from a folder."""
    ways = [
        (up + best[folder][0], best[folder][1])
        for up, folder in enumerate((start, *_ancestors(start)))
        if folder in best
    ]
    fewest = min((steps for steps, _ in ways), default=0)
    return sorted({at for steps, owners in ways if steps == fewest for at in owners})
