"""The API server as kubeadm makes it: every carrier, both forms of extraArgs, its mounts."""

import pytest
import yaml

from konnektor_lint.assembly import group
from konnektor_lint.connector import Settings
from konnektor_lint.embedded import documents_in
from konnektor_lint.pod import Component
from konnektor_lint.recognise import components_of
from konnektor_lint.source import Source, parse

FLAG = "egress-selector-config-file"
MAP = {FLAG: "/etc/kubernetes/egress/config.yaml"}
LIST = [{"name": FLAG, "value": "/etc/kubernetes/egress/config.yaml"}]
VOLUMES = [
    {"name": "egress", "hostPath": "/srv/egress", "mountPath": "/etc/kubernetes/egress",
     "readOnly": True, "pathType": "Directory"},
]  # fmt: skip


def configuration(arguments: object, **fields: object) -> dict[str, object]:
    return {"apiServer": {"extraArgs": arguments, "extraVolumes": VOLUMES}, **fields}


CARRIERS: dict[str, dict[str, object]] = {
    "kubeadm v1beta3": configuration(
        MAP, apiVersion="kubeadm.k8s.io/v1beta3", kind="ClusterConfiguration",
        kubernetesVersion="v1.30.2",
    ),
    "kubeadm v1beta4": configuration(
        LIST, apiVersion="kubeadm.k8s.io/v1beta4", kind="ClusterConfiguration",
        kubernetesVersion="v1.30.2",
    ),
    "a patch of kind": configuration(MAP, kubernetesVersion="v1.30.2"),
    "KubeadmControlPlane": {
        "kind": "KubeadmControlPlane",
        "spec": {"version": "v1.30.2",
                 "kubeadmConfigSpec": {"clusterConfiguration": configuration(LIST)}},
    },
    "KubeadmConfigTemplate": {
        "kind": "KubeadmConfigTemplate",
        "spec": {"template": {"spec": {
            "clusterConfiguration": configuration(MAP, kubernetesVersion="v1.30.2")}}},
    },
    "kubeadm-config": {
        "kind": "ConfigMap",
        "data": {"ClusterConfiguration": yaml.safe_dump(configuration(
            MAP, kind="ClusterConfiguration", kubernetesVersion="v1.30.2"))},
    },
    "kind": {
        "kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
        "kubeadmConfigPatches": [yaml.safe_dump(configuration(
            LIST, kind="ClusterConfiguration", kubernetesVersion="v1.30.2"))],
    },
}  # fmt: skip


def api_server(text: str) -> Component:
    reading = parse(Source("file.yaml", text))
    (found,) = (
        component
        for document in reading.documents
        for inner in documents_in(document)
        for component in components_of(inner, None)
    )
    return found


@pytest.mark.parametrize("carrier", CARRIERS)
def test_flags_mounts_and_version_of_each_carrier(carrier: str) -> None:
    text = yaml.safe_dump(CARRIERS[carrier])
    found = api_server(text)
    assert (found.role, found.text(FLAG)) == ("api-server", "/etc/kubernetes/egress/config.yaml")
    backing = found.backing("/etc/kubernetes/egress/config.yaml")
    assert backing is not None
    assert (backing.path, backing.read_only) == ("/srv/egress/config.yaml", True)
    (connector,) = group([parse(Source("file.yaml", text))], Settings())
    assert connector.kubernetes == 30


def test_a_flag_stands_where_it_is_written() -> None:
    found = api_server(f"kind: ClusterConfiguration\napiServer:\n  extraArgs:\n    {FLAG}: /a\n")
    flag = found.flag(FLAG)
    assert flag is not None
    assert (flag.span.start.line, flag.span.start.column) == (4, 5)
    assert flag.value_span.start.column == 5 + len(FLAG) + 2


def test_what_kubeadm_does_by_itself_is_known() -> None:
    found = api_server("kind: ClusterConfiguration\nkubernetesVersion: v1.36.0\n")
    assert found.whole
    assert found.pod.host_network
    assert found.text("authorization-mode") == "Node,RBAC"
    assert found.mount_over("/etc/kubernetes/pki/ca.crt") is not None
    assert found.mount_over("/etc/kubernetes/egress.yaml") is None


def test_patches_of_the_pod_leave_it_open() -> None:
    text = "kind: ClusterConfiguration\n---\nkind: InitConfiguration\npatches:\n  directory: /p\n"
    assert api_server(text).is_piece


@pytest.mark.parametrize(
    "text",
    [
        "kind: ClusterConfiguration\napiServer: text\n",
        "kind: ClusterConfiguration\napiServer: {extraArgs: text, extraVolumes: {a: b}}\n",
        "kind: ClusterConfiguration\napiServer: {extraArgs: [a, {name: 1}, {name: b}, null]}\n",
        "kind: ClusterConfiguration\napiServer: {extraArgs: {a: null, b: [c], d: true}}\n",
        "kind: ClusterConfiguration\napiServer: {extraVolumes: [a, {name: b}, null]}\n",
    ],
)
def test_what_kubeadm_refuses_is_no_reason_to_stop(text: str) -> None:
    assert api_server(text).role == "api-server"
