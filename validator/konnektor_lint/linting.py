"""The whole way from paths to findings."""

from __future__ import annotations

import os
from itertools import chain
from types import MappingProxyType

from konnektor_lint import files, limits, policy
from konnektor_lint.connector import Connector, Inventory, Settings
from konnektor_lint.examination import (
    Examination,
    Outcome,
    Portion,
    SkippedFile,
    Task,
    Upgrade,
    rules_for,
)
from konnektor_lint.grouping import Cluster
from konnektor_lint.intake import Intake
from konnektor_lint.patterns import NO_PATTERNS, Patterns
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Counted, Rule, Skipped, run
from konnektor_lint.secrecy import discreet
from konnektor_lint.survey import Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from konnektor_lint.diagnostic import Diagnostic
    from konnektor_lint.host import Tree
    from konnektor_lint.readings import Readings
    from konnektor_lint.source import Reading


class More(NamedTuple):
    """How many findings of a rule in a file are not among those that are shown."""

    code: str
    path: str
    number: int


class Result(NamedTuple):
    """What a run found."""

    findings: tuple[Diagnostic, ...]
    connectors: tuple[Connector, ...]
    """Empty where the files were examined in portions."""
    inventories: tuple[Inventory, ...]
    """What the connectors consist of."""
    skipped_rules: tuple[Skipped, ...]
    skipped_files: tuple[SkippedFile, ...]
    files: int
    documents: int
    suppressed: int = 0
    """How many findings a comment or the configuration accepts."""
    read: frozenset[str] = frozenset()
    """The files that were read in full."""
    ran: frozenset[str] = frozenset()
    """The codes of the rules that could find something."""
    known: int = 0
    """How many findings the baseline holds; ``fixed``: how many of it are no longer found."""
    fixed: int = 0
    more: tuple[More, ...] = ()
    """What limits.FINDINGS left out."""

    @property
    def recognised(self) -> bool:
        """Tell whether anything was there to say something about."""
        silent = self.suppressed + self.known > 0
        return silent or bool(self.findings) or any(item.documents for item in self.inventories)


def lint(
    paths: Iterable[str], rules: Iterable[Rule] | policy.Policy, settings: Settings, *,
    exclusion: Patterns = NO_PATTERNS, related: frozenset[str] | None = None,
    clusters: tuple[Cluster, ...] = (), upgrade: Upgrade | None = None,
    host: Tree | None = None, contents: Mapping[str, bytes] = MappingProxyType({}),
    sources: Mapping[str, bytes] = MappingProxyType({}), kept: Readings | None = None,
    watch: Callable[[str], None] | None = None, jobs: int | None = None,
) -> Result:  # fmt: skip
    """Lint the paths. ``related``: show only findings with a place in one of these files.

    ``clusters``: which files belong together; the others are joined by their folders.
    ``upgrade``: also show what will be found after it. ``host``: a node's files, to compare with.
    ``contents``: bytes to take in place of what the files hold; a path of it need not exist.
    ``sources``: further files by their names, which hide what the disk has under them.
    ``kept``: what an earlier run read; it is used and brought up to date.
    ``watch`` is told of each file before it is read.
    ``jobs``: lint a large tree in portions, in up to so many processes; the result is the same but
    for ``connectors``, which is then empty. None: hold everything in memory.
    Raises files.NoSuchPath, examination.Lost.
    """
    if kept is not None:
        kept.begin()
    wanted = rules if isinstance(rules, policy.Policy) else policy.chosen(rules)
    task = Task(wanted, settings, clusters, upgrade, host, kept)
    intake = Intake(host, {**contents, **sources}, kept)
    found = _found(paths, exclusion, contents, sources)
    portions = intake.portions(found, whole=jobs is None, watch=watch)
    survey = _surveyed(portions, task, intake, jobs or 1)
    outcomes = survey.outcomes()
    rules = rules_for(task, survey.outlines)
    connectors = [item for outcome in outcomes for item in outcome.connectors]
    findings, counted = _within_limits(outcomes)
    findings, silenced = _silenced(findings, survey.marked(), connectors, rules, task)
    if related is not None:
        findings = [item for item in findings if touches(item, related)]
    skipped = tuple(dict.fromkeys(item for outcome in outcomes for item in outcome.skipped))
    return Result(
        tuple(sorted(discreet(findings), key=lambda item: item.order)),
        () if survey.parted else tuple(connectors),
        tuple(item for outcome in outcomes for item in outcome.inventories),
        skipped, tuple(sorted((*intake.skipped, *survey.skipped))), intake.count,
        survey.documents, silenced, frozenset(survey.outlines),
        frozenset(rule.code for rule in rules) - {item.rule.code for item in skipped},
        more=_left_out(findings, counted),
    )  # fmt: skip


def _surveyed(portions: Iterator[Portion], task: Task, intake: Intake, jobs: int) -> Survey:
    """Read all files. What is one portion stays in memory; else only what was found does."""
    first, second = next(portions), next(portions, None)
    if second is None:
        here = Examination(task)
        survey = Survey(task, intake, here)
        survey.add(here.read(first))
        return survey
    from konnektor_lint.workers import examined_by

    survey = Survey(task, intake)
    met = _met(chain((first, second), portions), task.wanted)
    for seen in examined_by(met, task, jobs):
        survey.add(seen)
    return survey


def _met(portions: Iterable[Portion], wanted: policy.Policy) -> Iterator[Portion]:
    """Find the configurations beside the files here, where it is told what is wrong with them."""
    for portion in portions:
        wanted.meet(given.path for given in (*portion.files, *portion.candidates))
        yield portion


def _within_limits(outcomes: Iterable[Outcome]) -> tuple[list[Diagnostic], Counted]:
    """Return the findings, of each rule in each file no more than the limit, and all they are."""
    total: Counted = {}
    kept: Counted = {}
    findings: list[Diagnostic] = []
    for outcome in outcomes:
        for place, count in outcome.counted.items():
            total[place] = total.get(place, 0) + count
        for item in outcome.findings:
            place = (item.code, item.primary.source.path)
            kept[place] = kept.get(place, 0) + (not item.after)
            if kept[place] <= limits.FINDINGS:
                findings.append(item)
    return findings, total


def _left_out(findings: Iterable[Diagnostic], counted: Counted) -> tuple[More, ...]:
    """Return what was found beyond the limit, where the findings before it are wanted."""
    wanted = {(item.code, item.primary.source.path) for item in findings}
    return tuple(
        More(*place, count - limits.FINDINGS)
        for place, count in sorted(counted.items())
        if count > limits.FINDINGS and place in wanted
    )


def _silenced(
    findings: list[Diagnostic], marked: list[Reading], connectors: list[Connector],
    rules: tuple[Rule, ...], task: Task,
) -> tuple[list[Diagnostic], int]:  # fmt: skip
    """Return the findings that nobody accepts, and how many somebody does.

    What is wrong with comments is found by rules as well, from what reading the comments found.
    """
    kept, suppressed = without_repeats(findings), 0
    wanted = task.wanted
    problems = wanted.without_reason()
    if marked:
        from konnektor_lint import suppression

        kept, suppressed, about_comments = suppression.apply(
            kept, marked, connectors, rules, wanted.wants, require_reason=wanted.require_reason
        )
        problems = [*about_comments, *problems]
    about, _ = run(Connector(task.settings, problems), rules) if problems else ([], [])
    kept, accepted = wanted.applied([*kept, *about])
    return kept, suppressed + accepted


def _found(
    paths: Iterable[str], exclusion: Patterns, contents: Mapping[str, bytes],
    sources: Mapping[str, bytes],
) -> Iterator[files.Found]:  # fmt: skip
    """Yield the files of the paths; one that is named and whose bytes are given need not exist."""
    listed = list(paths)
    held = [path for path in listed if path in contents and not os.path.lexists(path)]
    yield from (files.Found(path, named=True) for path in dict.fromkeys((*held, *sources)))
    for found in files.discover((path for path in listed if path not in held), exclusion):
        if found.path not in sources:
            yield found


def without_repeats(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Return the findings without repetitions (one file may be in several connectors)."""
    unique: dict[object, Diagnostic] = {}
    for item in findings:
        place = (item.primary.source.path, item.primary.span)
        unique.setdefault((item.code, place, tuple(sorted(item.args.items()))), item)
    return list(unique.values())


def touches(finding: Diagnostic, related: frozenset[str]) -> bool:
    """Tell whether a finding has a place in one of the files, which are real paths."""
    return any(
        os.path.realpath(place.source.path) in related
        for place in (finding.primary, *finding.related)
    )
