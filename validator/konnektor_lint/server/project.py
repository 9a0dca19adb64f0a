"""One folder of a workspace, linted with what the editor holds in place of what the files say."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from konnektor_lint import baseline, config, texts
from konnektor_lint.config import BadConfiguration, Configuration
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.files import ENDINGS
from konnektor_lint.grouping import Cluster
from konnektor_lint.linting import lint
from konnektor_lint.patterns import Patterns
from konnektor_lint.policy import Command, Policy, UnknownRule
from konnektor_lint.release import kubernetes_minor, version
from konnektor_lint.source import Source


class Options(NamedTuple):
    """What the editor's settings say; they win over the configuration file, whose names they have.

    ``config`` is the path of a configuration file to take in place of the nearest one.
    """

    lang: str = ""
    kubernetes: str = ""
    component_version: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    config: str = ""


def options_of(given: Any) -> tuple[Options, list[str]]:  # noqa: ANN401  (what a client sends)
    """Return the options in a client's settings, and the names of those that cannot be used."""
    fields: dict[str, Any] = {}
    bad: list[str] = []
    for name, value in given.items() if isinstance(given, Mapping) else ():
        field = str(name).replace("-", "_")
        listed = [value] if isinstance(value, str) else value
        if field in ("select", "ignore"):
            fits = isinstance(listed, list) and all(isinstance(item, str) for item in listed)
            fields |= {field: tuple(listed)} if fits else {}
        else:
            fits = isinstance(value, str) and _fits(field, value)
            fields |= {field: value} if fits else {}
        if not fits and value is not None:
            bad.append(str(name))
    return Options(**fields), bad


def _fits(field: str, value: str) -> bool:
    checks: dict[str, Callable[[str], bool]] = {
        "lang": lambda text: text in texts.LANGUAGES,
        "kubernetes": lambda text: kubernetes_minor(text) is not None,
        "component_version": lambda text: version(text) is not None,
        "config": bool,
    }
    return field in checks and (value == "" or checks[field](value))


class Task(NamedTuple):
    """What is to be linted together: a folder of the workspace, or files outside of all of them.

    ``open``: the text of the files that the editor holds, by path. ``whole``: the folder is one of
    the workspace, so all of it is linted.
    """

    folder: str
    open: Mapping[str, str]
    whole: bool


class Outcome(NamedTuple):
    """What linting a task gave; ``bad`` where its configuration cannot be used."""

    task: Task
    language: str
    findings: tuple[Diagnostic, ...] = ()
    connectors: tuple[Connector, ...] = ()
    bad: BadConfiguration | None = None
    notes: tuple[str, ...] = ()
    settings: Settings = Settings()

    def sources(self) -> Iterator[Source]:
        """Yield the files that something is known about; one may come several times."""
        for finding in self.findings:
            yield from (place.source for place in (finding.primary, *finding.related))
        for connector in self.connectors:
            yield from (document.source for document in connector.documents)


def check(
    task: Task, options: Options, languages: tuple[str, str], watch: Callable[[str], None]
) -> Outcome:
    """Lint a task. ``languages``: that of the options, and that of the editor.

    ``watch`` is told of each file before it is read; what it raises ends the run.
    """
    language = languages[0] or languages[1]
    try:
        configuration = _configuration(task.folder, options)
        language = languages[0] or configuration.lang or languages[1]
        wanted, notes = _policy(configuration, options, language)
        settings = _settings(configuration, options)
        exclusion = Patterns(configuration.exclude, configuration.folder)
        contents = {path: _bytes(text) for path, text in task.open.items()}
        result = lint(
            _paths(task, exclusion), wanted, settings, exclusion=exclusion,
            clusters=_clusters(configuration), contents=contents, watch=watch,
        )  # fmt: skip
        findings = _without_known(configuration, result.findings)
    except (BadConfiguration, baseline.BadBaseline) as bad:
        return Outcome(task, language, bad=_of_configuration(bad))
    return Outcome(
        task, language, findings, result.connectors, notes=tuple(notes), settings=settings
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # half of a surrogate pair is no text


def _configuration(folder: str, options: Options) -> Configuration:
    path = os.path.join(folder, options.config) if options.config else config.find(folder)
    return Configuration() if path is None else config.load(path)


def _paths(task: Task, exclusion: Patterns) -> list[str]:
    """Return the folder, and the files in it that are not saved yet; else the open files."""
    if not task.whole:
        return sorted(task.open)
    unsaved = [
        path for path in task.open
        if not os.path.lexists(path)
        and path.lower().endswith(ENDINGS)
        and os.path.basename(path) not in config.NAMES
        and not exclusion.holds(path)
    ]  # fmt: skip
    return [task.folder, *sorted(unsaved)]


def _policy(
    configuration: Configuration, options: Options, language: str
) -> tuple[Policy, list[str]]:
    """Return which findings are wanted; options that name no rule are left out and noted."""
    nested = not options.config
    try:
        return Policy(configuration, Command(options.select, options.ignore), nested=nested), []
    except UnknownRule as unknown:
        key = "error.unknown-rule-close" if unknown.suggestion else "error.unknown-rule"
        said = texts.say(language, key, name=unknown.name, suggestion=unknown.suggestion)
        return Policy(configuration, nested=nested), [said]


def _settings(configuration: Configuration, options: Options) -> Settings:
    minor = options.kubernetes or configuration.kubernetes
    return Settings(
        kubernetes_minor(minor) if minor else None,
        options.component_version or configuration.component_version or None,
    )


def _clusters(configuration: Configuration) -> tuple[Cluster, ...]:
    return tuple(
        Cluster(name, Patterns(patterns, configuration.folder))
        for name, patterns in configuration.clusters
    )


def _without_known(
    configuration: Configuration, findings: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Leave out what the baseline of the configuration holds."""
    if not configuration.baseline:
        return findings
    path = os.path.join(configuration.folder, configuration.baseline)
    return baseline.compare(
        findings, baseline.read(path), path, frozenset(), frozenset()
    ).new  # fmt: skip


def _of_configuration(bad: "BadConfiguration | baseline.BadBaseline") -> BadConfiguration:
    if isinstance(bad, BadConfiguration):
        return bad
    return BadConfiguration(bad.file, bad.line, bad.key, **bad.fields)


def problem_of(bad: BadConfiguration, language: str) -> str:
    """Return what is wrong with a configuration."""
    return texts.fill(texts.say(language, f"error.{bad.key}"), bad.fields, language)
