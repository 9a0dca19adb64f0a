"""The nodes in ``tests/fixtures``: what git does not keep of them, and the day they are seen on.

Every such node is a folder ``host``. Its files belong to root; private keys and kubeconfigs have
mode 0600, other files 0644, folders 0755, but for the exceptions named here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock

from konnektor_lint import clock
from konnektor_lint.host import Tree

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EXCEPTIONS = {
    "KL406/bad-key": 0o644,
    "KL406/ok-kubeconfig-without-secret": 0o644,
}
"""The modes of private keys and kubeconfigs, by fixture."""


@contextmanager
def fixture_node() -> Iterator[None]:
    """See the fixtures' nodes as they are meant, whoever checked them out."""
    original = Tree._status

    def status(tree: Tree, here: list[str]) -> os.stat_result | str:
        found = original(tree, here)
        return found if isinstance(found, str) else _as_meant(found, tree.root, here)

    with clock.stopped_at(DAY), mock.patch.object(Tree, "_status", status):
        yield


def _as_meant(found: os.stat_result, root: str, here: list[str]) -> os.stat_result:
    permissions = 0o755
    if stat.S_ISREG(found.st_mode):
        fixture = "/".join(root.replace(os.sep, "/").split("/")[-3:-1])
        closed = here[-1].endswith((".key", ".conf"))
        permissions = EXCEPTIONS.get(fixture, 0o600) if closed else 0o644
    values = list(found)
    values[stat.ST_MODE] = stat.S_IFMT(found.st_mode) | permissions
    values[stat.ST_UID] = values[stat.ST_GID] = 0
    return os.stat_result(values)
