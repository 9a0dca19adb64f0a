"""The proxy server may not ask the API server whether an agent's token is genuine."""

import difflib
import posixpath
from functools import lru_cache

from konnektor_lint import limits
from konnektor_lint.cluster import Binding, Subject
from konnektor_lint.commandline import ADMIN_KUBECONFIGS
from konnektor_lint.connector import Connector
from konnektor_lint.contract import checks_tokens, is_account, known_namespace
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

ROLE = "system:auth-delegator"
USER = "system:konnectivity-server"
_ALSO_ENOUGH = frozenset((ROLE, "cluster-admin", "system:kube-controller-manager"))
_CLOSE = {ROLE: 0.9, USER: 0.94}
"""From how alike on a name is taken for a slip of the pen; of users there are more by intent."""


@rule(
    "KL209",
    "auth-delegator-missing",
    since="0.1",
    edge="login",
    needs=("servers", "bindings"),
    args=("account", "role"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: creates a TokenReview",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def auth_delegator_missing(connector: Connector) -> Findings:
    """Look for a binding that lets a server create TokenReviews."""
    for server in connector.servers[: limits.PARTNERS]:
        if not checks_tokens(server) or _is_administrator(server):
            continue
        about = [item for item in connector.bindings if _is_about(item, server, connector)]
        if about and not any(_may_grant(item, server, connector) for item in connector.bindings):
            yield auth_delegator_missing.report(
                _culprit(about[0], server),
                _asker(server),
                account=_account(server),
                role=ROLE,
            )
            return


def _is_administrator(server: Component) -> bool:
    """Tell whether kubeadm's own kubeconfig of an administrator is used, who may do all."""
    return posixpath.basename(server.text("kubeconfig") or "") in ADMIN_KUBECONFIGS


def _in_cluster(server: Component) -> bool:
    return not server.given("kubeconfig")


def _account(server: Component) -> str:
    if not _in_cluster(server):
        return USER
    return ":".join(item for item in (known_namespace(server), server.pod.service_account) if item)


def _asker(server: Component) -> Location:
    flag = server.flag("kubeconfig")
    if flag is not None:
        return Location(flag.node.source, flag.span, "server")
    return value_of(server.pod.service_account_node or server.node, "server")


def _is_about(binding: Binding, server: Component, connector: Connector) -> bool:
    """Tell whether a binding is meant for the server, by its role, its name or a subject.

    One to a role that is given and for one namespace is for something else, such as leases.
    """
    if _is_meant_as(binding.role, ROLE):
        return True
    if not binding.cluster_wide and connector.roles_named(binding.role):
        return False
    return "konnectivity-server" in binding.document.name or any(
        _is_subject(subject, server) for subject in binding.subjects
    )


@lru_cache(maxsize=2**17)
def _is_meant_as(text: str, wanted: str) -> bool:
    """Tell whether a name is the wanted one or that with a slip of the pen."""
    ratio = difflib.SequenceMatcher(None, text.lower(), wanted).ratio()
    if text == wanted or (text.lower().startswith("system:") and ratio >= _CLOSE[wanted]):
        return True
    return wanted == ROLE and text.lower() == ROLE.removeprefix("system:")


def _is_subject(subject: Subject, server: Component) -> bool:
    """Tell whether a subject surely or possibly is the server.

    Who a kubeconfig's user is stands in its certificate. Taken for wrong are only near misses of
    the usual name and the agents' own account.
    """
    if has_placeholder(subject.name) or has_placeholder(subject.kind):
        return True
    if _in_cluster(server) and has_placeholder(server.pod.service_account):
        return True
    if _in_cluster(server):
        return is_account(subject, known_namespace(server), server.pod.service_account)
    if subject.kind == "ServiceAccount":
        return subject.name != server.text("agent-service-account")
    if subject.kind != "User" or subject.name == USER:
        return True
    return _is_one_of_many(subject.name) or not _is_meant_as(subject.name, USER)


def _is_one_of_many(user: str) -> bool:
    """Tell whether a user's name is the usual one with a node's or a number behind it."""
    rest = user.removeprefix(USER)
    return rest != user and rest[:1] in ("-", ":", ".", "/", "@")


def _may_grant(binding: Binding, server: Component, connector: Connector) -> bool:
    """Tell whether a binding grants what is needed, as far as that can be known."""
    if not any(_is_subject(subject, server) for subject in binding.subjects):
        return False
    if not binding.cluster_wide or binding.role_kind == "Role":
        return False  # TokenReviews belong to no namespace
    if binding.role in _ALSO_ENOUGH or has_placeholder(binding.role):
        return True
    known = connector.roles_named(binding.role)
    if known:
        return any(item.allows("authentication.k8s.io", "tokenreviews", "create") for item in known)
    return not _is_meant_as(binding.role, ROLE)


def _culprit(binding: Binding, server: Component) -> Location:
    kind = binding.document.root.at("roleRef", "kind")
    if binding.cluster_wide and binding.role_kind == "Role" and kind is not None:
        return value_of(kind)
    if binding.role != ROLE:
        return value_of(binding.node)
    wrong = [item for item in binding.subjects if not _is_subject(item, server)]
    if wrong:
        return value_of(wrong[0].node.at("name") or wrong[0].node)
    return value_of(binding.document.root.at("kind") or binding.node)
