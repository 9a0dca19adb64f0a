"""Which files are looked at, and that none is passed over that holds a part."""

import base64
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from konnektor_lint.files import NoSuchPath, discover, may_hold_part, mentions_connector
from konnektor_lint.patterns import Patterns
from konnektor_lint.tokens import PARTS, TOKENS

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


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        (".", "e.YAML"), ("./", "e.YAML"), ("../sub", "e.YAML"), ("../sub/.", "e.YAML"),
        ("..//sub//", "e.YAML"), ("../../{name}/sub", "e.YAML"), ("../other", "../other/h.yaml"),
        ("{root}/sub/", "{root}/sub/e.YAML"), ("{root}/other/../sub", "{root}/sub/e.YAML"),
        ("deep/..", "e.YAML"),
    ],
)  # fmt: skip
def test_files_of_a_folder_are_named_as_shortly_as_can_be(
    tree: Path, monkeypatch: pytest.MonkeyPatch, folder: str, found: str
) -> None:
    for name in ("other", "sub/deep"):
        (tree / name).mkdir()
    (tree / "other" / "h.yaml").write_text(EGRESS)
    monkeypatch.chdir(tree / "sub")
    given, wanted = (text.format(root=tree, name=tree.name) for text in (folder, found))
    assert [item.path for item in discover([given])] == [wanted]


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


def _escaped(word: str, random_: random.Random) -> str:
    forms = ("\\x{:02x}", "\\u{:04x}", "\\U{:08X}")
    return "".join(
        random_.choice(forms).format(ord(letter)) if random_.random() < 0.3
        else letter + "\\\n  " * (random_.random() < 0.1)
        for letter in word
    )  # fmt: skip


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


CARRIERS: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda word, _: f"a: {word}\n",
    "single quotes": lambda word, _: f"a: '{word}'\n",
    "double quotes": lambda word, random_: f'a: "{_escaped(word, random_)}"\n',
    "JSON": lambda word, random_: f'{{"a": "{_escaped(word, random_)}"}}\n',
    "literal": lambda word, _: f"a: |\n  x {word} y\n",
    "folded": lambda word, _: f"a: >-\n  x\n  {word}\n",
    "binary": lambda word, _: f"a: !!binary {_base64(word.encode())}\n",
    "verbatim tag": lambda word, _: f"a: !<tag:yaml.org,2002:binary> {_base64(word.encode())}\n",
    "tag handle": lambda word, _: (
        f"%TAG !e! tag:yaml.org,2002:bin\n---\na: !e!ary {_base64(word.encode())}\n"
    ),
    "Secret": lambda word, _: f"kind: Secret\ndata:\n  a: {_base64(word.encode())}\n",
    "binaryData": lambda word, _: f"kind: ConfigMap\nbinaryData:\n  a: {_base64(word.encode())}\n",
    "cloud-init": lambda word, _: (
        "write_files:\n- path: /a\n  encoding: gz+b64\n  content: "
        f"{_base64(gzip.compress(word.encode()))}\n"
    ),
    "Cluster API": lambda word, _: (
        f"files:\n- path: /a\n  encoding: base64\n  content: {_base64(word.encode())}\n"
    ),
}


@pytest.mark.parametrize("carrier", CARRIERS)
@given(
    token=st.sampled_from([token.decode() for token in TOKENS]),
    seed=st.integers(0, 10_000),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_nothing_hides_a_word(carrier: str, token: str, seed: int, encoding: str) -> None:
    random_ = random.Random(seed)
    word = "".join(random_.choice((letter, letter.upper())) for letter in token)
    text = CARRIERS[carrier](word, random_)
    assert may_hold_part(text.encode(encoding)), text


def test_every_token_holds_a_part_that_is_looked_for_first() -> None:
    for token in TOKENS:
        assert any(part in token for part in PARTS)


def test_words_can_be_found_behind_escapes() -> None:
    """Unescaping runs over the whole file, so a word must not look like what an escape leaves."""
    for token in TOKENS:
        assert token == token.lower()
        assert b"\\" not in token
        assert b"/" not in token
