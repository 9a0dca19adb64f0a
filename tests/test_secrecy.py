"""What files keep secret is in no report: values of Secrets, credentials, private keys."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.secrecy import discreet, veil_of, veiled
from konnektor_lint.source import TOP, Source, parse

Runner = Callable[..., Run]
CANARY = "CANARY7f3a9c"
CODED = base64.b64encode(CANARY.encode()).decode()


def agent(*arguments: str, env: str = "") -> str:
    listed = "".join(f"    - {argument}\n" for argument in arguments)
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: konnectivity-agent}\nspec:\n  containers:\n"
        f"  - name: agent\n    image: x/proxy-agent:v0.36.0\n    command: [proxy-agent]\n{env}"
        f"    args:\n{listed}"
    )


def one_line(*arguments: str, env: str = "") -> str:
    listed = ", ".join(f'"{argument}"' for argument in arguments)
    return (
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "konnectivity-agent"}, "spec": '
        '{"containers": [{"name": "a", "image": "x/proxy-agent:v0.36.0", '
        f'"command": ["proxy-agent"], "env": [{env}], "args": [{listed}]}}]}}}}\n'
    )


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: konnectivity-x}\n"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"
CASES = {
    "a Secret's value given twice": f"{SECRET}stringData:\n  a: {CANARY}\n  a: {CANARY}\n",
    "a Secret's value with a bad tag": f"{SECRET}stringData:\n  a: !!int {CANARY}\n",
    "a block in a Secret": f"{SECRET}stringData:\n  a: |\n    {CANARY}\n  b: x\n  b: y\n",
    "a folded value": f'{SECRET}stringData:\n  a: "x\n    {CANARY}"\n  b: x\n  b: y\n',
    "base64": f"{SECRET}data:\n  b: eA==\n  a: {CODED}\n  b: eQ==\n",
    "an annotation of kubectl":
        SECRET.replace("}", f", annotations: {{last: {CANARY}}}, annotations: {{}}}}"),
    "a Secret that is no YAML": f"{SECRET}stringData:\n  a: {CANARY}\n  b: [x\n",
    "a Secret that ends": f'{SECRET}stringData:\n  a: {CANARY}\n  b: "x {CANARY}',
    "a Secret in JSON": f'{{"kind": "Secret", "stringData": {{"k": "{CANARY}", "a": [}}}}',
    "a Secret in a List": "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  metadata: "
        f"{{name: konnectivity}}\n  stringData:\n    a: {CANARY}\n    a: {CANARY}\n",
    "a Secret beside": one_line("--bad") + f"---\n{SECRET}stringData: {{a: {CANARY}}}\n",
    "a flag": agent(f"--token={CANARY}"),
    "a flag on one line": one_line("--bad", f"--token={CANARY}"),
    "a flag and its value": one_line("--password", CANARY, "--bad"),
    "a flag and its value in two items": agent("--bad", "--api-key", CANARY),
    "a flag in a script": agent("x").replace(
        "[proxy-agent]", f"[sh, -c, 'proxy-agent --client-secret {CANARY} --bad']"
    ),
    "a value behind a blank": agent(f"'--token {CANARY}'"),
    "a variable": agent(
        "--proxy-server-port=$(MY_TOKEN)",
        env=f"    env:\n    - name: MY_TOKEN\n      value: {CANARY}\n",
    ),
    "a variable on one line": one_line(
        "--bad=$(A_PASSWORD)", env=f'{{"name": "A_PASSWORD", "value": "{CANARY}"}}'
    ),
    "a password in an address": agent(f"--proxy-server-host=https://me:{CANARY}@example.org"),
    "a token of kubeadm": agent("--bad") + f"---\nkind: InitConfiguration\ntoken: {CANARY}\n",
    "a field in one line": one_line("--bad").replace("{", f'{{"bearerToken": "{CANARY}", ', 1),
    "a key": agent("--bad", f"{PEM!r}".replace("'", '"')),
    "a key in a block": "kind: ConfigMap\nmetadata: {name: konnectivity}\ndata:\n  x: &a [*a]\n"
        "  k: |\n" + "".join(f"    {line}\n" for line in PEM.split("\n")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_report_repeats_a_secret(name: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "konnectivity.yaml").write_text(CASES[name])
    for form in FORMATS:
        got = run("--isolated", "--format", form, "konnectivity.yaml", cwd=tmp_path)
        assert got.code in (0, 1, 3)  # a Secret alone is no part of the connector
        for secret in (CANARY, CODED):
            assert secret not in got.out + got.err
    source = Source("konnectivity.yaml", CASES[name])
    shown_lines = "\n".join(veiled(source, line + 1) for line in range(len(source.lines)))
    assert CANARY not in shown_lines
    assert CODED not in shown_lines
    shown = run("--isolated", "--show-topology", "konnectivity.yaml", cwd=tmp_path)
    assert CANARY not in shown.out


def line_of(text: str, number: int = 1) -> str:
    return veiled(Source("a.yaml", text), number)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- --token=abc", "- --token=***"),
        ("- --service-account-token-path=/var/run/x", None),
        ("- --authentication-audience=system:konnectivity-server", None),
        ("secret: {secretName: konnectivity-key}", None),
        ("serviceAccountToken:", None),
        ("name: konnectivity-agent-token", None),
        ("password: 'a b', user: c", "password: ****'*, user: c".replace("****'*", "** **")),
        ("url: https://me:abc@example.org/x", "url: https://me:***@example.org/x"),
        ("url: https://example.org:8131/@x", None),
        ("--token --bad=1", None),
    ],
)
def test_only_the_value_is_hidden(text: str, shown: str | None) -> None:
    assert line_of(text) == (text if shown is None else shown)


def test_columns_stay_where_they_are() -> None:
    text = f'{{"kind": "Secret", "stringData": {{"a": "{CANARY} x"}}, "b": 1}}'
    shown = line_of(text)
    assert len(shown) == len(text)
    assert shown.endswith('}, "b": 1}')
    assert CANARY not in shown


def test_keys_and_names_of_a_secret_stay_readable() -> None:
    text = f"{SECRET}stringData:\n  some-key: {CANARY}\n"
    assert [line_of(text, number) for number in range(1, 6)] == [
        "apiVersion: v1", "kind: Secret", "metadata: {name: konnectivity-x}", "stringData:",
        f"  some-key: {'*' * len(CANARY)}",
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u0085"])
def test_every_kind_of_line_end(end: str) -> None:
    text = f"a: 1{end}b: 2{end}token: {CANARY}{end}c: 3{end}"
    assert [line_of(text, number) for number in range(1, 5)] == [
        "a: 1", "b: 2", f"token: {'*' * len(CANARY)}", "c: 3",
    ]  # fmt: skip


def finding(source: Source, **args: str | int) -> Diagnostic:
    return Diagnostic("KL131", Severity.ERROR, Location(source, TOP), (), args)


def test_fields_of_messages_are_hidden_too() -> None:
    source = Source("a.yaml", f"{SECRET}stringData: {{a: {CANARY}, b: kube-system}}\n# kube-system")
    found = finding(source, value=f"x {CANARY} y", other="kube-system", count=3)
    (said,) = discreet([found])
    assert said.args == {"value": "x ******** y", "other": "kube-system", "count": 3}


def test_a_value_that_was_cut_is_hidden() -> None:
    long = CANARY * 40
    source = Source("a.yaml", f"{SECRET}stringData: {{a: {long}}}\n")
    (said,) = discreet([finding(source, value=f"{long[:199]}…")])
    assert CANARY not in str(said.args["value"])


def test_files_without_secrets_are_left_alone() -> None:
    source = Source("a.yaml", agent("--service-account-token-path=/var/run/secrets/token"))
    assert veil_of(source).lines == {}
    found = finding(source, value="x")
    assert next(discreet([found])) is found


def test_what_carries_a_manifest_does_not_hide_its_words() -> None:
    inner = "".join(f"    {line}\n" for line in agent("--agent-id=12345678").split("\n"))
    source = Source("a.yaml", f"{SECRET}stringData:\n  m.yaml: |\n{inner}")
    assert len(parse(source).documents) == 1
    assert "--agent-id=12345678" not in veil_of(source).values
