"""What is taken for a part of the connector, in every shape people write it, and what is not."""

import json
from textwrap import indent

import pytest
import yaml

from konnektor_lint.assembly import group
from konnektor_lint.connector import Settings
from konnektor_lint.embedded import documents_in
from konnektor_lint.files import may_hold_part
from konnektor_lint.pod import Component
from konnektor_lint.recognise import components_of, environment_of
from konnektor_lint.release import image_tag
from konnektor_lint.source import Source, parse

SERVER = "registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0"
AGENT = "registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0"
API_SERVER = "registry.k8s.io/kube-apiserver:v1.36.0"


def components(text: str) -> list[Component]:
    reading = parse(Source("file.yaml", text))
    assert reading.problems == ()
    return [
        component
        for whole in reading.documents
        for document in documents_in(whole)
        for component in components_of(document, None)
    ]


def container(**fields: object) -> dict[str, object]:
    return {"name": "main", **fields}


def pod(*containers: dict[str, object], **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "some-pod"},
        "spec": {"containers": list(containers), **spec},
    }  # fmt: skip


def roles(*containers: dict[str, object]) -> list[str]:
    return [item.role for item in components(yaml.safe_dump(pod(*containers)))]


def only(document: object) -> Component:
    found = components(document if isinstance(document, str) else yaml.safe_dump(document))
    assert len(found) == 1
    return found[0]


TEMPLATE = {
    "metadata": {"labels": {"app": "agent"}},
    "spec": {"containers": [container(image=AGENT, args=["--proxy-server-host=a.example"])]},
}
WORKLOADS = {
    "Deployment": {"template": TEMPLATE},
    "DaemonSet": {"template": TEMPLATE},
    "StatefulSet": {"template": TEMPLATE},
    "ReplicaSet": {"template": TEMPLATE},
    "ReplicationController": {"template": TEMPLATE},
    "Job": {"template": TEMPLATE},
    "CronJob": {"jobTemplate": {"spec": {"template": TEMPLATE}}},
    "Pod": TEMPLATE["spec"],
}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_each_kind_of_workload(kind: str) -> None:
    found = only({"kind": kind, "metadata": {"name": "x"}, "spec": WORKLOADS[kind]})
    assert (found.role, found.pod.kind, found.text("proxy-server-host")) == (
        "agent", kind, "a.example",
    )  # fmt: skip


@pytest.mark.parametrize("spec", [{"template": TEMPLATE}, TEMPLATE["spec"]])
def test_an_object_without_a_kind_is_known_by_its_shape(spec: object) -> None:
    assert only({"spec": spec}).role == "agent"


@pytest.mark.parametrize("kind", ["ConfigMap", "Cluster", "KamajiControlPlane", "Service"])
def test_no_other_kind_holds_a_pod(kind: str) -> None:
    assert components(yaml.safe_dump({"kind": kind, "spec": {"template": TEMPLATE}})) == []


def test_sidecars_among_init_containers() -> None:
    sidecar = container(image=SERVER, restartPolicy="Always", args=["--agent-port=8132"])
    copy = container(image=SERVER, command=["cp", "/proxy-server", "/shared/"])
    found = only(pod(container(image="nginx"), initContainers=[copy, sidecar]))
    assert (found.role, found.number("agent-port")) == ("server", 8132)


def test_companions_are_the_containers_that_keep_running() -> None:
    init = container(name="copy", image="busybox")
    sidecar = container(name="tunnel", image="tunnel", restartPolicy="Always")
    main = container(name="agent", image=AGENT)
    other = container(name="watcher", image="watcher")
    found = only(pod(main, other, initContainers=[init, sidecar]))
    names = [node.text_at("name") for node in found.pod.companions(found.container)]
    assert names == ["tunnel", "watcher"]


@pytest.mark.parametrize(
    ("image", "role", "tag"),
    [
        (SERVER, "server", "v0.36.0"),
        ("registry.k8s.io/kas-network-proxy/proxy-agent:v0.0.37", "agent", "v0.0.37"),
        ("us.gcr.io/k8s-artifacts-prod/kas-network-proxy/proxy-agent:v0.0.16", "agent", "v0.0.16"),
        ("gcr.io/k8s-staging-kas-network-proxy/proxy-server-amd64:v0.30.3", "server", "v0.30.3"),
        ("k8s.gcr.io/kas-network-proxy/proxy-agent-arm64:v0.0.33", "agent", "v0.0.33"),
        ("registry.local:5000/kas-network-proxy/proxy-agent:v0.31.4", "agent", "v0.31.4"),
        (f"registry.k8s.io/kas-network-proxy/proxy-agent:v0.1.2@sha256:{'a' * 64}", "agent",
         "v0.1.2"),
        (f"registry.k8s.io/kas-network-proxy/proxy-server@sha256:{'b' * 64}", "server", None),
        ("quay.io/k0sproject/apiserver-network-proxy-agent:v0.30.4", "agent", "v0.30.4"),
        ("mcr.microsoft.com/oss/kubernetes/apiserver-network-proxy/agent:v0.0.30", "agent",
         "v0.0.30"),
        ("mcr.microsoft.com/oss/kubernetes/apiserver-network-proxy/server:v0.0.30", "server",
         "v0.0.30"),
        ("mirror.example/konnectivity-server:1.2", "server", "1.2"),
        ("mirror.example/konnectivity-agent", "agent", None),
        (API_SERVER, "api-server", "v1.36.0"),
        ("k8s.gcr.io/kube-apiserver-amd64:v1.18.2", "api-server", "v1.18.2"),
    ],
)  # fmt: skip
def test_an_image_alone(image: str, role: str, tag: str | None) -> None:
    assert roles(container(image=image)) == [role]
    assert image_tag(image) == tag


@pytest.mark.parametrize(
    ("tag", "release", "pinned"),
    [
        ("v0.36.0", "v0.36.0", True),
        ("v0.30.3-k0s.1", "v0.30.3", True),
        ("v0.33.9", "v0.33.1", True),  # the nearest older one known
        ("latest", "v0.36.0", False),
        ("v1.2.3", "v0.36.0", False),  # a fork's own numbering
    ],
)
def test_the_release_comes_from_the_tag(tag: str, release: str, pinned: bool) -> None:
    found = only(pod(container(image=f"registry.k8s.io/kas-network-proxy/proxy-agent:{tag}")))
    assert found.release is not None
    assert (found.release.tag, found.release.pinned) == (release, pinned)


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"command": ["/proxy-server"]}, "server"),
        ({"command": ["/usr/bin/proxy-agent", "--health-server-port=2041"]}, "agent"),
        ({"command": ["/bin/proxy-server"], "args": ["--agent-port", "8091"]}, "server"),
        ({"command": ["konnectivity-server"]}, "server"),
        ({"command": ["/konnectivity-agent"], "image": "mirror.example/tools:3"}, "agent"),
        ({"command": ["kube-apiserver", "--egress-selector-config-file=/e.yaml"]}, "api-server"),
        ({"command": ["/hyperkube", "kube-apiserver"]}, "api-server"),
        ({"command": ["/hyperkube"], "args": ["apiserver", "--secure-port=6443"]}, "api-server"),
        ({"command": ["/go-runner", "--log-file=/var/log/kube-apiserver.log", "--also-stdout",
                      "/usr/local/bin/kube-apiserver"]}, "api-server"),
        ({"command": ["/usr/bin/tini", "--", "/proxy-agent"]}, "agent"),
        ({"command": ["/bin/sh", "-c"], "args": ["exec /proxy-server --mode=grpc"]}, "server"),
        ({"command": ["/tini", "--", "sh", "-ec", "/proxy-agent"]}, "agent"),
    ],
)  # fmt: skip
def test_a_command(fields: dict[str, object], role: str) -> None:
    image = "registry.example/apiserver-network-proxy:v0.35.0"
    assert roles(container(**{"image": image, **fields})) == [role]


def test_command_and_args_are_one_line() -> None:
    split = only(pod(container(image=SERVER, command=["/proxy-server"], args=["--mode=grpc", "-v",
                                                                              "3"])))  # fmt: skip
    whole = only(pod(container(image=SERVER, command=["/proxy-server", "--mode=grpc", "-v", "3"])))
    given = [[(flag.name, flag.value) for flag in item.flags] for item in (split, whole)]
    assert given[0] == given[1] == [("mode", "grpc"), ("v", 3)]


def script(text: str, **fields: object) -> Component:
    return only(pod(container(image=SERVER, command=["/bin/sh", "-c", text], **fields)))


@pytest.mark.parametrize(
    "text",
    [
        "/proxy-server --mode=grpc --agent-port=8132",
        "exec /proxy-server --mode=grpc --agent-port=8132",
        "set -e\nexec /proxy-server \\\n  --mode=grpc \\\n  --agent-port=8132\n",
        "exec /proxy-server \\\r\n  --mode=grpc \\\r\n  --agent-port=8132",
        "sleep 5 && GODEBUG=x=1 exec /proxy-server --mode 'grpc' --agent-port \"8132\"",
        "/proxy-server --mode=grpc --agent-port=8132 >/var/log/server.log 2>&1 &\nwait",
        "/proxy-server --mode=grpc --agent-port=8132 2>> /log | tee /tmp/log",
        "# a proxy-server\nif true; then /proxy-server --mode=grpc --agent-port=8132; fi",
        "{ /proxy-server --mode=grpc --agent-port=8132; }",
        "(exec /proxy-server --mode=grpc --agent-port=8132)",
        'nohup /proxy-server --mode=gr"p"c --agent-port=8132 # --agent-port=1',
        "echo starting proxy-server --mode=x; /proxy-server --mode=grpc --agent-port=8132",
    ],
)
def test_a_script(text: str) -> None:
    found = script(text)
    assert found.shell
    assert (found.text("mode"), found.number("agent-port")) == ("grpc", 8132)
    assert [item for item in found.problems if item.kind != "positional-argument"] == []
    assert [item.word.text for item in found.problems] == []


def test_arguments_after_the_script() -> None:
    command = ["bash", "-o", "pipefail", "-c", 'exec /proxy-server "$@"', "--", "--mode=grpc"]
    found = only(pod(container(image=SERVER, command=command, args=["--agent-port=8132"])))
    assert (found.text("mode"), found.number("agent-port")) == ("grpc", 8132)


@pytest.mark.parametrize("value", ["$(hostname -i)", "`hostname -i`", "${IP:-1}", '"$(cat /ip)"'])
def test_what_a_script_works_out_is_not_known(value: str) -> None:
    found = script(f"exec /proxy-server --admin-bind-address={value} --mode=grpc")
    flag = found.flag("admin-bind-address")
    assert flag is not None
    assert flag.open
    assert found.text("mode") == "grpc"


def test_flags_of_a_script_have_their_own_places() -> None:
    text = """\
kind: Pod
spec:
  containers:
    - name: server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0
      command:
        - sh
        - -c
        - |
          exec /proxy-server \\
            --mode=grpc \\
            --agent-port=8132
"""
    flag = only(text).flag("agent-port")
    assert flag is not None
    assert (flag.value_span.start, flag.value_span.end) == ((12, 26), (12, 30))


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", "pgrep proxy-server"],
        ["sh", "-c", "cp /proxy-server /shared/"],
        ["sh", "-c", "until nc -z kube-apiserver 6443; do sleep 1; done"],
        ["sh", "-c", "# exec /proxy-server"],
        ["sh", "-c", "echo 'exec /proxy-server'"],
        ["sh", "-c", "tail -f > /proxy-server"],
        ["sh", "/proxy-server"],
        ["sh", "-c"],
        ["sh"],
        ["sh", "-c", "'unbalanced"],
        ["tini", "--"],
        ["/hyperkube"],
        ["/hyperkube", "kubelet"],
        ["cp", "/proxy-agent", "/shared/"],
        ["sleep", "infinity"],
        [""],
        [],
    ],
)
def test_commands_that_start_something_else(command: list[str]) -> None:
    assert roles(container(image="busybox", command=command)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"image": "quay.io/open-cluster-management/cluster-proxy-agent:v0.4"},
        {"image": "docker.io/karmada/karmada-agent:v1.9",
         "command": ["/bin/karmada-agent", "--proxy-server-address=http://a"]},
        {"image": "docker.io/acme/proxy-server:1.0"},
        {"image": "docker.io/acme/proxy-server:1.0", "args": ["--listen=:8080", "--v=2"]},
        {"image": "docker.io/acme/mesh:1.0", "command": ["/proxy-agent", "--config=/etc/a.yaml"]},
        {"image": "docker.io/acme/mesh:1.0",
         "command": ["/proxy-server", "--kubeconfig=/k", "--server-port=80", "--mode=http"]},
        {"image": "openstack/swift:1", "command": ["swift-proxy-server", "/etc/proxy.conf"]},
        {"image": "docker.io/acme/tool:1", "args": ["--agent-port=1"]},  # one alone may be chance
        {"image": "registry.k8s.io/kube-proxy:v1.36.0", "command": ["kube-proxy"]},
        {"image": "envoyproxy/envoy:v1.30", "name": "konnectivity-server"},  # known, and not ours
        {"image": "docker.io/library/nginx"},
        {},
    ],
)  # fmt: skip
def test_programs_of_others(fields: dict[str, object]) -> None:
    assert roles(container(**fields)) == []


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"image": "mirror.example/proxy-server:v0.30.0", "command": ["/proxy-server"],
          "args": ["--cluster-cert=/c", "--cluster-key=/k"]}, "server"),
        ({"image": "mirror.example/proxy-agent:v0.30.0",
          "args": ["--proxy-server-host=a.example"]}, "agent"),
        ({"image": "mirror.example/proxy-agent:v0.30.0", "name": "konnectivity-agent"}, "agent"),
        ({"image": "mirror.example/anp:7",
          "args": ["--uds-name=/run/k.socket", "--agent-port=8132"]}, "server"),
        ({"image": "mirror.example/anp:7",
          "args": ["--proxy-server-host", "a", "--agent-identifiers", "b"]}, "agent"),
    ],
)  # fmt: skip
def test_mirrors_are_known_by_flags_or_names(fields: dict[str, object], role: str) -> None:
    assert roles(container(**fields)) == [role]


@pytest.mark.parametrize("image", ["${IMAGE}", "__KONN_AGENT_IMAGE__", "$(IMAGE)", "<your-image>"])
@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"name": "konnectivity-agent"}, "agent"),
        ({"name": "konnectivity-server-container"}, "server"),
        ({"name": "kube-apiserver"}, "api-server"),
        ({"name": "main", "command": ["/proxy-agent"]}, "agent"),
    ],
)
def test_placeholder_images(image: str, fields: dict[str, object], role: str) -> None:
    found = only(pod(container(**fields, image=image)))
    assert found.role == role
    assert found.release is None or not found.release.pinned


def test_lists_and_lists_in_lists() -> None:
    inner = {"kind": "List", "items": [pod(container(image=AGENT))]}
    outer = {"kind": "List", "items": [pod(container(image=SERVER)), inner, {"kind": "Secret"}]}
    found = components(yaml.safe_dump(outer))
    assert [item.role for item in found] == ["server", "agent"]
    assert components(yaml.safe_dump({"kind": "PodList", "items": [pod(container(image=AGENT))]}))


def test_json() -> None:
    text = json.dumps(pod(container(image=AGENT, args=["--agent-id=a"])), indent=2)
    assert only(text).text("agent-id") == "a"


@pytest.mark.parametrize(
    ("kind", "field"), [("ConfigMap", "data"), ("Secret", "stringData")]
)  # fmt: skip
def test_manifests_inside_others_keep_their_places(kind: str, field: str) -> None:
    manifest = """\
kind: Pod
spec:
  containers:
    - name: agent
      image: registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0
      args: ["--agent-id=a"]
"""
    text = f"kind: {kind}\n{field}:\n  other: text\n  pod.yaml: |\n{indent(manifest, '    ')}"
    flag = only(text).flag("agent-id")
    assert flag is not None
    assert flag.value_span.start == (10, 30)


def test_strings_in_strings_have_a_limit() -> None:
    document: object = pod(container(image=AGENT))
    counts = []
    for _ in range(4):
        document = {"kind": "ConfigMap", "data": {"inner.yaml": yaml.safe_dump(document)}}
        counts.append(len(components(yaml.safe_dump(document))))
    assert counts == [1, 1, 1, 0]


def test_environment() -> None:
    env = [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "$(A):$(C)"},  # C comes later: not yet known to the kubelet
        {"name": "C", "value": "$(A)2"},
        {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}},
        {"name": "E"},
        {"name": "F", "value": "${HOST}"},
        {"value": "nameless"},
    ]
    found = only(pod(container(image=AGENT, env=env, args=["--agent-id=$(C)", "--v=$(D)"])))
    expected = {"A": "1", "B": None, "C": "12", "D": None, "E": "", "F": None}
    assert environment_of(found.container) == expected
    assert found.text("agent-id") == "12"
    assert found.text("v") is None


@pytest.mark.parametrize(
    ("fields", "whole"),
    [
        ({"image": AGENT}, True),
        ({"image": AGENT, "args": ["--agent-id=${ID}"]}, True),
        ({"image": AGENT, "args": ["${MORE_FLAGS}"]}, False),
        ({"image": AGENT, "args": "${ARGS}"}, False),
        ({"command": ["/proxy-agent"]}, False),
    ],
)
def test_what_is_absent_counts_only_in_a_whole_container(
    fields: dict[str, object], whole: bool
) -> None:
    assert only(pod(container(**fields))).whole is whole


def test_a_patch_is_not_whole() -> None:
    patch = {"kind": "Deployment", "spec": {"template": {"spec": TEMPLATE["spec"]}}}
    assert not only(patch).whole


@pytest.mark.parametrize("image", [SERVER, AGENT, API_SERVER])
def test_files_with_a_part_are_not_passed_over(image: str) -> None:
    text = yaml.safe_dump(pod(container(image=image)))
    assert may_hold_part(text.encode())
    (connector,) = group([parse(Source("a.yaml", text))], Settings())
    assert len(connector.components) == 1
