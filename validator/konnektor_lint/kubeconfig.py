"""A kubeconfig as client-go loads it. What it proves its user with is never repeated."""

import base64
import binascii
from typing import NamedTuple

from konnektor_lint import certificate, limits, source
from konnektor_lint.certificate import Pem
from konnektor_lint.source import Node, Source, Unreadable


class Kubeconfig(NamedTuple):
    """What the current context of a kubeconfig leads to.

    ``problem``: a key of the vocabulary, empty where client-go takes it; ``name``: what it is
    about. ``secret``: something in it proves who the user is. The rest is None where it is not
    embedded, or cannot be read; ``files`` are the fields that name a file, and its path.
    """

    problem: str = ""
    name: str = ""
    secret: bool = False
    client_certificate: Pem | None = None
    client_key: Pem | None = None
    authority: Pem | None = None
    files: tuple[tuple[str, str], ...] = ()


def kubeconfig_of(data: bytes) -> Kubeconfig:
    """Read a kubeconfig; a problem is what client-go refuses."""
    try:
        reading = source.parse(Source("", source.decode(data)))
    except Unreadable:
        return Kubeconfig("is not YAML")
    if any(problem.kind == "yaml-syntax" for problem in reading.problems):
        return Kubeconfig("is not YAML")
    root = reading.documents[0].root if reading.documents else None
    if root is None or not isinstance(root.value, dict):
        return Kubeconfig("is empty")
    return _current(root)


def _current(root: Node) -> Kubeconfig:
    current = root.text_at("current-context") or ""
    if not current:
        return Kubeconfig("has no current-context")
    context = _entry(root, "contexts", current, "context")
    if context is None:
        return Kubeconfig("has no context of the name", limits.shortened(current))
    cluster_name, user_name = context.text_at("cluster") or "", context.text_at("user") or ""
    cluster = _entry(root, "clusters", cluster_name, "cluster")
    if cluster is None:
        return Kubeconfig("has no cluster of the name", limits.shortened(cluster_name))
    if not cluster.text_at("server"):
        return Kubeconfig("has no server for the cluster", limits.shortened(cluster_name))
    user = _entry(root, "users", user_name, "user")
    if user is None:
        return Kubeconfig("has no user of the name", limits.shortened(user_name))
    return _embedded(cluster, user)


def _embedded(cluster: Node, user: Node) -> Kubeconfig:
    secret = any(user.at(field) for field in ("client-key-data", "token", "password"))
    fields = (
        (user, "client-certificate-data"), (user, "client-key-data"),
        (cluster, "certificate-authority-data"),
    )  # fmt: skip
    pems: list[Pem | None] = []
    for owner, field in fields:
        text = owner.text_at(field)
        try:
            data = base64.b64decode("".join(text.split()), validate=True) if text else None
        except (binascii.Error, ValueError):
            return Kubeconfig("has no base64 in the field", field, secret)
        known = data is not None and certificate.available()
        pems.append(certificate.read(data) if known and data is not None else None)
    files = tuple(
        (field, path)
        for owner, field in (
            (user, "client-certificate"), (user, "client-key"), (cluster, "certificate-authority"),
        )
        if not owner.text_at(f"{field}-data") and (path := owner.text_at(field))
    )  # fmt: skip
    return Kubeconfig("", "", secret, pems[0], pems[1], pems[2], files)


def _entry(root: Node, field: str, name: str, inside: str) -> Node | None:
    """Return the named entry's value: a mapping, even if it is empty."""
    for item in root.items_at(field):
        if item.text_at("name") == name:
            return item.at(inside) or item
    return None
