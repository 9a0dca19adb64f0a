"""The egress configuration as the loader of each minor decodes it."""

import pytest

from konnektor_lint import gourl
from konnektor_lint.diagnostic import Severity
from konnektor_lint.egress import EgressConfiguration, text_of, what_follows
from konnektor_lint.gostruct import Struct
from konnektor_lint.release import load_schema
from konnektor_lint.source import Source, parse
from konnektor_lint.verdict import egress_findings

HEAD = "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
DIRECT = "egressSelections: [{name: cluster, connection: {proxyProtocol: Direct}}]\n"


def configuration(text: str, minor: int) -> EgressConfiguration:
    return EgressConfiguration(parse(Source("egress.yaml", text)).documents[0], minor)


def errors(text: str, minor: int) -> set[str]:
    found = egress_findings(text.encode(), minor)
    return {item.code for item in found if item.severity is Severity.ERROR}


def test_fields_differing_in_case_are_decoded_on_top_of_each_other() -> None:
    text = HEAD + (
        "egressSelections:\n"
        "- Name: etcd\n"
        "  name: cluster\n"
        "  Connection: {transport: {uds: {udsName: /a}}}\n"
        "  connection: {proxyProtocol: GRPC, transport: {UDS: {UDSName: /b}}}\n"
    )
    (selection,) = configuration(text, 31).selections
    assert text_of(selection.name) == "cluster"
    assert selection.protocol_text == "GRPC"
    assert text_of(selection.uds_name) == "/b"
    assert errors(text, 31) == set()
    assert errors(text, 32)


def test_null_empties_a_pointer_but_not_a_struct() -> None:
    text = HEAD + (
        "egressSelections:\n"
        "- name: cluster\n"
        "  Connection: {proxyProtocol: Direct, Transport: {}, transport: null}\n"
        "  connection: null\n"
    )
    (selection,) = configuration(text, 31).selections
    assert selection.protocol_text == "Direct"
    assert selection.transport is None


def test_lists_differing_in_case_are_merged_by_place() -> None:
    text = HEAD + (
        "EgressSelections: [{name: cluster, connection: {proxyProtocol: Direct}}, {name: etcd}]\n"
        "egressSelections: [{name: controlplane}]\n"
    )
    (selection,) = configuration(text, 31).selections
    assert text_of(selection.name) == "controlplane"
    assert selection.protocol_text == "Direct"


def test_numbers_are_names_only_up_to_1_31() -> None:
    text = HEAD + "egressSelections: [{name: 1, connection: {proxyProtocol: Direct}}]\n"
    assert "wrong-type" not in {item.kind for item in configuration(text, 31).violations}
    assert "wrong-type" in {item.kind for item in configuration(text, 32).violations}
    header = "kind: EgressSelectorConfiguration\napiVersion: 1\n" + DIRECT
    assert "wrong-type" in {item.kind for item in configuration(header, 31).violations}


@pytest.mark.parametrize("group", ["apiserver.k8s.io", "apiserver.config.k8s.io"])
def test_the_go_type_is_taken_with_its_own_field_names(group: str) -> None:
    text = (
        f"apiVersion: {group}/__internal\nkind: EgressSelectorConfiguration\n"
        "EgressSelections: [{Name: Cluster, Connection: {ProxyProtocol: Direct}}]\n"
    )
    for minor in (31, 32, 37):
        assert errors(text, minor) == set()
    assert errors(text.replace("Name", "name"), 37)
    assert errors(text.replace("Cluster", "master"), 37), "nothing converts the old name"


@pytest.mark.parametrize("version", ["v1alpha1", "v1beta1"])
def test_the_schema_has_the_fields_that_are_decoded(version: str) -> None:
    """The schema that editors use and the Go type must not drift apart."""

    def same(schema: dict[str, object], struct: Struct) -> None:
        properties = schema.get("properties")
        assert isinstance(properties, dict)
        assert set(properties) == set(struct)
        for name, shape in struct.items():
            inner = properties[name]
            if isinstance(shape, tuple):
                same(inner["items"], shape[0])
            elif not isinstance(shape, str):
                same(inner, shape)

    newest = configuration(HEAD + DIRECT, 37)._struct
    same(load_schema(f"egress-selector-configuration/{version}.json"), newest)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + DIRECT, None),
        (HEAD + DIRECT + "# the end\n---\n...\n--- # nothing\n", None),
        (HEAD + DIRECT + "---\na: 1\n", 5),
        (HEAD + DIRECT + "--- text\n", 4),
        ('{"kind": "x"}}\n', 1),
        ('{"kind": "x"} # comment\n', None),
    ],
)
def test_what_follows_the_first_document(text: str, line: int | None) -> None:
    span = what_follows(parse(Source("egress.yaml", text)).documents[0])
    assert (None if span is None else span.start.line) == line


@pytest.mark.parametrize("minor", [18, 31, 32, 37])
@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "null\n", "[]\n", "text\n", "---\n---\n"]
)
def test_a_file_without_a_configuration_is_refused(text: str, minor: int) -> None:
    assert errors(text, minor)


def test_a_byte_order_mark_hides_the_brace() -> None:
    text = "{apiVersion: apiserver.k8s.io/v1beta1, kind: EgressSelectorConfiguration}\n"
    assert errors(text, 37) == {"KL100"}
    assert errors("\ufeff" + text, 37) == set()


@pytest.mark.parametrize("minor", [31, 37])
def test_what_looks_like_a_placeholder_is_what_the_loader_reads(minor: int) -> None:
    text = HEAD + "egressSelections: [{name: $(NAME), connection: {proxyProtocol: Direct}}]\n"
    assert errors(text, minor) == {"KL102"}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8131", "https://[::1]:8131", "https://[fe80::1%25eth0]:1",
        "https://user:p%20w@host:1/a%20b?q=%zz#f", "https://", "https://host:", "https://:1",
        "https://h_x:99999", "https://h%C3%BC:1", "https://<h>:1", "https://@h:1",
        "https://[fe80::1%25%20]:1", "https://[::ffff:10.0.0.1]:1", "https://h:1?", "https://h,i:1",
    ],
)  # fmt: skip
def test_go_parses(url: str) -> None:
    assert gourl.refusal(url, strict_colons=True) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://h:abc", 'invalid port ":abc" after host'),
        ("https://h h:1", 'invalid character " " in host name'),
        ("https://%zz", 'invalid URL escape "%zz"'),
        ("https://h%41:1", 'invalid URL escape "%41"'),
        ("https://h:1/%4", 'invalid URL escape "%4"'),
        ("https://h:1#%", 'invalid URL escape "%"'),
        ("https://[::1", "missing ']' in host"),
        ("https://[1.2.3.4]:1", "unable to parse IP"),
        ("https://[]:1", "unable to parse IP"),
        ("https://[::1%25]:1", "zone must be a non-empty string"),
        ("https://[fe80::1%eth0]:1", "invalid URL escape"),
        ("https://a[::1]:1", "invalid IP-literal"),
        ("https://h:1\n", "invalid control character in URL"),
        ("https://u^:p@h:1", "invalid userinfo"),
    ],
)
def test_go_refuses(url: str, words: str) -> None:
    assert words in gourl.refusal(url, strict_colons=False)


@pytest.mark.parametrize("url", ["https://::1:8131", "https://h:1:2"])
def test_a_second_colon_depends_on_the_go_release(url: str) -> None:
    assert gourl.refusal(url, strict_colons=False) == ""
    assert "invalid port" in gourl.refusal(url, strict_colons=True)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("https://h:1", 1), ("https://h", 0), ("https://h:", 0), ("https://[::1]", 0),
        ("https://[::1]:8131/x:9", 8131), ("https://u:1@h", 0), ("https://h:0", 0),
        ("https://h:0008131", 8131), ("https://h:81310000000", 813100),
    ],
)  # fmt: skip
def test_port_that_is_dialled(url: str, port: int) -> None:
    assert gourl.port_of(url) == port
