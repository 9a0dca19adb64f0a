"""Whole connectors with one value broken at a time, and with edits that change nothing.

The complete examples are clean: ``clean`` (GRPC over a socket, static Pods, tokens), ``tls``
(HTTPConnect), ``high-availability`` and ``hosted``. So are four connectors of the tests' own:
``http-connect`` (TLS, certificates, a Service that translates the port, agents in a Deployment),
``leases`` (a hosted control plane of three, counted by leases), ``counted`` (the same with
``--server-count``) and ``migrated`` (from OpenVPN, of which nothing is left). Each edit replaces a
text that stands once in a file, or every occurrence in all files.
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import ROOT, Run

DATA = Path(__file__).parent / "data" / "connectors"
CONNECTORS = {
    "clean": ROOT / "examples" / "clean",
    "tls": ROOT / "examples" / "http-connect",
    "high-availability": ROOT / "examples" / "high-availability",
    "hosted": ROOT / "examples" / "hosted",
    "http-connect": DATA / "http-connect",
    "leases": DATA / "leases",
    "counted": DATA / "leases",
    "migrated": ROOT / "examples" / "migration" / "finished",
}
FILES = {
    "clean": {
        "egress": "control-plane/egress-selector-configuration.yaml",
        "api": "control-plane/kube-apiserver.yaml",
        "server": "control-plane/konnectivity-server.yaml",
        "rbac": "control-plane/rbac.yaml",
        "agent": "workers/konnectivity-agent.yaml",
    },
    "http-connect": {
        "egress": "control-plane/egress.yaml",
        "api": "control-plane/kube-apiserver.yaml",
        "server": "control-plane/konnectivity-server.yaml",
        "agent": "workers/konnectivity-agent.yaml",
    },
    "leases": {
        "control-plane": "management/control-plane.yaml",
        "agent": "guest/konnectivity-agent.yaml",
        "rbac": "guest/rbac.yaml",
    },
    "migrated": {
        "api": "control-plane/apiserver.yaml",
        "agent": "workers/konnectivity-agent.yaml",
    },
}
FILES["counted"] = FILES["leases"]
FILES["tls"] = FILES["clean"]
FILES["high-availability"] = {
    "api": "control-plane/kube-apiserver.yaml",
    "services": "control-plane/service.yaml",
    "agent": "workers/konnectivity-agent.yaml",
    "rbac": "workers/rbac.yaml",
}
FILES["hosted"] = {
    "egress": "control-plane/egress-selector-configuration.yaml",
    "api": "control-plane/kube-apiserver.yaml",
    "services": "control-plane/services.yaml",
    "policy": "control-plane/network-policy.yaml",
    "agent": "workers/konnectivity-agent.yaml",
    "rbac": "workers/rbac.yaml",
}


ALL = "all files"
"""Stands for every file: each occurrence in each of them is replaced."""


class Edit(NamedTuple):
    """One edit of one file; ``codes``: what must be found, and nothing else."""

    connector: str
    file: str
    old: str
    new: str
    codes: str
    also: str = ""
    """Codes that may be found too: the same fault, seen from its other end."""

    def __str__(self) -> str:
        changed = f"{self.old} -> {self.new or 'nothing'}".replace("\n", " ")
        return f"{self.connector}/{self.file}: {' '.join(changed.split())}"[:110]


def clean(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("clean", file, old, new, codes, also)


def tls(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("http-connect", file, old, new, codes, also)


def leases(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("leases", file, old, new, codes, also)


def counted(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("counted", file, old, new, codes, also)


def example(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("tls", file, old, new, codes, also)


def several(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("high-availability", file, old, new, codes, also)


def hosted(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("hosted", file, old, new, codes, also)


def migrated(file: str, old: str, new: str, codes: str = "", also: str = "") -> Edit:
    return Edit("migrated", file, old, new, codes, also)


TO_COUNTED = [
    counted("control-plane", "--enable-lease-controller=true", "--server-count=3"),
    counted("control-plane", "            - --lease-namespace=konnectivity\n", ""),
    counted("control-plane", "            - --lease-label=k8s-app=konnectivity-server\n", ""),
    counted("agent", "            - --count-server-leases\n", ""),
    counted("agent", "            - --lease-namespace=konnectivity\n", ""),
    counted("agent", "            - --lease-label=k8s-app=konnectivity-server\n", ""),
]
"""What makes the connector that counts by leases one that counts by ``--server-count``."""

SOCKET = "/etc/kubernetes/konnectivity-server/konnectivity-server.socket"
AUDIENCE = "system:konnectivity-server"
TOKEN = "/var/run/secrets/tokens/konnectivity-agent-token"
EGRESS_FLAG = "--egress-selector-config-file=/etc/kubernetes/konnectivity/"

VPN = "quay.io/kubermatic/openvpn:v2.5.2-r0"
BY_COMMAND = "{name: a, image: x, command: [openvpn]}"
DNAT = "kubeletdnat-controller"
FIRST = "      containers:\n"
LAST = "apiVersion: v1\nkind: Service\n"
LAST_OF_AGENTS = "apiVersion: rbac.authorization.k8s.io/v1\n"


def named(kind: str, name: str, namespace: str) -> str:
    """Return an object that has nothing but a name."""
    place = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}{place}}}\n---\n"


def service(name: str) -> str:
    """Return a Service on the port of OpenVPN, in the namespace of the control plane."""
    head = named("Service", name, "cluster-a").removesuffix("---\n")
    return f"{head}spec: {{selector: {{app: {name}}}, ports: [{{port: 1194}}]}}\n---\n"


def client(namespace: str) -> str:
    """Return a Pod that runs OpenVPN under the name of the old client."""
    head = named("Pod", "openvpn-client", namespace).removesuffix("---\n")
    return f"{head}spec: {{containers: [{{name: vpn, image: {VPN}}}]}}\n---\n"


BROKEN = [
    # The egress configuration by itself.
    clean("egress", "apiserver.k8s.io/v1beta1", "apiserver.k8s.io/v1", "KL101"),
    clean("egress", "apiserver.k8s.io/v1beta1", "apiserver.config.k8s.io/v1beta1", "KL101"),
    clean("egress", "kind: EgressSelectorConfiguration", "kind: EgressSelectorConfig", "KL101"),
    clean("egress", "name: cluster", "name: clusters", "KL102"),
    clean("egress", "name: cluster", "name: master", "KL116"),
    clean("egress", "name: cluster", "name: etcd", "KL118"),
    clean("egress", "egressSelections:", "egressSelection:", "KL008"),
    clean("egress", "connection:", "Connection:", "KL008"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: gRPC", "KL104"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: HttpConnect", "KL104"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: Direct", "KL108"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: HTTPConnect", "KL203"),
    clean("egress", "      proxyProtocol: GRPC\n", "", "KL104"),
    clean("egress", "proxyProtocol: GRPC", "proxyprotocol: GRPC", "KL008"),
    clean("egress", "uds:", "UDS:", "KL008"),
    clean("egress", "udsName:", "uds_name:", "KL008"),
    clean("egress", f"udsName: {SOCKET}", 'udsName: ""', "KL109"),
    clean("egress", f"udsName: {SOCKET}", "udsName: 8131", "KL009"),
    clean("egress", f"udsName: {SOCKET}", f"udsName: {SOCKET[1:]}", "KL119", also="KL201"),
    clean("egress", f"udsName: {SOCKET}", f"udsName: unix://{SOCKET}", "KL119", also="KL201"),
    clean("egress", "konnectivity-server.socket", "konnectivity.socket", "KL201"),
    clean("egress", "/konnectivity-server/", "/konnectivity/", "KL201"),
    clean("egress", f"uds:\n          udsName: {SOCKET}",
          "tcp:\n          url: http://127.0.0.1:8131", "KL106"),
    clean("egress", f"udsName: {SOCKET}",
          f"udsName: {SOCKET}\n        tcp:\n          url: https://127.0.0.1:8131",
          "KL120"),
    tls("egress", "        tcp:", "        uds:\n          udsName: /run/konn.socket\n        tcp:",
        "KL107"),
    clean("egress", "  - name: cluster",
          "  - name: cluster\n    connection:\n      proxyProtocol: Direct\n  - name: cluster",
          "KL103"),
    clean("egress", "transport:", "transport: {}\n      transports:", "KL008", also="KL106"),
    tls("egress", "https://127.0.0.1:8131", "http://127.0.0.1:8131", "KL113"),
    tls("egress", "https://127.0.0.1:8131", "127.0.0.1:8131", "KL110"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1:81x31", "KL115"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1:8130", "KL204"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1:8132", "KL204"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1", "KL121"),
    tls("egress", "proxyProtocol: HTTPConnect", "proxyProtocol: GRPC", "KL106", also="KL203"),
    tls("egress", "            clientKey: /etc/kubernetes/pki/konnectivity/client.key\n", "",
        "KL112"),
    tls("egress", "            clientCert: /etc/kubernetes/pki/konnectivity/client.crt\n", "",
        "KL112"),
    tls("egress", "            caBundle: /etc/kubernetes/pki/konnectivity/ca.crt\n", "", "KL122"),
    tls("egress", "caBundle:", "CABundle:", "KL008", also="KL122"),
    tls("egress", "tlsConfig:", "tls:", "KL008", also="KL111"),
    tls("egress", "url:", "URL:", "KL008"),
    tls("egress", "name: controlplane", "name: control-plane", "KL102"),
    tls("egress", "name: controlplane", "name: cluster", "KL103"),
    clean("egress", f"udsName: {SOCKET}",
          f"udsName: {SOCKET}\n---\negressSelections:\n  - name: etcd", "KL123"),
    clean("egress", "  - name: cluster\n    connection:", "  - connection:", "KL102"),
    clean("egress", "  - name: cluster", "  - name: cluster\n  - name: controlplane",
          "KL104"),
    clean("egress", "kind: EgressSelectorConfiguration", "Kind: EgressSelectorConfiguration",
          "KL101", also="KL008"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: *grpc", "KL006"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: !!binary GRPC", "KL104"),
    clean("egress", "  - name: cluster", "\t- name: cluster", "KL003"),
    tls("egress", "url: https://127.0.0.1:8131\n          tlsConfig:",
        "url: http://127.0.0.1:8131\n          tls:", "KL008 KL114"),
    tls("egress", "https://127.0.0.1:8131", '""', "KL110"),
    tls("egress", "https://127.0.0.1:8131", "HTTPS://127.0.0.1:8131", "KL110"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1:8131/%zz", "KL115"),
    tls("egress", "https://127.0.0.1:8131", "tcp://127.0.0.1:8131", "KL110"),
    leases("control-plane", "proxyProtocol: GRPC", "proxyProtocol: HTTPConnect", "KL203"),
    leases("control-plane", "udsName: /run/konnectivity/konnectivity-server.socket",
           "udsName: /run/konnectivity-server/konnectivity-server.socket", "KL201"),
    leases("control-plane", "kind: EgressSelectorConfiguration", "kind: EgressSelector", "KL101"),
    # kube-apiserver.
    clean("api", f"        - {EGRESS_FLAG}egress-selector-configuration.yaml\n", "", "KL218"),
    clean("api", EGRESS_FLAG, "--egress-selector-config-file=/etc/konnectivity/", "KL212"),
    clean("api", EGRESS_FLAG, "--egress-selector-configuration-file=/etc/kubernetes/konnectivity/",
          "KL218"),
    clean("api", "mountPath: /etc/kubernetes/konnectivity\n", "mountPath: /etc/konnectivity\n",
          "KL212"),
    clean("api", "mountPath: /etc/kubernetes/konnectivity-server", "mountPath: /run/konnectivity",
          "KL202"),
    clean("api", "path: /etc/kubernetes/konnectivity-server", "path: /run/konnectivity", "KL202"),
    clean("api", "mountPath: /etc/kubernetes/konnectivity-server", f"mountPath: {SOCKET}",
          "KL188", also="KL202"),
    clean("api", "hostPath:\n        path: /etc/kubernetes/konnectivity-server\n"
          "        type: DirectoryOrCreate", "emptyDir: {}", "KL202"),
    clean("api", "volumeMounts:", "volumeMount:", "KL008", also="KL202 KL212"),
    clean("api", "- --service-account-issuer=https://kubernetes.default.svc.cluster.local",
          f"- --service-account-issuer=https://kubernetes.default.svc\n"
          f"        - --api-audiences={AUDIENCE}", "KL186"),
    tls("api", EGRESS_FLAG, "--egress-selector-config-file=/etc/kubernetes/", "KL212"),
    tls("api", "        - --egress-selector-config-file=/etc/kubernetes/konnectivity/egress.yaml\n",
        "", "KL218"),
    tls("api", "hostNetwork: true", "hostNetwork: false", "KL184"),
    leases("control-plane", "egress/egress-selector-configuration.yaml", "egress/config.yaml",
           "KL212"),
    leases("control-plane", "mountPath: /etc/kubernetes/egress", "mountPath: /etc/egress", "KL212"),
    leases("control-plane", "  egress-selector-configuration.yaml: |", "  egress.yaml: |", "KL212"),
    leases("control-plane", "--secure-port=6443", "--secure-port=8132", "KL182"),
    # proxy-server: its command line.
    clean("server", "--mode=grpc", "--mode=http-connect", "KL203"),
    clean("server", "--mode=grpc", "--mode=GRPC", "KL136"),
    clean("server", "--mode=grpc", "--mode=tcp", "KL136"),
    clean("server", "--mode=grpc", "-mode=grpc", "KL150"),
    clean("server", "--mode=grpc", "--mode", "KL139", also="KL136 KL144 KL145"),
    clean("server", "--mode=grpc", "--mode grpc", "KL141"),
    clean("server", "--mode=grpc", "mode=grpc", "KL134"),
    clean("server", "--mode=grpc", "---mode=grpc", "KL133"),
    clean("server", "--mode=grpc", "--=grpc", "KL133"),
    clean("server", "--mode=grpc", "–mode=grpc", "KL134"),
    clean("server", "--mode=grpc", '--mode="grpc"', "KL136", also="KL151"),
    clean("server", "--agent-namespace=kube-system", '--agent-namespace="kube-system"', "KL151",
          also="KL208"),
    clean("server", "--agent-namespace=kube-system", "'--agent-namespace= kube-system'", "KL151",
          also="KL208"),
    clean("server", "--agent-namespace=kube-system", "--agent-namespace=", "KL147"),
    clean("server", "--mode=grpc", "--modes=grpc", "KL130"),
    clean("server", "--uds-name=", "--udsName=", "KL130"),
    clean("server", "server/konnectivity-server.socket", "server/konnectivity.socket", "KL201"),
    clean("server", f"--uds-name={SOCKET}", "--uds-name=konnectivity-server.socket", "KL152",
          also="KL201"),
    clean("server", f"        - --uds-name={SOCKET}\n", "", "KL145", also="KL144"),
    clean("server", "        - --server-port=0\n", "", "KL142"),
    clean("server", "--server-port=0", "--server-port=8131", "KL142"),
    clean("server", "--server-port=0", "--server-port=0\n        - --server-ca-cert=/etc/ca.crt",
          "KL143"),
    clean("server", "--delete-existing-uds-file", "--delete-existing-uds-files", "KL130"),
    clean("server", "--delete-existing-uds-file", "--delete-existing-uds-file yes", "KL141"),
    clean("server", "--delete-existing-uds-file", "--delete-existing-uds-file=yes", "KL131"),
    clean("server", "--delete-existing-uds-file",
          '--delete-existing-uds-file\n        - "false"', "KL138"),
    clean("server", "--agent-port=8132", "--agent-port=8131", "KL206"),
    clean("server", "--agent-port=8132", "--agent-port=81320", "KL136"),
    clean("server", "--agent-port=8132", "--agent-port=443", "KL136"),
    clean("server", "--agent-port=8132", "--agent-port=8132x", "KL131"),
    clean("server", "--agent-port=8132", "--agent-port=", "KL131"),
    clean("server", "        - --agent-port=8132\n", "", "KL206"),
    clean("server", "--agent-port=8132", "--proxy-server-port=8132", "KL135", also="KL206"),
    clean("server", "--agent-port=8132", "--agent_port=8132", "KL130"),
    clean("server", "--health-port=8092", "--health-port=8093", "KL181"),
    clean("server", "        - --health-port=8092\n", "        - --health-port=8134\n", "KL181"),
    clean("server", "--health-port=8092", "--health-server-port=8092", "KL135"),
    clean("server", "--admin-port=8095", "--admin-port=8132", "KL182"),
    clean("server", "--admin-port=8095", "--admin-port=8092", "KL182"),
    clean("server", "--admin-port=8095", "--admin-port=6443", "KL182", also="KL160"),
    clean("server", "--admin-port=8095",
          "--admin-port=8095\n        - --admin-bind-address=0.0.0.0", "KL302"),
    clean("server", "        - --cluster-key=/etc/kubernetes/pki/konnectivity-server.key\n", "",
          "KL140"),
    clean("server", "        - --cluster-cert=/etc/kubernetes/pki/konnectivity-server.crt\n", "",
          "KL140"),
    clean("server", "--agent-namespace=kube-system", "--agent-namespace=konnectivity", "KL208"),
    clean("server", "        - --agent-namespace=kube-system\n", "", "KL147"),
    clean("server", "--agent-service-account=konnectivity-agent",
          "--agent-service-account=konnectivity", "KL208"),
    clean("server", "        - --agent-service-account=konnectivity-agent\n", "", "KL147"),
    clean("server", f"--authentication-audience={AUDIENCE}",
          "--authentication-audience=konnectivity", "KL207"),
    clean("server", f"        - --authentication-audience={AUDIENCE}\n", "", "KL147"),
    clean("server", f"        - --agent-namespace=kube-system\n"
          f"        - --agent-service-account=konnectivity-agent\n"
          f"        - --authentication-audience={AUDIENCE}\n", "", "KL301"),
    clean("server", "--server-count=1",
          "--server-count=1\n        - --cluster-ca-cert=/etc/kubernetes/pki/ca.crt", "KL148"),
    clean("server", "--kubeconfig=/etc/kubernetes/konnectivity-server.conf",
          "--kubeconfig=/etc/kubernetes/admin.conf", "KL305", also="KL157"),
    clean("server", "--server-count=1", "--server-counts=1", "KL130"),
    clean("server", "--server-count=1", "--server-count=one", "KL131"),
    clean("server", "--server-count=1", "--server-count=1\n        - --server-count=2", "KL149"),
    clean("server", "--server-count=1", "--enable-profiling", "KL306"),
    clean("server", "--server-count=1", "--enable-contention-profiling", "KL146"),
    clean("server", "--server-count=1", "--tls-min-version=VersionTLS11", "KL304"),
    clean("server", "--server-count=1", "--tls-min-version=TLS12", "KL136"),
    clean("server", "--server-count=1", "--cipher-suites=TLS_AES_128", "KL136"),
    clean("server", "--server-count=1", "--keepalive-time=60", "KL131"),
    clean("server", "--server-count=1", "--graceful-shutdown-timeout=-1s", "KL154"),
    clean("server", "--server-count=1", "--xfr-channel-size=0", "KL136"),
    clean("server", "--server-count=1", "--proxy-strategies=desthost", "KL136"),
    clean("server", "--server-count=1", "--proxy-strategies=destHost, default", "KL136"),
    clean("server", "--server-count=1", "--proxy-strategies=defaultRoute", "KL213"),
    clean("server", "--server-count=1", "--enable-lease-controller", "KL211"),
    clean("server", "--server-count=1", "--enable-lease-controller\n"
          "        - --lease-label=konnectivity", "KL153", also="KL211"),
    clean("server", "--server-count=1", "--agent-identifiers=default-route=true", "KL135"),
    clean("server", "--server-count=1", "--server-id=${NODE_NAME}\n      env:\n        "
          "- name: NODE_NAME\n          valueFrom:\n            fieldRef:\n"
          "              fieldPath: spec.nodeName", "KL170"),
    clean("server", "--server-count=1", "--server-id=$(NODE_NAME)", "KL171"),
    clean("server", "proxy-server:v0.36.0", "proxy-server:v0.0.37", "KL911"),
    tls("server", "proxy-server:v0.36.0", "proxy-server:v0.34.0", "KL137 KL911"),
    tls("server", "--mode=http-connect", "--mode=grpc", "KL203"),
    tls("server", "--server-bind-address=127.0.0.1", "--server-bind-address=127.0.0.1\n"
        "        - --cipher-suites=TLS_RSA_WITH_AES_128", "KL136"),
    tls("server", "        - --mode=http-connect\n", "", "KL203"),
    tls("server", "--server-port=8131", "--server-port=8130", "KL204"),
    tls("server", "--server-port=8131", "--server-port=0", "KL145", also="KL204"),
    tls("server", "--server-port=8131", "--server-port=8132", "KL182", also="KL204"),
    tls("server", "        - --server-port=8131\n", "", "KL204"),
    tls("server", "--server-port=8131", "--server-port=0\n        - --uds-name=/run/konn.socket",
        "KL143", also="KL217"),
    tls("server", "        - --server-cert=/etc/kubernetes/pki/konnectivity/server.crt\n", "",
        "KL140", also="KL205"),
    tls("server", "        - --server-key=/etc/kubernetes/pki/konnectivity/server.key\n", "",
        "KL140"),
    tls("server", "        - --server-cert=/etc/kubernetes/pki/konnectivity/server.crt\n"
        "        - --server-key=/etc/kubernetes/pki/konnectivity/server.key\n", "", "KL205"),
    tls("server", "        - --server-ca-cert=/etc/kubernetes/pki/konnectivity/ca.crt\n", "",
        "KL144"),
    tls("server", "        - --cluster-ca-cert=/etc/kubernetes/pki/konnectivity/agent-ca.crt\n",
        "", "KL301"),
    tls("server", "--cluster-ca-cert=/etc/kubernetes/pki/konnectivity/agent-ca.crt",
        "--cluster-ca-cert /etc/kubernetes/pki/konnectivity/agent-ca.crt", "KL141"),
    tls("server", "--agent-port=8132", "--agent-port=8091", "KL206"),
    tls("server", "--health-port=8133", "--health-port=8134", "KL182", also="KL181"),
    tls("server", "--health-port=8133", "--health-port=8135", "KL181"),
    tls("server", "--keepalive-time=1m", "--keepalive-time=1 m", "KL131"),
    tls("server", "--keepalive-time=1m", "--agent-namespace=kube-system", "KL147", also="KL148"),
    leases("control-plane", "--agent-port=8132", "--agent-port=8091", "KL206"),
    leases("control-plane", "--agent-port=8132", "--agent-port=6443", "KL182", also="KL206"),
    leases("control-plane", "--server-id=$(POD_NAME)", "--server-id=konnectivity", "KL185"),
    leases("control-plane", "--server-id=$(POD_NAME)", "--server-id=$(PODNAME)", "KL171"),
    leases("control-plane", "--server-id=$(POD_NAME)", "--server-id=$POD_NAME", "KL170"),
    leases("control-plane", "            - --enable-lease-controller=true\n", "", "KL211"),
    leases("control-plane", "--lease-namespace=konnectivity", "--lease-namespace=kube-system",
           "KL211"),
    leases("control-plane", "--lease-label=k8s-app=konnectivity-server",
           "--lease-label=app=konnectivity-server", "KL211"),
    leases("control-plane", "--lease-label=k8s-app=konnectivity-server",
           "--lease-label=konnectivity-server", "KL153", also="KL211"),
    leases("control-plane", "destHost,default", "destHost,defaultRoute", "KL213"),
    leases("control-plane", "destHost,default", "defaultRoute", "KL213"),
    leases("control-plane", "destHost,default", "", "KL136"),
    # proxy-server: what its Pod gives it.
    clean("server", "port: 8092\n          path: /healthz", "port: 8093\n          path: /healthz",
          "KL181"),
    clean("server", "port: 8092\n          path: /healthz", "port: 8092\n          path: /health",
          "KL181"),
    clean("server", "port: 8092\n          path: ", "port: health\n          path: ", "KL181"),
    clean("server", "port: 8092\n          path: /healthz", "port: 8095\n          path: /healthz",
          "KL181"),
    clean("server", "livenessProbe:", "livenesProbe:", "KL008"),
    clean("server", "hostNetwork: true", "hostNetwork: yes-please", "KL009"),
    clean("server", "hostNetwork: true\n", "hostnetwork: true\n", "KL008"),
    clean("server", "containerPort: 8092\n", 'containerPort: "8092"\n', "KL009"),
    clean("server", "          hostPort: 8092", "          hostport: 8092", "KL008"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n",
          "mountPath: /run/konnectivity\n", "KL202"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n",
          "mountPath: /etc/kubernetes/konnectivity-server\n          readOnly: true\n", "KL180"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n", f"mountPath: {SOCKET}\n",
          "KL188", also="KL202"),
    clean("server", "path: /etc/kubernetes/konnectivity-server\n", "path: /run/konnectivity\n",
          "KL202"),
    clean("server", "hostPath:\n        path: /etc/kubernetes/konnectivity-server\n"
          "        type: DirectoryOrCreate", "configMap:\n        name: sockets",
          "KL180", also="KL202"),
    clean("server", "  volumes:\n", "  volume:\n", "KL008"),
    clean("server", "  containers:\n", "  container:\n", "KL008"),
    clean("server", "spec:\n", "specs:\n", "KL008"),
    clean("api", "  containers:\n", "  Containers:\n", "KL008"),
    clean("agent", "      containers:\n", "      - containers:\n", "KL003"),
    clean("agent", "  template:\n", "  templates:\n", "KL008"),
    tls("agent", "      containers:\n", "      initcontainers:\n", "KL008"),
    leases("control-plane", "mountPath: /run/konnectivity\n        - name: konnectivity-server",
           "mountPath: /run/kube\n        - name: konnectivity-server", "KL202"),
    leases("control-plane", "emptyDir:\n            medium: Memory",
           "configMap:\n            name: sockets", "KL180"),
    leases("control-plane", "replicas: 3", 'replicas: "3"', "KL009"),
    leases("control-plane", "port: 8134\n              path: /readyz",
           "port: 8133\n              path: /readyz", "KL181"),
    counted("control-plane", "--server-count=3", "--server-count=1", "KL210"),
    counted("control-plane", "--server-count=3", "--server-count=4", "KL210"),
    counted("control-plane", "            - --server-count=3\n", "", "KL210"),
    counted("control-plane", "replicas: 3", "replicas: 5", "KL210"),
    counted("control-plane", "--server-count=3", "--enable-lease-controller", "KL211"),
    counted("control-plane", "            - --server-port=0\n", "", "KL142"),
    counted("agent", "--sync-interval=10s", "--count-server-leases", "KL211", also="KL214"),
    # Services.
    tls("server", "targetPort: agentport", "targetPort: healthport", "KL206"),
    tls("server", "targetPort: agentport", "targetPort: 8091", "KL206"),
    tls("server", "targetPort: agentport", "targetPort: agent-port", "KL206"),
    tls("server", "- name: agentport", "- name: agent-port", "KL206"),
    leases("control-plane", "- name: agentport", "- name: agents", "KL206"),
    tls("server", "targetPort: agentport", "targetPorts: agentport", "KL008", also="KL206"),
    leases("control-plane", "targetPort: agentport", "targetPort: 8134", "KL206"),
    leases("control-plane", "  type: LoadBalancer", "  sessionAffinity: ClientIP", "KL215"),
    leases("control-plane", "type: LoadBalancer", "type: Loadbalancer", "KL010"),
    # Agents.
    clean("agent", "--proxy-server-port=8132", "--proxy-server-port=8091", "KL206"),
    clean("agent", "            - --proxy-server-port=8132\n", "", "KL206"),
    clean("agent", "--proxy-server-port=8132", "--proxy-server-port=81320", "KL161"),
    clean("agent", "--proxy-server-port=8132", "--proxy-server-port=0", "KL136"),
    clean("agent", "--proxy-server-port=8132", "--agent-port=8132", "KL135", also="KL206"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-hst=konnectivity.example.org", "KL130"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=https://konnectivity.example.org", "KL155"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=konnectivity.example.org:8132", "KL155"),
    clean("agent", "--proxy-server-host=konnectivity.example.org", "--proxy-server-host=127.0.0.1",
          "KL184"),
    clean("agent", "            - --proxy-server-host=konnectivity.example.org\n", "", "KL184"),
    clean("agent", "--health-server-port=8093", "--health-server-port=8094", "KL182",
          also="KL181"),
    clean("agent", "--health-server-port=8093", "--health-server-port=8134", "KL181"),
    clean("agent", "--health-server-port=8093", "--health-port=8093", "KL135"),
    clean("agent", "--admin-server-port=8094", "--admin-server-port=8093", "KL182"),
    clean("agent", "--admin-server-port=8094", "--admin-bind-address=0.0.0.0", "KL302"),
    clean("agent", f"--service-account-token-path={TOKEN}",
          "--service-account-token-path=/var/run/secrets/tokens/token", "KL183"),
    clean("agent", f"--service-account-token-path={TOKEN}",
          "--service-account-token-path=/var/run/secrets/konnectivity-agent-token", "KL183"),
    clean("agent", f"            - --service-account-token-path={TOKEN}\n", "", "KL216"),
    clean("agent", f"--service-account-token-path={TOKEN}", "--service-account-token-path=",
          "KL216"),
    clean("agent", f"--service-account-token-path={TOKEN}",
          "--service-account-token-path=/var/run/secrets/kubernetes.io/serviceaccount/token",
          "KL219"),
    clean("agent", "mountPath: /var/run/secrets/tokens", "mountPath: /var/run/secrets/token",
          "KL183"),
    clean("agent", "path: konnectivity-agent-token\n", "path: token\n", "KL183"),
    clean("agent", f"audience: {AUDIENCE}", "audience: konnectivity-server", "KL207"),
    clean("agent", f"audience: {AUDIENCE}", "audience: system:konnectivity-agent", "KL207"),
    clean("agent", f"                  audience: {AUDIENCE}\n", "", "KL219"),
    clean("agent", f"audience: {AUDIENCE}", f"audiences: {AUDIENCE}", "KL008", also="KL219"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=${HOST_IP}", "KL170"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=$(HOSTIP)", "KL171"),
    clean("agent", "ipv4=$(HOST_IP)", "ip=$(HOST_IP)", "KL163"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4:$(HOST_IP)", "KL163"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=$(HOST_IP", "KL164"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=10.0.0.5,10.0.0.6", "KL164"),
    clean("agent", "status.hostIP", "status.podIP", "KL164"),
    clean("agent", "ipv4=$(HOST_IP)", "default-route=yes", "KL164"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=node-1", "KL164"),
    clean("agent", "--agent-identifiers=ipv4=$(HOST_IP)", "--agent-identifier=ipv4=$(HOST_IP)",
          "KL130"),
    clean("agent", "fieldPath: status.hostIP", "fieldpath: status.hostIP", "KL008"),
    clean("agent", "name: HOST_IP", "name: HOST", "KL171"),
    clean("agent", "serviceAccountName: konnectivity-agent", "serviceAccountName: konnectivity",
          "KL208"),
    clean("agent", "      serviceAccountName: konnectivity-agent\n", "", "KL208"),
    clean("agent", "serviceAccountName:", "serviceAcountName:", "KL008", also="KL208"),
    clean("agent", "namespace: kube-system\n  labels:", "namespace: konnectivity\n  labels:",
          "KL208"),
    clean("agent", "port: 8093\n              path: /healthz",
          "port: 8092\n              path: /healthz", "KL181"),
    clean("agent", "port: 8093\n              path: /readyz",
          "port: 8093\n              path: /readiness", "KL181"),
    clean("agent", "initialDelaySeconds: 15\n            timeoutSeconds: 15\n          readiness",
          "initialDelay: 15\n            timeoutSeconds: 15\n          readiness", "KL008"),
    clean("agent", "- --ca-cert=/var", "- -ca-cert=/var", "KL150"),
    clean("agent", "- --ca-cert=/var", "- '--ca-cert=\"/var", "KL003"),
    clean("agent", "--ca-cert=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
          "--agent-cert=/etc/tls.crt", "KL140", also="KL157"),
    clean("agent", "--admin-server-port=8094", "--sync-interval=30s", "KL162"),
    clean("agent", "--admin-server-port=8094", "--count-server-leases", "KL211"),
    clean("agent", "--admin-server-port=8094", "--server-count=1", "KL135"),
    clean("agent", "      containers:", "      containers: []\n      containers:", "KL004"),
    tls("agent", '- "443"', '- "8091"', "KL206"),
    tls("agent", '            - "443"\n', "", "KL139", also="KL131"),
    tls("agent", "            - --agent-key=/etc/konnectivity/tls.key\n", "", "KL140"),
    tls("agent", "            - --agent-cert=/etc/konnectivity/tls.crt\n", "", "KL140",
        also="KL216"),
    tls("agent", "            - --agent-cert=/etc/konnectivity/tls.crt\n"
        "            - --agent-key=/etc/konnectivity/tls.key\n", "", "KL216"),
    tls("agent", "--sync-interval=5s", "--sync-interval=5", "KL131"),
    tls("agent", "--sync-interval-cap=30s", "--sync-interval-cap", "KL132"),
    tls("agent", "--sync-interval-cap=30s", "--sync-interval-cap=", "KL131"),
    tls("agent", "--keepalive-time=30s", "--alpn-proto konnectivity", "KL141"),
    tls("agent", "--keepalive-time=30s", "--admin-server-port=8093", "KL182"),
    tls("agent", "--keepalive-time=30s", "--health-server-host=127.0.0.1", "KL189"),
    tls("agent", "--keepalive-time=30s", "--kubeconfig=/etc/kubernetes/admin.conf", "KL305",
        also="KL157"),
    tls("agent", "--sync-interval-cap=30s", "--sync-interval-cap=3s", "KL162"),
    tls("agent", "containerPort: 8093", "containerPort: 8133", "KL181"),
    tls("agent", "- name: health\n", "- name: probes\n", "KL181"),
    leases("agent", "&host=$(NODE_NAME)", "&hostname=$(NODE_NAME)", "KL163"),
    leases("agent", "ipv4=$(HOST_IP)&host=$(NODE_NAME)", "default-route=true", "KL213"),
    leases("agent", "            - --count-server-leases\n", "", "KL211"),
    leases("agent", "--count-server-leases", "--enable-lease-controller", "KL135", also="KL211"),
    leases("agent", "--lease-namespace=konnectivity", "--lease-namespace=kube-system", "KL211",
           also="KL214"),
    leases("agent", "--lease-label=k8s-app=konnectivity-server", "--lease-label=app=konn", "KL211"),
    leases("agent", "--proxy-server-host=tenant-a.example.org",
           "--proxy-server-host=tenant-a.tenants.svc", "KL187"),
    leases("agent", "proxy-agent:v0.36.0", "proxy-agent:v0.30.3", "KL137 KL911", also="KL211"),
    # How the parts of one connector depend on each other.
    leases("control-plane", "  publishNotReadyAddresses: true\n", "", "KL223"),
    leases("control-plane", "publishNotReadyAddresses: true", "publishNotReadyAddresses: false",
           "KL223"),
    counted("control-plane", "  publishNotReadyAddresses: true\n", "", "KL223"),
    tls("egress", "clientCert: /etc/kubernetes/pki/konnectivity/client.crt",
        "clientCert: /etc/konnectivity/client.crt", "KL229"),
    tls("agent", "--keepalive-time=30s", "--keepalive-time=10s", "KL192"),
    tls("agent", "--keepalive-time=30s", "--keepalive-time=0", "KL192"),
    tls("agent", "--keepalive-time=30s", "--agent-identifiers=cidr=10.0.0.0/16", "KL222"),
    tls("agent", "replicas: 2", "replicas: 1", "KL195"),
    tls("agent", "      priorityClassName: system-cluster-critical\n", "", "KL196"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=$(HOST_IP)&cidr=10.0.0.0/16", "KL222"),
    clean("agent", "      tolerations:\n",
          "      nodeSelector:\n        node-role.kubernetes.io/control-plane: ''\n"
          "      tolerations:\n", "KL190"),
    clean("agent", "      priorityClassName: system-cluster-critical\n", "", "KL196"),
    clean("server", "--server-count=1", "--proxy-strategies=destHost", "KL193"),
    clean("agent", "        k8s-app: konnectivity-agent\n    spec:",
          "        k8s-app: konnectivity-agent\n      annotations:\n"
          "        prometheus.io/port: '8094'\n    spec:", "KL227"),
    # The example over HTTPConnect.
    example("egress", "https://127.0.0.1:8131", "https://127.0.0.1:8132", "KL204"),
    example("egress", "caBundle: /etc/kubernetes/pki/konnectivity/ca.crt",
            "caBundle: /etc/konnectivity/ca.crt", "KL229"),
    example("egress", "clientCert: /etc/kubernetes/pki/konnectivity/client.crt",
            "clientCert: /var/lib/konnectivity/client.crt", "KL229"),
    example("egress", "clientKey: /etc/kubernetes/pki/konnectivity/client.key",
            "clientKey: /var/lib/konnectivity/client.key", "KL229"),
    example("api", "mountPath: /etc/kubernetes/pki\n", "mountPath: /etc/pki\n", "KL229"),
    example("api", "mountPath: /etc/kubernetes/konnectivity\n", "mountPath: /etc/konnectivity\n",
            "KL212"),
    example("server", "--mode=http-connect", "--mode=grpc", "KL203"),
    example("server", "--server-port=8131", "--server-port=8130", "KL204"),
    example("server", "        - --server-key=/etc/kubernetes/pki/konnectivity/server.key\n", "",
            "KL140"),
    example("server", "--authentication-audience=system:konnectivity-server",
            "--authentication-audience=konnectivity", "KL207"),
    example("agent", "replicas: 2", "replicas: 1", "KL195"),
    example("agent", "      priorityClassName: system-cluster-critical\n", "", "KL196"),
    example("agent", "serviceAccountName: konnectivity-agent", "serviceAccountName: agent",
            "KL208"),
    example("agent", "--proxy-server-port=8132", "--proxy-server-port=8131", "KL206"),
    example("rbac", "name: system:auth-delegator", "name: system:auth-delegate", "KL209"),
    # The example with several servers.
    several("api", "          livenessProbe:", "          readinessProbe:\n"
            "            httpGet:\n              port: 8092\n              path: /readyz\n"
            "          livenessProbe:", "KL223"),
    several("api", "--agent-port=8132", "--agent-port=8091", "KL206"),
    several("api", "--lease-namespace=konnectivity", "--lease-namespace=kube-system", "KL211"),
    several("api", "            - --enable-lease-controller\n", "", "KL211"),
    several("api", "--server-id=$(POD_NAME)", "--server-id=konnectivity", "KL185"),
    several("services", "sessionAffinity: None", "sessionAffinity: ClientIP", "KL215"),
    several("services", "targetPort: agentport", "targetPort: api", "KL206"),
    several("agent", "replicas: 2", "replicas: 1", "KL195"),
    several("agent", "--keepalive-time=1m", "--keepalive-time=15s", "KL192"),
    several("agent", "--keepalive-time=1m", "--agent-identifiers=cidr=10.0.0.0/8", "KL222"),
    several("agent", "            - --count-server-leases\n", "", "KL211"),
    several("agent", "audience: system:konnectivity-server", "audience: konnectivity", "KL207"),
    several("rbac", 'verbs: ["get", "list", "watch"]', 'verbs: ["get"]', "KL214"),
    # The hosted control plane.
    hosted("egress", "proxyProtocol: GRPC", "proxyProtocol: HTTPConnect", "KL203"),
    hosted("egress", "konnectivity-server.socket", "konnectivity.socket", "KL201"),
    hosted("egress", "  egress-selector-configuration.yaml: |", "  egress.yaml: |", "KL212"),
    hosted("egress", "name: cluster", "name: etcd", "KL118"),
    hosted("egress", "apiserver.k8s.io/v1beta1", "apiserver.k8s.io/v1", "KL101"),
    hosted("api", "mountPath: /etc/kubernetes/egress", "mountPath: /etc/egress", "KL212"),
    hosted("api", "mountPath: /run/konnectivity\n        - name: konnectivity-server",
           "mountPath: /run/kube\n        - name: konnectivity-server", "KL202"),
    hosted("api", "            - --egress-selector-config-file=/etc/kubernetes/egress/"
           "egress-selector-configuration.yaml\n", "", "KL218"),
    hosted("api", "emptyDir:\n            medium: Memory",
           "configMap:\n            name: sockets", "KL180"),
    hosted("api", "replicas: 2", "replicas: 3", "KL210"),
    hosted("api", "--server-count=2", "--server-count=1", "KL210"),
    hosted("api", "--server-count=2", "--server-count=4", "KL210"),
    hosted("api", "--server-count=2", "--enable-lease-controller", "KL211"),
    hosted("api", "--server-id=$(POD_NAME)", "--server-id=server", "KL185"),
    hosted("api", "--server-id=$(POD_NAME)", "--server-id=${POD_NAME}", "KL170"),
    hosted("api", "--mode=grpc", "--mode=http-connect", "KL203"),
    hosted("api", "            - --server-port=0\n", "", "KL142"),
    hosted("api", "--agent-port=8132", "--agent-port=8091", "KL206", also="KL224"),
    hosted("api", "--agent-port=8132", "--agent-port=6443", "KL182", also="KL206"),
    hosted("api", "--health-port=8092", "--health-port=8093", "KL181"),
    hosted("api", "--admin-port=8095", "--admin-bind-address=0.0.0.0", "KL302"),
    hosted("api", "--agent-namespace=kube-system", "--agent-namespace=customer-a", "KL208"),
    hosted("api", "            - --agent-service-account=konnectivity-agent\n", "", "KL147"),
    hosted("api", "--authentication-audience=system:konnectivity-server",
           "--authentication-audience=konnectivity", "KL207"),
    hosted("api", "--proxy-strategies=destHost,default", "--proxy-strategies=destHost", "KL193"),
    hosted("api", "--proxy-strategies=destHost,default", "--proxy-strategies=defaultRoute",
           "KL213"),
    hosted("api", "livenessProbe:", "startupProbe:\n            httpGet:\n"
           "              port: 8092\n              path: /ready\n          livenessProbe:",
           "KL223"),
    hosted("services", "targetPort: agentport", "targetPort: api", "KL206"),
    hosted("services", "targetPort: agentport", "targetPort: 8095", "KL206"),
    hosted("services", "sessionAffinity: None", "sessionAffinity: ClientIP", "KL215"),
    hosted("policy", "- port: 8132", "- port: 8131", "KL224"),
    hosted("policy", "- port: 8132", "- port: 8132\n          protocol: UDP", "KL224"),
    hosted("policy", "  ingress:\n", "  ingress: []\n  engress:\n", "KL008 KL224"),
    hosted("agent", "--proxy-server-port=8132", "--proxy-server-port=6443", "KL206"),
    hosted("agent", "--keepalive-time=1m", "--keepalive-time=5s", "KL192"),
    hosted("agent", "ipv4=$(HOST_IP)", "cidr=10.0.0.0/16", "KL213"),
    hosted("agent", "ipv4=$(HOST_IP)", "ipv4=$HOST_IP", "KL170"),
    hosted("agent", "      priorityClassName: system-node-critical\n", "", "KL196"),
    hosted("agent", "      tolerations:\n        - operator: Exists\n",
           "      nodeSelector:\n        node-role.kubernetes.io/control-plane: ''\n", "KL190"),
    hosted("agent", "audience: system:konnectivity-server", "audience: konnectivity", "KL207"),
    hosted("agent", "path: konnectivity-agent-token\n", "path: token\n", "KL183"),
    hosted("agent", "--health-server-port=8093", "--health-server-port=8094", "KL182",
           also="KL181"),
    hosted("agent", "konnectivity.customer-a.example.org",
           "konnectivity-server.customer-a.svc", "KL187"),
    hosted("agent", "dnsPolicy: Default", "dnsPolicy: ClusterFirstWithHostNet", "KL191"),
    hosted("rbac", "name: system:auth-delegator", "name: system:auth-delegation", "KL209"),
    # Permissions.
    clean("rbac", "name: system:auth-delegator", "name: system:auth-delegate", "KL209"),
    clean("rbac", "name: system:auth-delegator", "name: system:auth-delegater", "KL209"),
    clean("rbac", "kind: User\n    name: system:konnectivity-server",
          "kind: User\n    name: system:konnectivity-servers", "KL209"),
    clean("rbac", "kind: User\n    name: system:konnectivity-server",
          "kind: ServiceAccount\n    name: konnectivity-agent\n    namespace: kube-system",
          "KL209"),
    clean("rbac", "kind: ClusterRoleBinding", "kind: RoleBinding", "KL209"),
    clean("rbac", "roleRef:", "roleref:", "KL008"),
    clean("rbac", "kind: User\n    name: system:konnectivity-server",
          "kind: User\n    name: system:konectivity-server", "KL209"),
    clean("rbac", "name: system:auth-delegator", "name: auth-delegator", "KL209"),
    clean("rbac", "kind: ClusterRole\n", "kind: Role\n", "KL209"),
    clean("rbac", "subjects:", "subject:", "KL008", also="KL209"),
    leases("rbac", "kind: ServiceAccount\n", "kind: User\n", "KL214"),
    leases("rbac", 'verbs: ["get", "list", "watch"]', 'verbs: ["get", "list"]', "KL214"),
    leases("rbac", 'resources: ["leases"]', 'resources: ["lease"]', "KL214"),
    leases("rbac", 'apiGroups: ["coordination.k8s.io"]', 'apiGroups: [""]', "KL214"),
    leases("rbac", "name: konnectivity-agent\n  namespace: konnectivity\nroleRef:",
           "name: konnectivity-agent\n  namespace: kube-system\nroleRef:", "KL214"),
    leases("rbac", "name: konnectivity-agent\n    namespace: kube-system",
           "name: konnectivity-agent\n    namespace: konnectivity", "KL214"),
    # In all files, but not everywhere it must.
    clean(ALL, "namespace: kube-system", "namespace: konnectivity", "KL208"),
    leases(ALL, "namespace: konnectivity", "namespace: leases", "KL214"),
    leases(ALL, "=konnectivity\n", "=kube-node-lease\n", "KL214"),
    # What is around the command line: the Pod, its lists, and the image.
    clean("server", 'command: ["/proxy-server"]\n      args:', "command:", "KL156"),
    clean("agent", 'command: ["/proxy-agent"]\n          args:', "command:", "KL156"),
    clean("api", "        - kube-apiserver\n", "", "KL156"),
    clean("server", "mountPath: /etc/kubernetes/pki\n", "mountPath: /etc/kubernetes/certs\n",
          "KL157"),
    clean("server", "--cluster-key=/etc/kubernetes/pki/", "--cluster-key=/etc/kubernetes/pkis/",
          "KL157"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server.conf",
          "mountPath: /etc/kubernetes/server.conf", "KL157"),
    tls("agent", "--ca-cert=/etc/konnectivity/ca.crt", "--ca-cert=/etc/konnectivity-ca/ca.crt",
        "KL157"),
    tls("agent", "secretName: konnectivity-agent-certificates",
        "secretName: konnectivity-agent-certificates\n            items:\n"
        "              - key: tls.crt\n                path: tls.crt\n"
        "              - key: tls.key\n                path: tls.key", "KL157"),
    clean("server", "        - name: pki\n", "        - name: certificates\n", "KL158"),
    clean("api", "    - name: konnectivity-uds\n      hostPath", "    - name: uds\n      hostPath",
          "KL158"),
    leases("agent", "            - name: token\n", "            - name: tokens\n", "KL158"),
    clean("agent", "    matchLabels:\n      k8s-app: konnectivity-agent",
          "    matchLabels:\n      app: konnectivity-agent", "KL159"),
    tls("agent", "    matchLabels:\n      k8s-app: konnectivity-agent",
        "    matchLabels:\n      k8s-app: konnectivity", "KL159"),
    clean("server", "hostPort: 8132", "hostPort: 8131", "KL160"),
    clean("server", "containerPort: 8095\n          hostPort: 8095",
          "containerPort: 8096\n          hostPort: 8096", "KL160"),
    clean("server", "--admin-port=8095", "--admin-port=8096", "KL160"),
    clean("agent", "status.hostIP", "status.hostIp", "KL165"),
    clean("agent", "status.hostIP", "status.addresses", "KL165"),
    leases("agent", "spec.nodeName", "metadata.labels", "KL165"),
    clean("agent", "      volumes:\n", "      volumes:\n        - name: konnectivity-agent-token\n"
          "          emptyDir: {}\n", "KL166"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n",
          "mountPath: /etc/kubernetes/pki\n", "KL166", also="KL202"),
    clean("server", "name: adminport", "name: healthport", "KL166"),
    clean("server", "--delete-existing-uds-file", "--delete-existing-uds-file=false", "KL172"),
    leases("agent", "expirationSeconds: 3600", "expirationSeconds: 60", "KL174"),
    leases("agent", "      serviceAccountName: konnectivity-agent\n",
           "      serviceAccountName: konnectivity-agent\n"
           "      automountServiceAccountToken: false\n", "KL175", also="KL157"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=35.225.206.7", "KL176"),
    tls("agent", "      priorityClassName: system-cluster-critical\n",
        "      priorityClassName: system-cluster-critical\n      affinity:\n"
        "        podAntiAffinity:\n"
        "          requiredDuringSchedulingIgnoredDuringExecution:\n"
        "            - topologyKey: kubernetes.io/hostname\n"
        "              labelSelector:\n"
        "                matchLabels:\n"
        "                  app: konnectivity-agent\n", "KL177"),
    clean("agent", "proxy-agent:v0.36.0", "proxy-agent:latest", "KL912"),
    clean("agent", "proxy-agent:v0.36.0", "proxy-agent:0.36.0", "KL912"),
    clean("agent", "proxy-agent:v0.36.0", "proxy-agent:v1.36.0", "KL912"),
    clean("server", "registry.k8s.io/kas-network-proxy/", "k8s.gcr.io/kas-network-proxy/",
          "KL913"),
    clean("agent", "registry.k8s.io/kas-network-proxy/",
          "gcr.io/k8s-staging-kas-network-proxy/", "KL913"),
    clean("agent", "registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0",
          "registry.example.org/proxy-agent:latest", "KL913"),
    clean("server", "proxy-server:v0.36.0", "proxy-server:v0.35.0", "KL914", also="KL911"),
    clean("api", "kube-apiserver:v1.36.1", "kube-apiserver:v1.23.4", "KL914", also="KL911"),
    # What is left of OpenVPN.
    migrated("api", FIRST, f"{FIRST}        - {{name: vpn, image: {VPN}}}\n", "KL921"),
    migrated("api", FIRST, f"{FIRST}        - {BY_COMMAND}\n", "KL921"),
    migrated("api", FIRST, f"{FIRST}        - {{name: a, image: x/{DNAT}:v2.25.0}}\n", "KL922"),
    migrated("api", LAST, f"{service('openvpn-server')}{LAST}", "KL923"),
    migrated("api", LAST, f"{named('Secret', 'openvpn-ca', 'cluster-a')}{LAST}", "KL924"),
    migrated("agent", LAST_OF_AGENTS, f"{client('kube-system')}{LAST_OF_AGENTS}", "KL920"),
]  # fmt: skip

HARMLESS = [
    # The egress configuration.
    clean("egress", "apiserver.k8s.io/v1beta1", "apiserver.k8s.io/v1alpha1"),
    clean("egress", "apiserver.k8s.io/v1beta1", '"apiserver.k8s.io/v1beta1"'),
    clean("egress", "name: cluster", "name: Cluster"),
    clean("egress", "proxyProtocol: GRPC", "proxyProtocol: 'GRPC'  # not HTTPConnect"),
    clean("egress", "konnectivity-server/konn", "konnectivity-server//konn"),
    clean("egress", "konnectivity-server/konn", "konnectivity-server/./konn"),
    clean("egress", "apiVersion:", "---\napiVersion:"),
    clean("egress", f"udsName: {SOCKET}", f"udsName: {SOCKET}\n...\n# the end"),
    clean("egress", "  - name: cluster",
          "  - name: etcd\n    connection:\n      proxyProtocol: Direct\n  - name: cluster"),
    tls("egress", "https://127.0.0.1:8131", "https://localhost:8131"),
    tls("egress", "https://127.0.0.1:8131", "https://127.0.0.1:8131/"),
    tls("egress", "https://127.0.0.1:8131", "https://[::1]:8131"),
    tls("egress", "https://127.0.0.1:8131", "https://203.0.113.10:8131"),
    tls("egress", "clientKey:", "tlsServerName: konnectivity\n            clientKey:"),
    leases("control-plane", "  egress-selector-configuration.yaml: |",
           "  other.txt: hello\n  egress-selector-configuration.yaml: |"),
    leases("control-plane", "  egress-selector-configuration.yaml: |",
           "  egress-selector-configuration.yaml: |+"),
    leases("control-plane", "kind: ConfigMap", "kind: ConfigMap\nimmutable: true"),
    # kube-apiserver.
    clean("api", "        - --advertise-address=203.0.113.10\n", ""),
    clean("api", "--etcd-servers=https://127.0.0.1:2379",
          "--etcd-servers=https://127.0.0.1:2379\n        - --enable-admission-plugins=X\n"
          "        - --feature-gates=A=true,B=false\n        - -v=4\n        - --a_b_c=1"),
    clean("api", f"- {EGRESS_FLAG}egress", f"- --egress-selector-config-file\n        - "
          f"{EGRESS_FLAG.partition('=')[2]}egress"),
    clean("api", f"- {EGRESS_FLAG}egress", f'- "{EGRESS_FLAG}egress-selector-configuration.yaml"\n'
          "        # - --egress"),
    clean("api", "/etc/kubernetes/konnectivity/egress", "/etc/kubernetes/konnectivity/./egress"),
    clean("api", "mountPath: /etc/kubernetes/konnectivity\n",
          "mountPath: /etc/kubernetes/konnectivity/\n"),
    clean("api", "path: /etc/kubernetes/konnectivity-server",
          "path: /etc/kubernetes/konnectivity-server/"),
    clean("api", "mountPath: /etc/kubernetes/konnectivity-server",
          "mountPath: /etc/kubernetes/konnectivity-server\n          readOnly: true"),
    clean("api", "type: DirectoryOrCreate", 'type: ""'),
    clean("api", "- kube-apiserver\n", "- /usr/local/bin/kube-apiserver\n"),
    clean("api", "registry.k8s.io/kube-apiserver:v1.36.1",
          "example.org:5000/mirror/kube-apiserver:v1.36.1"),
    clean("api", "registry.k8s.io/kube-apiserver:v1.36.1",
          f"registry.k8s.io/kube-apiserver:v1.36.1@sha256:{'0' * 64}"),
    clean("api", "  labels:\n    component: kube-apiserver\n",
          "  creationTimestamp: null\n  annotations:\n    kubernetes.io/config.source: file\n"),
    clean("api", "spec:\n", "status: {}\nspec:\n"),
    leases("control-plane", "            - --secure-port=6443\n", ""),
    # proxy-server.
    clean("server", "--mode=grpc\n", f"--uds-name={SOCKET}\n        - --mode=grpc\n"),
    clean("server", "        - --mode=grpc\n", ""),
    clean("server", "- --mode=grpc", "- --mode\n        - grpc"),
    clean("server", "- --mode=grpc", "- '--mode=grpc'"),
    clean("server", "- --mode=grpc", "# - --mode=http-connect\n        - --mode=grpc  # not http"),
    clean("server", 'command: ["/proxy-server"]\n      args:', "command:\n        - /proxy-server"),
    clean("server", '      command: ["/proxy-server"]\n', ""),
    clean("server", 'command: ["/proxy-server"]',
          "command: [proxy-server, -v=2, --logtostderr=true]"),
    clean("server", 'command: ["/proxy-server"]', "command: [/usr/bin/proxy-server]"),
    clean("server", "--uds-name=/etc/kubernetes/konnectivity-server/",
          "--uds-name=/etc/kubernetes/konnectivity-server//"),
    clean("server", "        - --delete-existing-uds-file\n", ""),
    clean("server", "--delete-existing-uds-file", "--delete-existing-uds-file=true"),
    clean("server", "        - --health-port=8092\n", ""),
    clean("server", "        - --admin-port=8095\n", ""),
    clean("server", "        - --server-count=1\n", ""),
    clean("server", "--server-count=1", "--server-count=3"),
    clean("server", "--server-count=1", "--server-count=0x1"),
    clean("server", "--server-count=1", "--server-id=$(NODE_NAME)\n      env:\n        "
          "- name: NODE_NAME\n          valueFrom:\n            fieldRef:\n"
          "              fieldPath: spec.nodeName"),
    clean("server", "--server-count=1", "--server-count=${SERVER_COUNT}"),
    clean("server", "--server-count=1", "--server-count={{ replicas }}"),
    clean("server", "--server-count=1", "--admin-bind-address=127.0.0.1"),
    clean("server", "--server-count=1", "--cluster-ca-cert="),
    clean("server", "--server-count=1", "--proxy-strategies=destHost,default"),
    clean("server", "--server-count=1", "--proxy-strategies=default"),
    clean("server", "--server-count=1",
          "--keepalive-time=1m30s\n        - --frontend-keepalive-time=5m"),
    clean("server", "--server-count=1", "--cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    clean("server", "--server-count=1", "--kubeconfig-qps=75\n        - --kubeconfig-burst=150\n"
          "        - --xfr-channel-size=200\n        - --graceful-shutdown-timeout=15s"),
    clean("server", "proxy-server:v0.36.0", f"proxy-server:v0.36.0@sha256:{'0' * 64}"),
    clean("server", "proxy-server:v0.36.0", f"proxy-server:latest@sha256:{'0' * 64}"),
    clean("server", "proxy-server:v0.36.0", f"proxy-server@sha256:{'0' * 64}"),
    clean("server", "image: registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0",
          "image: example.org/mirror/anp:stable"),
    clean("server", "scheme: HTTP\n          host: 127.0.0.1\n          ", ""),
    clean("server", "path: /healthz", "path: healthz"),
    clean("server", "path: /healthz", "path: /readyz"),
    clean("server", "port: 8092\n          path:", "port: healthport\n          path:"),
    clean("server", "port: 8092\n          path:", 'port: "8092"\n          path:'),
    clean("server", "livenessProbe:", "startupProbe:"),
    clean("server", "httpGet:\n          scheme: HTTP\n          host: 127.0.0.1\n"
          "          port: 8092\n          path: /healthz", "tcpSocket:\n          port: 8092"),
    clean("server", "      ports:\n", "      tty: false\n      ports:\n"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n",
          "mountPath: /etc/kubernetes/konnectivity-server\n          readOnly: false\n"),
    clean("server", "mountPath: /etc/kubernetes/konnectivity-server\n",
          "mountPath: /etc/kubernetes/konnectivity-server/\n"),
    clean("server", "- name: konnectivity-server\n", "- name: proxy\n"),
    clean("server", "spec:\n  hostNetwork",
          "spec:\n  nodeName: cp-1\n  dnsPolicy: ClusterFirst\n  hostNetwork"),
    tls("server", "--server-bind-address=127.0.0.1", "--server-bind-address=0.0.0.0"),
    tls("server", "        - --server-bind-address=127.0.0.1\n", ""),
    tls("server", "--keepalive-time=1m",
          "--agent-namespace=\n        - --authentication-audience="),
    tls("server", "--keepalive-time=1m", "--delete-existing-uds-file=false"),
    tls("server", "port: 443\n", "port: 443\n      nodePort: 30443\n"),
    tls("server", "targetPort: agentport", "targetPort: 8132"),
    tls("server", "type: LoadBalancer", "type: LoadBalancer\n  sessionAffinity: None"),
    tls("server", "type: LoadBalancer", "type: LoadBalancer\n  externalTrafficPolicy: Local"),
    leases("control-plane", "replicas: 3", "replicas: 5"),
    leases("control-plane", "kind: Deployment", "kind: StatefulSet"),
    leases("control-plane", "--enable-lease-controller=true", "--enable-lease-controller"),
    leases("control-plane", "--server-id=$(POD_NAME)", "--server-id=$(POD_NAME)-x"),
    leases("control-plane", "            - --server-id=$(POD_NAME)\n", ""),
    leases("control-plane", "emptyDir:\n            medium: Memory", "emptyDir: {}"),
    leases("control-plane", "type: LoadBalancer", "type: NodePort"),
    leases("control-plane", "destHost,default", "default"),
    counted("control-plane", "--server-count=3", "--server-count=${REPLICAS}"),
    counted("control-plane", "replicas: 3", "replicas: ${REPLICAS}"),
    counted("control-plane", "  replicas: 3\n", ""),
    counted("control-plane", "kind: Deployment", "kind: StatefulSet"),
    # Agents.
    counted("agent", "--sync-interval=10s", "--sync-forever"),
    clean("agent", "kind: DaemonSet", "kind: Deployment"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=203.0.113.10"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=2001:db8::1"),
    clean("agent", "--proxy-server-host=konnectivity.example.org",
          "--proxy-server-host=$(HOST_IP)"),
    clean("agent", "--proxy-server-port=8132", "--proxy-server-port=443"),
    clean("agent", "--proxy-server-port=8132", "--proxy-server-port=${PORT}"),
    clean("agent", "- --proxy-server-port=8132", "- --proxy-server-port\n            - '8132'"),
    clean("agent", "            - --health-server-port=8093\n"
          "            - --admin-server-port=8094\n", ""),
    clean("agent", f"={TOKEN}", "=/var/run/secrets/tokens/./konnectivity-agent-token"),
    clean("agent", "mountPath: /var/run/secrets/tokens", "mountPath: /var/run/secrets/tokens/"),
    clean("agent", "mountPath: /var/run/secrets/tokens", "mountPath: /run/secrets/tokens"),
    clean("agent", f"audience: {AUDIENCE}", f"audience: {AUDIENCE}\n"
          "                  expirationSeconds: 3600"),
    clean("agent", "path: konnectivity-agent-token\n", "path: ./konnectivity-agent-token\n"),
    clean("agent", "ipv4=$(HOST_IP)", "ipv4=$(HOST_IP)&default-route=true"),
    clean("agent", "ipv4=$(HOST_IP)", "host=$(HOST_IP)"),
    clean("agent", "            - --agent-identifiers=ipv4=$(HOST_IP)\n", ""),
    clean("agent", "serviceAccountName: konnectivity-agent", "serviceAccount: konnectivity-agent"),
    clean("agent", "      tolerations:\n        - key: CriticalAddonsOnly\n"
          "          operator: Exists\n",
          "      tolerations:\n        - operator: Exists\n"),
    clean("agent", "      priorityClassName: system-cluster-critical\n",
          "      priorityClassName: system-node-critical\n      hostNetwork: true\n"
          "      dnsPolicy: Default\n"),
    clean("agent", "initialDelaySeconds: 15\n            timeoutSeconds: 15\n"
          "          volumeMounts",
          "failureThreshold: 3\n          volumeMounts"),
    clean("agent", "          image:", "          imagePullPolicy: Always\n          resources:\n"
          "            requests:\n              cpu: 50m\n          image:"),
    clean("agent", "--admin-server-port=8094",
          "--admin-server-port=8094\n            - --sync-forever"),
    clean("agent", "--admin-server-port=8094",
          "--sync-interval=1s\n            - --probe-interval=5s"),
    clean("agent", "--admin-server-port=8094", "--agent-id=$(HOST_IP)\n            - --v=3"),
    clean("agent", "--admin-server-port=8094", "--agent-cert=\n            - --agent-key="),
    clean("agent", "proxy-agent:v0.36.0", "proxy-agent:v0.36.0-eks.1"),
    clean("agent", "namespace: kube-system\n  labels:", "labels:"),
    clean("agent", "namespace: kube-system\n  labels:", "namespace: ${NAMESPACE}\n  labels:"),
    tls("agent", "replicas: 2", "replicas: 3"),
    tls("agent", "  replicas: 2\n", ""),
    tls("agent", "--keepalive-time=30s", "--alpn-proto=konnectivity"),
    tls("agent", "secret:\n            secretName: konnectivity-agent-certificates",
        "hostPath:\n            path: /etc/konnectivity"),
    tls("agent", "port: health\n              path: /readyz",
          "port: 8093\n              path: /readyz"),
    leases("agent", "            - --lease-label=k8s-app=konnectivity-server\n", ""),
    leases("agent", "--count-server-leases", "--count-server-leases=true"),
    leases("agent", "dnsPolicy: Default", "dnsPolicy: ClusterFirst"),
    leases("agent", "status.hostIP", "status.podIP"),
    leases("agent", "defaultMode: 0440", "defaultMode: 288"),
    # Permissions.
    clean("rbac", "kind: User", "kind: Group"),
    clean("rbac", "    name: system:konnectivity-server", "    name: konnectivity"),
    clean("rbac", "  name: system:konnectivity-server\n  labels:", "  name: tokens\n  labels:"),
    clean("rbac", "apiGroup: rbac.authorization.k8s.io\n    kind: User", "kind: User"),
    leases("rbac", 'verbs: ["get", "list", "watch"]', 'verbs: ["*"]'),
    leases("rbac", 'verbs: ["get", "list", "watch"]', "verbs: [get, watch, list]"),
    leases("rbac", 'resources: ["leases"]', 'resources: ["leases", "configmaps"]'),
    # How the parts of one connector depend on each other.
    leases("control-plane", "path: /readyz", "path: /healthz?verbose"),
    hosted("services", "sessionAffinity: None", "publishNotReadyAddresses: true"),
    hosted("services", "      targetPort: agentport", "      targetPort: 8132\n"
           "      nodePort: 31132"),
    hosted("policy", "- port: 8132", "- port: agentport"),
    hosted("policy", "- port: 8132", "- port: 8100\n          endPort: 8200"),
    hosted("policy", "- port: 8132", "- port: ${AGENT_PORT}"),
    hosted("policy", "      app: kube-apiserver", "      app: etcd"),
    hosted("policy", "namespace: customer-a", "namespace: customer-b"),
    hosted("agent", "--keepalive-time=1m", "--keepalive-time=30s"),
    hosted("api", "--admin-port=8095", "--admin-bind-address=$(POD_NAME)"),
    several("agent", "replicas: 2", "replicas: 3"),
    # The same change everywhere.
    clean(ALL, "\n", "\r\n"),
    clean(ALL, "system:konnectivity-server", "konnectivity"),
    clean(ALL, "kube-system", "konnectivity-system"),
    clean(ALL, "konnectivity-agent", "tunnel-agent"),
    clean(ALL, "konnectivity-server.socket", "tunnel"),
    clean(ALL, "/etc/kubernetes", "/var/lib/kubernetes"),
    clean(ALL, "8132", "18132"),
    clean(ALL, "8092", "18092"),
    clean(ALL, "registry.k8s.io", "registry.example.org:5000/mirror"),
    clean(ALL, "HOST_IP", "NODE_ADDRESS"),
    tls(ALL, "8131", "8090"),
    tls(ALL, "443", "8443"),
    tls(ALL, "agentport", "tunnel"),
    leases(ALL, "tenant-a", "tenant-b"),
    leases(ALL, "k8s-app=konnectivity-server", "app=tunnel"),
    leases(ALL, "8134", "9134"),
    # What is around the command line.
    clean("server", 'command: ["/proxy-server"]\n      args:', "args:"),
    clean("server", "containerPort: 8095\n          hostPort: 8095", "containerPort: 8095"),
    clean("server", "registry.k8s.io/kas-network-proxy/", "us-docker.example.org/k8s.gcr.io/"),
    clean("agent", "status.hostIP", "status.hostIPs"),
    clean("agent", "k8s-app: konnectivity-agent\n    spec:",
          "k8s-app: konnectivity-agent\n        app: connector\n    spec:"),
    clean("agent", "--ca-cert=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
          "--ca-cert=/etc/ssl/certs/ca-certificates.crt"),
    leases("agent", "expirationSeconds: 3600", "expirationSeconds: 600"),
    tls("agent", "      priorityClassName: system-cluster-critical\n",
        "      priorityClassName: system-cluster-critical\n      affinity:\n"
        "        podAntiAffinity:\n"
        "          requiredDuringSchedulingIgnoredDuringExecution:\n"
        "            - topologyKey: kubernetes.io/hostname\n"
        "              labelSelector:\n"
        "                matchLabels:\n"
        "                  k8s-app: konnectivity-agent\n"),
    # OpenVPN that is none of the connector's.
    migrated("api", FIRST, f"{FIRST}        - {{name: vpn, image: x/openvpn-exporter:v1}}\n"),
    migrated("api", FIRST, f"{FIRST}        - {{name: vpn, image: x/vpn-client:v1}}\n"),
    migrated("api", LAST, f"{service('game')}{LAST}"),
    migrated("api", LAST, f"{named('Secret', 'openvpn-ca', 'office')}{LAST}"),
    migrated("agent", LAST_OF_AGENTS, f"{client('office')}{LAST_OF_AGENTS}"),
    migrated("agent", LAST_OF_AGENTS, f"{client('')}{LAST_OF_AGENTS}"),
]  # fmt: skip


def copied(connector: str, folder: Path) -> Path:
    copy = Path(shutil.copytree(CONNECTORS[connector], folder / "connector"))
    for edit in TO_COUNTED if connector == "counted" else ():
        replace_once(copy / FILES[connector][edit.file], edit.old, edit.new)
    return copy


def replace_once(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def replace_everywhere(folder: Path, old: str, new: str) -> None:
    changed = 0
    for file in folder.rglob("*.yaml"):
        data = file.read_bytes()
        changed += data.count(old.encode())
        file.write_bytes(data.replace(old.encode(), new.encode()))
    assert changed, f"{old!r} stands nowhere"


def codes_in(folder: Path, run: Callable[..., Run]) -> dict[str, str]:
    """Return the messages of everything that is found in a folder, by their codes."""
    found = json.loads(run("--isolated", "--format", "json", ".", cwd=folder).out)["findings"]
    return {item["code"]: item["message"] for item in found}


@pytest.mark.parametrize("connector", CONNECTORS)
def test_unbroken_is_clean(connector: str, tmp_path: Path, run: Callable[..., Run]) -> None:
    assert codes_in(copied(connector, tmp_path), run) == {}


def made_by(edit: Edit, folder: Path) -> Path:
    """Return a copy of a connector after an edit."""
    copy = copied(edit.connector, folder)
    if edit.file == ALL:
        replace_everywhere(copy, edit.old, edit.new)
    else:
        replace_once(copy / FILES[edit.connector][edit.file], edit.old, edit.new)
    return copy


@pytest.mark.parametrize("edit", BROKEN, ids=str)
def test_broken_is_found(edit: Edit, tmp_path: Path, run: Callable[..., Run]) -> None:
    found = codes_in(made_by(edit, tmp_path), run)
    wanted = set(edit.codes.split())
    assert wanted <= set(found) <= wanted | set(edit.also.split()), found


@pytest.mark.parametrize("edit", HARMLESS, ids=str)
def test_harmless_is_left_alone(edit: Edit, tmp_path: Path, run: Callable[..., Run]) -> None:
    assert codes_in(made_by(edit, tmp_path), run) == {}


_VALUE = re.compile(r" *(?:- )?(?:[A-Za-z-]+: |--[a-z-]+=)(?=[^\s\[{|])")


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("placeholder", ["${VALUE}", "__VALUE__"])
def test_a_placeholder_for_any_one_value_is_left_alone(
    connector: str, placeholder: str, tmp_path: Path, run: Callable[..., Run]
) -> None:
    folder = copied(connector, tmp_path)
    found = {}
    for file in sorted(folder.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        for at, line in enumerate(lines):
            value = _VALUE.match(line)
            if value is not None:
                changed = [*lines[:at], value[0] + placeholder, *lines[at + 1 :]]
                file.write_text("\n".join(changed), encoding="utf-8")
                found[f"{file.name}:{at + 1} {line}"] = codes_in(folder, run)
        file.write_text(text, encoding="utf-8")
    assert {place: codes for place, codes in found.items() if codes} == {}
