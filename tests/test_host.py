"""A node's files: looked at, never changed, never left, and nothing secret is told."""

import base64
import json
import os
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from authority import Authority, Issued, key_pem
from conftest import Run
from konnektor_lint import certificate, clock, limits
from konnektor_lint.host import Tree
from konnektor_lint.kubeconfig import kubeconfig_of
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.texts import LANGUAGES

Lint = Callable[..., Run]
CA = Authority()
OTHER = Authority("some other CA")
HOST = "konnectivity.example.com"
GOOD = CA.issue(names=[HOST])
CLIENT = CA.issue("system:konnectivity-server", usages=["clientAuth"])
TOKEN = "canary-token-abcdefghijklmnop"
PKI = "/etc/kubernetes/pki"
MANIFESTS = "etc/kubernetes/manifests"


def pod(name: str, image: str, arguments: list[str], mounts: dict[str, str], more: str = "") -> str:
    """Return a static Pod; ``mounts``: path in the container to ``type:path`` on the node."""
    lines = [f"      {item}" for item in more.splitlines()]
    volume_mounts = [f"{{name: v{i}, mountPath: {path}}}" for i, path in enumerate(mounts)]
    volumes = []
    for index, target in enumerate(mounts.values()):
        kind, _, path = target.partition(":")
        volumes.append(f"{{name: v{index}, hostPath: {{path: {path}, type: {kind}}}}}")
    return "\n".join([
        "apiVersion: v1", "kind: Pod", f"metadata: {{name: {name}, namespace: kube-system}}",
        "spec:", "  hostNetwork: true", "  containers:", f"    - name: {name}",
        f"      image: registry.k8s.io/{image}", f"      command: {json.dumps(arguments)}",
        f"      volumeMounts: [{', '.join(volume_mounts)}]", *lines,
        f"  volumes: [{', '.join(volumes)}]", "",
    ])  # fmt: skip


def server(*flags: str, more: str = "", **mounts: str) -> str:
    """Return a proxy-server that listens on a socket."""
    arguments = [
        "/proxy-server", "--mode=grpc", "--uds-name=/run/k/server.socket", "--server-port=0",
        f"--cluster-cert={PKI}/server.crt", f"--cluster-key={PKI}/server.key", *flags,
    ]  # fmt: skip
    everywhere = {PKI: f"Directory:{PKI}", "/run/k": "DirectoryOrCreate:/run/k", **mounts}
    image = "kas-network-proxy/proxy-server:v0.36.0"
    return pod("konnectivity-server", image, arguments, everywhere, more)


class Node:
    """A node in a folder, with a proxy-server whose files are all right."""

    def __init__(self, root: Path, lint: Lint) -> None:
        self.root = root
        self.lint = lint
        self.write(f"{MANIFESTS}/konnectivity-server.yaml", server())
        self.pair("server", GOOD)
        (root / "run/k").mkdir(parents=True)

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, name: str, data: str | bytes, mode: int = 0o600) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        path.chmod(mode)
        return path

    def pair(self, name: str, issued: Issued) -> None:
        self.write(f"{PKI}/{name}.crt", issued.certificate)
        self.write(f"{PKI}/{name}.key", issued.key)

    def run(self, *arguments: str) -> Run:
        with clock.stopped_at(datetime(2026, 3, 1, tzinfo=UTC)):
            return self.lint(
                "--isolated", "--host-root", str(self.root), *arguments, cwd=self.root.parent
            )

    def codes(self, *arguments: str) -> set[str]:
        found = json.loads(self.run("--format", "json", *arguments).out)["findings"]
        return {item["code"] for item in found if item["code"].startswith("KL4")}


@pytest.fixture
def node(tmp_path: Path, run: Lint) -> Node:
    return Node(tmp_path / "node", run)


def test_a_node_without_faults_is_clean(node: Node) -> None:
    assert node.codes() == set()


def test_the_default_path_is_the_kubernetes_folder(node: Node) -> None:
    assert "1 Konnectivity server" in node.run().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, run: Lint, language: str) -> None:
    got = run("--host-root", str(tmp_path / "none"), "--lang", language, cwd=tmp_path)
    assert got.code == 2
    assert str(tmp_path / "none") in got.err


def test_a_file_is_no_root(node: Node, run: Lint) -> None:
    file = node.write("file", "")
    assert run("--host-root", str(file), cwd=node.root).code == 2


def test_without_the_option_its_rules_are_no_part_of_the_run(node: Node, run: Lint) -> None:
    got = run("--isolated", "--format", "json", str(node.root), cwd=node.root)
    skipped = {item["code"] for item in json.loads(got.out)["summary"]["skipped_rules"]}
    assert not {code for code in skipped if code.startswith("KL4")}
    got = run("--isolated", "--select", "KL4", str(node.root), cwd=node.root)
    assert "--host-root" in got.out


def test_without_the_package_certificates_are_left_out_once(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate, "available", lambda: False)
    node.pair("server", CA.issue(ends=datetime(2001, 1, 1, tzinfo=UTC)))
    node.path(f"{PKI}/server.key").unlink()
    got = node.run()
    assert "[KL401]" in got.out
    assert "[KL410]" not in got.out
    assert got.out.count("pip install 'konnektor-lint[tls]'") == 1


# What lies at a path


def test_links_stay_inside_the_tree(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("outside")
    root = tmp_path / "node"
    (root / "etc/real").mkdir(parents=True)
    (root / "outside").write_text("inside")
    (root / "etc/real/file").write_text("file")
    links = {
        "etc/up": "../../../../outside", "etc/abs": "/outside", "etc/folder": "/etc/real",
        "etc/chain": "folder/file",
    }  # fmt: skip
    for name, target in links.items():
        (root / name).symlink_to(target)
    tree = Tree(str(root))
    for name, text in (("up", b"inside"), ("abs", b"inside"), ("folder/file", b"file"),
                       ("chain", b"file"), ("folder/../abs", b"inside")):  # fmt: skip
        entry = tree.look(f"/etc/{name}")
        assert tree.read(entry).data == text, name
    assert tree.look("/../../outside").path == "/outside"


def test_a_linked_manifest_is_the_one_in_the_tree(node: Node) -> None:
    (node.root.parent / "outside.yaml").write_text(server("--mode=outside"))
    node.write("outside.yaml", server())
    link = node.path(f"{MANIFESTS}/konnectivity-server.yaml")
    link.unlink()
    link.symlink_to("../../../../outside.yaml")
    assert "outside" not in node.run("--select", "KL1").out
    assert "1 Konnectivity server" in node.run().out
    link.unlink()
    link.symlink_to(node.root.parent / "outside.yaml")
    assert node.run().code == 3


def test_links_of_the_node_lead_to_its_files(node: Node) -> None:
    for name in ("server.crt", "server.key"):
        node.path(f"{PKI}/{name}").rename(node.write(f"/var/pki/{name}", ""))
    node.path(f"{PKI}/server.crt").symlink_to("/var/pki/server.crt")
    node.path(f"{PKI}/server.key").symlink_to("../../../var/pki/server.key")
    assert node.codes() == set()
    for path in node.path(PKI).iterdir():
        path.unlink()
    node.path(PKI).rmdir()
    node.path(PKI).symlink_to("/var/pki")
    assert node.codes() == set()


def test_odd_paths_have_an_answer(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/file").write_text("")
    (tmp_path / "etc/loop").symlink_to("loop")
    (tmp_path / "etc/a").symlink_to("b")
    (tmp_path / "etc/b").symlink_to("/etc/a")
    (tmp_path / "etc/dangling").symlink_to("/etc/nothing")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "etc/pipe")
    tree = Tree(str(tmp_path))
    kinds = {
        "/etc/loop": "loop", "/etc/a/x": "loop", "/etc/dangling": "missing", "/": "folder",
        "/etc/file": "file", "/etc/file/x": "missing", "/etc": "folder", "": "folder",
        "/run/x": "uncopied", "/etc/" + "x" * 5000: "missing", "/etc/\0": "missing",
        "/etc/pipe": "other", "/etc/../etc//./file": "file", "/etc/file/.": "file",
    }  # fmt: skip
    for path, kind in kinds.items():
        assert tree.look(path).kind == kind, path
    assert tree.read(tree.look("/etc/pipe")).data is None


def test_a_pipe_in_place_of_a_key_does_not_block(node: Node) -> None:
    node.path(f"{PKI}/server.key").unlink()
    os.mkfifo(node.path(f"{PKI}/server.key"))
    assert node.codes() == {"KL402"}


def test_a_giant_file_is_not_read(node: Node) -> None:
    path = node.path(f"{PKI}/server.crt")
    with path.open("wb") as file:
        file.truncate(limits.HOST_FILE_BYTES + 1)
    assert node.codes() == {"KL416"}
    assert "1 MiB" in node.run().out


def test_what_may_not_be_read_is_said(node: Node) -> None:
    node.path(f"{PKI}/server.key").chmod(0)
    if os.access(node.path(f"{PKI}/server.key"), os.R_OK):
        pytest.skip("root may read everything")
    got = node.run()
    assert "info[KL416]" in got.out
    assert "server.key" in got.out
    assert "run as root" in got.out
    node.path(PKI).chmod(0)
    try:
        assert node.codes() == {"KL416"}
    finally:
        node.path(PKI).chmod(0o700)


def test_what_may_not_be_read_is_said_even_to_root(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("server.key"):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags, *rest)

    monkeypatch.setattr("konnektor_lint.host.os.open", refuse)
    assert node.codes() == {"KL416"}
    assert "no permission to read" in node.run().out


def test_what_another_reader_may_take_is_not_called_broken(node: Node) -> None:
    inside = b"\x02\x01\x00" * 50
    der = b"\x30\x81" + bytes([len(inside)]) + inside
    body = base64.encodebytes(der).decode()
    node.write(f"{PKI}/server.crt", f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----")
    assert node.codes() == {"KL416"}


def test_an_old_library_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate.available.cache_clear()
    monkeypatch.setattr("cryptography.x509.Certificate", object)
    assert not certificate.available()
    certificate.available.cache_clear()


def test_the_tree_is_not_changed(node: Node) -> None:
    def seen() -> list[tuple[str, int, int, bytes]]:
        return [
            (str(path), path.lstat().st_mode, path.lstat().st_mtime_ns,
             path.read_bytes() if path.is_file() else b"")
            for path in sorted(node.root.rglob("*"))
        ]  # fmt: skip

    before = seen()
    node.run()
    assert seen() == before


# Users and modes


@pytest.fixture
def owned(node: Node, monkeypatch: pytest.MonkeyPatch) -> Node:
    """Return the node, taken for one whose files have their real owners."""
    monkeypatch.setattr(Tree, "knows_owners", True)
    return node


def test_a_copy_without_owners_says_nothing_about_access(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "securityContext: {runAsUser: 65532, runAsGroup: 65532}"
    node.write(f"{MANIFESTS}/konnectivity-server.yaml", server(more=more))
    monkeypatch.setattr(Tree, "knows_owners", False)
    assert node.codes() == set()


@pytest.mark.parametrize(
    ("mode", "group", "found"),
    [
        (0o755, "65532", True), (0o777, "65532", False), (0o775, "65532", True),
        (0o775, "own", False), (0o775, None, False), (0o755, None, True), (0o700, None, True),
    ],
)  # fmt: skip
def test_the_socket_needs_a_folder_its_server_may_write(
    owned: Node, mode: int, group: str | None, found: bool
) -> None:
    folder = owned.path("/run/k")
    folder.chmod(mode)
    own = str(folder.stat().st_gid)
    lines = ["securityContext:", "  runAsUser: 65532"]
    if group is not None:
        lines.append(f"  runAsGroup: {own if group == 'own' else group}")
    for name in ("server.crt", "server.key"):
        owned.path(f"{PKI}/{name}").chmod(0o644)
    owned.write(f"{MANIFESTS}/konnectivity-server.yaml", server(more="\n".join(lines)))
    assert ("KL404" in owned.codes("--ignore", "KL406")) is found


def test_a_key_its_server_may_not_read(owned: Node) -> None:
    owned.path("/run/k").chmod(0o777)
    more = "securityContext: {runAsUser: 65532, runAsGroup: 65532}"
    owned.write(f"{MANIFESTS}/konnectivity-server.yaml", server(more=more))
    out = owned.run().out
    assert f"{PKI}/server.key is not readable (mode 0600, owner" in out
    assert out.count("[KL404]") == 2


def test_a_live_socket_is_fine_and_an_api_server_must_be_allowed_to_use_it(owned: Node) -> None:
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(owned.path("/run/k"))  # the path of a socket has room for about 100 bytes
    try:
        listener.bind("server.socket")
    finally:
        os.chdir(here)
    assert owned.codes() == set()
    owned.path("/run/k/server.socket").chmod(0o600)
    arguments = ["kube-apiserver", "--egress-selector-config-file=/etc/kubernetes/egress.yaml"]
    mounts = {"/etc/kubernetes": "Directory:/etc/kubernetes", "/run/k": "DirectoryOrCreate:/run/k"}
    more = "securityContext: {runAsUser: 65533, runAsGroup: 65533}"
    owned.write(
        f"{MANIFESTS}/kube-apiserver.yaml",
        pod("kube-apiserver", "kube-apiserver:v1.36.0", arguments, mounts, more),
    )
    owned.write("/etc/kubernetes/egress.yaml", egress())
    assert owned.codes("--select", "KL404") == {"KL404"}
    listener.close()


def egress(tls: str = "") -> str:
    transport = tls or "uds: {udsName: /run/k/server.socket}"
    protocol = "HTTPConnect" if tls else "GRPC"
    return (
        "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
        "egressSelections:\n- name: cluster\n"
        f"  connection: {{proxyProtocol: {protocol}, transport: {{{transport}}}}}\n"
    )


@pytest.mark.parametrize(("mode", "closed", "found"), [
    (0o644, False, True), (0o640, False, False), (0o600, False, False), (0o644, True, False),
])  # fmt: skip
def test_a_key_for_everyone(node: Node, mode: int, closed: bool, found: bool) -> None:
    for folder in (node.path(PKI), node.path("/etc/kubernetes"), node.path("/etc")):
        folder.chmod(0o755)
    if closed:
        node.path(PKI).chmod(0o700)
    node.path(f"{PKI}/server.key").chmod(mode)
    assert ("KL406" in node.codes()) is found


# Kubeconfigs


def kubeconfig(user: str, context: str = "c") -> str:
    return (
        f"apiVersion: v1\nkind: Config\ncurrent-context: {context}\n"
        "contexts: [{name: c, context: {cluster: k, user: konnectivity}}]\n"
        "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:6443'}}]\n"
        f"users: [{{name: konnectivity, user: {{{user}}}}}]\n"
    )


def embedded(issued: Issued) -> str:
    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    return (
        f"client-certificate-data: {encoded(issued.certificate)},"
        f" client-key-data: {encoded(issued.key)}"
    )


def with_kubeconfig(node: Node, text: str) -> set[str]:
    conf = "/etc/kubernetes/konnectivity-server.conf"
    flags = [
        f"--kubeconfig={conf}", "--agent-namespace=kube-system",
        "--agent-service-account=konnectivity-agent", "--authentication-audience=a",
    ]  # fmt: skip
    node.write(f"{MANIFESTS}/konnectivity-server.yaml", server(*flags, **{conf: f"File:{conf}"}))
    node.write(conf, text)
    return node.codes()


OLD = CA.issue(usages=["clientAuth"], ends=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (kubeconfig(embedded(CLIENT)), set()),
        (kubeconfig(f"token: {TOKEN}"), set()),
        (kubeconfig(embedded(OLD)), {"KL410"}),
        (kubeconfig(embedded(GOOD)), {"KL413"}),
        (kubeconfig(embedded(CLIENT._replace(key=GOOD.key))), {"KL408"}),
        (kubeconfig(embedded(CLIENT._replace(certificate=CLIENT.key))), {"KL407"}),
        (kubeconfig("client-certificate-data: '%'"), {"KL414"}),
        (kubeconfig("", "other"), {"KL414"}),
        (kubeconfig("client-certificate: pki/server.crt, client-key: pki/server.key"), {"KL413"}),
        ("", {"KL414"}), ("- a list", {"KL414"}), ("a: [", {"KL414"}), ("\x00", {"KL414"}),
        ("current-context: c", {"KL414"}), ("contexts: 1\ncurrent-context: [1]", {"KL414"}),
    ],
)  # fmt: skip
def test_kubeconfigs(node: Node, text: str, codes: set[str]) -> None:
    assert with_kubeconfig(node, text) == codes


def test_a_kubeconfig_names_files_as_the_container_sees_them(node: Node) -> None:
    text = kubeconfig(f"client-certificate: {PKI}/server.crt, client-key: pki/none.key")
    assert with_kubeconfig(node, text) == {"KL401", "KL413"}
    text = kubeconfig(f"client-certificate: {PKI}/none.crt, client-key: {PKI}/none.key")
    assert with_kubeconfig(node, text) == {"KL401"}


# The way of the API server over TCP


def https(node: Node, client: Issued, host: str = HOST, bundle: Authority = CA) -> None:
    """Make the node one where the API server dials the proxy server's port."""
    arguments = [
        "/proxy-server", "--mode=http-connect", "--server-port=8131",
        *(f"--{side}-{end}={PKI}/server.{short}" for side in ("server", "cluster")
          for end, short in (("cert", "crt"), ("key", "key"))),
        f"--server-ca-cert={PKI}/ca.crt",
    ]  # fmt: skip
    mounts = {PKI: f"Directory:{PKI}"}
    image = "kas-network-proxy/proxy-server:v0.36.0"
    node.write(f"{MANIFESTS}/konnectivity-server.yaml", pod("server", image, arguments, mounts))
    flag = "--egress-selector-config-file=/etc/kubernetes/egress.yaml"
    node.write(
        f"{MANIFESTS}/kube-apiserver.yaml",
        pod("kube-apiserver", "kube-apiserver:v1.36.0", ["kube-apiserver", flag],
            {"/etc/kubernetes": "Directory:/etc/kubernetes"}),
    )  # fmt: skip
    tls = ", ".join((
        f"caBundle: {PKI}/bundle.crt", f"clientCert: {PKI}/client.crt",
        f"clientKey: {PKI}/client.key",
    ))  # fmt: skip
    url = f"'https://{host}:8131'"
    node.write("/etc/kubernetes/egress.yaml", egress(f"tcp: {{url: {url}, tlsConfig: {{{tls}}}}}"))
    node.pair("client", client)
    node.write(f"{PKI}/ca.crt", CA.certificate)
    node.write(f"{PKI}/bundle.crt", bundle.certificate)


@pytest.mark.parametrize(
    ("client", "host", "bundle", "codes"),
    [
        (CLIENT, HOST, CA, set()),
        (CLIENT, "127.0.0.1", CA, {"KL412"}),
        (CLIENT, HOST, OTHER, {"KL409"}),
        (OTHER.issue(usages=["clientAuth"]), HOST, CA, {"KL409"}),
        (GOOD, HOST, CA, {"KL413"}),
        (OLD, HOST, CA, {"KL410"}),
        (CLIENT._replace(key=GOOD.key), HOST, CA, {"KL408"}),
        (CLIENT, HOST, Authority(ends=datetime(2026, 1, 1, tzinfo=UTC)), {"KL409", "KL410"}),
    ],
)
def test_both_sides_of_the_api_servers_connection_are_verified(
    node: Node, client: Issued, host: str, bundle: Authority, codes: set[str]
) -> None:
    https(node, client, host, bundle)
    assert node.codes() == codes


def test_agents_of_other_nodes_are_not_missed_here(node: Node) -> None:
    arguments = ["/proxy-agent", f"--proxy-server-host={HOST}", "--ca-cert=/etc/agent/ca.crt"]
    agent = pod(
        "konnectivity-agent", "kas-network-proxy/proxy-agent:v0.36.0", arguments,
        {"/etc/agent": "Directory:/etc/agent"},
    )  # fmt: skip
    node.write("/etc/kubernetes/agent.yaml", agent)
    assert node.codes() == set()
    node.path(f"{MANIFESTS}/konnectivity-server.yaml").unlink()
    assert node.codes() == {"KL401"}


def test_another_container_may_write_the_files(node: Node) -> None:
    text = server()
    maker = (
        "  initContainers: [{name: make, image: x, volumeMounts: [{name: v0, mountPath: /p}]}]\n"
    )
    node.path(f"{PKI}/server.key").unlink()
    node.write(f"{MANIFESTS}/konnectivity-server.yaml", text.replace("spec:\n", f"spec:\n{maker}"))
    assert node.codes() == set()


# Certificates


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        (["a.example"], "a.example", True), (["A.Example"], "a.EXAMPLE.", True),
        (["*.example"], "a.example", True), (["*.example"], "a.b.example", False),
        (["*.example"], "example", False), (["a*.example"], "ab.example", False),
        (["192.0.2.1"], "192.0.2.1", True), (["192.0.2.1"], "192.0.2.2", False),
        (["192.0.2.1"], "::ffff:192.0.2.1", True), (["2001:db8::1"], "[2001:db8:0::1]", True),
        (["a.example"], "192.0.2.1", False), ([], "a.example", False),
    ],
)  # fmt: skip
def test_names_are_compared_as_go_does(names: list[str], host: str, expected: bool) -> None:
    issued = CA.issue(host.strip("[]")[:60], names)
    leaf = certificate.read(issued.certificate.encode()).certificates[0]
    assert leaf.answers_to(host) is expected


def chain(*pems: str) -> tuple[certificate.Certificate, ...]:
    return certificate.read("".join(pems).encode()).certificates


def test_chains() -> None:
    between = Authority("between", CA)
    deep = Authority("deep", between)
    leaf = deep.issue()
    roots = chain(OTHER.certificate, CA.certificate)
    full = chain(leaf.certificate, between.certificate, deep.certificate)
    assert certificate.is_trusted(full, roots)
    assert certificate.is_trusted(full[:1], roots) is False
    assert certificate.is_trusted(full[:1], chain(deep.certificate))
    assert certificate.is_trusted(full[:1], full[:1])  # the certificate itself is trusted
    not_a_ca = CA.issue("not a CA")
    forged = Authority("not a CA").issue()
    assert certificate.is_trusted(chain(forged.certificate, not_a_ca.certificate), roots) is False


def test_too_many_signatures_are_not_tried() -> None:
    crowd = [Authority("same").certificate for _ in range(limits.SIGNATURES + 1)]
    leaf = Authority("same").issue()
    assert certificate.is_trusted(chain(leaf.certificate), chain(*crowd)) is None


@pytest.mark.parametrize(
    ("days", "life", "found"), [(29, 365, True), (31, 365, False), (5, 30, False), (2, 30, True)]
)
def test_soon_is_a_matter_of_lifetime(node: Node, days: int, life: int, found: bool) -> None:
    ends = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=days)
    node.pair("server", CA.issue(begins=ends - timedelta(days=life), ends=ends))
    assert node.codes() == ({"KL411"} if found else set())


BROKEN_DER = base64.b64encode(b"\x30\x82\x01\x00nonsense").decode()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0" * 100, b"nonsense", b"-----BEGIN CERTIFICATE-----",
        base64.b64decode("".join(GOOD.certificate.splitlines()[1:-1])),
        GOOD.certificate.encode()[:-200], GOOD.certificate.encode()[200:],
        f"-----BEGIN CERTIFICATE-----\n{BROKEN_DER}\n-----END CERTIFICATE-----\n".encode(),
        b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n" * 5000, b"-----BEGIN -----\n-----END -----\n" * 5000,
        b"-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n",
        key_pem(ec.generate_private_key(ec.SECP256R1()), b"canary").encode(),
    ],
)  # fmt: skip
def test_anything_in_place_of_a_file_is_a_finding(node: Node, data: bytes) -> None:
    for name in ("server.crt", "server.key"):
        node.pair("server", GOOD)
        node.write(f"{PKI}/{name}", data)
        assert node.codes() == {"KL407"}, name


@given(st.binary(max_size=300))
@example(b"-----BEGIN X-----\nA: b\n\n\n-----END X-----")
def test_no_bytes_break_the_reader(data: bytes) -> None:
    certificate.read(data)
    certificate.read(b"-----BEGIN CERTIFICATE-----\n" + data + b"\n-----END CERTIFICATE-----\n")
    body = base64.b64encode(data)
    for label in (b"CERTIFICATE", b"PRIVATE KEY", b"EC PRIVATE KEY"):
        certificate.read(
            b"-----BEGIN " + label + b"-----\n" + body + b"\n-----END " + label + b"-----\n"
        )
    kubeconfig_of(data)


DER = base64.b64decode("".join(GOOD.certificate.splitlines()[1:-1]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
def test_no_changed_byte_breaks_the_reader(at: int, byte: int) -> None:
    changed = DER[:at] + bytes([byte]) + DER[at + 1 :]
    pem = base64.encodebytes(changed)
    read = certificate.read(b"-----BEGIN CERTIFICATE-----\n" + pem + b"-----END CERTIFICATE-----")
    for leaf in read.certificates:
        assert certificate.is_trusted([leaf], chain(CA.certificate)) in (True, False, None)
        leaf.answers_to(HOST)


# Nothing secret is told


def secrets(*pems: str) -> set[str]:
    """Return what of private keys must not appear: every line, and the same encoded again."""
    lines = {line for pem in pems for line in pem.splitlines()[2:-1]}
    return {*lines, TOKEN, *(base64.b64encode(line.encode()).decode() for line in lines)}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        kubeconfig(embedded(CLIENT)), kubeconfig(f"token: {TOKEN}", "other"),
        kubeconfig(embedded(CLIENT))[:-20], kubeconfig(f"token: [{TOKEN}"),
        f"clusters: konnectivity\nusers: x\ncurrent-context: c\n\ttoken: {TOKEN}\n",
        f"current-context: {TOKEN[:0]}c\ncontexts: [{{name: {TOKEN}}}]\n",
    ],
)  # fmt: skip
def test_no_secret_is_ever_printed(node: Node, form: str, language: str, text: str) -> None:
    with_kubeconfig(node, text)
    node.write(f"{PKI}/server.crt", GOOD.key)
    got = node.run("--format", form, "--lang", language)
    assert "KL407" in got.out
    for secret in secrets(GOOD.key, CLIENT.key):
        assert secret not in got.out + got.err


def test_modes_of_a_root_folder_itself_do_not_matter(node: Node) -> None:
    assert stat.S_ISDIR(node.root.stat().st_mode)
    node.root.chmod(0o700)
    assert node.codes() == set()
