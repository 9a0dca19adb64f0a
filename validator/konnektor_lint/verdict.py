"""What one kube-apiserver says about the file that its --egress-selector-config-file names."""

from konnektor_lint import source
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.egress import EgressConfiguration, without_rest
from konnektor_lint.rule import all_rules, run
from konnektor_lint.source import TOP, Document, Node, Placement, Reading, Source, Unreadable


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
    findings, _ = run(_connector(reading, Settings(minor)), all_rules())
    return sorted(findings, key=lambda item: item.order)


def _connector(reading: Reading, settings: Settings) -> Connector:
    if not reading.documents and not reading.problems:
        reading = reading._replace(documents=(_nothing(reading.source),))
    first = _first(reading)
    if first is None:
        return Connector(settings, reading.problems)
    connector = Connector(settings, without_rest(reading).problems)
    connector.documents = (first,)
    connector.egress = (EgressConfiguration(first, settings.kubernetes, final=True),)
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
    return Document(empty, 0, Node(empty, place, (0, 0), (0, 0)), ())
