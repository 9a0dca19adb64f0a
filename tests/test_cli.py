"""The command line as a user calls it: exit codes, streams, languages, wrong calls."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import ROOT, Run, egress
from konnektor_lint import __version__, cli, texts
from konnektor_lint.cli import LEVELS, main
from konnektor_lint.release import load_schema
from konnektor_lint.rule import all_rules

EXAMPLES = ROOT / "examples"
EGRESS = egress().encode()


def test_clean_example_is_clean(run: Callable[..., Run]) -> None:
    got = run("--isolated", "--fail-on", "info", "clean", cwd=EXAMPLES)
    assert (got.code, got.err) == (0, "")
    assert got.out.startswith("No findings.\nLooked at 5 files, 6 documents, 1 egress")


@pytest.mark.parametrize("name", ["http-connect", "high-availability", "hosted"])
def test_other_complete_examples_are_clean(name: str, run: Callable[..., Run]) -> None:
    got = run("--isolated", "--fail-on", "info", name, cwd=EXAMPLES)
    assert (got.code, got.out.startswith("No findings.")) == (0, True)


def test_broken_example_is_broken(run: Callable[..., Run]) -> None:
    got = run("--isolated", "broken", cwd=EXAMPLES)
    assert got.code == 1
    for code in ("KL130", "KL170", "KL201", "KL203", "KL206", "KL207"):
        assert f"[{code}]" in got.out


def test_nothing_of_ours_is_3_and_0_if_allowed(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("kind: ConfigMap\napiVersion: v1\n")
    got = run("--isolated", cwd=tmp_path)
    assert got.code == 3
    assert "Nothing of the connector was found" in got.out
    assert run("--isolated", "--allow-empty", cwd=tmp_path).code == 0
    assert run("--isolated", "other.yaml", cwd=tmp_path).code == 3


def test_standard_input(run: Callable[..., Run], tmp_path: Path) -> None:
    got = run("--isolated", "-", cwd=tmp_path, stdin=EGRESS)
    assert got.code == 0
    bad = run("--isolated", "-", cwd=tmp_path, stdin=EGRESS.replace(b"GRPC", b"grpc"))
    assert bad.code == 1
    assert bad.out.startswith("-:6:22: error[KL104]")


def test_json_on_standard_input(run: Callable[..., Run], tmp_path: Path) -> None:
    manifest = {
        "apiVersion": "apiserver.k8s.io/v1beta1",
        "kind": "EgressSelectorConfiguration",
        "egressSelections": [{"name": "cluster", "connection": {"proxyProtocol": "Direct"}}],
    }
    got = run("--isolated", "-", cwd=tmp_path, stdin=json.dumps(manifest, indent=1).encode())
    assert (got.code, "1 egress configuration" in got.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--formt", "json"], "there is no option --formt; did you mean --format?"),
        (["--nonsense-option"], "there is no option --nonsense-option; konnektor-lint --help"),
        (["--format", "xml"], "--format: found xml, expected one of: text, concise, json"),
        (["--format"], "--format needs a value"),
        (["--version=3"], "--version takes no value"),
        (["--select", "KL999"], "there is no rule KL999"),
        (["--select", "uds-path-mismach"], "did you mean uds-path-mismatch?"),
        (["--kubernetes", "2.1"], "--kubernetes 2.1: expected a version such as 1.36"),
        (["--kubernetes", "1.17"], "--kubernetes 1.17: expected a version such as 1.36"),
        (["--component-version", "new"], "--component-version new: expected a release"),
        (["missing.yaml"], "missing.yaml: no such file or folder"),
        (["*.nothing"], "*.nothing: no such file or folder"),
        (["--explain", "KL8"], "there is no rule KL8"),
        (["--config", "missing.yaml"], "missing.yaml:1: cannot be read"),
    ],
)
def test_wrong_calls_are_explained(
    arguments: list[str], said: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    got = run(*arguments, cwd=tmp_path)
    assert (got.code, got.out) == (2, "")
    assert got.err.startswith("konnektor-lint: ")
    assert said in got.err
    assert got.err.count("\n") == 1


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_wrong_calls_are_said_in_each_language(
    language: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    english = run("--lang", "en", "--nonsense-option", cwd=tmp_path).err
    got = run("--lang", language, "--nonsense-option", cwd=tmp_path).err
    assert "--nonsense-option" in got
    assert (got == english) == (language == "en")


def test_an_internal_error_is_one_line(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("konnektor_lint.survey.plan", fail)
    with pytest.raises(RuntimeError):
        run("clean", cwd=EXAMPLES)
    monkeypatch.delenv("KONNEKTOR_LINT_DEBUG")
    capture: list[str] = []
    monkeypatch.setattr("sys.stderr.write", capture.append, raising=False)
    assert main(["clean"]) == 2
    assert "RuntimeError: a fault of ours" in "".join(capture)


@pytest.mark.parametrize("locale", ["de_DE.UTF-8", "it_IT.UTF-8", "C", "fr_FR.UTF-8"])
def test_language_comes_from_the_locale_but_is_english_in_ci(
    locale: str, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"de": "Keine Befunde", "it": "Nessun rilievo", "en": "No findings"}
    monkeypatch.setenv("LANG", locale)
    expected = words.get(locale[:2], words["en"])
    assert run("--isolated", "clean", cwd=EXAMPLES).out.startswith(expected)
    monkeypatch.setenv("CI", "true")
    assert run("--isolated", "clean", cwd=EXAMPLES).out.startswith("No findings")
    assert run("--lang", "de", "--isolated", "clean", cwd=EXAMPLES).out.startswith(words["de"])


def test_select_and_ignore_take_codes_prefixes_and_slugs(run: Callable[..., Run]) -> None:
    def codes(*arguments: str) -> set[str]:
        out = run("--isolated", "--format", "json", *arguments, "broken", cwd=EXAMPLES).out
        return {item["code"] for item in json.loads(out)["findings"]}

    assert codes("--select", "KL201") == {"KL201"}
    assert codes("--select", "uds-path-mismatch") == {"KL201"}
    assert codes("--select", "kl2", "--ignore", "KL201,KL203") == codes("--select", "KL2") - {
        "KL201",
        "KL203",
    }
    assert "KL201" not in codes("--ignore", "uds-path-mismatch")


def test_fail_on(run: Callable[..., Run], tmp_path: Path) -> None:
    warned = EGRESS.replace(b"name: cluster", b"name: etcd")
    got = run("--isolated", "-", cwd=tmp_path, stdin=warned)
    assert ("warning[" in got.out, "error[" in got.out, got.code) == (True, False, 0)
    expected = {"error": 0, "warning": 1, "info": 1, "never": 0}
    for level in LEVELS:
        got = run("--isolated", "--fail-on", level, "-", cwd=tmp_path, stdin=warned)
        assert got.code == expected[level]
    assert run("--isolated", "--fail-on", "never", "broken", cwd=EXAMPLES).code == 0


def test_json_follows_its_schema(run: Callable[..., Run]) -> None:
    validator = Draft202012Validator(load_schema("konnektor-lint-output/v1.json"))
    for language in texts.LANGUAGES:
        got = run("--isolated", "--format", "json", "--lang", language, "broken", cwd=EXAMPLES)
        output = json.loads(got.out)
        validator.validate(output)
        assert output["findings"]
        assert output["tool"]["version"] == __version__


def test_colour_only_when_wanted(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("--isolated", "broken", cwd=EXAMPLES).out
    assert "\x1b[" in run("--isolated", "--color", "always", "broken", cwd=EXAMPLES).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("--isolated", "broken", cwd=EXAMPLES).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("--isolated", "broken", cwd=EXAMPLES).out


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_rule_explains_itself(language: str, run: Callable[..., Run], tmp_path: Path) -> None:
    listed = run("--list-rules", "--lang", language, cwd=tmp_path).out
    for rule in all_rules():
        assert rule.code in listed
        assert rule.slug in listed
        got = run("--explain", rule.slug, "--lang", language, cwd=tmp_path)
        assert got.code == 0
        assert rule.code in got.out
        assert texts.page(rule.code, language) in got.out


def test_related_shows_what_touches_the_given_file_from_either_side(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / "broken", tmp_path / "cluster")
    (tmp_path / ".git").mkdir()

    def codes(*paths: str) -> set[str]:
        got = run("--isolated", "--related", "--format", "json", *paths, cwd=tmp_path)
        return {item["code"] for item in json.loads(got.out)["findings"]}

    egress = "cluster/control-plane/egress-selector-configuration.yaml"
    server = "cluster/control-plane/konnectivity-server.yaml"
    assert "KL201" in codes(egress)
    assert "KL201" in codes(server)
    assert "KL130" not in codes(egress)
    assert codes("cluster/control-plane/rbac.yaml") == set()
    split = codes(egress) | codes(server) | codes("cluster/workers/konnectivity-agent.yaml")
    assert split == codes(egress, server, "cluster/workers/konnectivity-agent.yaml")


def test_related_works_from_a_subfolder(run: Callable[..., Run], tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "broken", tmp_path / "cluster")
    (tmp_path / ".git").mkdir()
    got = run(
        "--isolated", "--related", "konnectivity-agent.yaml", cwd=tmp_path / "cluster/workers"
    )
    assert f"{os.pardir}{os.sep}control-plane" in got.out.replace("/", os.sep)


def test_a_path_given_twice_is_read_once(run: Callable[..., Run]) -> None:
    once = run("--isolated", "--select", "KL201", "broken", cwd=EXAMPLES)
    twice = run("--isolated", "--select", "KL201", "broken", "./broken/", cwd=EXAMPLES)
    assert once.out == twice.out


def test_templates_are_skipped_and_named(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text(
        "{{- if .Values.konnectivity }}\nkind: Pod\nspec: {{ toYaml .Values.x }}\n{{- end }}\n"
    )
    got = run("--isolated", cwd=tmp_path)
    assert "error" not in got.out
    assert "Skipped agent.yaml: a template" in got.out


def test_what_is_not_ours_is_passed_over(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [1\nb: }\n")
    (tmp_path / "duplicate.yaml").write_text("a: 1\na: 2\n")
    (tmp_path / "deployment.yaml").write_text("kind: Deployment\nspec: {replicas: many}\n")
    for paths in ([], ["broken.yaml", "duplicate.yaml", "deployment.yaml"]):
        got = run("--isolated", *paths, cwd=tmp_path)
        assert got.code == 3
        assert "[KL" not in got.out


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user types it; ``konnektor-lint`` is this checkout's."""
    program = f"{sys.executable} -m konnektor_lint"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("konnektor-lint", program)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "validator"), "LANG": "C.UTF-8", "CI": "1"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("konnektor-lint --isolated <(cat clean/control-plane/egress*.yaml)", 0, "1 egress config"),
        ("konnektor-lint --isolated clean >&-", 0, ""),
        ("konnektor-lint --isolated broken >&-", 1, ""),
        ("konnektor-lint --isolated --format json clean | head -c 10", 0, "{"),
        ("konnektor-lint --isolated broken | head -n 1", 1, "broken/control-plane"),
        ("cat broken/control-plane/konn*.yaml | konnektor-lint --isolated - clean", 1, "-:"),
    ],
)
def test_in_a_shell(command: str, code: int, said: str) -> None:
    done = shell(command, EXAMPLES)
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout


@pytest.mark.parametrize("argv", [[], ["-"], ["a.yaml", "b"]])
def test_a_call_without_options_needs_no_parser_and_means_the_same(argv: list[str]) -> None:
    parsed = cli._parsed(cli.parser("en"), argv, "en")
    assert vars(cli._arguments(argv, "en")) == vars(parsed)
