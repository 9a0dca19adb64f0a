"""Paths as Windows writes them, where paths are taken apart: grouping, reports, discovery."""

import ntpath
import os
from pathlib import PureWindowsPath

import pytest

from conftest import egress
from konnektor_lint.assembly import group
from konnektor_lint.connector import Settings
from konnektor_lint.diagnostic import Location
from konnektor_lint.report import paths, summary
from konnektor_lint.report.human import place, visible
from konnektor_lint.source import TOP, Source, parse

SERVER = (
    "kind: Pod\nmetadata: {name: konnectivity-server}\nspec: {containers: [{name: s, "
    "image: x/proxy-server:v0.36.0, command: [proxy-server]}]}\n"
)
FILES = {"a\\egress.yaml": egress(), "a\\server.yaml": SERVER, "b\\egress.yaml": egress(),
         "b\\server.yaml": SERVER}  # fmt: skip


@pytest.mark.parametrize("root", ["", "C:\\work\\", "\\\\host\\share\\", "..\\", "C:/lint/"])
def test_folders_are_told_apart(root: str) -> None:
    readings = [parse(Source(f"{root}{name}", text)) for name, text in FILES.items()]
    found = [item for item in group(readings, Settings(None, None)) if item.documents]
    folders = sorted(ntpath.basename(item.name.replace("/", "\\")) for item in found)
    assert folders == ["a", "b"]
    assert all(item.egress and item.servers for item in found)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the reports see a Windows: its separators, its absolute paths, its current folder."""
    monkeypatch.setattr(os, "sep", "\\")
    for name in ("isabs", "join", "dirname", "normpath"):
        monkeypatch.setattr(os.path, name, getattr(ntpath, name))
    monkeypatch.setattr(os.path, "abspath", lambda path: ntpath.join("C:\\work", path))
    monkeypatch.setattr(paths, "Path", PureWindowsPath)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "relative", "address"),
    [
        ("a\\egress.yaml", "a/egress.yaml", "a/egress.yaml"),
        ("C:\\work\\a b.yaml", "a b.yaml", "a%20b.yaml"),
        ("D:\\x\\y.yaml", "D:/x/y.yaml", "file:///D:/x/y.yaml"),
        ("-", "-", "-"),
    ],
)
def test_reports_name_files_with_slashes(path: str, relative: str, address: str) -> None:
    assert paths.relative(path, "C:\\work") == relative
    assert paths.address(path, "C:\\work") == address


def test_a_place_is_shown_as_it_was_given() -> None:
    at = Location(Source("C:\\work\\a.yaml", "x"), TOP)
    assert place(at) == "C:\\work\\a.yaml:1:1"
    assert visible("C:\\new\\table") == "C:\\new\\table"  # no escapes of its own


def test_headings_use_slashes() -> None:
    readings = [parse(Source(name, text)) for name, text in list(FILES.items())[:2]]
    (connector,) = [item for item in group(readings, Settings(None, None)) if item.documents]
    assert summary._folder(connector.inventory) == "a"
