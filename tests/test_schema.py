"""The schemas themselves, and documents against them as Kubernetes decodes them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conftest import ROOT
from konnektor_lint.assembly import group
from konnektor_lint.config import NAMES
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.manifest import schema_files, violations_of
from konnektor_lint.rule import find_rule
from konnektor_lint.schema import Violation, check, value_expected
from konnektor_lint.source import Node, Source, parse
from konnektor_lint.spelling import closest

SCHEMAS = ROOT / "schemas"
FILES = sorted(
    path.relative_to(SCHEMAS).as_posix()
    for path in SCHEMAS.rglob("*.json")
    if path.name not in ("catalog.json", "index.json")
)
KIND_FILES = sorted(schema_files().values())
EGRESS = "egress-selector-configuration/v1beta1.json"


@cache
def schema(file: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / file).read_bytes())  # type: ignore[no-any-return]


@cache
def registry() -> Registry[Any]:
    return Registry().with_resources(
        (schema(file)["$id"], DRAFT202012.create_resource(schema(file))) for file in FILES
    )


@cache
def validator(file: str) -> Draft202012Validator:
    return Draft202012Validator(schema(file), registry=registry())


def subschemas(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from subschemas(child)
    elif isinstance(value, list):
        for child in value:
            yield from subschemas(child)


# --- The files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_schema_is_valid_and_knows_its_address(file: str) -> None:
    content = schema(file)
    Draft202012Validator.check_schema(content)
    assert content["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert content["$id"].endswith(f"/schemas/{file}")
    assert content["title"]
    assert content["description"].endswith(".")


def described_properties(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the properties of types, not those inside conditions."""
    if not isinstance(value, dict):
        return
    for name, child in value.get("properties", {}).items():
        yield name, child
        yield from described_properties(child)
    for key in ("items", "additionalProperties"):
        yield from described_properties(value.get(key))
    for child in value.get("$defs", {}).values():
        yield from described_properties(child)


@pytest.mark.parametrize("file", FILES)
def test_each_property_has_title_and_description(file: str) -> None:
    for name, content in described_properties(schema(file)):
        assert content.get("title"), name
        assert str(content.get("description", "")).endswith("."), name


@pytest.mark.parametrize("file", FILES)
def test_each_reference_leads_to_a_schema_and_stands_where_editors_follow(file: str) -> None:
    resolver = registry().resolver(schema(file)["$id"])
    for part in subschemas(schema(file)):
        if isinstance(part.get("$ref"), str):
            assert isinstance(resolver.lookup(part["$ref"]).contents, dict)
            # Some language servers overlay a reference with the keywords beside it.
            assert not {"properties", "required", "type", "additionalProperties"} & set(part)


def test_index_lists_each_schema() -> None:
    index = json.loads((SCHEMAS / "index.json").read_bytes())
    assert [item["path"] for item in index["schemas"]] == FILES
    for item in index["schemas"]:
        assert schema(item["path"])["$id"] == index["base"] + item["path"]
        assert schema(item["path"])["title"] == item["title"]


def test_the_catalog_assigns_by_names_that_are_ours() -> None:
    catalog = json.loads((SCHEMAS / "catalog.json").read_bytes())
    index = json.loads((SCHEMAS / "index.json").read_bytes())
    matched: dict[str, str] = {}
    for entry in catalog["schemas"]:
        assert entry.keys() == {"name", "description", "fileMatch", "url"}
        assert schema(entry["url"].removeprefix(index["base"]))["title"] == entry["name"]
        matched |= dict.fromkeys(entry["fileMatch"], entry["url"])
    assert {name for name in matched if matched[name].endswith("config/v1.json")} == {*NAMES}


def test_schemas_are_generated_from_what_is_committed() -> None:
    command = [sys.executable, str(ROOT / "tools" / "generate_schemas.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_conditions_name_rules_that_exist() -> None:
    slugs = {
        part["x-konnektor-rule"]
        for file in FILES
        for part in subschemas(schema(file))
        if isinstance(part.get("x-konnektor-rule"), str)
    }
    assert slugs
    assert sorted(slug for slug in slugs if find_rule(slug) is None) == []


def test_both_egress_versions_have_one_shape() -> None:
    text = (SCHEMAS / EGRESS).read_text(encoding="utf-8")
    twin = (SCHEMAS / EGRESS.replace("v1beta1", "v1alpha1")).read_text(encoding="utf-8")
    assert text.replace("v1beta1", "v1alpha1") == twin


@pytest.mark.parametrize("file", KIND_FILES)
def test_editor_sees_the_fields_of_a_kind(file: str) -> None:
    version, kind = next(key for key, value in schema_files().items() if value == file)
    fine = {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}}
    unknown = {**fine, "metdata": {}}
    refused = {error.validator for error in validator(file).iter_errors(unknown)}
    assert "additionalProperties" in refused
    assert {error.validator for error in validator(file).iter_errors(fine)} <= {"required"}
    assert not validator(file).is_valid({**fine, "kind": f"{kind}s"})
    assert not validator(file).is_valid({"metadata": {"name": "a"}})


# --- The walker --------------------------------------------------------------------------------


def root(text: str) -> Node:
    return parse(Source("manifest.yaml", text)).documents[0].root


def found(text: str, file: str) -> list[tuple[str, str]]:
    return [(item.kind, str(item.args["field"])) for item in check(root(text), file)]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers:
  - name: agent
    image: proxy-agent
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tty: true", []),
        ("tty: null", []),
        ("tty: 'true'", [("wrong-type", "tty")]),
        ("tty: 1", [("wrong-type", "tty")]),
        ("tty: yes", []),
        ("workingDir: 1", [("wrong-type", "workingDir")]),
        ("workingDir: on", [("wrong-type", "workingDir")]),
        ("workingDir: 12e3", [("wrong-type", "workingDir")]),
        ("workingDir: 2024-01-01", []),
        ("workingDir: []", [("wrong-type", "workingDir")]),
        ("args: null", []),
        ("args: [a, null]", []),
        ("args: [a, 1]", [("wrong-type", "args[1]")]),
        ("args: [a: 1]", [("wrong-type", "args[0]")]),
        ("args: a", [("wrong-type", "args")]),
        ("arg: [a]", [("unknown-field", "arg")]),
        ("Args: [a]", [("unknown-field", "Args")]),
        ("ports: [{containerPort: 1}]", []),
        ("ports: [{containerPort: 1.0}]", []),
        ("ports: [{containerPort: 1.5}]", [("wrong-type", "containerPort")]),
        ("ports: [{containerPort: '1'}]", [("wrong-type", "containerPort")]),
        ("ports: [{containerPort: true}]", [("wrong-type", "containerPort")]),
        ("ports: [{containerPort: null}]", [("missing-field", "containerPort")]),
        ("ports: [{name: a}, null]", [("missing-field", "containerPort")]),
        ("ports: [{containerPort: 1, protocol: TCP}]", []),
        ("ports: [{containerPort: 1, protocol: null}]", []),
        ("ports: [{containerPort: 1, protocol: ''}]", []),
        ("ports: [{containerPort: 1, protocol: tcp}]", [("value-not-allowed", "protocol")]),
        ("livenessProbe: {httpGet: {port: 1}}", []),
        ("livenessProbe: {httpGet: {port: '1'}}", []),
        ("livenessProbe: {httpGet: {port: health}}", []),
        ("livenessProbe: {httpGet: {port: 1.5}}", [("wrong-type", "port")]),
        ("livenessProbe: {httpGet: {port: true}}", [("wrong-type", "port")]),
        ("livenessProbe: {httpGet: {}}", [("missing-field", "port")]),
        ("livenessProbe: {httpGet: {port: 1, httpHeaders: [{name: a}]}}", []),
        ("resources: {limits: {cpu: 1, memory: 1Gi, other: 0.5}}", []),
        ("resources: {limits: {cpu: null}}", []),
        ("resources: {limits: {cpu: true}}", [("wrong-type", "cpu")]),
        ("resources: {limits: {cpu: []}}", [("wrong-type", "cpu")]),
        ("resources: {limits: 1}", [("wrong-type", "limits")]),
        ("env: [{name: A, value: b}]", []),
        ("env: [{name: A, value: 1}]", [("wrong-type", "value")]),
        ("env: {A: b}", [("wrong-type", "env")]),
        ("restartPolicyRules: [{action: Restart}]", []),
    ],
)
def test_pod_field(line: str, expected: list[tuple[str, str]]) -> None:
    assert found(f"{POD}    {line}\n", "pod/v1.json") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metadata: {labels: {a: b, c: 1}}", [("wrong-type", "c")]),
        ("metadata: {annotations: {a: null}}", []),
        ("metadata: {creationTimestamp: null, managedFields: [{any: thing}]}", []),
        ("metadata: null\ndata: {a: b}", []),
        ("data: {a: {b: c}}", [("wrong-type", "a")]),
        ("data: {a: 1}\nmetadata: x", [("wrong-type", "a"), ("wrong-type", "metadata")]),
        ("status: {}", [("unknown-field", "status")]),
    ],
)
def test_free_mappings(text: str, expected: list[tuple[str, str]]) -> None:
    header = "apiVersion: v1\nkind: ConfigMap\n"
    assert found(header + text, "config-map/v1.json") == expected


def test_root_that_is_no_mapping() -> None:
    assert found("[a]", "pod/v1.json") == [("wrong-type", "")]


def test_what_is_missing_at_the_root_belongs_to_the_kind() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\n"
    (violation,) = check(root(text), "deployment/apps-v1.json")
    assert violation.args == {"field": "spec", "owner": "Deployment"}


def test_conditions_are_left_to_their_rules() -> None:
    text = "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
    text += "egressSelections: [{name: nobody, connection: {proxyProtocol: Other}}]\n"
    assert found(text, EGRESS) == []
    assert not validator(EGRESS).is_valid(root(text).plain())


def test_did_you_mean() -> None:
    known = ["initialDelaySeconds", "periodSeconds", "tlsServerName"]
    assert closest("initialDelaySecond", known) == "initialDelaySeconds"
    assert closest("TLS-server_name", known) == "tlsServerName"
    assert closest("image", known) == ""


@pytest.mark.parametrize(
    ("value", "content", "expected"),
    [
        (5, {"minimum": 1, "maximum": 9}, None),
        (0, {"minimum": 1, "maximum": 9}, "1–9"),
        (0, {"minimum": 1}, "≥ 1"),
        (True, {"minimum": 5}, None),
        ("a", {"enum": ["b", None, ""]}, 'b, ""'),
        ("a", {"const": "b"}, "b"),
        ("", {"minLength": 1}, "≥ 1"),
        ("ab", {"pattern": "^b"}, "^b"),
        ("ab", {"pattern": "^b", "x-expected": "text with b"}, "text with b"),
        ([], {"minItems": 1}, "≥ 1"),
        (["a", "c"], {"items": {"enum": ["a", "b"]}}, "a, b"),
    ],
)
def test_value_expected(value: Any, content: dict[str, Any], expected: str | None) -> None:
    assert value_expected(value, content) == expected


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.text("ab1", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "ports", "containerPort", "args", "env", "value", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_walker_agrees_with_jsonschema_but_for_null(container: Any) -> None:
    """Null is absent to Go, so only documents without it can be compared."""
    text = json.dumps({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}})
    if "null" not in text:
        accepted = validator("pod/v1.json").is_valid(json.loads(text))
        assert accepted == (found(text, "pod/v1.json") == [])


# --- Documents of a connector ------------------------------------------------------------------


def connector(text: str, path: str = "agent.yaml") -> Connector:
    return group([parse(Source(path, text))], Settings())[0]


def kinds(text: str, path: str = "agent.yaml") -> list[str]:
    found: list[Violation] = []
    for kind in ("unknown-field", "wrong-type", "value-not-allowed", "missing-field"):
        found += violations_of(connector(text, path), kind)
    return [item.kind for item in found]


AGENT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: konnectivity-agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - name: konnectivity-agent
        image: proxy-agent
        command: [/proxy-agent]
"""


def test_each_kind_of_the_linter_has_a_schema() -> None:
    assert schema_files()["apps/v1", "DaemonSet"] == "daemon-set/apps-v1.json"
    assert ("apps/v1beta1", "Deployment") not in schema_files()


def test_complete_manifest_is_clean() -> None:
    assert kinds(AGENT) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("image: proxy-agent", "image: proxy-agent\n        x: 1", ["unknown-field"]),
        ("  selector: {matchLabels: {app: agent}}\n", "", ["missing-field"]),
        ("app: agent}}\n  template", "app: 1}}\n  template", ["wrong-type"]),
        ("command: [", "imagePullPolicy: always\n        command: [", ["value-not-allowed"]),
    ],
)
def test_refused_manifest(old: str, new: str, expected: list[str]) -> None:
    assert old in AGENT
    assert kinds(AGENT.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("apps/v1", "extensions/v1beta1"),
        ("apps/v1", "example.com/v1"),
        ("image: proxy-agent", "image: proxy-agent\n        ports: [{containerPort: $PORT}]"),
        ("image: proxy-agent", "image: proxy-agent\n        ports: ${PORTS}"),
        ("image: proxy-agent", "image: proxy-agent\n        ${EXTRA}: ${VALUE}"),
        ("image: proxy-agent", "image: proxy-agent\n        imagePullPolicy: __POLICY__"),
    ],
)
def test_unknown_versions_and_placeholders_say_nothing(old: str, new: str) -> None:
    text = AGENT.replace(old, new).replace("  selector: {matchLabels: {app: agent}}\n", "")
    assert kinds(text.replace("spec:\n  template", f"spec:\n{SELECTOR}  template")) == []


SELECTOR = "  selector: {matchLabels: {app: agent}}\n"


def without(*lines: str) -> str:
    text = AGENT
    for line in lines:
        assert line in text
        text = text.replace(line, "")
    return text


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (without(SELECTOR), "overlay/agent-patch.yaml"),
        (without(SELECTOR), "patches/agent.yaml"),
        (without(SELECTOR, "    metadata: {labels: {app: agent}}\n"), "agent.yaml"),
        (without(SELECTOR, "        image: proxy-agent\n"), "agent.yaml"),
        (without(SELECTOR) + "        $patch: replace\n", "agent.yaml"),
        (without("apiVersion: apps/v1\n", "kind: DaemonSet\n", SELECTOR), "agent.yaml"),
    ],
)
def test_patch_need_not_be_complete(text: str, path: str) -> None:
    assert kinds(text, path) == []


def test_patch_is_still_checked_for_what_it_says() -> None:
    text = without(SELECTOR, "        image: proxy-agent\n") + "        ports: x\n"
    assert kinds(text) == ["wrong-type"]


def test_violations_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("konnektor_lint.limits.VIOLATIONS", 5)
    text = AGENT + "        args: [" + "1, " * 50 + "]\n"
    assert kinds(text) == ["wrong-type"] * 5
