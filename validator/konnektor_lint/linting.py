"""The whole way from paths to findings."""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import partial
from types import MappingProxyType

from konnektor_lint import files, limits, policy, source
from konnektor_lint.assembly import group
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.embedded import problems_in
from konnektor_lint.grouping import Cluster
from konnektor_lint.patterns import NO_PATTERNS, Patterns
from konnektor_lint.placeholder import is_template
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Counted, Rule, Skipped, run
from konnektor_lint.secrecy import discreet
from konnektor_lint.source import Reading, Source, Unreadable
from konnektor_lint.tunnel_words import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from konnektor_lint.diagnostic import Diagnostic
    from konnektor_lint.host import Tree
    from konnektor_lint.readings import Readings


class SkippedFile(NamedTuple):
    """A file that was not linted, and why (a key of the texts)."""

    path: str
    reason: str


class More(NamedTuple):
    """How many findings of a rule in a file are not among those that are shown."""

    code: str
    path: str
    number: int


class Result(NamedTuple):
    """What a run found."""

    findings: tuple[Diagnostic, ...]
    connectors: tuple[Connector, ...]
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
        return silent or bool(self.findings) or any(item.documents for item in self.connectors)


class Upgrade(NamedTuple):
    """What is to be upgraded to: its name in messages and the settings that then hold."""

    name: str
    settings: Settings


class _Files:
    """The files of one run, read as far as they need to be."""

    def __init__(
        self, host: Tree | None, contents: Mapping[str, bytes], kept: Readings | None = None
    ) -> None:
        self.host = host
        self.contents = contents
        self.kept = kept
        self.readings: list[Reading] = []
        self.passed_over = 0
        self.candidates: list[tuple[str, bytes]] = []
        self.skipped: list[SkippedFile] = []

    @property
    def count(self) -> int:
        return len(self.readings) + self.passed_over + len(self.skipped)

    def take(self, found: files.Found) -> None:
        try:
            data = self._bytes(found)
        except Unreadable as error:
            if found.named:
                self.readings.append(source.unreadable(found.path, error))
            else:
                self.skipped.append(SkippedFile(found.path, error.kind))
            return
        if self.host is not None and not found.named and _is_kubeconfig(data):
            self.passed_over += 1
        elif found.named or files.may_hold_part(data):
            self.parse(found.path, data)
        else:
            self.passed_over += 1
            if any(word in data for word in _KEPT):
                self.candidates.append((found.path, data))
            elif self.kept is not None:
                self.kept.pass_over(self._place(found))

    def _bytes(self, found: files.Found) -> bytes:
        if found.path in self.contents:
            data = self.contents[found.path]
            if len(data) > limits.FILE_BYTES:
                raise source.too_large(len(data))
            return data
        if found.path == "-":
            return standard_input()
        place = self._place(found)
        read = partial(self._read, place, found)
        return read() if self.kept is None else self.kept.bytes_of(place, read)

    def _read(self, place: str, found: files.Found) -> bytes:
        if found.named or self.host is not None:
            return source.read_bytes(place, pipes=found.named)
        try:
            return source.read_bytes(place, links=False)
        except Unreadable as error:
            if error.kind != "link":
                raise
        if files.leads_outside(place, found.folder):
            raise Unreadable("link-outside")
        return source.read_bytes(place)

    def _place(self, found: files.Found) -> str:
        """Return where to read a file: of a node, links lead as they do there."""
        return found.path if self.host is None or found.named else self.host.place(found.path)

    def take_partners(self, wanted: set[tuple[bytes, ...]]) -> bool:
        """Parse the candidates that hold all words of a tuple; tell whether there are any."""
        listed = list(wanted)
        partners = [item for item in self.candidates if _holds(item[1], listed)]
        self.candidates = []
        self.passed_over -= len(partners)
        for path, data in partners:
            self.parse(path, data)
        return bool(partners)

    def in_order(self) -> list[Reading]:
        """Return the readings by their paths: in which order files are named means nothing."""
        self.readings.sort(key=lambda item: item.source.path)
        return self.readings

    def parse(self, path: str, data: bytes) -> None:
        parsed = partial(_parsed, path, data)
        read = parsed() if self.kept is None else self.kept.parsed(path, data, parsed)
        if isinstance(read, SkippedFile):
            self.skipped.append(read)
        else:
            self.readings.append(read)


def _parsed(path: str, data: bytes) -> Reading | SkippedFile:
    try:
        reading = source.parse(Source(path, source.decode(data), marked=source.is_marked(data)))
    except Unreadable as error:
        reading = source.unreadable(path, error)
    inside = [item for document in reading.documents for item in problems_in(document)]
    reading = reading._replace(problems=(*reading.problems, *inside))
    if reading.problems and not files.mentions_connector(data):
        # Some other file that is not YAML: what is wrong with it is not ours to say.
        reading = reading._replace(problems=())
    if _broken(reading) and is_template(reading.source.text):
        return SkippedFile(path, "template")
    return reading


def _holds(data: bytes, wanted: list[tuple[bytes, ...]]) -> bool:
    """Tell whether all words of a tuple are there; plain loops, for this is done for most files."""
    for words in wanted:
        for word in words:
            if word not in data:
                break
        else:
            return True
    return False


_PARTNER_KINDS = (b"Service", b"Role", b"NetworkPolicy")
"""What every Service, ServiceAccount, policy, role and binding holds: only these are kept."""


_TUNNEL = tuple(word.encode() for word in WORDS)
_KEPT = (*_PARTNER_KINDS, *_TUNNEL)


def _is_kubeconfig(data: bytes) -> bool:
    """Tell whether a file of a node is a kubeconfig: no part, and no line of it is to be shown."""
    return b"current-context" in data and b"clusters" in data and b"users" in data


def _broken(reading: Reading) -> bool:
    return any(
        problem.kind in ("yaml-syntax", "bad-key", "unknown-anchor") for problem in reading.problems
    )


def standard_input() -> bytes:
    """Return what standard input holds; raises Unreadable where it is too much."""
    data = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    if len(data) > limits.FILE_BYTES:
        raise source.too_large(len(data))
    return data


def lint(
    paths: Iterable[str], rules: Iterable[Rule] | policy.Policy, settings: Settings, *,
    exclusion: Patterns = NO_PATTERNS, related: frozenset[str] | None = None,
    clusters: tuple[Cluster, ...] = (), upgrade: Upgrade | None = None,
    host: Tree | None = None, contents: Mapping[str, bytes] = MappingProxyType({}),
    sources: Mapping[str, bytes] = MappingProxyType({}), kept: Readings | None = None,
    watch: Callable[[str], None] | None = None,
) -> Result:  # fmt: skip
    """Lint the paths. ``related``: show only findings with a place in one of these files.

    ``clusters``: which files belong together; the others are joined by their folders.
    ``upgrade``: also show what will be found after it. ``host``: a node's files, to compare with.
    ``contents``: bytes to take in place of what the files hold; a path of it need not exist.
    ``sources``: further files by their names, which hide what the disk has under them.
    ``kept``: what an earlier run read; it is used and brought up to date.
    ``watch`` is told of each file before it is read. Raises files.NoSuchPath.
    """
    if kept is not None:
        kept.begin()
    taken = _Files(host, {**contents, **sources}, kept)
    for found in _found(paths, exclusion, contents, sources):
        if watch is not None:
            watch(found.path)
        taken.take(found)
    connectors = group(taken.in_order(), settings, clusters)
    if taken.candidates and taken.take_partners(_words_wanted(connectors)):
        connectors = group(taken.in_order(), settings, clusters)
    wanted = rules if isinstance(rules, policy.Policy) else policy.chosen(rules)
    rules = wanted.rules(item.source.path for item in taken.readings)
    if host is None:
        rules = _without_host_rules(rules)
    counted: Counted = Counter()
    findings, skipped = _run(_on_host(connectors, host), rules, counted)
    if upgrade is not None:
        then, _ = _run(_on_host(group(taken.readings, upgrade.settings, clusters), host), rules)
        findings += _only_after(upgrade, then, findings)
    findings, silenced = _silenced(findings, taken.readings, connectors, rules, wanted)
    if related is not None:
        findings = [item for item in findings if touches(item, related)]
    return Result(
        tuple(sorted(discreet(findings), key=lambda item: item.order)),
        tuple(connectors), tuple(skipped), tuple(taken.skipped), taken.count,
        sum(len(reading.documents) for reading in taken.readings), silenced,
        frozenset(reading.source.path for reading in taken.readings),
        frozenset(rule.code for rule in rules) - {item.rule.code for item in skipped},
        more=_left_out(findings, counted),
    )  # fmt: skip


def _left_out(findings: Iterable[Diagnostic], counted: Counted) -> tuple[More, ...]:
    """Return what was found beyond the limit, where the findings before it are wanted."""
    wanted = {(item.code, item.primary.source.path) for item in findings}
    return tuple(
        More(*place, count - limits.FINDINGS)
        for place, count in sorted(counted.items())
        if count > limits.FINDINGS and place in wanted
    )


def _silenced(
    findings: list[Diagnostic], readings: list[Reading], connectors: list[Connector],
    rules: tuple[Rule, ...], wanted: policy.Policy,
) -> tuple[list[Diagnostic], int]:  # fmt: skip
    """Return the findings that nobody accepts, and how many somebody does.

    What is wrong with comments is found by rules as well, from what reading the comments found.
    """
    settings = connectors[0].settings
    kept, suppressed = without_repeats(findings), 0
    problems = wanted.without_reason()
    if any(files.MARKER in item.source.text for item in readings):
        from konnektor_lint import suppression

        kept, suppressed, about_comments = suppression.apply(
            kept, readings, connectors, rules, wanted.wants, require_reason=wanted.require_reason
        )
        problems = [*about_comments, *problems]
    about, _ = run(Connector(settings, problems), rules) if problems else ([], [])
    kept, accepted = wanted.applied([*kept, *about])
    return kept, suppressed + accepted


def _without_host_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of a run without a node: its own are not even skipped.

    Unless nothing else was chosen: then that is said.
    """
    chosen = tuple(rules)
    return tuple(rule for rule in chosen if "host" not in rule.needs) or chosen


def _on_host(connectors: list[Connector], host: Tree | None) -> list[Connector]:
    """Look up what the connectors name on the node."""
    if host is not None:
        from konnektor_lint.named import gather

        for connector in connectors:
            connector.host = gather(host, connector)
    return connectors


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


def _only_after(
    upgrade: Upgrade, then: list[Diagnostic], now: list[Diagnostic]
) -> list[Diagnostic]:
    """Return the findings of the upgraded connector that it does not have today."""
    known = {(item.code, item.primary) for item in now}
    return [
        item._replace(after=upgrade.name) for item in then if (item.code, item.primary) not in known
    ]


def _words_wanted(connectors: list[Connector]) -> set[tuple[bytes, ...]]:
    """Return the words by which files are found that the connectors may refer to.

    A ServiceAccount or a Service may have any name, so its file may hold no token.
    """
    from konnektor_lint.partner import words_wanted

    found = {words for connector in connectors for words in words_wanted(connector)}
    # Beside Konnectivity, what is left of another tunnel is looked for as well.
    tunnel = _TUNNEL if any(item.proxies for item in connectors) else ()
    encoded = {tuple(word.encode() for word in words) for words in found}
    return encoded.union((word,) for word in tunnel)


def _run(
    connectors: list[Connector], rules: tuple[Rule, ...], counted: Counted | None = None
) -> tuple[list[Diagnostic], list[Skipped]]:
    findings: list[Diagnostic] = []
    skipped: list[Skipped] = []
    counted = Counter() if counted is None else counted
    for connector in connectors:
        found, left_out = run(connector, rules, counted)
        findings += found
        if connector.documents:
            skipped += left_out
    return findings, list(dict.fromkeys(skipped))


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
