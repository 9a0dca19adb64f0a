"""Mutations of real manifests for the fuzzer: bytes, words, structure, wrapping, bombs, encodings.

Everything is drawn from one ``random.Random``, so a seed gives the same input again.
"""

import base64
import codecs
import copy
import gzip
import json
from functools import cache
from random import Random
from typing import Any

import yaml

from konnektor_lint.release import history

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
LARGEST = 64 * 1024
"""Beyond this an input is cut, in bytes: the fuzzer looks for odd, not for large."""

SYNTAX = (
    "---\n",
    "...\n", "- ", "? ", ": ", ", ", "[", "]", "{", "}", "&a ", "*a", "<<: *a", "!!binary ",
    "!!str ", "!<tag:yaml.org,2002:int> ", "!!python/object/apply:os.system ", "%YAML 1.2\n---\n",
    "%TAG ! tag:x,2002:\n---\n", "|", ">", "|+\n", ">-\n", "|2\n", "# ", "'", '"', "@", "`", "\t",
    "\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\ufeff", "\0", "\x1b[31m", "\u202e",
    '"\\x00"', '"\\ud800"', '"\\U0010ffff"', '"\\N\\_\\L\\P"', "~", "null", "yes", "0o17", "0x1f",
    "1_000", "1e999", ".inf", ".nan", "190:20:30", "2001-12-14", "9" * 40, "-0", "+1", "=",
)  # fmt: skip
WORDS = (
    "apiVersion: apiserver.k8s.io/v1beta1\n", "kind: EgressSelectorConfiguration\n", "kind: List\n",
    "kind: Pod\n", "kind: Secret\n", "kind: ConfigMap\n", "kind: Service\n", "kind: DaemonSet\n",
    "kind: NetworkPolicy\n", "kind: ClusterConfiguration\n", "kind: K0sControlPlane\n",
    "kind: KamajiControlPlane\n", "kind: Cluster\n", "items:\n- ", "metadata: ", "name: ",
    "namespace: ", "labels: ", "spec: ", "template: ", "containers: ", "initContainers: ",
    "command: ", "args: ", "image: ", "env: ", "value: ", "valueFrom: ", "fieldRef: ",
    "fieldPath: ", "volumeMounts: ", "volumes: ", "mountPath: ", "subPath: ", "hostPath: ",
    "emptyDir: {}", "projected: ", "sources: ", "serviceAccountToken: ", "audience: ", "ports: ",
    "containerPort: ", "targetPort: ", "nodePort: ", "protocol: ", "selector: ", "matchLabels: ",
    "matchExpressions: ", "tolerations: ", "affinity: ", "livenessProbe: ", "httpGet: ", "port: ",
    "hostNetwork: ", "dnsPolicy: ", "replicas: ", "roleRef: ", "subjects: ", "rules: ", "verbs: ",
    "egressSelections: ", "connection: ", "proxyProtocol: ", "transport: ", "uds: ", "udsName: ",
    "tcp: ", "url: ", "tlsConfig: ", "caBundle: ", "GRPC", "HTTPConnect", "Direct", "cluster",
    "controlplane", "konnectivity", "konnectivity-agent", "konnectivity-server", "proxy-server",
    "proxy-agent", "kube-apiserver", "registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0",
    "proxy-server:v0.0.37@sha256:" + "a" * 64, "/etc/kubernetes/konnectivity-server",
    "127.0.0.1", "[::1]:8132", "https://127.0.0.1:8131", "http://[fe80::1%25eth0]:1", "$(HOST_IP)",
    "$$(A)", "${A:-b}", "{{ .Values.a }}", "<no value>", "sh", "-c", "exec proxy-server --x \\\n",
    "ipv4=1.2.3.4&host=x&default-route=true", "system:serviceaccount:a:b", "1h1m1.5s", "-1", "0",
    "65536", "true", "TRUE", "write_files:\n- path: /x\n  content: ", "encoding: gz+b64\n",
    "konnektor-lint: ignore=KL201", "# konnektor-lint: ignore-file=KL008 reason=x\n",
    "# konnektor-lint: disable", "stringData: ", "binaryData: ", "patches: ", "patch: ",
    "openvpn-client", "dnat-controller", "clusterNetwork: ", "files:\n- path: /a\n  content: |\n",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 8132, 65536, 2**63, 2**70, 1.5, 1e308, float("nan"), float("inf"),
    "", " ", "\n", "-", "--", "--=", "---", "x" * 300, "\0", "\x1b]8;;x\x07", "\u202e\u2066",
    "\u2028", "\U0001f600", "e\u0301", "%zz", "https://[", "https://a:99999999999", "..", "/",
    "//", "@", "$(", "${", "{{", "'", '"', "\\", "GRPC", "sh", "proxy-server", [], {}, [None],
    [[]], [{}], {"": None}, {"a": {"b": []}}, {"<<": {}}, {"kind": "List", "items": [{}]}, "²",
)  # fmt: skip


_APISERVER = (
    "egress-selector-config-file", "api-audiences", "service-account-issuer", "secure-port",
    "kubelet-preferred-address-types", "tls-cert-file", "advertise-address",
)  # fmt: skip


@cache
def dictionary() -> tuple[str, ...]:
    """Return the words that are spliced in: syntax, fields, and every flag there is."""
    flags = sorted({*history("proxy-server"), *history("proxy-agent"), *_APISERVER})
    given = [f"--{name}{end}" for name in flags for end in ("", "=", "=true", "=x")]
    return (*SYNTAX, *WORDS, *WORDS, *given)


def mutated(data: bytes, chance: Random, corpus: list[bytes]) -> bytes:
    """Return an input made of one of the corpus."""
    mutations = chance.choices(
        (flip, splice, structure, joined, wrapped, bomb, recoded, cross),
        (14, 24, 34, 6, 10, 2, 4, 6),
        k=chance.choice((1, 1, 1, 2, 3)),
    )  # fmt: skip
    for mutation in mutations:
        data = mutation(data, chance, corpus)[:LARGEST]
    return data


def flip(data: bytes, chance: Random, _: list[bytes]) -> bytes:
    """Change, take away, repeat or add a few bytes."""
    made = bytearray(data)
    for _time in range(chance.choice((1, 1, 2, 4, 8, 32))):
        at = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 4, 16, 64))
        kind = chance.randrange(6)
        if kind == 0:
            made[at : at + 1] = bytes((chance.randrange(256),))
        elif kind == 1:
            del made[at : at + length]
        elif kind == 2:
            made[at:at] = made[at : at + length] * chance.choice((1, 2, 10))
        elif kind == 3:
            made[at:at] = chance.randbytes(length)
        elif kind == 4 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        else:
            del made[at:]
            made += data[chance.randrange(len(data) + 1) :]
    return bytes(made)


def splice(data: bytes, chance: Random, _: list[bytes]) -> bytes:
    """Put words in, or in place of, what stands between blanks."""
    words = dictionary()
    pieces = data.split(b" ") if chance.random() < 0.7 else data.split(b"\n")
    glue = b" " if b" " in data and len(pieces) > data.count(b"\n") + 1 else b"\n"
    for _time in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(pieces))
        word = chance.choice(words).encode()
        kind = chance.randrange(4)
        if kind == 0:
            pieces[at] = word
        elif kind == 1:
            pieces.insert(at, word)
        elif kind == 2:
            pieces[at] += word
        else:
            cut = chance.randrange(len(pieces[at]) + 1)
            pieces[at] = pieces[at][:cut] + word + pieces[at][cut:]
    return glue.join(pieces)


@cache
def _documents(data: bytes) -> tuple[Any, ...] | None:
    if len(data) > LARGEST // 4 or b"*" in data:
        return None
    try:
        return tuple(yaml.load_all(data, Loader))
    except Exception:  # noqa: BLE001  (PyYAML's constructors raise anything for `!!int ''`)
        return None


def structure(data: bytes, chance: Random, corpus: list[bytes]) -> bytes:
    """Take away, repeat, move or replace nodes of the YAML tree, and write it anew."""
    known = _documents(data)
    if not known:
        return splice(data, chance, corpus)
    documents = copy.deepcopy(list(known))
    for _time in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(documents))
        documents[at] = _edited(documents[at], chance)
    try:
        return written(documents, chance)
    except (TypeError, ValueError, RecursionError):  # keys that JSON does not have
        return splice(data, chance, corpus)


def written(documents: list[Any], chance: Random) -> bytes:
    """Return documents as JSON, or as YAML in one of its styles."""
    if chance.random() < 0.4:
        return "---\n".join(json.dumps(item) + "\n" for item in documents).encode()
    try:
        return yaml.dump_all(
            documents, Dumper=Dumper, encoding="utf-8", allow_unicode=chance.random() < 0.5,
            default_flow_style=chance.choice((None, True, False)), width=chance.choice((20, 1000)),
            default_style=chance.choice((None, None, "'", '"', "|")), sort_keys=False,
        )  # fmt: skip
    except (yaml.YAMLError, UnicodeError):
        return json.dumps(documents).encode()


def _slots(node: Any) -> list[tuple[Any, Any]]:
    """Return every (collection, key or index) below a node."""
    found: list[tuple[Any, Any]] = []
    pending = [node]
    while pending:
        at = pending.pop()
        keys: Any = at if isinstance(at, dict) else range(len(at)) if isinstance(at, list) else ()
        for key in keys:
            found.append((at, key))
            pending.append(at[key])
    return found


def _edited(document: Any, chance: Random) -> Any:
    slots = _slots(document)
    if not slots:
        return chance.choice(VALUES)
    (owner, key), (other, elsewhere) = chance.choice(slots), chance.choice(slots)
    kind = chance.randrange(9)
    if kind == 0:
        del owner[key]
    elif kind == 1 and isinstance(owner, list):
        owner[key:key] = [copy.deepcopy(owner[key]) for _ in range(chance.choice((1, 2, 30)))]
    elif kind == 2:
        owner[key] = copy.deepcopy(other[elsewhere])
    elif kind == 3:
        owner[key], other[elsewhere] = copy.deepcopy(other[elsewhere]), copy.deepcopy(owner[key])
    elif kind == 4:
        owner[key] = _retyped(owner[key])
    elif kind == 5 and isinstance(owner, dict):
        name = chance.choice(WORDS).rstrip(": \n") if chance.random() < 0.7 else f"{key}x"
        owner[name] = owner.pop(key)
    elif kind == 6 and isinstance(owner[key], str):
        owner[key] = _reworded(owner[key], chance)
    elif kind == 7 and isinstance(owner, list):
        owner[key] = chance.choice(dictionary())
    else:
        owner[key] = copy.deepcopy(chance.choice(VALUES))
    return document


def _retyped(value: Any) -> Any:
    if isinstance(value, dict):
        return list(value.items()) and [{name: item} for name, item in value.items()]
    if isinstance(value, list):
        return {str(at): item for at, item in enumerate(value)}
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() else [value]
    return {"value": value}


def _reworded(text: str, chance: Random) -> str:
    cut = chance.randrange(len(text) + 1)
    kind = chance.randrange(5)
    if kind == 0:
        return text[:cut]
    if kind == 1:
        return f"{text.partition('=')[0]}={chance.choice(WORDS)}"
    if kind == 2:
        return text[:cut] + chance.choice(SYNTAX) + text[cut:]
    if kind == 3:
        return text.swapcase()
    return text * chance.choice((2, 50))


def joined(data: bytes, chance: Random, corpus: list[bytes]) -> bytes:
    """Put further documents behind."""
    others = [chance.choice(corpus) for _ in range(chance.choice((1, 1, 2, 5)))]
    glue = chance.choice((b"\n---\n", b"\n---\n", b"\n...\n---\n", b"\n", b"--- "))
    return glue.join((data, *others))


def cross(data: bytes, chance: Random, corpus: list[bytes]) -> bytes:
    """Put the end of one file behind the beginning of another, at line breaks."""
    other = chance.choice(corpus).split(b"\n")
    lines = data.split(b"\n")
    begin, end = chance.randrange(len(lines)), chance.randrange(len(other))
    return b"\n".join((*lines[:begin], *other[end:], *lines[begin : begin + chance.randrange(9)]))


def _block(data: bytes, indent: int) -> bytes:
    return b"|\n" + b"".join(b" " * indent + line + b"\n" for line in data.split(b"\n"))


def wrapped(data: bytes, chance: Random, corpus: list[bytes]) -> bytes:
    """Put the file into a string of another object, plain or encoded."""
    packed = gzip.compress(data, mtime=0)
    if chance.random() < 0.2:
        packed = flip(packed, chance, corpus)
    coded, zipped = base64.b64encode(data), base64.b64encode(packed)
    if chance.random() < 0.2:
        coded, zipped = coded[: chance.randrange(len(coded) + 1)], zipped[:-3]
    head = b"apiVersion: v1\nmetadata: {name: konnectivity}\n"
    file = b"#cloud-config\nwrite_files:\n- path: /etc/kubernetes/konnectivity.yaml\n"
    return chance.choice((
        head + b"kind: Secret\ndata:\n  konnectivity: " + coded + b"\n",
        head + b"kind: Secret\nstringData:\n  konnectivity: " + _block(data, 4),
        head + b"kind: ConfigMap\ndata:\n  konnectivity.yaml: " + _block(data, 4),
        head + b"kind: ConfigMap\nbinaryData:\n  k.yaml: " + coded + b"\n",
        head + b"kind: ConfigMap\ndata: {k: " + json.dumps(data.decode("latin-1")).encode() + b"}",
        file + b"  encoding: gz+b64\n  content: " + zipped + b"\n",
        file + b"  encoding: b64\n  content: " + coded + b"\n",
        file + b"  content: " + _block(data, 4),
        b"kind: List\napiVersion: v1\nitems:\n- " + data.replace(b"\n", b"\n  "),
        b"patches:\n- patch: " + _block(data, 4),
    ))  # fmt: skip


def bomb(data: bytes, chance: Random, _: list[bytes]) -> bytes:
    """Add anchors that many aliases or merges name."""
    width, levels = chance.choice((2, 9, 30)), chance.choice((2, 5, 20))
    merge = chance.random() < 0.5
    lines = [b"b0: &b0 {konnectivity: [x, x]}" if merge else b"b0: &b0 [konnectivity, x]"]
    for level in range(1, levels):
        inside = b", ".join([b"*b%d" % (level - 1)] * width)
        lines.append(
            b"b%d: &b%d %s" % (level, level, (b"{<<: [%s]}" if merge else b"[%s]") % inside)
        )
    use = chance.choice((b"spec: *b%d", b"egressSelections: *b%d", b"data: *b%d", b"x: *b%d"))
    return b"\n".join((*lines, data, use % (levels - 1), b""))


def recoded(data: bytes, chance: Random, _: list[bytes]) -> bytes:
    """Write the text in another encoding or with other line ends."""
    text = data.decode("utf-8", "replace")
    kind = chance.randrange(9)
    if kind < 5:
        name = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1")[kind]
        return text.encode(name, "replace")
    if kind == 5:
        return codecs.BOM_UTF8 + data
    ends = ("\r\n", "\r", "\u0085")[kind - 6]
    return text.replace("\n", ends).encode()
