"""An egress file goes on after its first document, which is all that is read."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, key_of
from konnektor_lint.egress import empty_first_document, what_follows
from konnektor_lint.fix import Fix, mend, remove_lines
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Document, Span


@rule(
    "KL123",
    "egress-further-documents",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="sometimes",
)
def egress_further_documents(connector: Connector) -> Findings:
    """Look at each file that is an egress configuration and nothing else."""
    for configuration in connector.egress:
        document = configuration.document
        if document.outer is not None or _in_bundle(connector, document):
            continue
        if document.index:
            yield from _behind_nothing(document)
        elif configuration.format_refusal is None:
            span = what_follows(document)
            if span is not None:
                yield egress_further_documents.report(
                    Location(document.source, span), fix=_without_rest(document, span)
                )


def _in_bundle(connector: Connector, document: Document) -> bool:
    """Tell whether the file holds objects of other kinds: then a program takes it apart."""
    source = document.source
    return any(
        item is not document and item.outer is None and item.source is source
        for item in connector.documents
    ) or any(_names_other_kind(line) for line in source.lines)


def _names_other_kind(line: str) -> bool:
    kind = line.removeprefix("kind:").lstrip() if line.startswith("kind:") else ""
    return "A" <= kind[:1] <= "Z" and not kind.startswith("EgressSelectorConfiguration")


def _without_rest(document: Document, rest: Span) -> Fix | None:
    """Remove what nobody reads, from the line that ends the first document on."""
    source, first = document.source, rest.start.line
    while first > 1 and not source.line(first).startswith("---"):
        first -= 1
    if first <= document.root.span.start.line:
        return None
    last = len(source.lines) - (source.lines[-1] == "")
    return mend(remove_lines(source, first, last), safe=False)


def _behind_nothing(document: Document) -> Findings:
    span = empty_first_document(document)
    if span is not None:
        first = next(iter(document.root.fields().values()), document.root)
        yield egress_further_documents.report(
            key_of(first),
            Location(document.source, span, "first"),
            severity=Severity.ERROR,
            fix=mend(remove_lines(document.source, span.start.line, span.start.line), safe=True),
        )
