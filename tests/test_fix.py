"""What --fix changes: the finding, and nothing else.

``statistics()`` counts what of the fixtures can be fixed.
"""

import codecs
import difflib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import test_mutations
from conftest import FIXTURES, ROOT, Run, egress
from konnektor_lint import fixing, rewrite, texts
from konnektor_lint.fix import (
    Edit,
    insert_entry,
    insert_item,
    mend,
    remove_entry,
    remove_items,
    rename_key,
    replace_part,
    replace_value,
)
from konnektor_lint.release import load_schema
from konnektor_lint.rule import all_rules
from konnektor_lint.source import Node, Source, decode, is_marked, parse, parse_inside
from test_mutations import BROKEN, made_by

BAD = sorted(FIXTURES.glob("KL*/bad-*"))
OK = sorted(FIXTURES.glob("KL*/ok-*"))
Runner = Callable[..., Run]


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def inputs(folder: Path) -> list[str]:
    return sorted(
        item.name for item in folder.iterdir() if item.name not in ("expected.txt", "options.txt")
    )


def options(folder: Path) -> list[str]:
    file = folder / "options.txt"
    given_options = file.read_text(encoding="utf-8").split() if file.exists() else []
    return ["--isolated", *given_options]


def found(run: Runner, folder: Path, cwd: Path, *more: str) -> dict[str, Any]:
    got = run(*options(folder), "--format", "json", *more, *inputs(folder), cwd=cwd)
    report: dict[str, Any] = json.loads(got.out)
    return report


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def worse(report: dict[str, Any]) -> Counter[str]:
    return Counter(item["code"] for item in report["findings"] if item["severity"] != "info")


def lines_touched(report: dict[str, Any]) -> dict[str, set[int]]:
    """Return the lines of the first contents that the fixes of a report may change."""
    touched: dict[str, set[int]] = {}
    for finding in report["findings"]:
        for edit in (finding["fix"] or {"edits": ()})["edits"]:
            last = edit["end"]["line"] - (edit["end"]["column"] == 1)
            lines = range(edit["start"]["line"], max(last, edit["start"]["line"]) + 1)
            touched.setdefault(edit["file"], set()).update(lines)
    return touched


def lines_changed(before: bytes, after: bytes) -> set[int]:
    old, new = decode(before).split("\n"), decode(after).split("\n")
    changed: set[int] = set()
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            changed.update(range(start + 1, max(end, start) + 1))
    return changed


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """Return a function that copies a folder of files to be changed."""

    def copy(folder: Path) -> Path:
        target = tmp_path / folder.name
        shutil.copytree(folder, target)
        return target

    return copy


@pytest.mark.parametrize("folder", BAD, ids=name)
def test_a_fix_removes_its_finding_and_nothing_else(
    folder: Path, run: Runner, copied: Callable[[Path], Path]
) -> None:
    code, target = folder.parent.name, copied(folder)
    before = found(run, folder, target)
    chosen = found(run, folder, target, "--select", code)
    fixable = [item for item in chosen["findings"] if item["fix"]]
    first = contents(target)
    after = found(run, folder, target, "--select", code, "--fix", "--unsafe-fixes")
    then = contents(target)
    changed = {path for path in then if then[path] != first[path]}
    assert set(after["mended"]["files"]) == changed
    assert then.keys() == first.keys()
    assert len(after["findings"]) == len(chosen["findings"]) - len(fixable) + len(
        after["mended"]["refused"]
    )
    assert worse(found(run, folder, target)) <= worse(before)
    touched = lines_touched(chosen)
    for path in changed:
        assert lines_changed(first[path], then[path]) <= touched[path]
        for reading in (parse(Source(path, decode(data))) for data in (first[path], then[path])):
            assert not {item.kind for item in reading.problems} & {"yaml-syntax"}
    again = found(run, folder, target, "--select", code, "--fix", "--unsafe-fixes")
    assert contents(target) == then
    assert again["mended"]["findings"] == 0


@pytest.mark.parametrize("folder", BAD, ids=name)
def test_a_safe_fix_alone_leaves_the_unsafe_ones(
    folder: Path, run: Runner, copied: Callable[[Path], Path]
) -> None:
    code, target = folder.parent.name, copied(folder)
    chosen = found(run, folder, target, "--select", code)
    fixes = [item["fix"] for item in chosen["findings"] if item["fix"]]
    first = contents(target)
    after = found(run, folder, target, "--select", code, "--fix")
    safe = sum(1 for fix in fixes if fix["safe"]) - len(after["mended"]["refused"])
    assert after["mended"]["findings"] == safe
    assert (contents(target) != first) is (safe > 0)


@pytest.mark.parametrize("folder", OK, ids=name)
def test_what_is_right_is_left_alone(
    folder: Path, run: Runner, copied: Callable[[Path], Path]
) -> None:
    target = copied(folder)
    first = contents(target)
    found(run, folder, target, "--select", folder.parent.name, "--fix", "--unsafe-fixes")
    assert contents(target) == first


@pytest.mark.parametrize("edit", BROKEN, ids=str)
def test_a_broken_connector_never_gets_worse(
    edit: test_mutations.Edit, run: Runner, tmp_path: Path
) -> None:
    folder = made_by(edit, tmp_path)
    more = ("--isolated", "--format", "json", ".")
    before = json.loads(run(*more, cwd=folder).out)
    after = json.loads(run(*more, "--fix", "--unsafe-fixes", cwd=folder).out)
    assert worse(after) <= worse(before)
    assert len(after["findings"]) <= len(before["findings"])
    then = contents(folder)
    run(*more, "--fix", "--unsafe-fixes", cwd=folder)
    assert contents(folder) == then


class Statistics(NamedTuple):
    """How much of the fixtures has a fix."""

    fixtures: int
    fixable_fixtures: int
    rules: int
    rules_with_safe: tuple[str, ...]
    rules_with_unsafe: tuple[str, ...]


def statistics(run: Runner) -> Statistics:
    """Count fixtures and rules with fixes."""
    safe, unsafe, fixable = set(), set(), 0
    for folder in BAD:
        report = found(run, folder, folder, "--select", folder.parent.name)
        fixes = [item["fix"] for item in report["findings"] if item["fix"]]
        fixable += bool(fixes)
        safe |= {folder.parent.name for fix in fixes if fix["safe"]}
        unsafe |= {folder.parent.name for fix in fixes if not fix["safe"]}
    return Statistics(
        len(BAD), fixable, len(all_rules()), tuple(sorted(safe)), tuple(sorted(unsafe))
    )


def test_rules_say_whether_they_have_a_fix(run: Runner) -> None:
    counted = statistics(run)
    said = {rule.code: rule.fix for rule in all_rules() if rule.fix}
    assert set(said.values()) == {"safe", "unsafe", "sometimes"}
    assert said.keys() == {*counted.rules_with_safe, *counted.rules_with_unsafe}
    for code, kind in said.items():
        assert kind != "safe" or code not in counted.rules_with_unsafe
        assert kind != "unsafe" or code not in counted.rules_with_safe
    assert len(said) > 25


# How the same document may be written.

GRPC = egress().replace("proxyProtocol: GRPC", "proxyProtocol: grpc  # the old spelling")
FLOW = """\
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections: [{name: cluster,
    connection: {proxyProtocol: grpc, transport: {uds: {udsName: /a}}}}]
"""
JSON = json.dumps(
    {
        "apiVersion": "apiserver.k8s.io/v1beta1",
        "kind": "EgressSelectorConfiguration",
        "egressSelections": [
            {
                "name": "cluster",
                "connection": {"proxyProtocol": "grpc", "transport": {"uds": {"udsName": "/a"}}},
            }
        ],
    },
    indent=1,
)


def config_map(text: str, sign: str = "|") -> str:
    inside = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    return f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: egress
data:
  egress.yaml: {sign}
{inside}"""


WRITTEN = {
    "plain": GRPC.encode(),
    "crlf": GRPC.replace("\n", "\r\n").encode(),
    "cr": GRPC.replace("\n", "\r").encode(),
    "bom": codecs.BOM_UTF8 + GRPC.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + GRPC.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + GRPC.encode("utf-16-be"),
    "no end": GRPC.rstrip("\n").encode(),
    "beyond ascii": f"# Straße 日本 😀\n{GRPC}".encode(),
    "single": GRPC.replace("grpc", "'grpc'", 1).encode(),
    "double": GRPC.replace("grpc", '"grpc"', 1).encode(),
    "flow": FLOW.encode(),
    "json": JSON.encode(),
    "config map": config_map(GRPC).encode(),
    "config map, kept": config_map(GRPC, "|+").encode(),
    "config map, crlf": config_map(GRPC).replace("\n", "\r\n").encode(),
    "list": ("apiVersion: v1\nkind: List\nitems:\n- " + config_map(GRPC).replace("\n", "\n  "))
    .rstrip(" ")
    .encode(),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_each_way_of_writing_is_kept(how: str, run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "egress.yaml"
    file.write_bytes(WRITTEN[how])
    got = run("--isolated", "--select", "KL104", "--fix", "egress.yaml", cwd=tmp_path)
    assert got.code == 0, got.out
    wide = how.startswith("utf-16")
    old, new = (word.encode(how) if wide else word.encode() for word in ("grpc", "GRPC"))
    assert file.read_bytes() == WRITTEN[how].replace(old, new, 1)


@pytest.mark.parametrize(
    "text",
    [
        config_map(GRPC).replace("|\n", ">\n").replace("\n    ", "\n\n    "),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.yaml: "
        + json.dumps(GRPC)
        + "\n",
        GRPC.replace("grpc", "&shared grpc") + "other: *shared\n",
        GRPC.replace("grpc", "!!str grpc"),
    ],
    ids=["folded", "escaped", "anchored", "tagged"],
)
def test_what_cannot_be_placed_is_left_alone(text: str, run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "egress.yaml"
    file.write_text(text, encoding="utf-8")
    got = run("--isolated", "--select", "KL104", "--format", "json", "--fix", ".", cwd=tmp_path)
    report = json.loads(got.out)
    assert [item["fix"] for item in report["findings"]] == [None]
    assert file.read_text(encoding="utf-8") == text


def as_json(folder: Path, indent: int | None) -> bool:
    """Rewrite the files of a folder as JSON; tell whether all of them could be."""
    for path in folder.rglob("*.yaml"):
        reading = parse(Source("f", path.read_text(encoding="utf-8")))
        if reading.problems or len(reading.documents) != 1:
            return False
        plain = reading.documents[0].root.plain()
        path.write_text(json.dumps(plain, indent=indent), encoding="utf-8")
    return True


FIXABLE = {rule.code for rule in all_rules() if rule.fix}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("folder", [one for one in BAD if one.parent.name in FIXABLE], ids=name)
def test_json_is_fixed_like_yaml(
    folder: Path, indent: int | None, run: Runner, tmp_path: Path
) -> None:
    block, flow = tmp_path / "block", tmp_path / "flow"
    shutil.copytree(folder, block)
    shutil.copytree(folder, flow)
    if not as_json(flow, indent):
        return
    more = ("--select", folder.parent.name, "--fix", "--unsafe-fixes")
    one, two = (found(run, folder, where, *more)["mended"] for where in (block, flow))
    if one["findings"] != two["findings"]:  # some faults, or what hinders a fix, are only YAML's
        assert 0 in (one["findings"], two["findings"])
        return
    for path in flow.rglob("*.yaml"):
        same = block / path.relative_to(flow)
        text = path.read_text(encoding="utf-8")
        assert tree(text) == tree(same.read_text(encoding="utf-8"))
        assert json.loads(text) == tree(text)[0]
        if indent is None:
            assert "\n" not in text


@pytest.mark.parametrize(
    "file",
    [file for code in sorted(FIXABLE) for file in FIXTURES.glob(f"{code}/bad-*/egress.yaml")],
    ids=lambda file: name(file.parent),
)
def test_a_config_map_is_fixed_like_a_file(file: Path, run: Runner, copied: Any) -> None:
    """The same lines, four columns further right."""
    plain = file.read_bytes().decode()
    if "\n---" in plain or plain.startswith(("---", "{")) or not file.parent.name.isascii():
        return
    target = copied(file.parent)
    more = ("--select", file.parent.parent.name, "--fix", "--unsafe-fixes")
    one = found(run, file.parent, target, *more)["mended"]
    expected = (target / "egress.yaml").read_bytes().decode()
    for path in file.parent.glob("*.yaml"):
        shutil.copyfile(path, target / path.name)
    (target / "egress.yaml").write_bytes(config_map(plain).encode())
    two = found(run, file.parent, target, *more)["mended"]
    assert two["findings"] == one["findings"]
    assert (target / "egress.yaml").read_bytes().decode() == config_map(expected)


# Helpers that make edits, against what the reader makes of the result.

LETTERS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"),
    max_size=12,
)  # fmt: skip
VALUES = st.one_of(
    LETTERS,
    st.sampled_from(
        ("", "yes", "null", "~", "0x10", "1e3", "a: b", "- a", "a #b", "#a", "[a", "a, b", "{a}",
         "it's", '"', "\\", "'", "*a", "&a", "!a", "%a", "@a", "`a", " a ", "a:", "?", "--a=b,c")
    ),
)  # fmt: skip
WRAPPED: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "entry": ("a: 1 # one\nk: @ # two\nz: {x: [y]}\n", ("k",)),
    "nested": ("- a:\n    - k: @ # two\n      z: 1\n", (0, "a", 0, "k")),
    "item": ("a:\n- x # one\n- @ # two\n- z\n", ("a", 1)),
    "flow entry": ("a: {b: c, k: @, z: 1} # two\n", ("a", "k")),
    "flow item": ("a: [b, @, z] # two\n", ("a", 1)),
    "flow lines": ("{\n  a: b,\n  k: @,\n  z: 1\n} # two\n", ("k",)),
}
OLD = {"plain": "/old/path", "single": "'it''s'", "double": '"/old \\"path\\""'}


def tree(text: str) -> Any:
    reading = parse(Source("f", text))
    assert not reading.problems
    return [document.root.plain() for document in reading.documents]


def put(root: Any, path: tuple[str | int, ...], value: object) -> Any:
    here = root
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return root


def node_at(text: str, *path: str | int) -> Node:
    node = parse(Source("f", text)).documents[0].root.at(*path)
    assert node is not None
    return node


def applied(data: bytes, *edits: Edit | None) -> bytes:
    known = [edit for edit in edits if edit is not None]
    assert len(known) == len(edits)
    made = rewrite.changed(data, known)
    assert made is not None
    return made[0]


@given(st.sampled_from(sorted(WRAPPED)), st.sampled_from(sorted(OLD)), VALUES)
def test_a_replaced_scalar_reads_as_meant(where: str, style: str, value: str) -> None:
    template, path = WRAPPED[where]
    text = template.replace("@", OLD[style])
    edit = replace_value(node_at(text, *path), value)
    assert edit is not None
    after = applied(text.encode(), edit).decode()
    (expected,) = tree(text)
    assert tree(after) == [put(expected, path, value)]
    head, tail = template.split("@")
    assert after.startswith(head)
    assert after.endswith(tail)
    if style != "plain":
        assert after[len(head)] == OLD[style][0]


@given(
    st.sampled_from(("\n", "\r\n", "\r")),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
    st.sampled_from(sorted(OLD)),
    VALUES,
    st.booleans(),
)
def test_line_ends_and_encodings_are_kept(
    ending: str, encoding: str, style: str, value: str, embedded: bool
) -> None:
    text = f"é: 1 # 😀\nk: {OLD[style]}\t# two\nz: 1"
    if embedded:
        text = config_map(text)
    data = text.replace("\n", ending).encode(encoding)
    source = Source("f", decode(data), marked=is_marked(data))
    document = parse(source).documents[0]
    if embedded:
        inner = document.root.at("data", "egress.yaml")
        assert inner is not None
        (document,) = parse_inside(inner, document).documents
    node = document.root.at("k")
    assert node is not None
    edit = replace_value(node, value)
    assert edit is not None
    after = applied(data, edit)
    assert after[:3] == data[:3]
    written = decode(after)
    assert written.count(ending) == text.count("\n")
    assert len(written.replace(ending, "")) == len(written) - len(ending) * text.count("\n")
    (whole,) = tree(written)
    (got,) = tree(whole["data"]["egress.yaml"]) if embedded else (whole,)
    assert got == {"é": 1, "k": value, "z": 1}


LISTS = {
    "block": "a:\n  b:\n{items}c: d # end\n",
    "same column": "b:\n{items}",
    "flow": "a: {{b: [{items}]}} # end\n",
    "flow lines": '{{"b": [\n{items}\n]}}\n',
}


def listed(how: str, items: list[str]) -> tuple[str, tuple[str, ...]]:
    if how == "block":
        lines = "".join(f"  - {item} # {item}\n" for item in items)
        return LISTS[how].format(items=lines), ("a", "b")
    if how == "same column":
        return LISTS[how].format(items="".join(f"- {item}\n\n" for item in items)), ("b",)
    if how == "flow":
        return LISTS[how].format(items=", ".join(items)), ("a", "b")
    lines = ",\n".join(f'  "{item}"' for item in items)
    return LISTS[how].format(items=lines), ("b",)


@given(st.sampled_from(sorted(LISTS)), st.integers(2, 5), st.data())
def test_items_come_and_go(how: str, count: int, data: st.DataObject) -> None:
    items = [f"--x{at}=1" for at in range(count)]
    text, path = listed(how, items)
    owner = node_at(text, *path)
    first = data.draw(st.integers(0, count - 1))
    last = data.draw(st.integers(first, count - 1))
    removed = remove_items(owner, first, last)
    rest = items[:first] + items[last + 1 :]
    if not rest:
        assert removed is None
        return
    (expected,) = tree(text)
    after = applied(text.encode(), removed).decode()
    assert tree(after) == [put(expected, path, rest)]
    assert "# end" in after or "# end" not in text
    added = insert_item(owner.items()[first], "--new=a b")
    assert added is not None
    more = [*items[: first + 1], "--new=a b", *items[first + 1 :]]
    assert tree(applied(text.encode(), added).decode()) == [put(expected, path, more)]


MAPPINGS = {
    "block": "m:\n  a: 1 # a\n  # b\n  b:\n    - x\n    - y: |\n        t\n\n  c: 3\n  d:\nn: 1\n",
    "item": "m:\n- a: 1 # a\n  b: {x: y}\n  c: [1,\n    2]\n  d: e\n- f: g\n",
    "flow": "m: {a: 1, b: {x: y}, c: [1, 2], d: e}\n",
    "flow lines": 'm: {\n  "a": 1,\n  "b": {"x": "y"},\n  "c": [1, 2],\n  "d": "e"\n}\n',
}  # fmt: skip


@pytest.mark.parametrize("how", MAPPINGS)
@pytest.mark.parametrize("field", ["a", "b", "c", "d"])
def test_fields_come_and_go(how: str, field: str) -> None:
    text = MAPPINGS[how]
    path: tuple[str | int, ...] = ("m", 0) if how == "item" else ("m",)
    owner = node_at(text, *path)
    child = owner.fields()[field]

    def expected() -> tuple[Any, dict[str, Any]]:
        (whole,) = tree(text)
        inner = whole["m"][0] if how == "item" else whole["m"]
        return whole, inner

    whole, inner = expected()
    del inner[field]
    assert tree(applied(text.encode(), remove_entry(owner, child)).decode()) == [whole]
    whole, inner = expected()
    inner["new"] = "a: b"
    assert tree(applied(text.encode(), insert_entry(child, "new", "a: b")).decode()) == [whole]
    whole, inner = expected()
    inner["other"] = inner.pop(field)
    assert tree(applied(text.encode(), rename_key(child, "other")).decode()) == [whole]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a:\nb: 1\n", ("a",), "a: q\nb: 1\n"),
        ("a: # c\nb: 1\n", ("a",), "a: q # c\nb: 1\n"),
        ("-\n- b\n", (0,), "- q\n- b\n"),
        ("- \n- b\n", (0,), "- q \n- b\n"),
        ("{a: , b: 1}\n", ("a",), "{a: q, b: 1}\n"),
    ],
)
def test_nothing_is_replaced_by_something(
    text: str, path: tuple[str | int, ...], expected: str
) -> None:
    edit = replace_value(node_at(text, *path), "q")
    assert applied(text.encode(), edit).decode() == expected


def test_a_merge_key_is_not_left_behind() -> None:
    text = "x: &x {a: 1}\nm:\n  k:\n    b: 2\n    <<: *x\n  z: 1\n"
    owner = node_at(text, "m")
    assert remove_entry(owner, owner.fields()["k"]) is None


def test_what_an_anchor_shares_is_not_changed() -> None:
    text = "a: &a\n  b: c\nd: *a\n"
    assert mend(replace_value(node_at(text, "d", "b"), "x"), safe=True) is None


def test_a_part_of_a_script_is_replaced() -> None:
    text = "a: |\n    exec /x \\\n      --one=1 \\\n      --two=2\nb: 1\n"
    node = node_at(text, "a")
    assert node.text is not None
    edit = replace_part(node, node.text.index("1 "), 1, "one")
    assert applied(text.encode(), edit).decode() == text.replace("=1", "=one")


# Command lines as they are really written.

AGENT = (FIXTURES / "KL149/bad-two-hosts/agent.yaml").read_text(encoding="utf-8")
SERVER = (FIXTURES / "KL142/bad-default-port/server.yaml").read_text(encoding="utf-8")
SCRIPT = """\
apiVersion: v1
kind: Pod
metadata: {name: konnectivity-server, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
    - name: konnectivity-server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0
      command: [sh, -c]
      args:
        - |
          set -e
          exec /proxy-server --mode=GRPC \\
            --uds-name=/run/konnectivity/server.socket \\
            --enable-contention-profiling \\
            --log_file_max_size=100 # bytes
"""


def fixed(run: Runner, folder: Path, text: str, *codes: str) -> tuple[str, Run]:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    chosen = ["--select", ",".join(codes)] if codes else []
    got = run("--isolated", *chosen, "--fix", "--unsafe-fixes", ".", cwd=folder)
    return file.read_text(encoding="utf-8"), got


def test_a_script_is_fixed(run: Runner, tmp_path: Path) -> None:
    after, got = fixed(run, tmp_path, SCRIPT, "KL130", "KL136", "KL142", "KL146")
    assert "Fixed 4 findings in 1 file." in got.out
    assert after == (
        SCRIPT.replace("GRPC", "grpc")
        .replace("server.socket \\\n", "server.socket --server-port=0 \\\n")
        .replace("            --enable-contention-profiling \\\n", "")
        .replace("log_file_max_size", "log-file-max-size")
    )


def test_a_value_in_the_next_item_is_fixed(run: Runner, tmp_path: Path) -> None:
    text = SERVER.replace("- --mode=grpc", "- --mode\n        - GRPC # upper case")
    assert "# upper case" in text
    after, _ = fixed(run, tmp_path, text, "KL136")
    assert after == text.replace("- GRPC", "- grpc")


def test_a_flag_with_its_value_goes(run: Runner, tmp_path: Path) -> None:
    one = "--proxy-server-host=konnectivity.example.com"
    assert one in AGENT
    text = AGENT.replace(one, one.replace("=", "\n            - "))
    after, _ = fixed(run, tmp_path, text, "KL149")
    assert after == AGENT.replace(f"            - {one}\n", "")


def test_a_given_account_is_used(run: Runner, tmp_path: Path) -> None:
    folder = FIXTURES / "KL208" / "bad-default-account"
    text = "---\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml")))
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: konnectivity-agent\n  namespace: kube-system\n"  # noqa: E501
    after, _ = fixed(run, tmp_path, f"{account}---\n{text}", "KL208")
    assert "      serviceAccountName: konnectivity-agent\n" in after
    assert after.replace("      serviceAccountName: konnectivity-agent\n", "") == (
        f"{account}---\n{text}"
    )


@pytest.mark.parametrize("written", ["--agent-port 8132 --admin-port 8133", "--agent-port 'a b'"])
def test_two_flags_in_one_item_are_left_alone(written: str, run: Runner, tmp_path: Path) -> None:
    text = SERVER.replace("- --mode=grpc", f'- "{written}"')
    after, _ = fixed(run, tmp_path, text, "KL141")
    assert after == text


def test_the_report_of_a_fix_follows_its_schema(run: Runner, tmp_path: Path) -> None:
    for folder in (FIXTURES / "KL008" / "bad-egress-case", FIXTURES / "KL104" / "bad-lower-case"):
        shutil.copy(folder / "egress.yaml", tmp_path / f"{folder.name}.yaml")
    more = ("--isolated", "--select", "KL008,KL104", "--format", "json")
    validator = Draft202012Validator(load_schema("konnektor-lint-output/v1.json"))
    validator.validate(json.loads(run(*more, ".", cwd=tmp_path).out))
    report = json.loads(run(*more, "--fix", ".", cwd=tmp_path).out)
    validator.validate(report)
    assert report["mended"]["findings"] == 1
    assert [item["code"] for item in report["mended"]["refused"]] == ["KL008"]


@pytest.mark.parametrize("language", ["de", "it"])
def test_each_language_tells_what_was_fixed(language: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(GRPC, encoding="utf-8")
    more = ("--isolated", "--lang", language, ".")
    assert texts.say(language, "fixes.safe", safe=1) in run(*more, cwd=tmp_path).out
    assert "egress.yaml" in run(*more, "--diff", cwd=tmp_path).out
    assert {"de": "1 Befund korrigiert (1 Datei).", "it": "Corretto 1 rilievo in 1 file."}[
        language
    ] in run(*more, "--fix", cwd=tmp_path).out


# What is not kept, and what is never touched.


def test_a_fix_that_brings_a_finding_is_taken_back(run: Runner, tmp_path: Path) -> None:
    folder = FIXTURES / "KL008" / "bad-egress-case"
    text = (folder / "egress.yaml").read_text(encoding="utf-8")
    file = tmp_path / "egress.yaml"
    file.write_text(text, encoding="utf-8")
    got = run("--isolated", "--select", "KL008", "--fix", ".", cwd=tmp_path)
    assert got.code == 1
    assert "Nothing was fixed.\nNot fixed: egress.yaml:10: KL008: it would bring KL004" in got.out
    assert file.read_text(encoding="utf-8") == text


def test_one_bad_fix_does_not_keep_the_others_back(run: Runner, tmp_path: Path) -> None:
    folder = FIXTURES / "KL008" / "bad-egress-case"
    bad = (folder / "egress.yaml").read_text(encoding="utf-8")
    for at in range(5):
        (tmp_path / f"{at}.yaml").write_text(GRPC, encoding="utf-8")
    (tmp_path / "2b.yaml").write_text(bad, encoding="utf-8")
    got = run("--isolated", "--select", "KL008,KL104", "--fix", ".", cwd=tmp_path)
    assert "Fixed 5 findings in 5 files." in got.out
    assert (tmp_path / "2b.yaml").read_text(encoding="utf-8") == bad


def test_the_other_side_is_settled_first(run: Runner, tmp_path: Path) -> None:
    """A health port that collides with another one is no reason to ask there."""
    folder = shutil.copytree(ROOT / "examples" / "clean", tmp_path / "clean")
    agent = folder / "workers" / "konnectivity-agent.yaml"
    text = agent.read_text(encoding="utf-8")
    broken = text.replace("--health-server-port=8093", "--health-server-port=8094")
    assert broken != text
    agent.write_text(broken, encoding="utf-8")
    got = run("--isolated", "--fix", "--unsafe-fixes", ".", cwd=folder)
    assert "KL181: first decide on KL182" in got.out
    assert agent.read_text(encoding="utf-8") == broken


def test_a_misspelled_field_is_not_given_once_more(run: Runner, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "clean", tmp_path / "clean")
    agent = folder / "workers" / "konnectivity-agent.yaml"
    text = agent.read_text(encoding="utf-8")
    for right, wrong in (
        ("  audience:", "  audiences:"),
        ("serviceAccountName", "serviceAcountName"),
    ):
        agent.write_text(text.replace(right, wrong), encoding="utf-8")
        run("--isolated", "--fix", ".", cwd=folder)
        assert agent.read_text(encoding="utf-8") == text.replace(right, wrong)
        run("--isolated", "--fix", "--unsafe-fixes", ".", cwd=folder)
        assert agent.read_text(encoding="utf-8") == text


def test_related_changes_only_the_given_files(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for path in (FIXTURES / "KL201" / "bad-other-path").glob("*.yaml"):
        shutil.copy(path, tmp_path)
    first = contents(tmp_path)
    more = ("--isolated", "--select", "KL201", "--related", "--fix", "--unsafe-fixes")
    got = run(*more, "server.yaml", cwd=tmp_path)
    assert "the file to change is not among the given ones" in got.out
    assert contents(tmp_path) == first
    run(*more, "egress.yaml", cwd=tmp_path)
    assert contents(tmp_path).keys() == first.keys()
    assert contents(tmp_path) != first


def test_what_is_ignored_is_not_fixed(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(GRPC, encoding="utf-8")
    run("--isolated", "--ignore", "KL104", "--fix", ".", cwd=tmp_path)
    assert (tmp_path / "egress.yaml").read_text(encoding="utf-8") == GRPC


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_standard_input(option: str, run: Runner, tmp_path: Path) -> None:
    got = run("--isolated", option, "-", cwd=tmp_path, stdin=GRPC.encode())
    if option == "--fix":
        assert got.code == 0
        assert got.out == GRPC.replace("grpc", "GRPC")
        assert "Fixed 1 finding in 1 file." in got.err
    else:
        assert got.code == 1
        assert "-      proxyProtocol: grpc" in got.out
    mixed = run("--isolated", option, "-", ".", cwd=tmp_path, stdin=GRPC.encode())
    assert (mixed.code, mixed.out) == (2, "")


def test_unsafe_alone_is_refused(run: Runner, tmp_path: Path) -> None:
    got = run("--unsafe-fixes", ".", cwd=tmp_path)
    assert got.code == 2
    assert "--fix" in got.err


# Writing: all or nothing.


@pytest.fixture
def three(tmp_path: Path) -> Path:
    for letter in "abc":
        (tmp_path / f"{letter}.yaml").write_text(GRPC, encoding="utf-8")
    return tmp_path


FIX = ("--isolated", "--select", "KL104", "--fix", ".")


def test_an_unwritable_file_stops_everything(run: Runner, three: Path) -> None:
    (three / "b.yaml").chmod(0o444)
    got = run(*FIX, cwd=three)
    assert got.code == 2
    assert "b.yaml" in got.err
    assert "No file was changed" in got.err
    assert set(contents(three).values()) == {GRPC.encode()}
    assert sorted(contents(three)) == ["a.yaml", "b.yaml", "c.yaml"]


def test_a_failing_replacement_loses_nothing(
    run: Runner, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def failing(source: str, target: str) -> None:
        if target.endswith("b.yaml"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    got = run(*FIX, cwd=three)
    assert got.code == 2
    assert "No space left on device" in got.err
    assert "Already written: a.yaml" in got.err
    assert sorted(contents(three)) == ["a.yaml", "b.yaml", "c.yaml"]
    assert contents(three)["b.yaml"] == contents(three)["c.yaml"] == GRPC.encode()


def test_a_file_changed_meanwhile_is_not_overwritten(
    run: Runner, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rewrite.write_all

    def late(*arguments: Any) -> None:
        (three / "b.yaml").write_text("other: work\n", encoding="utf-8")
        (three / "c.yaml").unlink()
        real(*arguments)

    monkeypatch.setattr("konnektor_lint.mending.write_all", late)
    got = run(*FIX, cwd=three)
    assert got.code == 2
    assert contents(three) == {"a.yaml": GRPC.encode(), "b.yaml": b"other: work\n"}


def test_links_and_modes_are_kept(run: Runner, tmp_path: Path) -> None:
    real = tmp_path / "real" / "egress.txt"
    real.parent.mkdir()
    real.write_text(GRPC, encoding="utf-8")
    real.chmod(0o640)
    link = tmp_path / "egress.yaml"
    link.symlink_to("real/egress.txt")
    run(*FIX[:-1], "egress.yaml", cwd=tmp_path)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == GRPC.replace("grpc", "GRPC")
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(item.name for item in real.parent.iterdir()) == ["egress.txt"]


def test_a_link_is_not_followed_out_of_its_folder(run: Runner, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yaml").write_text(GRPC, encoding="utf-8")
    (inside / "link.yaml").symlink_to("../outside.yaml")
    got = run(*FIX, cwd=inside)
    assert "a link out of the folder and its repository" in got.out
    assert (tmp_path / "outside.yaml").read_text(encoding="utf-8") == GRPC
    run(*FIX[:-1], "link.yaml", cwd=inside)
    assert (tmp_path / "outside.yaml").read_text(encoding="utf-8") != GRPC


def test_a_pipe_is_refused(run: Runner, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "egress.yaml")
    got = run(*FIX[:-1], "egress.yaml", cwd=tmp_path)
    assert got.code == 2
    assert "not a regular file" in got.err


def test_killed_in_between_the_old_files_stand(three: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from konnektor_lint import cli\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "cli.main(sys.argv[1:])\n"
    )
    path = os.pathsep.join(filter(None, (str(ROOT / "validator"), os.environ.get("PYTHONPATH"))))
    got = subprocess.run(
        [sys.executable, "-c", script, *FIX], cwd=three, env={**os.environ, "PYTHONPATH": path},
        check=False, capture_output=True,
    )  # fmt: skip
    assert got.returncode == -signal.SIGKILL
    yaml = {name: data for name, data in contents(three).items() if name.endswith(".yaml")}
    assert yaml == dict.fromkeys(("a.yaml", "b.yaml", "c.yaml"), GRPC.encode())


def test_interrupted_no_temporary_file_stays(
    run: Runner, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(*FIX, cwd=three)
    assert contents(three) == dict.fromkeys(("a.yaml", "b.yaml", "c.yaml"), GRPC.encode())


# Patches.


def patched(tool: list[str], folder: Path, patch: str) -> None:
    subprocess.run(tool, cwd=folder, input=patch.encode(), check=True, capture_output=True)


@pytest.mark.parametrize("tool", [["git", "apply", "-"], ["patch", "-p1", "--binary"]])
@pytest.mark.parametrize("how", ["plain", "crlf", "bom", "no end", "json", "config map, crlf"])
def test_a_diff_applies_and_equals_the_fix(
    tool: list[str], how: str, run: Runner, tmp_path: Path
) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"no {tool[0]}")
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "a b").mkdir(parents=True)
        (folder / "a b" / "Straße.yaml").write_bytes(WRITTEN[how])
        (folder / "plain.yaml").write_bytes(WRITTEN[how])
    got = run("--isolated", "--select", "KL104", "--diff", ".", cwd=one)
    assert got.code == 1
    assert contents(one) == contents(two)
    assert "Would fix 2 findings in 2 files." in got.err
    patched(tool, one, got.out)
    run("--isolated", "--select", "KL104", "--fix", ".", cwd=two)
    assert contents(one) == contents(two)
    assert run("--isolated", "--select", "KL104", "--diff", ".", cwd=one)[:2] == (0, "")


def test_the_broken_example_is_fixed_as_far_as_it_can_be(
    run: Runner, tmp_path: Path, copied: Callable[[Path], Path]
) -> None:
    target = copied(ROOT / "examples" / "broken")
    before = json.loads(run("--isolated", "--format", "json", ".", cwd=target).out)
    after = run("--isolated", "--format", "json", "--fix", "--unsafe-fixes", ".", cwd=target)
    report = json.loads(after.out)
    assert report["mended"]["refused"] == []
    left = [item["code"] for item in before["findings"] if not item["fix"]]
    assert [item["code"] for item in report["findings"]] == left


def test_many_fixes_in_vain_come_to_an_end(run: Runner, tmp_path: Path) -> None:
    selection = "- {nam: cluster, connection: {proxyProtocol: Direct}}\n"
    text = egress().split("  - name")[0] + selection * 200
    file = tmp_path / "egress.yaml"
    file.write_text(text, encoding="utf-8")
    got = run("--isolated", "--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert got.code == 1
    assert got.out.count("Not fixed") <= fixing.FAILURES
