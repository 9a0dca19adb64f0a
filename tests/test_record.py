"""Named tuples that are made without typing."""

from pathlib import Path

import konnektor_lint

PACKAGE = Path(konnektor_lint.__file__).parent


def test_annotations_are_there_when_a_class_is_made() -> None:
    """From Python 3.14 on, a class body holds its annotations only with the future import."""
    users = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "from konnektor_lint.record import NamedTuple" in (text := path.read_text("utf-8"))
        and "from __future__ import annotations" not in text
    ]
    assert users == []
