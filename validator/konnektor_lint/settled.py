"""The settings that hold in a run, each with the file and line it comes from."""

import argparse
import json
import os
from collections.abc import Iterator
from typing import Any

from konnektor_lint import texts
from konnektor_lint.config import Configuration
from konnektor_lint.policy import Policy

_DEFAULTS: dict[str, Any] = {
    "select": [], "ignore": [], "severity": {}, "ignores": [], "lang": "", "fail-on": "error",
    "kubernetes": "", "component-version": "", "exclude": [], "require-reason": False,
    "baseline": "",
}  # fmt: skip
_OF_A_FOLDER = ("select", "ignore", "severity", "ignores")


def shown(arguments: argparse.Namespace, wanted: Policy, language: str) -> str:
    """Return what holds for the run, then for each folder with a configuration of its own."""
    base = wanted.base
    if base.file:
        title = texts.say(language, "note.config-from", file=os.path.relpath(base.file))
    else:
        title = texts.say(language, "note.config-default")
    lines = [f"# {title}", *_lines(base, _command(arguments), tuple(_DEFAULTS), language)]
    for item in sorted(wanted.further, key=lambda one: one.file):
        folder, file = os.path.relpath(item.folder), os.path.relpath(item.file)
        title = texts.say(language, "note.config-below", folder=folder, file=file)
        lines += ["", f"# {title}", *_lines(item, _command(arguments), _OF_A_FOLDER, language)]
    return "\n".join(lines)


def _command(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the command line sets, by the key it stands for."""
    given = {
        "select": arguments.select, "ignore": arguments.ignore, "severity": arguments.severity,
        "lang": arguments.lang, "fail-on": arguments.fail_on, "kubernetes": arguments.kubernetes,
        "component-version": arguments.component_version, "baseline": arguments.baseline,
        "require-reason": arguments.require_reason or None,
    }  # fmt: skip
    return {key: value for key, value in given.items() if value is not None}


def _lines(
    configuration: Configuration, command: dict[str, Any], keys: tuple[str, ...], language: str
) -> Iterator[str]:
    """Yield ``key: value  # where from``, as YAML that could stand in a configuration file."""
    rows: list[tuple[str, str]] = []
    for key in keys:
        origin = texts.say(language, "note.default")
        value = _DEFAULTS[key]
        if key in configuration.lines:
            value = _value(configuration, key)
            origin = f"{os.path.relpath(configuration.file)}:{configuration.line(key)}"
        if key in command:
            value, origin = _with_command(key, value, command[key], origin)
        rows.append((f"{key}: {json.dumps(value, ensure_ascii=False)}", origin))
    width = max(len(text) for text, _ in rows)
    yield from (f"{text.ljust(width)}  # {origin}" for text, origin in rows)


def _value(configuration: Configuration, key: str) -> Any:
    found = getattr(configuration, key.replace("-", "_"))
    if key == "severity":
        return dict(found)
    if key == "ignores":
        return [entry.node.plain() for entry in found]
    return list(found) if isinstance(found, tuple) else found


def _with_command(key: str, value: Any, given: Any, origin: str) -> tuple[Any, str]:
    """Return the value after the command line: some options add to the file, others replace it."""
    names = [name.strip() for part in given for name in part.split(",")] if _lists(given) else []
    if key == "select":
        return names, "--select"
    if key == "ignore":
        return [*value, *names], f"{origin}, --ignore" if value else "--ignore"
    if key == "severity":
        levels = dict(name.split("=", 1) for name in names)
        return {**value, **levels}, f"{origin}, --severity" if value else "--severity"
    return given, f"--{key}"


def _lists(given: Any) -> bool:
    return isinstance(given, list)
