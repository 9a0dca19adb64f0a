"""kubeadm cannot read the arguments of the API server in the form they have."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Location, key_of, value_of
from konnektor_lint.kubeadm import cluster_configuration_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Document, Node
from konnektor_lint.term import Term

_AS_MAP = frozenset((
    "kubeadm.k8s.io/v1beta1", "kubeadm.k8s.io/v1beta2", "kubeadm.k8s.io/v1beta3",
    "controlplane.cluster.x-k8s.io/v1beta1", "bootstrap.cluster.x-k8s.io/v1beta1",
))  # fmt: skip
_AS_LIST = frozenset((
    "kubeadm.k8s.io/v1beta4", "controlplane.cluster.x-k8s.io/v1beta2",
    "bootstrap.cluster.x-k8s.io/v1beta2",
))  # fmt: skip


@rule(
    "KL232",
    "kubeadm-arguments-refused",
    since="0.1",
    about=("api_servers",),
    args=("field", "found", "expected"),
    references=(
        "kubernetes v1.36.0 cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go: ExtraArgs []Arg",
        "kubernetes v1.30.0 cmd/kubeadm/app/apis/kubeadm/v1beta3/types.go: ExtraArgs is a map",
        "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/",
    ),
)
def kubeadm_arguments_refused(connector: Connector) -> Findings:
    """Compare ``extraArgs`` with the form that the version of the configuration has."""
    for document in connector.documents:
        configuration = cluster_configuration_of(document)
        arguments = configuration.at("apiServer", "extraArgs") if configuration else None
        if arguments is not None:
            yield from _form(document, arguments)
            yield from _values(arguments)


def _form(document: Document, arguments: Node) -> Findings:
    version = document.api_version
    is_list, is_map = isinstance(arguments.value, list), isinstance(arguments.value, dict)
    if (is_list and version in _AS_MAP) or (is_map and version in _AS_LIST):
        found = Term("array" if is_list else "object")
        expected = Term("object" if is_list else "array")
        yield _refused(key_of(arguments), "extraArgs", found, expected)


def _values(arguments: Node) -> Findings:
    """Yield the values that are no text: kubeadm's reader takes nothing else."""
    values = [*arguments.fields().values(), *(item.at("value") for item in arguments.items())]
    for node in values:
        if node is None or node.value is None or node.text is not None or has_placeholder(node.raw):
            continue
        found = node.raw or Term("array" if isinstance(node.value, list) else "object")
        name = node.key.raw if node.key is not None else "value"
        yield _refused(value_of(node), name, found, Term("string"))


def _refused(at: Location, field: str, found: str, expected: str) -> Diagnostic:
    return kubeadm_arguments_refused.report(at, field=field, found=found, expected=expected)
