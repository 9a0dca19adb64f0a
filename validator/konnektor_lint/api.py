"""The library: ``from konnektor_lint import lint``.

What is here keeps its names and meanings between releases; all other modules may change.
"""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from io import StringIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from konnektor_lint import baseline, complaint, linting, texts
from konnektor_lint.config import BadConfiguration, Configuration, load
from konnektor_lint.connector import Settings
from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.diagnostic import Location as Place
from konnektor_lint.files import NoSuchPath
from konnektor_lint.grouping import Cluster
from konnektor_lint.patterns import Patterns
from konnektor_lint.policy import Command, Policy, UnknownRule
from konnektor_lint.release import OLDEST_KUBERNETES, kubernetes_minor, version
from konnektor_lint.report import formats
from konnektor_lint.report.outline import words_of
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import slug_of

if TYPE_CHECKING:
    from konnektor_lint import topology

Level = Literal["error", "warning", "info"]
State = Literal["ok", "warning", "error", "not-given"]
FailOn = Literal["error", "warning", "info", "never"]

_LEVELS: tuple[FailOn, ...] = ("error", "warning", "info", "never")
_NOTHING: Mapping[str, str] = MappingProxyType({})


class LintError(Exception):
    """A call that cannot be answered; its text says why, in the language that was asked for."""


class Location(NamedTuple):
    """A place in a file. Lines and columns count from 1, columns in characters.

    The end is behind the last character. ``label`` says what is there; the place of a finding
    itself has none.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    label: str = ""


class Edit(NamedTuple):
    """A range of a file and the text that takes its place; ``location`` has no label.

    A line feed in ``text`` stands for a line break as the file has them.
    """

    location: Location
    text: str


class Fix(NamedTuple):
    """The edits that mend a finding, all or none of them.

    ``safe``: surely what was meant, and nothing that works is changed.
    """

    safe: bool
    edits: tuple[Edit, ...]


class Finding(NamedTuple):
    """One finding: the rule (``code``, ``slug``, ``title``, ``url`` of its page), where and what.

    ``related`` are the other places that matter, such as the other end of a connection. ``fix``
    is None where no edit is certain.
    """

    code: str
    slug: str
    severity: Level
    title: str
    message: str
    help: str
    url: str
    location: Location
    related: tuple[Location, ...]
    fix: Fix | None


class Part(NamedTuple):
    """A part of a connector.

    ``role`` is ``egress``, ``api-server``, ``server``, ``agent``, ``service``,
    ``service-account``, ``binding``, ``role`` or ``distribution``.
    """

    role: str
    name: str
    location: Location
    state: State
    findings: tuple[Finding, ...]


class Edge(NamedTuple):
    """A connection between parts.

    ``name`` is ``configuration``, ``door``, ``tunnel``, ``login``, ``count`` or ``reach``;
    ``uses`` what it goes over, such as an address.
    """

    name: str
    uses: tuple[str, ...]
    state: State
    findings: tuple[Finding, ...]


class Topology(NamedTuple):
    """One connector. ``joined_by`` says why its parts are taken for one.

    It is ``clusters``, ``folder``, ``file``, ``patch`` or ``distribution``. ``others`` are findings
    that belong to none of its parts and edges.
    """

    name: str
    joined_by: str
    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    others: tuple[Finding, ...]


class SkippedRule(NamedTuple):
    """A rule that could not run, and the parts it lacked."""

    code: str
    slug: str
    missing: tuple[str, ...]


class SkippedFile(NamedTuple):
    """A file that was not linted; ``reason`` is ``template``, ``over-limit`` and so on."""

    file: str
    reason: str


class More(NamedTuple):
    """How many findings of one rule in one file are not in the report: there are too many."""

    code: str
    file: str
    number: int


class Report:
    """What a call of ``lint`` found. It can be pickled.

    ``findings`` are sorted by file, line and column. ``exit_code`` is what the program would end
    with: 0, 1 with findings that count, 3 where nothing of a connector was found. ``more`` says
    of which rules there are more than 1000 findings in a file, and how many were left out.
    """

    def __init__(self, run: Run) -> None:
        """Keep a run; only ``lint`` makes reports."""
        self._run = run
        result = run.result
        self.exit_code: int = run.exit_code
        self.findings: tuple[Finding, ...] = tuple(
            _finding(item, run.language) for item in result.findings
        )
        self.skipped_rules: tuple[SkippedRule, ...] = tuple(
            SkippedRule(item.rule.code, item.rule.slug, item.missing)
            for item in result.skipped_rules
        )
        self.skipped_files: tuple[SkippedFile, ...] = tuple(
            SkippedFile(item.path, item.reason) for item in result.skipped_files
        )
        self.more: tuple[More, ...] = tuple(
            More(item.code, item.path, item.number) for item in result.more
        )

    def __repr__(self) -> str:
        """Return a word about it."""
        return f"<Report exit_code={self.exit_code} findings={len(self.findings)}>"

    @cached_property
    def topology(self) -> tuple[Topology, ...]:
        """The connectors that were recognised: their parts, connections and states."""
        from konnektor_lint.topology import topologies

        result, language = self._run.result, self._run.language
        shown = {id(item): made for item, made in zip(result.findings, self.findings, strict=True)}
        return tuple(
            _topology(item, shown, language)
            for item in topologies(result.connectors, result.findings)
        )

    def to_json(self) -> str:
        """Return what ``--format json`` prints: one object, with a schema."""
        return self.render("json")

    def render(self, format: str = "text") -> str:  # noqa: A002  (as the option is called)
        """Return what the program prints with ``--format``. Raises LintError.

        ``topology`` is what it prints with ``--show-topology``.
        """
        known = (*formats.FORMATS, formats.TOPOLOGY)
        if format not in known:
            raise _not_one_of("format", format, known, self._run.language)
        out = StringIO()
        formats.write(format, self._run, out)
        return out.getvalue()


def lint(
    *paths: str | os.PathLike[str],
    sources: Mapping[str, str | bytes] = _NOTHING,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    language: str = "en",
    kubernetes: str | None = None,
    component_version: str | None = None,
    clusters: Mapping[str, Iterable[str]] = MappingProxyType({}),
    config: str | os.PathLike[str] | None = None,
    fail_on: FailOn | None = None,
) -> Report:
    """Lint files, folders and glob patterns. Raises LintError where the call makes no sense.

    ``sources``: texts by their names, linted beside the paths or alone; folders in the names
    count as those of files do, and the disk is not asked about them. ``select``, ``ignore``:
    codes, beginnings of codes, or slugs. ``language``: of all words, ``de``, ``en`` or ``it``.
    ``kubernetes``, ``component_version``: what the manifests do not say, such as ``1.36`` and
    ``v0.34.0``. ``clusters``: patterns of the files that belong together, by the cluster's name.
    ``config``: a configuration file; none is looked for. ``fail_on``: the least severity that
    makes ``exit_code`` 1, or ``never``.

    Manifests never raise: what is wrong with them is a finding.
    """
    if language not in texts.LANGUAGES:
        raise _not_one_of("language", language, texts.LANGUAGES, "en")
    if fail_on is not None and fail_on not in _LEVELS:
        raise _not_one_of("fail_on", fail_on, _LEVELS, language)
    try:
        configuration = Configuration() if config is None else load(os.fspath(config))
        policy = Policy(configuration, Command(_names(select), _names(ignore)))
        result = linting.lint(
            [os.fspath(path) for path in paths], policy,
            _settings(kubernetes, component_version, configuration, language),
            exclusion=Patterns(configuration.exclude, configuration.folder),
            clusters=_clusters(clusters, configuration), sources=_encoded(sources),
        )  # fmt: skip
        result = _without_known(result, configuration)
    except NoSuchPath as missing:
        said = texts.say(language, "error.no-such-path", path=str(missing))
        raise LintError(said) from missing
    except (BadConfiguration, baseline.BadBaseline) as bad:
        raise LintError(complaint.in_file(bad, language)) from bad
    except UnknownRule as unknown:
        raise LintError(complaint.no_such_rule(unknown, language)) from unknown
    level = fail_on or configuration.fail_on or "error"
    return Report(Run(result, language, _exit_code(result, level)))


def _not_one_of(name: str, value: str, choices: Iterable[str], language: str) -> LintError:
    listed = ", ".join(choices)
    said = texts.say(language, "error.bad-choice", value=value, choices=listed)
    return LintError(f"{name}: {said}")


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return names; a text holds them separated by commas, as on the command line."""
    listed = given.split(",") if isinstance(given, str) else given
    return tuple(name.strip() for name in listed if name.strip())


def _encoded(sources: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Return bytes by name; what is no text in UTF-8 is found wrong when it is read."""
    return {
        name: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for name, text in sources.items()
    }


def _settings(
    kubernetes: str | None, component: str | None, configuration: Configuration, language: str
) -> Settings:
    """Return the versions; the call wins over the configuration. Raises LintError."""
    minor_text = kubernetes or configuration.kubernetes
    tag = component or configuration.component_version
    minor = kubernetes_minor(minor_text) if minor_text else None
    if minor_text and (minor is None or minor < OLDEST_KUBERNETES):
        raise LintError(
            texts.say(language, "error.bad-kubernetes", option="kubernetes", value=minor_text)
        )
    if tag and version(tag) is None:
        raise LintError(
            texts.say(
                language, "error.bad-component-version", option="component_version", value=tag
            )
        )
    return Settings(minor, tag or None)


def _clusters(
    given: Mapping[str, Iterable[str]], configuration: Configuration
) -> tuple[Cluster, ...]:
    """Return the clusters of the call, else of the configuration; its patterns begin beside it."""
    if given:
        return tuple(Cluster(name, Patterns(tuple(files))) for name, files in given.items())
    return tuple(
        Cluster(name, Patterns(files, configuration.folder))
        for name, files in configuration.clusters
    )


def _without_known(result: linting.Result, configuration: Configuration) -> linting.Result:
    """Leave out what the configuration's baseline knows."""
    if not configuration.baseline:
        return result
    path = os.path.relpath(os.path.join(configuration.folder, configuration.baseline))
    compared = baseline.compare(result.findings, baseline.read(path), path, result.ran, result.read)
    return result._replace(findings=compared.new, known=compared.known, fixed=compared.fixed)


def _exit_code(result: linting.Result, level: str) -> int:
    if not result.recognised:
        return 3
    if level == "never":
        return 0
    return int(any(item.severity >= Severity[level.upper()] for item in result.findings))


def _finding(item: Diagnostic, language: str) -> Finding:
    code, args = item.code, item.args
    message = texts.message(code, args, language)
    return Finding(
        code,
        slug_of(code),
        cast("Level", item.severity.name.lower()),
        str(texts.rule_text(code, language)["title"]),
        message,
        texts.cure(code, args, language).strip(),
        texts.page(code, language),
        _location(item.primary),
        tuple(_location(at, texts.label(code, at.label, args, language)) for at in item.related),
        _fix(item),
    )


def _location(at: Place, label: str = "") -> Location:
    (line, column), (end_line, end_column) = at.span
    return Location(at.source.path, line, column, end_line, end_column, label)


def _fix(item: Diagnostic) -> Fix | None:
    if item.fix is None:
        return None
    edits = (Edit(_location(Place(edit.source, edit.span)), edit.text) for edit in item.fix.edits)
    return Fix(item.fix.safe, tuple(edits))


def _topology(item: "topology.Topology", shown: Mapping[int, Finding], language: str) -> Topology:
    def found(findings: Iterable[Diagnostic]) -> tuple[Finding, ...]:
        return tuple(shown[id(one)] for one in findings)

    return Topology(
        item.name,
        item.joined_by,
        tuple(
            Part(part.role, part.name, _location(part.location), _state(part), found(part.findings))
            for part in item.parts
        ),
        tuple(
            Edge(edge.name, words_of(edge, language), _state(edge), found(edge.findings))
            for edge in item.edges
        ),
        found(item.others),
    )


def _state(item: "topology.Part | topology.Edge") -> State:
    return item.state.value
