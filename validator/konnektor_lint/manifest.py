"""The documents of a connector against the schemas of their kinds, for the rules on fields."""

from __future__ import annotations

from itertools import islice

from konnektor_lint import limits
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.schema import Violation, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from konnektor_lint.connector import Connector
    from konnektor_lint.source import Document, Node

_WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "CronJob")


def violations_of(connector: Connector, kind: str) -> Iterator[Violation]:
    """Yield what the readers of the connector's documents refuse, of one kind."""
    return (violation for violation in _violations(connector) if violation.kind == kind)


_files: dict[tuple[str, str], str] = {}


def schema_files() -> Mapping[tuple[str, str], str]:
    """Return the schema file of each known pair of apiVersion and kind."""
    if not _files:
        from konnektor_lint.release import load_schema

        listed = load_schema("index.json")["schemas"]
        known = (item for item in listed if "kind" in item)
        _files.update({(item["apiVersion"], item["kind"]): item["path"] for item in known})
    return _files


_last: list[tuple[Connector, tuple[Violation, ...]]] = []
"""The last connector: four rules ask for the same one, one after the other."""


def _violations(connector: Connector) -> tuple[Violation, ...]:
    if not _last or _last[0][0] is not connector:
        refused = (item for item in _refused(connector) if not _open(item))
        _last[:] = [(connector, tuple(islice(refused, limits.VIOLATIONS)))]
    return _last[0][1]


def _refused(connector: Connector) -> Iterator[Violation]:
    for configuration in connector.egress:
        yield from configuration.violations
    egress = {id(configuration.document) for configuration in connector.egress}
    for document in connector.documents:
        if id(document) not in egress:
            yield from _of_manifest(document)
    for distribution in connector.distributions:
        found = _against(distribution.schema, distribution.object, distribution.document)
        whole = distribution.whole
        yield from (item for item in found if whole or item.kind != "missing-field")


def _of_manifest(document: Document) -> Iterator[Violation]:
    file = schema_files().get((document.api_version, document.kind))
    if file is not None:
        yield from _against(file, document.root, document)


def _against(file: str, root: Node, document: Document) -> Iterator[Violation]:
    found = list(islice(check(root, file), limits.VIOLATIONS))
    partial = _is_partial(document, found)
    for violation in found:
        if not (partial and violation.kind == "missing-field"):
            yield violation


def _open(violation: Violation) -> bool:
    """Tell whether a placeholder or a directive of a patch stands at the place."""
    if violation.kind == "unknown-field":
        key = violation.node.key
        return key is not None and (key.raw.startswith("$") or has_placeholder(key.raw))
    if violation.kind == "missing-field":
        return any(has_placeholder(name) for name in violation.node.fields())
    return has_placeholder(violation.node.raw)


def _is_partial(document: Document, found: list[Violation]) -> bool:
    """Tell whether the document is laid over another one, so that fields may be missing.

    The signs: a directive such as ``$patch``, the word in the file's name, no container or one
    without an image, and a workload with neither a selector nor labels for its Pods.
    """
    if "patch" in document.source.path.lower():
        return True
    directives = any(str(item.args.get("field", "")).startswith("$") for item in found)
    return directives or _lacks_image(document) or _lacks_identity(document)


def _lacks_image(document: Document) -> bool:
    from konnektor_lint.pod import pod_of

    pod = pod_of(document)
    if pod is None or not pod.containers():
        return document.kind in ("Pod", *_WORKLOADS)
    return any(_is_bare(container) for container in pod.containers())


def _is_bare(container: Node) -> bool:
    return isinstance(container.value, dict) and container.at("image") is None


def _lacks_identity(document: Document) -> bool:
    from konnektor_lint.pod import pod_of

    pod = pod_of(document)
    if document.kind not in _WORKLOADS or pod is None:
        return False
    return document.root.at("spec", "selector") is None and not pod.labels
