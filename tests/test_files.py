"""Which files are looked at, and that none is passed over that holds a part."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from konnektor_lint.files import NoSuchPath, discover, may_hold_part, mentions_connector
from konnektor_lint.patterns import Patterns

EGRESS = "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"


def paths(folder: Path, *arguments: str) -> list[str]:
    wanted = arguments or (str(folder),)
    return [Path(found.path).relative_to(folder).as_posix() for found in discover(wanted)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.yaml", "b.yml", "c.json", "d.txt", "sub/e.YAML", ".git/f.yaml", "g.conf"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(EGRESS)
    return tmp_path


def test_folders_are_searched_for_what_may_be_ours(tree: Path) -> None:
    assert paths(tree) == ["a.yaml", "b.yml", "c.json", "g.conf", "sub/e.YAML"]


def test_a_named_file_may_have_any_name(tree: Path) -> None:
    assert paths(tree, str(tree / "d.txt")) == ["d.txt"]


def test_globs(tree: Path) -> None:
    assert paths(tree, str(tree / "*.y*ml")) == ["a.yaml", "b.yml"]
    assert paths(tree, str(tree / "**" / "*.YAML")) == ["sub/e.YAML"]
    with pytest.raises(NoSuchPath):
        paths(tree, str(tree / "*.toml"))


def test_gitignore(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.yml\n/c.json\nsub/\n!sub/e.YAML\n# a.yaml\n")
    assert paths(tree) == ["a.yaml", "g.conf"]
    (tree / "sub" / ".gitignore").write_text("*\n")
    (tree / ".gitignore").write_text("")
    assert paths(tree) == ["a.yaml", "b.yml", "c.json", "g.conf"]


def test_gitignore_of_the_repository_speaks_for_its_subfolders(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.YAML\n")
    assert paths(tree, str(tree / "sub")) == []


def test_exclusion(tree: Path) -> None:
    exclusion = Patterns(("sub", "*.json"), str(tree))
    found = [Path(item.path).name for item in discover([str(tree)], exclusion)]
    assert found == ["a.yaml", "b.yml", "g.conf"]
    named = [item.path for item in discover([str(tree / "c.json")], exclusion)]
    assert named == [str(tree / "c.json")]


def test_folder_links_are_not_followed(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree)
    assert paths(tree) == ["a.yaml", "b.yml", "c.json", "g.conf", "sub/e.YAML"]


SPELLINGS = (
    'kind: "Egress\\x53electorConfiguration"',
    'kind: "Egress\\u0053electorConfiguration"',
    'kind: "EgressSelect\\\n  orConfiguration"',
    "kind: !!binary RWdyZXNzU2VsZWN0b3JDb25maWd1cmF0aW9u",
    "kind: EgressSelectorConfiguration",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_no_spelling_hides_a_part(spelling: str, encoding: str) -> None:
    text = f"apiVersion: apiserver.k8s.io/v1beta1\n{spelling}\n"
    assert may_hold_part(text.encode(encoding))


def test_every_spelling_is_recognised(run: Callable[..., Run], tmp_path: Path) -> None:
    for number, spelling in enumerate(SPELLINGS):
        text = f"apiVersion: apiserver.k8s.io/v1beta1\n{spelling}\negressSelections: []\n"
        (tmp_path / f"{number}.yaml").write_text(text)
    got = run("--isolated", "--select", "KL003", cwd=tmp_path)
    assert f"{len(SPELLINGS)} egress configurations" in got.out


@given(st.binary(max_size=200))
def test_the_filter_takes_any_bytes(data: bytes) -> None:
    if mentions_connector(data):
        assert may_hold_part(data)


def test_most_files_are_passed_over() -> None:
    text = b'kind: Deployment\nspec:\n  args: ["--path=C:\\\\dir", "\\t"]\n'
    assert not may_hold_part(text)
