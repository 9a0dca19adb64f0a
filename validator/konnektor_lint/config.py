"""The configuration file: ``.konnektor-lint.yaml``, or ``[tool.konnektor-lint]`` in pyproject.toml.

It is itself checked, by ``schemas/konnektor-lint-config/v1.json``.
"""

from __future__ import annotations

import os

from konnektor_lint.badfile import BadFile
from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from konnektor_lint.schema import Violation
    from konnektor_lint.source import Node, Problem, Reading, Source

NAMES = (".konnektor-lint.yaml", ".konnektor-lint.yml")
_SCHEMA = "konnektor-lint-config/v1.json"


class Ignored(NamedTuple):
    """Findings that are not shown: of these rules, in these files or clusters.

    ``files`` are globs relative to the configuration's folder, ``clusters`` names of folders;
    empty: everywhere. ``node`` is the entry in the configuration.
    """

    files: tuple[str, ...]
    clusters: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str
    node: Node


class Configuration(NamedTuple):
    """What a configuration file says; empty where it says nothing."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    lang: str = ""
    fail_on: str = ""
    kubernetes: str = ""
    component_version: str = ""
    exclude: tuple[str, ...] = ()
    clusters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    folder: str = ""
    ignores: tuple[Ignored, ...] = ()
    require_reason: bool | None = None
    baseline: str = ""
    file: str = ""
    lines: Mapping[str, int] = {}
    """The line of each key and item by its path, such as ``ignores.0.rules.1``."""

    def line(self, *keys: str | int) -> int:
        """Return the line of a key, or of the nearest one above it that has one."""
        for length in range(len(keys), 0, -1):
            found = self.lines.get(".".join(map(str, keys[:length])))
            if found is not None:
                return found
        return 1


class BadConfiguration(BadFile):
    """A configuration file that cannot be used."""


def start_of(paths: list[str]) -> str:
    """Return the folder that holds all paths: where the search for a configuration begins."""
    folders = [_folder(path) for path in paths if path != "-"]
    try:
        return os.path.commonpath(folders) if folders else os.getcwd()
    except ValueError:  # on different drives
        return os.getcwd()


def _folder(path: str) -> str:
    whole = os.path.abspath(path)
    while not os.path.isdir(whole) and os.path.dirname(whole) != whole:  # a file, or a pattern
        whole = os.path.dirname(whole)
    return whole


def find(start: str) -> str | None:
    """Return the nearest configuration file from a folder upwards, up to the repository's root."""
    folder: str | None = os.path.abspath(start)
    while folder is not None:
        file = beside(folder)
        if file is not None:
            return file
        folder = above(folder)
    return None


def beside(folder: str) -> str | None:
    """Return the configuration file in a folder itself.

    Raises BadConfiguration for a link to a file of others: what is wrong with it would be said.
    """
    for name in NAMES:
        if os.path.isfile(os.path.join(folder, name)):
            return _own(os.path.join(folder, name), folder)
    project = os.path.join(folder, "pyproject.toml")
    found = os.path.isfile(project) and _has_table(project)
    return _own(project, folder) if found else None


def above(folder: str) -> str | None:
    """Return the folder above that is searched next; None: this one is the repository's root."""
    parent = os.path.dirname(folder)
    is_last = parent == folder or os.path.exists(os.path.join(folder, ".git"))
    return None if is_last else parent


def _own(path: str, folder: str) -> str:
    if os.path.islink(path):
        from konnektor_lint.files import leads_outside  # which asks this module for names

        if leads_outside(path, folder):
            raise BadConfiguration(path, 1, "config-not-read", reason=Term("link-outside"))
    return path


def _has_table(project: str) -> bool:
    try:
        with open(project, "rb") as file:
            return b"[tool.konnektor-lint" in file.read()
    except OSError:
        return False


def load(path: str) -> Configuration:
    """Read a configuration file. Raises BadConfiguration."""
    from konnektor_lint import schema

    root = _from_toml(path) if path.endswith(".toml") else _from_yaml(path)
    if root is None:
        return Configuration(folder=os.path.dirname(path))
    for violation in schema.check(root, _SCHEMA):
        raise _refused(path, violation)
    plain = root.plain() or {}
    return Configuration(
        select=_texts(plain.get("select")),
        ignore=_texts(plain.get("ignore")),
        severity=tuple(item for item in (plain.get("severity") or {}).items() if item[1]),
        lang=plain.get("lang") or "",
        fail_on=plain.get("fail-on") or "",
        kubernetes=plain.get("kubernetes") or "",
        component_version=plain.get("component-version") or "",
        exclude=_texts(plain.get("exclude")),
        clusters=tuple(
            (name, _texts(files)) for name, files in (plain.get("clusters") or {}).items()
        ),
        folder=os.path.dirname(path),
        ignores=tuple(_ignored(node) for node in root.items_at("ignores") if node.fields()),
        require_reason=plain.get("require-reason"),
        baseline=plain.get("baseline") or "",
        file=path,
        lines=dict(_lines(root, "")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a list; null is nothing, as everywhere."""
    return tuple(item for item in value or () if item is not None)


def _ignored(node: Node) -> Ignored:
    plain = node.plain()
    return Ignored(
        _texts(plain.get("files")),
        _texts(plain.get("clusters")),
        _texts(plain.get("rules")),
        plain.get("reason") or "",
        node,
    )


def _lines(node: Node, path: str) -> Iterator[tuple[str, int]]:
    value = node.value
    children = value.items() if isinstance(value, dict) else enumerate(node.items())
    for name, child in children:
        inner = f"{path}.{name}" if path else str(name)
        yield inner, child.key_span.start.line
        yield from _lines(child, inner)


def _refused(path: str, violation: Violation) -> BadConfiguration:
    args = {key: value for key, value in violation.args.items() if isinstance(value, str)}
    line = (violation.node.key_span if violation.on_key else violation.node.span).start.line
    if violation.kind == "unknown-field":
        key = "config-unknown-key-close" if args["suggestion"] else "config-unknown-key"
        return BadConfiguration(
            path, line, key, key=args["field"], suggestion=args["suggestion"], known=args["known"]
        )
    if violation.kind == "missing-field":
        return BadConfiguration(path, line, "config-missing-key", key=args["field"])
    return BadConfiguration(
        path, line, "config-bad-value", key=args.get("field", ""),
        value=args.get("value") or args.get("found", ""), expected=args.get("expected", ""),
    )  # fmt: skip


def _from_yaml(path: str) -> Node | None:
    from konnektor_lint import source
    from konnektor_lint.source import Source, Unreadable

    try:
        shown = os.path.relpath(path)
        reading = source.parse(Source(shown, source.decode(source.read_bytes(path))))
    except Unreadable as error:
        reason = error.args_of_problem.get("reason", error.kind)
        raise BadConfiguration(path, 1, "config-not-read", reason=reason) from error
    for problem in (*reading.problems, *_problems(reading)):
        reason = problem.args.get("problem") or problem.args.get("key") or problem.kind
        raise BadConfiguration(path, problem.span.start.line, "config-not-read", reason=reason)
    root = reading.documents[0].root if reading.documents else None
    for level in (root.at("severity") or root).fields().values() if root is not None else ():
        if level.value is False and level.raw.lower() == "off":
            level.value = "off"  # a word to everyone but YAML 1.1
    return root


def _problems(reading: Reading) -> list[Problem]:
    return [problem for document in reading.documents for problem in document.problems]


def _from_toml(path: str) -> Node | None:
    import re
    import tomllib  # only a pyproject.toml needs it

    from konnektor_lint.source import Source, Unreadable, read_bytes

    text = ""
    try:
        text = read_bytes(path).decode()
        table = tomllib.loads(text).get("tool", {}).get("konnektor-lint", {})
    except Unreadable as error:
        reason = error.args_of_problem.get("reason", error.kind)
        raise BadConfiguration(path, 1, "config-not-read", reason=reason) from error
    except ValueError as error:
        said = re.search(r"at line (\d+)", str(error))
        at_end = text.count("\n") + 1 if "at end of document" in str(error) else 1
        line = int(said[1]) if said else at_end
        raise BadConfiguration(path, line, "config-not-read", reason=str(error)) from error
    return _node_of(table, Source(os.path.relpath(path), text), _toml_lines(text), ())


_TABLE = expression(r"\s*\[\[?\s*tool\s*\.\s*konnektor-lint\s*((?:\.\s*[\w-]+\s*)*)\]")
_KEY = expression(r"\s*[\"']?([\w-]+)[\"']?\s*=")


def _toml_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the lines of our tables and of the keys that begin a line in them."""
    import re

    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] | None = None
    entries = 0
    for number, line in enumerate(text.splitlines(), 1):
        head = _TABLE.match(line)
        if head is not None:
            table = tuple(name.strip() for name in head[1].split(".")[1:])
            if line.lstrip().startswith("[["):
                found.setdefault(table, number)
                table = (*table, str(entries))
                entries += 1
            found.setdefault(table, number)
        elif re.match(r"\s*\[[^,]*\]\s*(?:#.*)?\Z", line) and not _inside_list(text, number):
            table = None
        elif table is not None and (key := _KEY.match(line)):
            found.setdefault((*table, key[1]), number)
    return found


def _inside_list(text: str, number: int) -> bool:
    """Tell whether a line with a bracket continues the list that an earlier line opened."""
    before = text.splitlines()[: number - 1]
    above = next((line for line in reversed(before) if line.strip()), "")
    return above.rstrip().endswith((",", "["))


def _node_of(
    value: Any, whole: Source, lines: dict[tuple[str, ...], int], path: tuple[str, ...]
) -> Node:
    """Return plain data as a node; it stands where the nearest key of it that is known stands."""
    from konnektor_lint.source import Node, Placement, Position, Span

    line = next((lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines), 1)
    place = Placement(fixed=Span(Position(line, 1), Position(line, 1)))
    node = Node(whole, place)
    if isinstance(value, dict):
        node.value = {
            name: _node_of(child, whole, lines, (*path, name)) for name, child in value.items()
        }
    elif isinstance(value, list):
        node.value = [
            _node_of(child, whole, lines, (*path, str(at))) for at, child in enumerate(value)
        ]
    else:
        node.value, node.raw = value, str(value)
    if path:
        node.key = Node(whole, place)
        node.key.value = node.key.raw = path[-1]
    return node
