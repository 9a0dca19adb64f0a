"""Files are parsed, what belongs together is taken together, and the rules look at it.

A large tree is examined in portions. A portion does not know the files of the others, so what it
takes together is a guess. ``linting`` decides over the outlines of all files, uses what was
guessed right, and has the rest examined once more: the answer never depends on the portions.
"""

from __future__ import annotations

from types import MappingProxyType

from konnektor_lint import files, source
from konnektor_lint.assembly import assembled
from konnektor_lint.embedded import problems_in
from konnektor_lint.grouping import Cluster, Join, plan
from konnektor_lint.parts import Outline, Parts
from konnektor_lint.placeholder import is_template
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Counted, Rule, Skipped, run
from konnektor_lint.source import Reading, Source, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from konnektor_lint.connector import Connector, Inventory, Settings
    from konnektor_lint.diagnostic import Diagnostic
    from konnektor_lint.host import Tree
    from konnektor_lint.policy import Policy
    from konnektor_lint.readings import Readings

Words = frozenset[tuple[bytes, ...]]
"""A file that holds all words of one tuple may belong to a connector."""


class SkippedFile(NamedTuple):
    """A file that was not linted, and why (a key of the texts)."""

    path: str
    reason: str


class Upgrade(NamedTuple):
    """What is to be upgraded to: its name in messages and the settings that then hold."""

    name: str
    settings: Settings


class Given(NamedTuple):
    """A file as it was read: its bytes, or why there are none."""

    path: str
    data: bytes | Unreadable


class Portion(NamedTuple):
    """Files that lie together: those to parse, and those that may turn out to belong to them."""

    files: tuple[Given, ...]
    candidates: tuple[Given, ...]


class Task(NamedTuple):
    """What holds for all files of a run."""

    wanted: Policy
    settings: Settings
    clusters: tuple[Cluster, ...] = ()
    upgrade: Upgrade | None = None
    host: Tree | None = None
    kept: Readings | None = None


class Lost(Exception):  # noqa: N818
    """A process ended before its work was done, for example because memory ran out.

    ``code``: what it ended with, negative for a signal; ``paths``: the files it was to parse.
    """

    def __init__(self, code: int | None, portion: Portion | None) -> None:
        """Keep what may help to find the reason."""
        super().__init__(code)
        self.code = code
        held = (*portion.files, *portion.candidates) if portion is not None else ()
        self.paths = [given.path for given in held]

    @property
    def ending(self) -> str:
        """Return how it ended: the name of the signal, else its exit code."""
        if self.code is None or self.code >= 0:
            return str(self.code)
        import signal

        return signal.Signals(-self.code).name


class Outcome(NamedTuple):
    """What the rules found in the connectors of a join; ``counted`` knows also what was left out.

    ``connectors`` is empty where it comes from another portion: only the findings are kept.
    """

    findings: list[Diagnostic]
    skipped: list[Skipped]
    counted: Counted
    inventories: tuple[Inventory, ...]
    connectors: tuple[Connector, ...] = ()


class Examined(NamedTuple):
    """What is known of files once they were looked at."""

    outlines: list[Outline]
    skipped: list[SkippedFile]
    documents: int
    words: Words
    """What further files may hold that belong to these."""
    marked: list[str]
    """The files with comments for the linter: who silences what is decided over all findings."""
    guesses: Mapping[Join, Outcome] = MappingProxyType({})

    def joined(self, other: Examined) -> Examined:
        """Return what is known of these and other files; there are no guesses yet."""
        return Examined(
            [*self.outlines, *other.outlines], [*self.skipped, *other.skipped],
            self.documents + other.documents, self.words | other.words,
            [*self.marked, *other.marked],
        )  # fmt: skip


class Examination:
    """Files that are held in memory, to be examined together."""

    def __init__(self, task: Task) -> None:
        """Begin without files."""
        self.task = task
        self.parts: dict[str, Parts] = {}

    def read(self, portion: Portion) -> Examined:
        """Parse the files of a portion, and those of its candidates that may belong to them."""
        seen = self.taken(portion.files)
        beside = self.taken(chosen(portion.candidates, seen.words))
        return seen.joined(beside)

    def taken(self, files_: Iterable[Given]) -> Examined:
        """Parse files; return what is known of them, without any guess."""
        skipped: list[SkippedFile] = []
        held: list[Parts] = []
        documents = 0
        for given in files_:
            read = self._reading(given)
            if isinstance(read, SkippedFile):
                skipped.append(read)
                continue
            documents += len(read.documents)
            held.append(self._held(given.path, read))
        marked = [item.reading.source.path for item in held if _is_marked(item)]
        return Examined(
            [item.outline for item in held], skipped, documents, _words_of(held), marked
        )

    def hold(self, given: Given) -> None:
        """Parse a file that was examined before; it may have changed since."""
        read = self._reading(given)
        if isinstance(read, SkippedFile):
            read = Reading(Source(given.path, ""), (), ())
        self._held(given.path, read)

    def _held(self, path: str, read: Reading) -> Parts:
        made = self.parts[path] = Parts(read, self.task.settings)
        return made

    def _reading(self, given: Given) -> Reading | SkippedFile:
        path, data = given
        if isinstance(data, Unreadable):
            return source.unreadable(path, data)
        if self.task.kept is None:
            return _parsed(path, data)
        return self.task.kept.parsed(path, data, lambda: _parsed(path, data))

    def outcome(self, join: Join) -> Outcome:
        """Let the rules look at a join of files that were read."""
        task = self.task
        rules = rules_for(task, join.paths)
        connectors = self._connectors(join, task.settings)
        counted: Counted = {}
        findings, skipped = _run(connectors, rules, counted)
        if task.upgrade is not None:
            then, _ = _run(self._connectors(join, task.upgrade.settings), rules, {})
            findings += _only_after(task.upgrade, then, findings)
        inventories = tuple(item.inventory for item in connectors)
        return Outcome(findings, skipped, counted, inventories, tuple(connectors))

    def _connectors(self, join: Join, settings: Settings) -> list[Connector]:
        parts: Mapping[str, Parts] = self.parts
        if settings is not self.task.settings:
            parts = {path: Parts(parts[path].reading, settings) for path in join.paths}
        return _on_host(assembled(join, parts, settings), self.task.host)


def examined(portion: Portion, task: Task) -> Examined:
    """Examine a portion for itself; nothing of it is kept but what was found."""
    here = Examination(task)
    seen = here.read(portion)
    guesses = {
        join: here.outcome(join)._replace(connectors=())
        for join in plan(in_order(seen.outlines), task.clusters)
        if not set(seen.marked).intersection(join.paths)
    }
    return seen._replace(guesses=guesses)


def in_order(outlines: Iterable[Outline]) -> list[Outline]:
    """Return outlines by their paths: in which order files are named means nothing."""
    return sorted(outlines, key=lambda item: item.path)


def rules_for(task: Task, paths: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules that somebody wants for one of the files.

    Without a node its own rules are not even skipped, unless nothing else was chosen.
    """
    rules = task.wanted.rules(paths)
    if task.host is not None:
        return rules
    return tuple(rule for rule in rules if "host" not in rule.needs) or rules


def chosen(candidates: Iterable[Given], words: Words) -> list[Given]:
    """Return the candidates that hold all words of a tuple."""
    # A candidate holds no token, so no word either that has one in it.
    listed = [item for item in words if not any(map(files.mentions_connector, item))]
    if not listed:
        return []
    return [
        item for item in candidates
        if isinstance(item.data, bytes) and holds(item.data, listed)
    ]  # fmt: skip


def holds(data: bytes, wanted: Iterable[tuple[bytes, ...]]) -> bool:
    """Tell whether all words of a tuple are there; plain loops, for this is done for most files."""
    for words in wanted:
        for word in words:
            if word not in data:
                break
        else:
            return True
    return False


def _words_of(files: Iterable[Parts]) -> Words:
    """Return the words by which files are found that the parts may refer to.

    A ServiceAccount or a Service may have any name, so its file may hold no token. Beside
    Konnectivity, what is left of another tunnel is looked for as well.
    """
    found: set[tuple[str, ...]] = set()
    for item in files:
        if item.proxies:
            from konnektor_lint.partner import words_wanted
            from konnektor_lint.tunnel_words import WORDS

            found.update(words_wanted(item.proxies), ((word,) for word in WORDS))
    return frozenset(tuple(word.encode() for word in words) for words in found)


def _is_marked(parts: Parts) -> bool:
    return files.MARKER in parts.reading.source.text


def _parsed(path: str, data: bytes) -> Reading | SkippedFile:
    try:
        reading = source.parse(Source(path, source.decode(data), marked=source.is_marked(data)))
    except Unreadable as error:
        reading = source.unreadable(path, error)
    reading = reading._replace(problems=(*reading.problems, *problems_in(reading)))
    if reading.problems and not files.mentions_connector(data):
        # Some other file that is not YAML: what is wrong with it is not ours to say.
        reading = reading._replace(problems=())
    if _broken(reading) and is_template(reading.source.text):
        return SkippedFile(path, "template")
    return reading


def _broken(reading: Reading) -> bool:
    return any(
        problem.kind in ("yaml-syntax", "bad-key", "unknown-anchor") for problem in reading.problems
    )


def _on_host(connectors: list[Connector], host: Tree | None) -> list[Connector]:
    """Look up what the connectors name on the node."""
    if host is not None:
        from konnektor_lint.named import gather

        for connector in connectors:
            connector.host = gather(host, connector)
    return connectors


def _run(
    connectors: list[Connector], rules: tuple[Rule, ...], counted: Counted
) -> tuple[list[Diagnostic], list[Skipped]]:
    findings: list[Diagnostic] = []
    skipped: list[Skipped] = []
    for connector in connectors:
        found, left_out = run(connector, rules, counted)
        findings += found
        if connector.documents:
            skipped += left_out
    return findings, skipped


def _only_after(
    upgrade: Upgrade, then: list[Diagnostic], now: list[Diagnostic]
) -> list[Diagnostic]:
    """Return the findings of the upgraded connector that it does not have today."""
    known = {(item.code, item.primary) for item in now}
    return [
        item._replace(after=upgrade.name) for item in then if (item.code, item.primary) not in known
    ]
