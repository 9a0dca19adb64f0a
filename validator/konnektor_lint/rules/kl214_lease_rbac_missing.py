"""A service account may not do with leases what counting the servers by them needs."""

from itertools import islice

from konnektor_lint import limits
from konnektor_lint.cluster import Binding, PolicyRole
from konnektor_lint.connector import Connector
from konnektor_lint.contract import is_account, known_account, known_namespace
from konnektor_lint.diagnostic import Location, Severity, flag_of, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_NEEDED = {
    "enable-lease-controller": ("get", "list", "create", "update", "delete"),
    "count-server-leases": ("get", "list", "watch"),
}
_ENOUGH = frozenset(("cluster-admin", "admin", "edit"))


@rule(
    "KL214",
    "lease-rbac-missing",
    since="0.1",
    edge="count",
    severity=Severity.WARNING,
    needs=("bindings", "roles"),
    args=("account", "verbs", "flag"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/leases: writes and collects leases",
        "apiserver-network-proxy v0.36.0 examples/kind-multinode: the roles of both sides",
    ),
)
def lease_rbac_missing(connector: Connector) -> Findings:
    """Compare the verbs a program needs with the roles bound to its account.

    Only accounts that some binding names, be it in a wrong namespace: the rest of the permissions
    may be elsewhere. Who the user of a kubeconfig is cannot be known.
    """
    asking = (
        (component, flag)
        for component in connector.proxies
        for flag in _NEEDED
        if component.is_on(flag) and not component.given("kubeconfig")
    )
    for component, flag in islice(asking, limits.PARTNERS):
        yield from _check(connector, component, flag)


def _check(connector: Connector, component: Component, flag: str) -> Findings:
    namespace, account = known_namespace(component), known_account(component)
    if any(map(_is_open, connector.bindings)):
        return
    bindings = [
        item
        for item in connector.bindings
        if any(is_account(subject, namespace, account) for subject in item.subjects)
    ]
    given, where = component.flag(flag), component.text("lease-namespace")
    place = value_of(bindings[0].node, "binding") if bindings else _namesake(connector, account)
    if not account or place is None or given is None or where is None:
        return
    roles: list[PolicyRole] = []
    for binding in bindings:
        known = _roles_of(connector, binding)
        if known is None:
            return
        roles += known if _reaches(binding, where) else []
    lacking = [verb for verb in _NEEDED[flag] if not _allowed(roles, verb)]
    if lacking:
        yield lease_rbac_missing.report(
            flag_of(given), place,
            account=account, verbs=", ".join(lacking), flag=f"--{flag}",
        )  # fmt: skip


def _is_open(binding: Binding) -> bool:
    """Tell whether it is not known yet to whom a binding grants."""
    return any(
        has_placeholder(subject.name) or has_placeholder(subject.kind)
        for subject in binding.subjects
    )


def _namesake(connector: Connector, account: str) -> Location | None:
    """Return where leases are granted to the account's name in another namespace, or as a user."""
    for binding in connector.bindings:
        if _allowed(_roles_of(connector, binding) or [], "list"):
            for subject in binding.subjects:
                if subject.name == account:
                    node = subject.node
                    return value_of(node.at("namespace") or node.at("kind") or node, "binding")
    return None


def _roles_of(connector: Connector, binding: Binding) -> list[PolicyRole] | None:
    """Return the roles a binding names; None where what they grant is not known."""
    if binding.role == "system:auth-delegator":
        return []
    known = [
        role
        for role in connector.roles_named(binding.role)
        if role.document.kind == binding.role_kind
    ]
    if not known or binding.role in _ENOUGH or any(map(_is_aggregated, known)):
        return None
    return known


def _is_aggregated(role: PolicyRole) -> bool:
    return role.document.root.at("aggregationRule") is not None


def _reaches(binding: Binding, namespace: str) -> bool:
    written = binding.document.namespace
    return binding.cluster_wide or not written or has_placeholder(written) or written == namespace


def _allowed(roles: list[PolicyRole], verb: str) -> bool:
    return any(role.allows("coordination.k8s.io", "leases", verb) for role in roles)
