"""The short answer for folders without anything of ours is the one the whole run gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from konnektor_lint import cli, quick

FOLDERS: dict[str, dict[str, str]] = {
    "empty": {},
    "other": {"a.yaml": "kind: Pod\n", "b/c.json": "{}", "b/d.txt": "text"},
    "broken": {"a.yaml": "a: [\n"},
    "ignored": {".gitignore": "*.yml\n", "a.yaml": "a: 1\n", "b.yml": "kind: KonnectivityX\n"},
    "many": {f"{number}.yaml": "a: 1\n" for number in range(quick.MOST + 1)},
    "ours": {"a.yaml": "kind: EgressSelectorConfiguration\n"},
    "configured": {".konnektor-lint.yaml": "lang: it\n", "a.yaml": "a: 1\n"},
    "encoded": {"a.yaml": "kind: Secret\ndata:\n  a: a29ubmVjdGl2aXR5\n"},
}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("language", ["de", "en", "it"])
def test_the_short_answer_is_the_whole_one(
    name: str, language: str, run: Callable[..., Run], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / ".git").mkdir()
    for file, text in FOLDERS[name].items():
        (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / file).write_text(text)
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.delenv("CI", raising=False)
    short = [run(cwd=tmp_path), run(".", cwd=tmp_path)]
    monkeypatch.setattr(quick, "passed_over", lambda _: None)
    assert short == [run(cwd=tmp_path), run(".", cwd=tmp_path)]


def test_a_file_that_is_named_is_read_in_full(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    assert quick.passed_over([str(tmp_path)]) == 1
    assert quick.passed_over([str(tmp_path / "a.yaml")]) is None
    assert quick.passed_over(["-"]) is None


def test_a_call_without_options_gets_what_the_parser_would_say() -> None:
    assert vars(cli._arguments(["a"], "en")) == vars(cli.parser("en").parse_args(["a"]))
