"""Documents inside documents: found in every carrier, placed on the line of the outer file."""

import base64
import gzip
import json
from textwrap import indent

import pytest
import yaml

from konnektor_lint import limits
from konnektor_lint.embedded import decoded, documents_in, problems_in
from konnektor_lint.files import may_hold_part
from konnektor_lint.source import Document, Problem, Source, parse

EGRESS = """\
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections: []
"""
BASE64 = base64.b64encode(EGRESS.encode()).decode()
ZIPPED = base64.b64encode(gzip.compress(EGRESS.encode())).decode()


def unpacked(text: str) -> list[Document]:
    assert may_hold_part(text.encode())
    reading = parse(Source("file.yaml", text))
    assert reading.problems == ()
    return [inner for document in reading.documents for inner in documents_in(document)]


def egress_in(text: str) -> list[Document]:
    return [item for item in unpacked(text) if item.kind == "EgressSelectorConfiguration"]


def block(text: str, depth: int) -> str:
    return indent(text, " " * depth)


CARRIERS = {
    "config map": ("kind: ConfigMap\ndata:\n  egress.yaml: |\n", 4),
    "secret": ("kind: Secret\nstringData:\n  egress.yaml: |\n", 4),
    "cloud-init": (
        "#cloud-config\nwrite_files:\n- path: /etc/kubernetes/egress.yaml\n  content: |\n", 4,
    ),
    "cluster api": (
        "kind: KubeadmControlPlane\nspec:\n  kubeadmConfigSpec:\n    files:\n    - content: |\n", 8,
    ),
    "kind": ("kind: Cluster\nkubeadmConfigPatches:\n- |\n", 2),
    "kustomize": ("kind: Kustomization\npatches:\n- patch: |-\n", 4),
    "ignition": ("storage:\n  files:\n  - contents:\n      inline: |\n", 8),
}  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_carrier_gives_its_document_on_its_own_line(carrier: str) -> None:
    head, depth = CARRIERS[carrier]
    (inner,) = egress_in(head + block(EGRESS, depth))
    kind = inner.root.at("kind")
    assert kind is not None
    assert kind.span.start.line == head.count("\n") + 2
    assert kind.span.start.column == depth + len("kind: ") + 1


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "Secret", "data": {"egress.yaml": BASE64}},
        {"kind": "ConfigMap",
         "binaryData": {"egress.yaml": BASE64}},
        {"write_files": [{"path": "/x", "encoding": "b64",
                          "content": BASE64}]},
        {"write_files": [{"path": "/x", "encoding": "gz+b64",
                          "content": ZIPPED}]},
        {"spec": {"files": [{"path": "/x", "encoding": "gzip+base64",
                             "content": ZIPPED}]}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("written", ["yaml", "json"])
def test_what_is_encoded_stands_where_its_string_does(document: object, written: str) -> None:
    text = json.dumps(document) if written == "json" else yaml.safe_dump(document)
    (inner,) = egress_in(text)
    assert inner.outer is not None
    assert inner.root.span == inner.outer.span


def test_three_documents_deep_and_no_further() -> None:
    text = EGRESS
    for level in range(limits.EMBEDDED_LEVELS + 1):
        assert len(egress_in(text)) == 1, level
        text = f"kind: ConfigMap\ndata:\n  inner: |\n{block(text, 4)}"
    assert egress_in(text) == []


def test_every_document_of_a_string_and_every_item_of_a_list() -> None:
    one = "kind: ConfigMap\ndata:\n  both: |\n" + block(f"{EGRESS}---\n{EGRESS}", 4)
    both = yaml.safe_dump({"kind": "List", "items": [yaml.safe_load(one), {"kind": "Other"}]})
    assert len(egress_in(one)) == len(egress_in(both)) == 2
    assert [item.kind for item in unpacked(both)][-1] == "Other"


def test_what_the_api_server_notes_is_not_read_again() -> None:
    noted = json.dumps(yaml.safe_load(EGRESS))
    text = yaml.safe_dump({
        "kind": "Pod", "metadata": {"annotations": {"last-applied": noted}},
        "status": {"note": EGRESS},
    })  # fmt: skip
    assert egress_in(text) == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("%%%", "base64"), ("YQ==", "rot13"), ("YQ==", "gz+b64"), ("/w==", "b64"), ("", "gzip")],
)
def test_what_cannot_be_decoded_is_left_alone(text: str, encoding: str) -> None:
    assert decoded(text, encoding) is None


def test_a_bomb_is_not_unpacked() -> None:
    bomb = base64.b64encode(gzip.compress(b"konnectivity\n" * 10_000_000)).decode()
    document = yaml.safe_dump({"kind": "Secret", "data": {"a": bomb}})
    assert len(unpacked(document)) == 1


def problems(text: str) -> list[Problem]:
    reading = parse(Source("file.yaml", text))
    return list(problems_in(reading))


INNER = """\
kind: ConfigMap
data:
  egress.yaml: |
    kind: EgressSelectorConfiguration
    egressSelections: ]
"""


def test_broken_egress_configuration_in_a_config_map_is_a_problem() -> None:
    (problem,) = problems(INNER)
    assert problem.kind == "yaml-syntax"
    assert problem.span.start.line == 5
    listed = "kind: List\nitems:\n- " + INNER.rstrip().replace("\n", "\n  ")
    assert [item.kind for item in problems(listed)] == ["yaml-syntax"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    kind: Egress", "    #!/bin/sh\n    cat <<EOF\n    kind: Egress"),
        ("kind: EgressSelector", "kind of an EgressSelector"),
        ("EgressSelectorConfiguration", "SomethingElse"),
        ("]", "[]"),
    ],
)
def test_other_text_in_a_string_is_not_looked_into(old: str, new: str) -> None:
    assert problems(INNER.replace(old, new, 1)) == []
