"""Reading YAML: what the values are, where they stand, and that nothing breaks it."""

import codecs
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from konnektor_lint.source import (
    Document,
    Node,
    Reading,
    Source,
    Span,
    Unreadable,
    decode,
    parse,
    parse_inside,
)


def read(text: str) -> Reading:
    return parse(Source("file.yaml", text))


def root(text: str) -> Node:
    reading = read(text)
    assert reading.problems == ()
    return reading.documents[0].root


def at(text: str, *path: str | int) -> Node:
    node = root(text).at(*path)
    assert node is not None
    return node


def place(span: Span) -> tuple[int, int, int, int]:
    return (*span.start, *span.end)


def marked(node: Node, span: Span) -> str:
    """Return what a one-line span covers."""
    assert span.start.line == span.end.line
    return node.source.line(span.start.line)[span.start.column - 1 : span.end.column - 1]


TEXT = """\
# comment
kind: Pod
spec:
  containers:
    - name: "agent"
      args: ['--a=b', --c=d]
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("kind",), (2, 7, 2, 10), (2, 1, 2, 5)),
        (("spec", "containers", 0, "name"), (5, 13, 5, 20), (5, 7, 5, 11)),
        (("spec", "containers", 0, "args", 0), (6, 14, 6, 21), (6, 14, 6, 21)),
        (("spec", "containers", 0, "args", 1), (6, 23, 6, 28), (6, 23, 6, 28)),
        (("spec", "containers", 0, "args"), (6, 13, 6, 29), (6, 7, 6, 11)),
    ],
)
def test_values_and_keys_have_exact_places(
    path: tuple[str | int, ...], value: tuple[int, ...], key: tuple[int, ...]
) -> None:
    node = at(TEXT, *path)
    assert place(node.span) == value
    assert place(node.key_span) == key


def test_a_block_begins_at_its_first_entry() -> None:
    assert place(at(TEXT, "spec").span)[:2] == (4, 3)
    assert place(at(TEXT, "spec", "containers", 0).span)[:2] == (5, 7)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_move_places(end: str) -> None:
    node = at(TEXT.replace("\n", end), "spec", "containers", 0, "args", 1)
    assert place(node.span) == (6, 23, 6, 28)
    assert marked(node, node.span) == "--c=d"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
     (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "utf-8")],
)  # fmt: skip
def test_encodings_do_not_move_places(bom: bytes, encoding: str) -> None:
    text = decode(bom + "kind: Pöd\nname: 'ünï𝄞', x\n".replace(", x", "").encode(encoding))
    node = at(text, "kind")
    assert node.text == "Pöd"
    assert place(node.span) == (1, 7, 1, 10)
    assert at(text, "name").text == "ünï𝄞"
    assert place(at(text, "name").span) == (2, 7, 2, 13)


@pytest.mark.parametrize(
    ("data", "args", "line", "column"),
    [
        (b"a: 1\nb: \xe4\n", ("UTF-8", "0xe4", 8), 2, 4),
        ("a: ä".encode() + b"\xff", ("UTF-8", "0xff", 5), 1, 5),
        (codecs.BOM_UTF8 + b"\xc3", ("UTF-8", "0xc3", 3), 1, 1),
        (codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"c", ("UTF-16", "0x63", 8), 2, 2),
    ],
)
def test_wrong_byte_is_placed(
    data: bytes, args: tuple[str, str, int], line: int, column: int
) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    found = caught.value.args_of_problem
    assert (found["encoding"], found["byte"], found["offset"]) == args
    assert caught.value.at == (line, column)


@pytest.mark.parametrize(
    "written",
    ["--uds-name=/run/k.sock", "'--uds-name=/run/k.sock'", '"--uds-name=/run/k.sock"'],
)
def test_part_of_a_one_line_item(written: str) -> None:
    node = at(f"args:\n  - {written}\n", "args", 0)
    assert marked(node, node.part(11, 11)) == "/run/k.sock"


def test_part_of_a_literal_block() -> None:
    node = at("args:\n  - |\n    set -e\n\n    /agent --a=b\n", "args", 0)
    assert node.text is not None
    start = node.text.index("--a")
    assert marked(node, node.part(start, 5)) == "--a=b"
    assert place(node.part(start, 5)) == (5, 12, 5, 17)


@pytest.mark.parametrize(
    "written",
    ['"--a\\x3db"', ">\n    --a=b\n", "'--a=''b'''", '"--a=\n    b"', "--a=\n    b"],
)
def test_part_that_cannot_be_mapped_is_the_whole(written: str) -> None:
    node = at(f"args:\n  - {written}\n", "args", 0)
    assert node.part(4, 1) == node.span


def embedded(text: str) -> Document:
    outer = read(text).documents[0]
    node = outer.root.at("data", "egress.yaml")
    assert node is not None
    inner = parse_inside(node, outer)
    assert inner.problems == ()
    return inner.documents[0]


def test_embedded_document_has_places_in_the_file() -> None:
    inner = embedded(
        "kind: ConfigMap\ndata:\n  egress.yaml: |\n    kind: Egress\n    list:\n    - a\n"
    )
    kind, item = inner.root.at("kind"), inner.root.at("list", 0)
    assert kind is not None
    assert item is not None
    assert place(kind.span) == (4, 11, 4, 17)
    assert place(kind.key_span) == (4, 5, 4, 9)
    assert place(item.span) == (6, 7, 6, 8)


@pytest.mark.parametrize("header", ["|-", "|2", "|+", "| # note"])
def test_embedded_document_after_any_block_header(header: str) -> None:
    inner = embedded(f"data:\n  egress.yaml: {header}\n    kind: Egress\n")
    kind = inner.root.at("kind")
    assert kind is not None
    assert marked(kind, kind.span) == "Egress"


def test_embedded_document_that_is_quoted_keeps_the_outer_place() -> None:
    inner = embedded('data:\n  egress.yaml: "kind: Egress\\nlist: []\\n"\n')
    kind = inner.root.at("kind")
    assert kind is not None
    assert kind.text == "Egress"
    assert place(kind.span)[:2] == (2, 16)


def test_every_document_of_an_embedded_text_is_read() -> None:
    outer = read("data:\n  both: |\n    kind: A\n    ---\n    kind: B\n").documents[0]
    node = outer.root.at("data", "both")
    assert node is not None
    found = parse_inside(node, outer).documents
    assert [item.kind for item in found] == ["A", "B"]
    second = found[1].root.at("kind")
    assert second is not None
    assert marked(second, second.span) == "B"


def test_what_a_string_encodes_stands_where_the_string_does() -> None:
    outer = read("data:\n  egress.yaml: a2luZDogQQo=\n").documents[0]
    node = outer.root.at("data", "egress.yaml")
    assert node is not None
    (inner,) = parse_inside(node, outer, "kind: A\n").documents
    kind = inner.root.at("kind")
    assert kind is not None
    assert (kind.text, kind.span) == ("A", node.span)


def test_repeated_embedded_text_is_parsed_a_limited_number_of_times() -> None:
    aliases = "".join(f"  k{number}: *t\n" for number in range(500))
    outer = read(f"data:\n  t: &t 'kind: Egress, {'x' * 500}'\n{aliases}").documents[0]
    inner = [parse_inside(node, outer) for node in outer.root.fields()["data"].fields().values()]
    assert 0 < sum(len(item.documents) for item in inner) < 500


def test_documents_are_read_one_by_one() -> None:
    reading = read("a: 1\n---\n[\n---\nb: 2\n--- # note\nc: 3\n...\n")
    assert [document.root.plain() for document in reading.documents] == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
    ]
    assert [document.index for document in reading.documents] == [0, 1, 2]
    assert [problem.kind for problem in reading.problems] == ["yaml-syntax"]
    assert place(reading.documents[2].root.fields()["c"].span) == (7, 4, 7, 5)


def test_three_dashes_inside_a_block_scalar_do_not_split() -> None:
    assert at("a: |\n  ---\n  b\nc: 1\n", "a").text == "---\nb\n"


@pytest.mark.parametrize(
    ("text", "kind", "spot"),
    [
        ("a: 1\na: 2\n", "duplicate-key", (2, 1)),
        ("a: 1\n'a': 2\n", "duplicate-key", (2, 1)),
        ("1: a\n'1': b\n", "duplicate-key", (2, 1)),
        ("k: &x {a: 1}\nm:\n  <<: *x\n  a: 2\n", "merged-key", (4, 3)),
        ("a: !!int b\n", "bad-tag", (1, 4)),
    ],
)
def test_problem_inside_a_document(text: str, kind: str, spot: tuple[int, int]) -> None:
    (document,) = read(text).documents
    (problem,) = document.problems
    assert (problem.kind, problem.span.start) == (kind, spot)


@pytest.mark.parametrize(
    ("text", "kind", "spot"),
    [
        ("a: &a [*a]\n", "self-containing-anchor", (1, 8)),
        ("a: *b\n", "unknown-anchor", (1, 4)),
        ("a: &a 1\n---\nb: *a\n", "unknown-anchor", (3, 4)),
        ("[a]: 1\n", "bad-key", (1, 1)),
        ("? {a: 1}\n: 2\n", "bad-key", (1, 3)),
        ("~: 1\n", "bad-key", (1, 1)),
        ("<<: 1\n", "bad-merge", (1, 5)),
        ("<<: [{a: 1}, b]\n", "bad-merge", (1, 14)),
        ("a:\n\tb: 1\n", "yaml-syntax", (2, 1)),
        ("a: 'b\n", "yaml-syntax", (2, 1)),
        ("a: \x07\n", "yaml-syntax", (1, 4)),
        ("%YAML 1.2\n---\na: 1\n", "yaml-syntax", (1, 1)),
    ],
)
def test_problem_that_ends_reading(text: str, kind: str, spot: tuple[int, int]) -> None:
    (problem,) = read(text).problems
    assert (problem.kind, problem.span.start) == (kind, spot)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("k: &k {a: 1, b: 2}\nm: {<<: *k, b: 3}\n", {"k": {"a": 1, "b": 2}, "m": {"a": 1, "b": 3}}),
        ("k: &k 1\nm: &k 2\nz: *k\n", {"k": 1, "m": 2, "z": 2}),
        ("'<<': 1\n", {"<<": 1}),
        ("yes: 1\n8132: 2\n1.5: 3\n", {"true": 1, "8132": 2, "1.5": 3}),
        ("%YAML 1.1\n---\na: 1\n", {"a": 1}),
        ("\n\n---\na: 1\n", {"a": 1}),
        ('{"a": [1, null, true, "x"]}', {"a": [1, None, True, "x"]}),
    ],
)
def test_values(text: str, plain: Any) -> None:
    assert read(text).documents[-1].root.plain() == plain


def test_an_alias_stands_where_it_is_written() -> None:
    node = at("a: &x 1\nb: *x\n", "b")
    assert node.value == 1
    assert place(node.span) == (2, 4, 2, 6)
    assert node.key is not None
    assert node.key.raw == "b"


def test_paths_that_lead_nowhere() -> None:
    node = root(TEXT)
    assert node.at("kind", "deeper") is None
    assert node.at("spec", 0) is None
    assert node.at("spec", "containers", 5) is None
    assert node.at("spec", "containers", "name") is None
    assert node.at("spec", "containers", -1, "name") is not None


def every_node(node: Node) -> list[Node]:
    found, pending = [], [node]
    while pending:
        current = pending.pop()
        found.append(current)
        pending += [*current.items(), *current.fields().values()]
    return found


def assert_inside(span: Span, source: Source) -> None:
    assert span.start <= span.end
    for position in span:
        assert 1 <= position.line <= len(source.lines) + 1
        assert 1 <= position.column <= len(source.line(position.line)) + 2


def assert_sane(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable:
        return
    reading = parse(Source("file", text))
    for problem in reading.problems:
        assert_inside(problem.span, reading.source)
    for document in reading.documents:
        for problem in document.problems:
            assert_inside(problem.span, reading.source)
        for node in every_node(document.root):
            assert_inside(node.span, reading.source)
            assert_inside(node.key_span, reading.source)
            assert_inside(node.part(0, len(node.text or "")), reading.source)


@given(st.binary(max_size=200))
@example(b"\xff\xfea")
@example(b"\xef\xbb\xbf\xef\xbb\xbfa: 1")
@example(b"%YAML 1.1\n%TAG ! tag:x,2000:\n--- !a\nb: 1")
def test_any_bytes_are_read(data: bytes) -> None:
    assert_sane(data)


PIECES = st.sampled_from([
    *"abk01 \n\r\t:-?[]{},#&*!|>'\"%@`~=<.\\\u00e4\u2028\U0001d11e\x07\x85\ufeff",
    "- ", ": ", "\n  ", "\n    ", "---\n", "...\n", "&a ", "*a", "<<: ", "|\n  ", ">-\n  ",
    "!!int ", "{a: 1}", "[a, b]", "kind: ", "\r\n", "\\x41", "null", "yes",
])  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_of_yaml_pieces_is_read(text: str) -> None:
    assert_sane(text.encode("utf-8", "surrogatepass"))


WORDS = st.text(alphabet="abcdefghijk -:#'\"{}[],&*!|>%@\n\\/=.", max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(
    VALUES, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans(), st.sampled_from([20, 80])
)
def test_values_agree_with_pyyaml(value: Any, style: Any, flow: bool, width: int) -> None:
    """Where YAML 1.1 of PyYAML and of Go mean the same: what PyYAML itself wrote."""
    text = yaml.safe_dump(
        {"value": value},
        default_style=style, default_flow_style=flow, width=width, allow_unicode=True,
    )  # fmt: skip
    reading = read(text)
    assert reading.problems == ()
    (document,) = reading.documents
    assert document.problems == ()
    assert document.root.plain() == {"value": value}
