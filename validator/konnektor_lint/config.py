"""The configuration file: ``.konnektor-lint.yaml``, or ``[tool.konnektor-lint]`` in pyproject.toml.

It is itself checked, by ``schemas/konnektor-lint-config/v1.json``.
"""

import os
from typing import Any, NamedTuple

from konnektor_lint import schema, source
from konnektor_lint.source import Node, Placement, Position, Reading, Source, Span, Unreadable

NAMES = (".konnektor-lint.yaml", ".konnektor-lint.yml")
_SCHEMA = "konnektor-lint-config/v1.json"


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


class BadConfiguration(Exception):  # noqa: N818
    """A configuration file that cannot be used: ``key`` and ``fields`` name the text."""

    def __init__(self, file: str, line: int, key: str, /, **fields: str | int) -> None:
        """Keep where and what."""
        super().__init__(f"{file}:{line}: {key}")
        self.file = file
        self.line = line
        self.key = key
        self.fields: dict[str, str | int] = {**fields}


def find(start: str) -> str | None:
    """Return the nearest configuration file from a folder upwards, up to the repository's root."""
    folder = os.path.abspath(start)
    while True:
        for name in NAMES:
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)
        project = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(project) and _has_table(project):
            return project
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def _has_table(project: str) -> bool:
    try:
        with open(project, "rb") as file:
            return b"[tool.konnektor-lint" in file.read()
    except OSError:
        return False


def load(path: str) -> Configuration:
    """Read a configuration file. Raises BadConfiguration."""
    root = _from_toml(path) if path.endswith(".toml") else _from_yaml(path)
    if root is None:
        return Configuration(folder=os.path.dirname(path))
    for violation in schema.check(root, _SCHEMA):
        raise _refused(path, violation)
    plain = root.plain() or {}
    return Configuration(
        select=tuple(plain.get("select") or ()),
        ignore=tuple(plain.get("ignore") or ()),
        severity=tuple((plain.get("severity") or {}).items()),
        lang=plain.get("lang") or "",
        fail_on=plain.get("fail-on") or "",
        kubernetes=plain.get("kubernetes") or "",
        component_version=plain.get("component-version") or "",
        exclude=tuple(plain.get("exclude") or ()),
        clusters=tuple(
            (name, tuple(files)) for name, files in (plain.get("clusters") or {}).items()
        ),
        folder=os.path.dirname(path),
    )


def _refused(path: str, violation: schema.Violation) -> BadConfiguration:
    args = {key: value for key, value in violation.args.items() if isinstance(value, str)}
    line = (violation.node.key_span if violation.on_key else violation.node.span).start.line
    if violation.kind == "unknown-field":
        key = "config-unknown-key-close" if args["suggestion"] else "config-unknown-key"
        return BadConfiguration(
            path, line, key, key=args["field"], suggestion=args["suggestion"], known=args["known"]
        )
    return BadConfiguration(
        path, line, "config-bad-value", key=args.get("field", ""),
        value=args.get("value") or args.get("found", ""), expected=args.get("expected", ""),
    )  # fmt: skip


def _from_yaml(path: str) -> Node | None:
    try:
        reading = source.parse(Source(path, source.decode(source.read_bytes(path))))
    except Unreadable as error:
        reason = error.args_of_problem.get("reason", error.kind)
        raise BadConfiguration(path, 1, "config-not-read", reason=reason) from error
    for problem in (*reading.problems, *_problems(reading)):
        reason = problem.args.get("problem") or problem.args.get("key") or problem.kind
        raise BadConfiguration(path, problem.span.start.line, "config-not-read", reason=reason)
    return reading.documents[0].root if reading.documents else None


def _problems(reading: Reading) -> list[source.Problem]:
    return [problem for document in reading.documents for problem in document.problems]


def _from_toml(path: str) -> Node | None:
    import tomllib  # only a pyproject.toml needs it

    try:
        with open(path, "rb") as file:
            table = tomllib.load(file).get("tool", {}).get("konnektor-lint", {})
    except (OSError, ValueError) as error:
        raise BadConfiguration(path, 1, "config-not-read", reason=str(error)) from error
    return _node_of(table, Source(path, ""), None)


def _node_of(value: Any, whole: Source, key: str | None) -> Node:
    """Return plain data as a node; TOML has no positions here, so all stand on line 1."""
    place = Placement(fixed=Span(Position(1, 1), Position(1, 1)))
    node = Node(whole, place, (0, 0), (0, 0))
    if isinstance(value, dict):
        node.value = {name: _node_of(child, whole, name) for name, child in value.items()}
    elif isinstance(value, list):
        node.value = [_node_of(child, whole, None) for child in value]
    else:
        node.value, node.raw = value, str(value)
    if key is not None:
        node.key = Node(whole, place, (0, 0), (0, 0))
        node.key.value = node.key.raw = key
    return node
