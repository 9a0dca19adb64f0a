"""Files to measure with: the same for the same seed, with faults at known places.

A set is one connector in five files, made from ``examples/clean`` with ports, sockets, names,
comments, an anchor and further documents that vary. A monorepo has one file in a hundred of that
kind; the rest is what else lies in such repositories, some of it only speaking of Konnectivity.
"""

import os
import random
from pathlib import Path

CLEAN = Path(__file__).parents[1] / "examples" / "clean"
FILES = (
    "control-plane/egress-selector-configuration.yaml", "control-plane/konnectivity-server.yaml",
    "control-plane/kube-apiserver.yaml", "control-plane/rbac.yaml",
    "workers/konnectivity-agent.yaml",
)  # fmt: skip
FAULTS = ("KL201", "KL206")
"""The rules of the planted faults: another socket than the server's, another port than its own."""

_SOCKET = "/etc/kubernetes/konnectivity-server/konnectivity-server.socket"
_TEAMS = ("payments", "search", "mail", "shop", "billing", "media", "support", "ledger", "maps")
_WORDS = (
    "cache", "worker", "queue", "front", "index", "report", "session", "audit", "export", "image",
    "token", "gateway", "batch", "store", "feed", "router", "proxy", "stream", "metrics", "vault",
)  # fmt: skip
_REMARKS = (
    "# Ask the platform team before you change this.",
    "# Reviewed for the upgrade to 1.36.",
    "# The load balancer in front of it keeps idle connections for an hour.",
    "# Same value as on the other side.",
)


def write_set(folder: Path, random_: random.Random, fault: str = "") -> None:
    """Write one connector of five files; ``fault``: the rule that is to find something, or none."""
    port = random_.choice((8132, 8133, 8232, 9132))
    directory = random_.choice(("konnectivity-server", "konnectivity", "egress"))
    for name in FILES:
        text = (CLEAN / name).read_text(encoding="utf-8")
        text = text.replace(_SOCKET, _SOCKET.replace("-server.socket", f"-{directory}.socket"))
        if fault == "KL201" and name.endswith("konnectivity-server.yaml"):
            text = text.replace(f"-{directory}.socket", "-other.socket")
        text = text.replace("8132", str(port))
        if name == FILES[-1]:
            text = _agent(text, random_)
            if fault == "KL206":
                text = text.replace(f"--proxy-server-port={port}", "--proxy-server-port=9999")
        lines = text.splitlines(keepends=True)
        for _ in range(random_.randrange(3)):
            lines.insert(random_.randrange(2), f"{random_.choice(_REMARKS)}\n")
        write(folder / name, "".join(lines))


def _agent(text: str, random_: random.Random) -> str:
    """Give the labels an anchor, and the file a document that is no part of the connector."""
    labels = "      labels:\n        k8s-app: konnectivity-agent\n"
    selector = "    matchLabels:\n      k8s-app: konnectivity-agent\n"
    text = text.replace(selector, selector.replace("Labels:\n", "Labels: &own\n"))
    text = text.replace(labels, "      labels: *own\n")
    return f"{text}---\n{config_map(random_)}" if random_.random() < 0.3 else text


def write_sets(folder: Path, count: int, seed: int = 1) -> dict[str, int]:
    """Write connectors into folders; return how often each rule has to find something.

    Every 50th set, and at least one, has one of the faults, by turns.
    """
    random_ = random.Random(seed)
    planted = dict.fromkeys(FAULTS, 0)
    for number in range(count):
        fault = ""
        if number % 50 == min(25, count - 1):
            fault = FAULTS[number // 50 % len(FAULTS)]
            planted[fault] += 1
        write_set(folder / f"region-{number // 100}" / f"site-{number:05}", random_, fault)
    return {rule: times for rule, times in planted.items() if times}


def write_monorepo(folder: Path, count: int, seed: int = 2) -> dict[str, int]:
    """Write a repository of so many files, one in a hundred ours; return what has to be found."""
    random_ = random.Random(seed)
    sets = max(1, count // 500)
    planted = dict.fromkeys(FAULTS[: min(2, sets)], 1)
    for number in range(sets):
        fault = FAULTS[number] if number < len(planted) else ""
        write_set(folder / "clusters" / f"site-{number:03}", random_, fault)
    rest = count - 5 * sets
    for number in range(rest):
        team = _TEAMS[number // 4 % len(_TEAMS)]
        name = f"{random_.choice(_WORDS)}-{random_.choice(_WORDS)}-{number}"
        text = _other(name, random_, decoy=number % 400 == 200)
        write(folder / "apps" / team / f"app-{number // 4}" / f"{name}.yaml", text)
    return planted


def _other(name: str, random_: random.Random, *, decoy: bool) -> str:
    """Return a file of one to three kilobytes; a decoy names Konnectivity in a comment."""
    documents = [deployment(name, random_)]
    further = (
        service(name, random_), config_map(random_), network_policy(name, random_),
        deployment(f"{name}-2", random_),
    )  # fmt: skip
    documents += random_.sample(further, random_.randrange(1, 4))
    text = "---\n".join(documents)
    if decoy:
        text = f"# Reached over Konnectivity: see the konnectivity-agent of this cluster.\n{text}"
    return text


def deployment(name: str, random_: random.Random) -> str:
    """Return a Deployment with probes, limits and an anchor."""
    variables = "".join(
        f"            - name: {word.upper()}_URL\n"
        f'              value: "https://{word}.{random_.choice(_TEAMS)}.svc:8443/api"\n'
        for word in random_.sample(_WORDS, random_.randrange(2, 7))
    )
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {random_.choice(_TEAMS)}
  labels: &labels
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {random_.choice(_TEAMS)}
spec:
  replicas: {random_.randrange(1, 6)}
  selector:
    matchLabels: *labels
  template:
    metadata:
      labels: *labels
    spec:
      containers:
        - name: main
          image: registry.example.org/{random_.choice(_TEAMS)}/{name}:v{random_.randrange(40)}
          args: ["--listen=:8080", "--log-level=info", '--workers={random_.randrange(32)}']
          env:
{variables}\
          resources:
            requests: {{cpu: 100m, memory: {random_.choice((64, 128, 256))}Mi}}
            limits: {{memory: 512Mi}}
          livenessProbe:  # slow to start
            httpGet: {{path: /healthz, port: 8080}}
            initialDelaySeconds: {random_.randrange(60)}
"""


def service(name: str, random_: random.Random) -> str:
    """Return a Service."""
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: {random_.randrange(80, 9000)}
      targetPort: 8080
"""


def config_map(random_: random.Random) -> str:
    """Return a ConfigMap with a file in it."""
    settings = "".join(
        f"    {word}.limit = {random_.randrange(1000)}\n"
        for word in random_.sample(_WORDS, random_.randrange(4, 16))
    )
    name = f"settings-{random_.randrange(1000)}"
    return f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  settings.conf: |
{settings}"""


def network_policy(name: str, random_: random.Random) -> str:
    """Return a NetworkPolicy: the word egress alone makes no file one of ours."""
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
spec:
  podSelector: {{}}
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {{team: {random_.choice(_TEAMS)}}}
"""


def write(file: Path, text: str) -> None:
    """Write a file and the folders above it."""
    os.makedirs(file.parent, exist_ok=True)
    file.write_text(text, encoding="utf-8")
