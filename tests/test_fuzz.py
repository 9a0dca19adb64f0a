"""Odd shapes: whatever stands at any place of a manifest, every rule runs and every report is made.

Each fixture and example is read, a few of its nodes are replaced, and the result is linted. The
seed is fixed, so a failure can be repeated; the name of the folder and the values say which it is.
"""

import copy
import io
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import FIXTURES, ROOT
from konnektor_lint.connector import Settings
from konnektor_lint.linting import lint
from konnektor_lint.report.human import Human
from konnektor_lint.report.machine import Machine
from konnektor_lint.rule import all_rules

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ROUNDS = 200
SEEDS = range(4)
ODD: tuple[object, ...] = (
    None, True, False, 0, -1, 2**70, 1.5, float("nan"), float("inf"), "", " ", "\n", "x" * 300,
    "a" * 5000, "9" * 5000, "0" * 5000 + "1", "²", "é" * 50, "a\nb", "\u2028", "\U0001f600", "null",
    "0x10", "1_0", "1e400", "%zz", "[::1]:1", "https://[", "https://a:99999999999", "127.0.0.1",
    "$(A)", "${A}", "${", "$(", "{{ a }}", "-", "--", "--=", "---x", "-v", "-h", "--v", "/", "//",
    "..", "@", '"', "'", "\\", "sh", "proxy-server", "kube-apiserver", "GRPC", [], {}, [None], [[]],
    [{}], {"": None}, {"a": {"b": []}}, [1, "a", None, {}], {"kind": "List"}, {"<<": {}},
    ["sh", "-c", "exec proxy-server --x"],
)  # fmt: skip

Way = tuple[str | int, ...]
Files = dict[str, list[Any]]


@cache
def cases() -> list[Files]:
    roots = (FIXTURES, ROOT / "examples")
    folders = {file.parent for root in roots for file in root.rglob("*.y*ml")}
    return [files for folder in sorted(folders) if (files := read(folder))]


def read(folder: Path) -> Files | None:
    """Return the documents of a folder; None where a file is broken or too large on purpose."""
    texts = {file.name: file.read_bytes() for file in sorted(folder.glob("*.y*ml"))}
    if sum(map(len, texts.values())) > 20_000 or any(b"*" in text for text in texts.values()):
        return None
    try:
        return {name: list(yaml.load_all(text, Loader)) for name, text in texts.items()}
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return None


def paths(node: Any, at: Way = ()) -> Iterator[Way]:
    yield at
    children: Any = ()
    if isinstance(node, dict):
        children = node.items()
    elif isinstance(node, list):
        children = enumerate(node)
    for step, child in children:
        yield from paths(child, (*at, step))


def mutate(document: Any, chance: random.Random) -> Any:
    """Replace a node by something odd, or only the value of the flag that stands there."""
    at, odd = chance.choice(list(paths(document))), copy.deepcopy(chance.choice(ODD))
    if not at:
        return odd
    *way, last = at
    owner = document
    for step in way:
        owner = owner[step]
    old = owner[last]
    if isinstance(old, str) and isinstance(odd, str) and chance.random() < 0.5:
        owner[last] = f"{old.partition('=')[0]}={odd}"
    else:
        owner[last] = odd
    return document


@pytest.mark.parametrize("seed", SEEDS)
def test_no_shape_ends_a_rule(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chance, everything = random.Random(seed), cases()
    for _ in range(ROUNDS):
        files = copy.deepcopy(chance.choice(everything))
        for _ in range(chance.choice((1, 1, 2, 4))):
            documents = chance.choice(list(files.values()))
            if documents:
                place = chance.randrange(len(documents))
                documents[place] = mutate(documents[place], chance)
        for name, documents in files.items():
            text = "---\n".join(json.dumps(item) + "\n" for item in documents)
            Path(name).write_text(text, encoding="utf-8")
        settings = Settings(chance.choice((None, 18, 31, 36)), chance.choice((None, "v0.28.6")))
        result = lint(sorted(files), all_rules(), settings)
        Human("en", colour=False).report(result, io.StringIO())
        Machine("en").report(result, io.StringIO())
        for name in files:
            Path(name).unlink()
