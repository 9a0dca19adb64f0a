"""The example of each rule with the fault and the one without: the first of its fixtures.

A checkout reads the fixtures themselves. A wheel holds what is shown of them in an archive that
``tools/wheel_parts.py`` packs while the wheel is built, with this module: so nothing here imports
more than the standard library.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

KINDS = ("bad", "ok")
NOT_INPUT = ("expected.txt", "options.txt")
"""Files beside the input of a fixture: what is said of it, and the options of the call."""

_NOT_SHOWN = (".crt", ".key", ".gitkeep")
_OPTIONS = "options.txt"
_HERE = Path(__file__).parent
ARCHIVE = _HERE / "examples.zip"
FIXTURES = _HERE.parents[1] / "tests" / "fixtures"
_MADE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same files give the same archive."""


class Example(NamedTuple):
    """The options of a call, and the content of each file by its path below the folder."""

    options: tuple[str, ...]
    files: dict[str, bytes]


def example(code: str, kind: str) -> Example | None:
    """Return the example of a rule, if there is one; ``kind`` is one of ``KINDS``."""
    if ARCHIVE.is_file():
        return _packed(code, kind)
    folder = first_fixture(FIXTURES, code, kind)
    return None if folder is None else _example(_contents(folder))


def first_fixture(fixtures: Path, code: str, kind: str) -> Path | None:
    """Return the folder of the fixture that is a rule's example."""
    return next(iter(sorted((fixtures / code).glob(f"{kind}-*/"))), None)


def options_of(folder: Path) -> list[str]:
    """Return the further options of a fixture."""
    path = folder / _OPTIONS
    return path.read_text(encoding="utf-8").split() if path.is_file() else []


def shown_files(folder: Path) -> list[Path]:
    """Return the files of a fixture whose text tells a reader something."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in NOT_INPUT and not path.name.endswith(_NOT_SHOWN)
    ]


def pack(fixtures: Path, archive: Path) -> None:
    """Write the examples of all rules. Raises FileNotFoundError: there are no fixtures."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    with ZipFile(archive, "w") as out:
        for name, content in _all_contents(fixtures):
            entry = ZipInfo(name, _MADE)
            entry.compress_type = ZIP_DEFLATED
            out.writestr(entry, content, compresslevel=9)


def _all_contents(fixtures: Path) -> Iterator[tuple[str, bytes]]:
    for rule in sorted(path for path in fixtures.iterdir() if path.is_dir()):
        for kind in KINDS:
            folder = first_fixture(fixtures, rule.name, kind)
            if folder is not None:
                for name, content in _contents(folder).items():
                    yield f"{rule.name}/{kind}/{name}", content


def _contents(folder: Path) -> dict[str, bytes]:
    options = [path for path in (folder / _OPTIONS,) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (*options, *shown_files(folder))
    }


def _packed(code: str, kind: str) -> Example | None:
    from zipfile import ZipFile

    start = f"{code}/{kind}/"
    with ZipFile(ARCHIVE) as archive:
        names = [name for name in archive.namelist() if name.startswith(start)]
        held = {name.removeprefix(start): archive.read(name) for name in names}
    return _example(held) if held else None


def _example(contents: Mapping[str, bytes]) -> Example:
    files = dict(contents)
    return Example(tuple(files.pop(_OPTIONS, b"").decode().split()), files)
