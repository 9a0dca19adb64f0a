"""What one real program says about one input: its verdict, to be held against the linter's.

kube-apiserver reads the file that its --egress-selector-config-file names; proxy-server and
proxy-agent read their command lines. Nothing else of a connector is given here.
"""

from collections.abc import Sequence

from konnektor_lint import source
from konnektor_lint.argument import Word, parse_flags
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.egress import EgressConfiguration, without_rest
from konnektor_lint.pod import Component, pod_of
from konnektor_lint.release import release_for
from konnektor_lint.rule import all_rules, run
from konnektor_lint.source import (
    TOP,
    Document,
    Node,
    Placement,
    Reading,
    Source,
    Unreadable,
)  # fmt: skip


def egress_findings(text: bytes, minor: int, path: str = "egress.yaml") -> list[Diagnostic]:
    """Return the findings about a file that is the egress configuration, whatever it holds.

    ``minor`` is NN of Kubernetes 1.NN. Nothing is recognised: a file without ``kind``, or an
    empty one, is a refused configuration. Nothing is left open either: what looks like a
    placeholder is what the loader reads.
    """
    try:
        reading = source.parse(Source(path, source.decode(text), marked=source.is_marked(text)))
    except Unreadable as error:
        reading = source.unreadable(path, error)
    findings, _ = run(_connector(reading, minor), all_rules())
    return sorted(findings, key=lambda item: item.order)


def _connector(reading: Reading, minor: int) -> Connector:
    settings = Settings(minor)
    if not reading.documents and not reading.problems:
        reading = reading._replace(documents=(_nothing(reading.source),))
    first = _first(reading)
    if first is None:
        return Connector(settings, reading.problems)
    connector = Connector(settings, without_rest(reading).problems)
    connector.documents = (first,)
    connector.egress = (EgressConfiguration(first, minor, final=True),)
    return connector


def _first(reading: Reading) -> Document | None:
    """Return the first document, unless the file is broken before it."""
    if not reading.documents:
        return None
    first = reading.documents[0]
    broken = any(problem.span.start < first.root.span.start for problem in reading.problems)
    return None if broken else first


def _nothing(empty: Source) -> Document:
    place = Placement(fixed=TOP)
    return Document(empty, 0, Node(empty, place), ())


_ROLES = {"proxy-server": "server", "proxy-agent": "agent"}
_POD = """\
kind: Pod
spec:
  hostNetwork: true
  volumes: [{{name: host, hostPath: {{path: /}}}}]
  containers:
    - name: program
      image: registry.k8s.io/kas-network-proxy/{program}:{release}
      command: [/{program}]
      args: [{arguments}]
      volumeMounts: [{{name: host, mountPath: /}}]
"""


def command_line_findings(program: str, release: str, argv: Sequence[str]) -> list[Diagnostic]:
    """Return what all rules find in the arguments of ``proxy-server`` or ``proxy-agent``.

    ``release`` is a tag. The arguments are what the program gets: nothing is expanded, and no
    text is taken for a placeholder. The pod around it has the host's network and files, so that
    only the command line can be at fault.
    """
    arguments = ", ".join(_quoted(word) for word in argv)
    text = _POD.format(program=program, release=release, arguments=arguments)
    (document,) = source.parse(Source("argv", text)).documents
    pod = pod_of(document)
    if pod is None:  # the text above always is one
        raise ValueError(text)
    (container,) = pod.containers()
    listed = container.at("args")
    words = (
        [Word(item.text or "", item, 0, len(item.raw)) for item in listed.items()] if listed else []
    )
    known = release_for(program, release)
    role = _ROLES[program]
    part = Component(
        role, pod, container, parse_flags(words, known, final=True), known, shell=False
    )
    connector = Connector(Settings())
    connector.documents = (document,)
    connector.servers, connector.agents = ((part,), ()) if role == "server" else ((), (part,))
    findings, _ = run(connector, all_rules())
    return findings


def _quoted(text: str) -> str:
    """Return a text as YAML writes it in double quotes, whatever characters it has."""
    plain = "".join(
        sign
        if sign.isascii() and sign.isprintable() and sign not in '"\\'
        else f"\\U{ord(sign):08x}"
        for sign in text
    )
    return f'"{plain}"'
