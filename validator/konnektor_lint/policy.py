"""What a project wants to be told: which rules, how severe, and what it accepts.

The command line wins over configuration files. One configuration holds for the whole run: the
nearest one above all paths. For the findings in a folder below that has a configuration of its
own, that one decides about ``select``, ``ignore``, ``severity`` and ``ignores`` instead.
"""

from __future__ import annotations

import os

from konnektor_lint import config
from konnektor_lint.config import BadConfiguration, Configuration, Ignored
from konnektor_lint.diagnostic import Diagnostic, Severity, head
from konnektor_lint.files import walk
from konnektor_lint.patterns import Patterns
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Rule, all_rules
from konnektor_lint.source import Problem
from konnektor_lint.spelling import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LEVELS = ("error", "warning", "info", "off")
FOR_THE_RUN = (
    "lang", "fail-on", "kubernetes", "component-version", "exclude", "require-reason", "baseline",
)  # fmt: skip
"""The keys that count only in the configuration of the run."""


class UnknownRule(Exception):  # noqa: N818
    """A name that is no rule's code, slug or beginning of codes; ``suggestion`` may be empty."""

    def __init__(self, name: str) -> None:
        """Look for the rule that was probably meant."""
        super().__init__(name)
        self.name = name
        known = [word for rule in all_rules() for word in (rule.slug, rule.code)]
        self.suggestion = closest(name, known)


def matching(name: str) -> set[str]:
    """Return the codes of a code, a beginning of codes, or a slug. Raises UnknownRule."""
    found = {
        rule.code
        for rule in all_rules()
        if rule.code.startswith(name.upper()) or rule.slug == name.lower()
    }
    if not found:
        raise UnknownRule(name)
    return found


class Command(NamedTuple):
    """What the command line says about rules; ``severity`` holds pairs of rule and level."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    require_reason: bool = False


class _Accepted(NamedTuple):
    """One entry of ``ignores`` with its rules found."""

    entry: Ignored
    codes: set[str]
    folder: str
    clusters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The clusters that the configuration names, with the patterns of their files."""

    def holds(self, code: str, path: str) -> bool:
        """Tell whether a finding in a file is accepted."""
        if code not in self.codes:
            return False
        files = not self.entry.files or Patterns(self.entry.files, self.folder).holds(path)
        return files and (not self.entry.clusters or self._is_in_cluster(path))

    def _is_in_cluster(self, path: str) -> bool:
        """Tell whether a file is of an accepted cluster: one that is named, or of that folder."""
        import fnmatch

        inside = os.path.relpath(path, self.folder or os.curdir).replace(os.sep, "/")
        named = [name for name, files in self.clusters if Patterns(files, self.folder).holds(path)]
        return any(
            fnmatch.fnmatch(name, cluster)
            for name in (*named, *inside.split("/")[:-1])
            for cluster in self.entry.clusters
        )


class _Settled:
    """What holds for the findings of one folder."""

    def __init__(self, configuration: Configuration, command: Command) -> None:
        self.configuration = configuration
        self.accepted = [
            _Accepted(entry, _codes(configuration, entry.rules, "ignores", at, "rules"),
                      configuration.folder, configuration.clusters)
            for at, entry in enumerate(configuration.ignores)
        ]  # fmt: skip
        chosen = _named(command.select) or _codes(configuration, configuration.select, "select")
        left_out = _named(command.ignore) | _codes(configuration, configuration.ignore, "ignore")
        self.levels: dict[str, str] = {}
        for levels in (
            [(_codes(configuration, (name,), "severity", name), level)
             for name, level in configuration.severity],
            [(matching(name), level) for name, level in command.severity],
        ):  # fmt: skip
            # One rule's level wins over that of all rules with the same beginning.
            for codes, level in sorted(levels, key=lambda item: len(item[0]), reverse=True):
                self.levels |= dict.fromkeys(codes, level)
        left_out |= {code for code, level in self.levels.items() if level == "off"}
        self.codes = (chosen or {rule.code for rule in all_rules()}) - left_out

    def leveled(self, finding: Diagnostic) -> Diagnostic:
        """Return the finding with the severity that is wanted here."""
        level = self.levels.get(finding.code)
        return finding if level is None else finding._replace(severity=Severity[level.upper()])


def _named(names: Iterable[str]) -> set[str]:
    return {code for name in names for code in matching(name)}


def _codes(configuration: Configuration, names: Iterable[str], *keys: str | int) -> set[str]:
    """Return the codes that a configuration names. Raises BadConfiguration with the line."""
    codes: set[str] = set()
    for at, name in enumerate(names):
        try:
            codes |= matching(name)
        except UnknownRule as error:
            raise BadConfiguration(
                configuration.file, configuration.line(*keys, at),
                "unknown-rule-close" if error.suggestion else "unknown-rule",
                name=name, suggestion=error.suggestion,
            ) from error  # fmt: skip
    return codes


class Policy:
    """The settings of a run and, where there are any, of the folders below.

    ``nested``: look for configurations beside the files. Raises BadConfiguration, UnknownRule.
    """

    def __init__(
        self, base: Configuration, command: Command | None = None, *, nested: bool = False
    ) -> None:
        """Take the configuration of the run and what the command line says."""
        self.base = base
        self.command = command = command or Command()
        self.nested = nested
        self._root = _Settled(base, command)
        self._by_file: dict[str, _Settled] = {base.file: self._root}
        self._by_folder: dict[str, _Settled] = {}

    @property
    def require_reason(self) -> bool:
        """Tell whether suppressions without a reason are reported."""
        return self.command.require_reason or bool(self.base.require_reason)

    @property
    def further(self) -> list[Configuration]:
        """Return the configurations of folders below that were found so far."""
        found = {id(item): item.configuration for item in self._by_file.values()}
        return [item for item in found.values() if item.file != self.base.file]

    def look_below(self, paths: Iterable[str]) -> None:
        """Find the configurations in the folders of the paths, as a run over them would."""
        for path in paths:
            for file in walk(path) if self.nested and os.path.isdir(path) else [path]:
                self._of(file)

    def meet(self, paths: Iterable[str]) -> None:
        """Find the configurations that hold for files."""
        for path in paths:
            self._of(path)

    def unheard(self) -> list[tuple[str, list[str]]]:
        """Return the configurations below with the keys that count only for a whole run."""
        return [
            (item.file, keys)
            for item in self.further
            if (keys := [key for key in FOR_THE_RUN if key in item.lines])
        ]

    def rules(self, paths: Iterable[str]) -> tuple[Rule, ...]:
        """Return the rules that somebody wants for one of the files."""
        settled = {id(item): item for item in map(self._of, paths)}.values()
        wanted = set(self._root.codes).union(*(item.codes for item in settled))
        return tuple(rule for rule in all_rules() if rule.code in wanted)

    def wants(self, code: str, path: str) -> bool:
        """Tell whether findings of a rule are wanted in a file."""
        return code in self._of(path).codes

    def applied(self, findings: Iterable[Diagnostic]) -> tuple[list[Diagnostic], int]:
        """Return the findings as they are wanted, and how many are accepted."""
        kept: list[Diagnostic] = []
        accepted = 0
        for item in findings:
            settled = self._of(item.primary.source.path)
            if item.code not in settled.codes:
                continue
            if self._is_accepted(item):
                accepted += 1
            else:
                kept.append(settled.leveled(item))
        return kept, accepted

    def _is_accepted(self, finding: Diagnostic) -> bool:
        """Ask both sides of a finding, as comments do."""
        places = {place.source.path for place in (finding.primary, *finding.related)}
        return any(
            entry.holds(finding.code, path) for path in places for entry in self._of(path).accepted
        )

    def without_reason(self) -> list[Problem]:
        """Return the entries of ``ignores`` that give no reason, where one is asked for."""
        if not self.require_reason:
            return []
        found: list[Problem] = []
        for item in (self.base, *self.further):
            for entry in item.ignores:
                if not entry.reason:
                    node = entry.node
                    place = head(node.span, node.source)
                    args: dict[str, str | int] = {"rule": ", ".join(entry.rules)}
                    found.append(Problem("suppression-without-reason", node.source, place, args))
        return found

    def _of(self, path: str) -> _Settled:
        """Return what holds for a file."""
        if not self.nested or path == "-":
            return self._root
        return self._nearest(os.path.dirname(os.path.abspath(path)))

    def _nearest(self, folder: str) -> _Settled:
        """Return what holds in a folder; each is searched once, however many lie below it."""
        known = self._by_folder.get(folder)
        if known is None:
            file, parent = config.beside(folder), config.above(folder)
            if file is not None:
                known = self._in(file)
            else:
                known = self._root if parent is None else self._nearest(parent)
            self._by_folder[folder] = known
        return known

    def _in(self, file: str) -> _Settled:
        """Return what a configuration file says."""
        if file not in self._by_file:
            self._by_file[file] = _Settled(config.load(file), self.command)
        return self._by_file[file]


def chosen(rules: Iterable[Rule]) -> Policy:
    """Return a policy that wants just these rules."""
    codes = tuple(rule.code for rule in rules)
    return Policy(Configuration(), Command(select=codes))
