"""Run the linter as its command line does, on files that are given and in a folder of its own."""

import contextlib
import io
import json
import os
import shutil
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from konnektor_lint import __version__
from konnektor_lint.cli import main
from konnektor_lint.release import NEWEST_KUBERNETES, OLDEST_KUBERNETES, table, version
from konnektor_lint.rule import all_rules

HOME = Path("/project")
OUT = Path("/report")


def about() -> str:
    """Return the linter's version and the versions it can be told, as JSON."""
    minors = range(NEWEST_KUBERNETES, OLDEST_KUBERNETES - 1, -1)
    tags = {tag for program in ("proxy-server", "proxy-agent") for tag in table(program)["schema"]}
    return json.dumps({
        "version": __version__,
        "kubernetes": [f"1.{minor}" for minor in minors],
        "component": sorted(tags, key=lambda tag: version(tag) or (0, 0, 0), reverse=True),
    })  # fmt: skip


def warm() -> None:
    """Import what every run needs. No run yet: that would take more memory than can be resumed."""
    import_module("argparse")
    for name in ("call", "linting", "output", "partner", "recognise"):
        import_module(f"konnektor_lint.{name}")
    for name in ("machine", "progress", "webpage"):
        import_module(f"konnektor_lint.report.{name}")
    _ = [rule.check for rule in all_rules()]


def answer(asked: str) -> str:
    """Return what a command line gives, as JSON.

    ``asked``: JSON with ``files`` (text by relative path), ``arguments`` and ``reports`` (formats
    wanted besides). The answer holds ``code``, ``out``, ``err``, ``reports`` and ``files``: those
    of the files that the run changed.
    """
    request: dict[str, Any] = json.loads(asked)
    files: dict[str, str] = request["files"]
    os.chdir("/")
    for folder in (HOME, OUT):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for name, text in files.items():
        path = HOME / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    formats = request.get("reports", [])
    extra = [f"--output={name}={OUT / name}" for name in formats]
    code, out, err = _called([*request["arguments"], *extra])
    return json.dumps({
        "code": code, "out": out, "err": err,
        "reports": {name: _read(OUT / name) for name in formats if (OUT / name).is_file()},
        "files": {name: now for name, text in files.items() if (now := _read(HOME / name)) != text},
    })  # fmt: skip


def _called(arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    os.chdir(HOME)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


def _inside(name: str) -> str:
    """Return a path that stays in the folder; raises ValueError for any other."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(name)
    return str(path)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogatepass")
