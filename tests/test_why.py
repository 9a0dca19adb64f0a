"""Log lines explained: what rules quote is answered with them, what others print is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run
from konnektor_lint import texts, why
from konnektor_lint.rule import Rule, all_rules, find_rule
from markup import fill_markers

PREFIX = "[pod/konnectivity-agent-x7k2p/konnectivity-agent] "
"""What ``kubectl logs --prefix`` writes; it tells whose line an everyday error is."""


def lines_of(rule: Rule) -> list[str]:
    return list(why.quoted(texts.rule_text(rule.code, "en")["symptom"]))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_quoted_line_is_answered_with_its_rule(rule: Rule) -> None:
    for line in lines_of(rule):
        found = why.look_up(PREFIX + line.replace("…", "something"))
        assert found is not None, line
        assert rule.code in found.rules, line


def test_many_rules_quote_lines() -> None:
    assert sum(1 for rule in all_rules() if lines_of(rule)) > 70


@pytest.mark.parametrize("symptom", why.symptoms(), ids=lambda symptom: symptom.name)
def test_symptoms_are_whole(symptom: why.Symptom) -> None:
    assert symptom.patterns
    assert symptom.checks
    assert set(symptom.programs) <= {
        "kubectl", "kube-apiserver", "proxy-server", "proxy-agent", "kubelet",
    }  # fmt: skip
    for code in symptom.rules:
        assert find_rule(code) is not None, code
    assert len(set(symptom.meaning.values())) == len(texts.LANGUAGES)
    for language in texts.LANGUAGES:
        page = ROOT / "docs" / language / "connector" / "troubleshooting.md"
        assert f"#{symptom.section} }}" in page.read_text(encoding="utf-8")
    for pattern in symptom.patterns:
        found = why.look_up(PREFIX + pattern.replace("…", "something"))
        assert found is not None
        assert symptom.name in [item.name for item in found.symptoms], pattern


def test_names_are_unique() -> None:
    names = [symptom.name for symptom in why.symptoms()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("line", "name", "rule"),
    [
        (
            (
                'E1121 10:48:23.123456       1 clientset.go:123] "cannot connect once" err="rpc'
                ' error: code = Unavailable desc = connection error: desc = \\"transport: Error'
                ' while dialing: dial tcp 10.0.0.1:8132: connect: connection refused\\""'
            ),
            "agent-cannot-connect",
            "KL206",
        ),
        (
            'Error from server: Get "https://10.0.0.4:10250/containerLogs/x": No agent available',
            "no-agent",
            "KL206",
        ),
        (
            (
                "2026-11-21T10:00:00.123456789Z stderr F Error: failed to run the frontend server:"
                " failed to get uds listener: failed to listen(unix) name /run/k.sock:"
                " bind: read-only file system"
            ),
            "socket-not-created",
            "KL180",
        ),
        (
            "THE SYNC INTERVAL 30s must be less than sync interval cap 10s",
            "option-refused",
            "KL162",
        ),
        (
            "the sync interval 30s has to be less than the sync interval cap",
            "option-refused",
            "KL162",
        ),
        ("\x1b[31munknown flag: --agent-prot\x1b[0m", "unknown-flag", "KL130"),
    ],
)
def test_lines_as_they_are_printed(line: str, name: str, rule: str) -> None:
    found = why.look_up(line)
    assert found is not None
    assert name in [item.name for item in found.symptoms]
    assert rule in found.rules


def test_one_of_many_is_named_alone() -> None:
    found = why.look_up("sync interval 30s must be less than sync interval cap 10s")
    assert found is not None
    assert found.rules == ("KL162",)


@pytest.mark.parametrize(
    "line",
    [
        (
            "2026/11/21 10:00:00 [error] 31#31: *1 connect() failed (111: Connection refused) while"
            " connecting to upstream"
        ),
        'FATAL:  password authentication failed for user "postgres"',
        "Error: could not read file config.json: ENOENT, open 'config.json'",
        "Warning  BackOff  kubelet  Back-off restarting failed container",
        "error: failed to push some refs to 'origin'",
        'level=error msg="failed to list pods" err="Unauthorized"',
        "curl: (7) Failed to connect to example.org port 443: Connection refused",
        "etcdserver: leader changed",
        "dial tcp 10.0.0.1:5432: connect: connection refused",
        "lookup db.internal on 10.96.0.10:53: no such host",
        "panic: assignment to entry in nil map",
        "panic: runtime error: invalid memory address or nil pointer dereference",
        'Failed to pull image "nginx": rpc error: code = NotFound',
        "open /etc/app/config.yaml: no such file or directory",
        'Error: Invalid value "x" for field',
        "listen tcp :8080: bind: address already in use",
        (
            "Cannot connect to the Docker daemon: dial unix /var/run/docker.sock: connect: no such"
            " file or directory"
        ),
        'Get "https://registry.example.org/v2/": x509: certificate signed by unknown authority',
        (
            'Liveness probe failed: Get "http://10.0.0.1:8080/healthz": dial tcp 10.0.0.1:8080:'
            " connect: connection refused"
        ),
        "http: TLS handshake error from 10.0.0.1:5000: EOF",
        "…",
        "",
        "\0\x1b[2J\ud800",
    ],
)
def test_lines_of_other_programs_have_no_answer(line: str) -> None:
    assert why.look_up(line) is None


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_answer_in_words(language: str, run: Callable[..., Run], tmp_path: Path) -> None:
    got = run("--lang", language, "--why", "error reading server preface: x", cwd=tmp_path)
    assert (got.code, got.err) == (0, "")
    assert "KL203" in got.out
    assert f"/{language}/connector/troubleshooting/#protocol" in got.out
    assert texts.rule_text("KL203", language)["title"] in got.out


def test_standard_input_tells_of_each_symptom_once(run: Callable[..., Run], tmp_path: Path) -> None:
    lines = [
        "something else",
        'failed calling webhook "a": No agent available',
        'failed calling webhook "b": No agent available',
        "http2: failed reading the frame payload: EOF",
        "\x1b]0;title\x07 unknown flag: --\x1b[2Jx",
    ]
    got = run("--why", "-", cwd=tmp_path, stdin="\n".join(lines).encode() + b"\n\xff\n")
    assert got.code == 0
    assert got.out.count("failed calling webhook") == 1
    assert got.out.count("KL203") == 1 + got.out.count("--select KL203")
    assert "2 further lines are not known." in got.out
    assert "\x1b" not in got.out


def test_nothing_known_is_exit_1(run: Callable[..., Run], tmp_path: Path) -> None:
    got = run("--why", "the sync interval cap is wrong", cwd=tmp_path)
    assert got.code == 1
    assert got.out.startswith("Nothing is known about this.\n")
    assert "sync interval … must be less than" in got.out
    assert run("--why", "", cwd=tmp_path).code == 1
    assert run("--why", "-", cwd=tmp_path).code == 1


def test_long_input_stays_fast(run: Callable[..., Run], tmp_path: Path) -> None:
    flood = b"".join(b"line %d of a log that says nothing\n" % at for at in range(50_000))
    assert run("--why", "-", cwd=tmp_path, stdin=flood).code == 1
    assert run("--why", "-", cwd=tmp_path, stdin=b"dial " * 1_000_000).code == 1


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_takes_its_tables_from_the_symptoms(language: str) -> None:
    page = ROOT / "docs" / language / "connector" / "troubleshooting.md"
    names: list[str] = []

    def content(name: str) -> str:
        names.append(name)
        return ""

    fill_markers(page.read_text(encoding="utf-8"), content)
    sections = {symptom.section for symptom in why.symptoms()}
    wanted = [name for name in names if name.startswith("symptoms")]
    assert "symptoms" in wanted
    assert {name.removeprefix("symptoms: ") for name in wanted} - {"symptoms"} <= sections
    assert len(wanted) == 3
