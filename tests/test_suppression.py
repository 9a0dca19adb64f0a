"""Comments and annotations that silence findings: where they stand, what they speak for."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, egress

SERVER = """\
apiVersion: v1
kind: Pod
metadata:
  name: konnectivity-server
spec:
  hostNetwork: true
  containers:
    - name: konnectivity-server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0
      command: ["/proxy-server"]
      args:
        - --mode=grpc
        - --uds-name=/run/konnectivity/server.socket
        - --server-port=0
        - --agent-namespace=kube-system
        - --agent-service-account=konnectivity-agent
        - --authentication-audience=system:konnectivity-server
        - --enable-profiling=true
"""
BAD_EGRESS = egress().replace("GRPC", "grpc")


class Checked:
    """What a run reported: codes with lines, and how many were suppressed."""

    def __init__(self, got: Run) -> None:
        report = json.loads(got.out)
        self.found = [
            (item["code"], item["location"]["start"]["line"]) for item in report["findings"]
        ]
        self.codes = [code for code, _ in self.found]
        self.suppressed = report["summary"]["suppressed"]
        self.args = [item["args"] for item in report["findings"]]


Check = Callable[..., Checked]


@pytest.fixture
def check(run: Callable[..., Run], tmp_path: Path) -> Check:
    def call(text: str | bytes, *options: str, name: str = "server.yaml") -> Checked:
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(data)
        return Checked(run("--isolated", "--format", "json", *options, ".", cwd=tmp_path))

    return call


def commented(line: str, comment: str) -> str:
    """Return the server with a comment behind the line that ends so."""
    assert line in SERVER
    return SERVER.replace(line, f"{line} {comment}", 1)


def above(line: str, comment: str) -> str:
    """Return the server with a comment on a line of its own above a line."""
    indent = line[: len(line) - len(line.lstrip())]
    assert f"{line}\n" in SERVER
    return SERVER.replace(f"{line}\n", f"{indent}{comment}\n{line}\n", 1)


IGNORE = "# konnektor-lint: ignore[KL306] looked at until Friday"
PROFILING = "        - --enable-profiling=true"


def test_without_a_comment_it_is_found(check: Check) -> None:
    assert check(SERVER).found == [("KL306", 18)]


@pytest.mark.parametrize(
    "text",
    [
        commented("--enable-profiling=true", IGNORE),
        commented("--enable-profiling=true", IGNORE.replace("KL306", "profiling-on")),
        commented("--enable-profiling=true", IGNORE.replace("KL306", " kl306 ")),
        commented("--enable-profiling=true", f"# yamllint disable-line {IGNORE}"),
        commented("--enable-profiling=true", IGNORE.replace(": ", ":")),
        above(PROFILING, IGNORE),
        above(PROFILING, f"{IGNORE}\n        # and more about it\n"),
        above("    - name: konnectivity-server", IGNORE),
        above("  containers:", IGNORE),
        above("      args:", IGNORE),
        above("spec:", IGNORE),
        above("apiVersion: v1", IGNORE),
        f"{IGNORE}\n---\n{SERVER}",
        f"---\n{IGNORE}\n{SERVER}",
        f"--- {IGNORE}\n{SERVER}",
        f"kind: ConfigMap\napiVersion: v1\n{IGNORE}\n---\n{SERVER}",
        above("  name: konnectivity-server", IGNORE.replace("ignore", "ignore-file", 1)),
        f"{SERVER}{IGNORE.replace('ignore', 'ignore-file', 1)}\n",
        SERVER.replace(PROFILING, f'        - "--enable-profiling=true" {IGNORE}'),
        SERVER.replace(PROFILING, f"        - --enable-profiling=true\t{IGNORE}"),
    ],
)
def test_places_of_a_comment(text: str, check: Check) -> None:
    assert (check(text).codes, check(text).suppressed) == ([], 1)
    crlf = text.replace("\n", "\r\n")
    assert (check(crlf).codes, check(crlf).suppressed) == ([], 1)
    assert check(b"\xef\xbb\xbf" + text.encode()).codes == []


@pytest.mark.parametrize(
    "text",
    [
        above("        - --mode=grpc", IGNORE),
        above("metadata:", IGNORE),
        above('      command: ["/proxy-server"]', IGNORE),
        commented("--mode=grpc", IGNORE),
        commented("containers:", IGNORE),
        f"{SERVER}{IGNORE}\n",
        f"{IGNORE}\n---\nkind: ConfigMap\napiVersion: v1\n---\n{SERVER}",
    ],
)
def test_a_comment_elsewhere_is_unused(text: str, check: Check) -> None:
    got = check(text)
    assert got.suppressed == 0
    assert sorted(got.codes) == sorted(["KL306", "KL013"]) or got.codes == ["KL306"]


def test_flag_and_value_in_two_items(check: Check) -> None:
    text = SERVER.replace("--server-port=0", "--agent-port\n        - many")
    assert ("KL131", 15) in check(text).found
    for marked in (
        text.replace("--agent-port\n", "--agent-port # konnektor-lint: ignore[KL131]\n"),
        text.replace(
            "        - --agent-port\n",
            "        # konnektor-lint: ignore[KL131]\n        - --agent-port\n",
        ),
    ):
        assert "KL131" not in check(marked).codes


def test_flow_style(check: Check) -> None:
    args = '["--uds-name=/run/k/s.sock",\n   {}\n   "--server-port=0",{}\n   "--enable-profiling"]'
    head, _, _ = SERVER.partition("        - --mode")
    for own, behind in ((f"{IGNORE}", ""), ("", f" {IGNORE}")):
        text = head.replace("args:\n", f"args: {args.format(own, behind)}\n")
        assert "KL306" in check(text).codes
        moved = text.replace('"--enable-profiling"', '"--enable-profiling" ' + IGNORE + "\n  ")
        assert "KL306" not in check(moved).codes


def test_several_codes_each_for_itself(check: Check) -> None:
    got = check(commented("--enable-profiling=true", "# konnektor-lint: ignore[KL306, KL149] why"))
    assert (got.codes, got.suppressed) == (["KL013"], 1)
    assert got.args == [{"rule": "KL149"}]


def test_the_narrowest_comment_is_the_used_one(check: Check) -> None:
    text = f"{IGNORE}\n{commented('--enable-profiling=true', IGNORE)}"
    got = check(text)
    assert (got.found, got.suppressed) == ([("KL013", 1)], 1)


def test_not_in_texts(check: Check) -> None:
    quoted = SERVER.replace(PROFILING, f'{PROFILING}\n        - "--server-id=a {IGNORE}"')
    assert check(quoted).codes == ["KL306"]
    block = f"{SERVER}---\nkind: ConfigMap\napiVersion: v1\ndata:\n  a: |\n    {IGNORE}\n    x\n"
    assert check(block).codes == ["KL306"]
    twice = SERVER.replace("metadata:\n", f"metadata:\n  labels: {{a: ' {IGNORE}', a: b}}\n")
    assert "KL013" not in check(twice).codes


EMBEDDED = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: egress
data:{header}
  egress.yaml: |{block}
{body}"""


def embedded(body: str, *, header: str = "", block: str = "") -> str:
    inner = "".join(f"    {line}\n" for line in body.splitlines())
    return EMBEDDED.format(header=header, block=block, body=inner)


@pytest.mark.parametrize(
    "text",
    [
        embedded(BAD_EGRESS.replace("grpc", "grpc # konnektor-lint: ignore[KL104] later")),
        embedded(f"# konnektor-lint: ignore[KL104] later\n{BAD_EGRESS}"),
        embedded(BAD_EGRESS, block=" # konnektor-lint: ignore[KL104] later"),
        embedded(BAD_EGRESS, header="\n  # konnektor-lint: ignore[KL104] later"),
        f"# konnektor-lint: ignore[KL104] later\n{embedded(BAD_EGRESS)}",
        embedded(f"# konnektor-lint: ignore-file[KL104] later\n{BAD_EGRESS}"),
    ],
)
def test_embedded_documents(text: str, check: Check) -> None:
    assert "KL104" in check(embedded(BAD_EGRESS)).codes
    got = check(text)
    assert (got.codes, got.suppressed) == ([], 1)


def test_either_side_of_a_comparison(run: Callable[..., Run], tmp_path: Path) -> None:
    other = egress("/run/elsewhere/server.socket")
    for side, file in (("udsName: ", "egress.yaml"), ("- --uds-name", "server.yaml")):
        for name, text in (("egress.yaml", other), ("server.yaml", SERVER)):
            indent = next(line for line in text.splitlines() if "ds" in line and "ame" in line)
            comment = (
                f"{' ' * (len(indent) - len(indent.lstrip()))}# konnektor-lint: ignore[KL201]\n"
            )
            at = text.find(side)
            begin = text.rfind("\n", 0, at) + 1
            marked = text[:begin] + comment + text[begin:] if name == file else text
            (tmp_path / name).write_text(marked)
        got = Checked(run("--isolated", "--format", "json", ".", cwd=tmp_path))
        assert "KL201" not in got.codes, file
        assert "KL013" not in got.codes
        assert got.suppressed == 1


def test_annotation(check: Check) -> None:
    pod = {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": "konnectivity-server",
            "annotations": {"konnektor-lint/ignore": "KL306, flag-repeated looked at"},
        },
        "spec": {"containers": [{
            "name": "s", "image": "registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0",
            "args": ["--uds-name=/run/s", "--server-port=0", "--enable-profiling",
                     "--agent-namespace=a", "--agent-service-account=b",
                     "--authentication-audience=c"],
        }]},
    }  # fmt: skip
    got = check(json.dumps(pod, indent=1), name="pod.json")
    assert (got.codes, got.suppressed, got.args) == (["KL013"], 1, [{"rule": "KL149"}])
    listed = {"apiVersion": "v1", "kind": "List", "items": [pod]}
    assert check(json.dumps(listed), name="pod.json").suppressed == 1
    bad = json.dumps(pod).replace("KL306, flag-repeated", "KL777")
    assert set(check(bad, name="pod.json").codes) == {"KL012", "KL306"}


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("# konnektor-lint: ignore", "not the form"),
        ("# konnektor-lint: ignore[]", "not the form"),
        ("# konnektor-lint: ignore KL306", "not the form"),
        ("# konnektor-lint: ingore[KL306]", "not the form"),
        ("# konnektor-lint: disable=KL306", "not the form"),
        ("# konnektor-lint ignore[KL3]", "only a beginning"),
        ("# konnektor-lint: ignore[KL999]", "no such rule"),
        ("# konnektor-lint: ignore[KL306 KL201]", "no such rule"),
        ("# konnektor-lint: ignore[KL013]", "always reported"),
    ],
)
def test_wrong_comments(comment: str, problem: str, check: Check) -> None:
    got = check(commented("--enable-profiling=true", comment))
    assert sorted(got.codes) == ["KL012", "KL306"]
    assert problem in [args.get("problem") for args in got.args]


@pytest.mark.parametrize(
    "comment",
    [
        "# konnektor-lint: see the README",
        "# konnektor-lint runs here",
        "# konnektor-lint-config v1",
    ],
)
def test_prose_is_left_alone(comment: str, check: Check) -> None:
    assert check(commented("--enable-profiling=true", comment)).codes == ["KL306"]


def test_unused_only_if_the_rule_ran(check: Check) -> None:
    text = commented("--mode=grpc", "# konnektor-lint: ignore[KL201, KL149] why")
    assert check(text).args[0] == {"rule": "KL149"}
    assert check(text).codes.count("KL013") == 1
    assert "KL013" not in check(text, "--ignore", "KL149").codes
    assert "KL013" not in check(text, "--severity", "KL149=off").codes


def test_what_is_not_yaml_hides_no_comment_elsewhere(check: Check) -> None:
    text = f"{commented('--enable-profiling=true', IGNORE)}---\na: [ {IGNORE}\nkonnectivity: '\n"
    got = check(text)
    assert (got.codes, got.suppressed) == (["KL003"], 1)
    behind = f"a: [ {IGNORE}\nkonnectivity: '\n--- {IGNORE}\n{SERVER}"
    assert (check(behind).codes, check(behind).suppressed) == (["KL003"], 1)
    assert "KL003" in check(f"# konnektor-lint: ignore-file[KL003]\n{text}").codes


def test_reasons(check: Check) -> None:
    bare = commented("--enable-profiling=true", "# konnektor-lint: ignore[KL306]")
    assert check(bare).codes == []
    assert check(bare, "--require-reason").codes == ["KL014"]
    assert check(commented("--enable-profiling=true", IGNORE), "--require-reason").codes == []


def test_the_summary_counts(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "server.yaml").write_text(commented("--enable-profiling=true", IGNORE))
    got = run("--isolated", ".", cwd=tmp_path)
    assert got.code == 0
    assert "1 finding is suppressed by a comment or the configuration." in got.out


@pytest.mark.parametrize("name", ["behind", "above", "nested", "one-line"])
def test_many_comments_stay_fast(name: str, check: Check) -> None:
    count = 20_000 if name == "nested" else 100_000
    if name == "behind":
        more = "".join(f"        - --v={at % 9} {IGNORE}\n" for at in range(count // 4))
    elif name == "above":
        more = f"        {IGNORE}\n" * count
    elif name == "nested":
        more = "".join(f"---\na: {{\n {IGNORE}\n b: 1}}\n" for _ in range(count))
    else:
        more = f"        {IGNORE.replace('KL306', ','.join(['KL306'] * count))}\n"
    started = time.process_time()
    check(f"{SERVER}{more}")
    assert time.process_time() - started < 60
