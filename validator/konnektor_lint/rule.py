"""What a rule is, and how all of them are found and run."""

from __future__ import annotations

import os

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Location, Severity
from konnektor_lint.prepared import prepared
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from konnektor_lint.fix import Fix

    Findings = Iterator[Diagnostic]
    Check = Callable[[Connector], Findings]
else:
    Findings = Check = object  # only annotations name them

Counted = dict[tuple[str, str], int]
"""How often each rule (its code) found something in each file (its path)."""


class Rule:
    """One fault, its evidence, and the check that finds it.

    ``needs``: parts (names of ``connector.PARTS``) without which nothing can be concluded; the
    rule is then reported as skipped. ``about``: attributes of Connector of which one must hold
    something for the rule to find anything; else it is passed over, with nothing to report.
    ``args``: the fields its message names. ``references``: the component, version and file that
    behave so, or the address of a page. ``edge``: the connection between parts (one of
    ``connector.EDGES``) that does not work; empty: it is about one part.
    ``fix``: empty, or which fixes its findings may have: ``safe``, ``unsafe`` or ``sometimes``,
    safe in some cases only.
    """

    __slots__ = (
        "_check", "about", "args", "code", "edge", "fix", "needs", "references", "severity",
        "since", "slug",
    )  # fmt: skip

    def __init__(
        self, code: str, slug: str, check: Check | str, *, severity: Severity, since: str,
        needs: tuple[str, ...], args: tuple[str, ...], references: tuple[str, ...],
        edge: str = "", fix: str = "", about: tuple[str, ...],
    ) -> None:  # fmt: skip
        """Keep what the decorator was given; ``check`` may be the module of ``rules/`` it is in."""
        self.code = code
        self.slug = slug
        self._check = check
        self.severity = severity
        self.since = since
        self.needs = needs
        self.about = about
        self.args = args
        self.references = references
        self.edge = edge
        self.fix = fix

    def __reduce__(self) -> tuple[Callable[[str], Rule | None], tuple[str]]:
        """Let a result travel to another process: there the rule of that code takes its place."""
        return find_rule, (self.code,)

    @property
    def check(self) -> Check:
        """Return what finds the fault; its module is imported only now."""
        if isinstance(self._check, str):
            rules = {item.code: item for item in _rules_in(self._check)}
            self._check = rules[self.code].check
        return self._check

    def report(
        self,
        primary: Location,
        *related: Location,
        severity: Severity | None = None,
        fields: Mapping[str, str | int] | None = None,
        fix: Fix | None = None,
        **args: str | int,
    ) -> Diagnostic:
        """Return a finding of this rule; ``fields`` and ``args`` fill in its message."""
        said = {name: _bounded(value) for name, value in {**(fields or {}), **args}.items()}
        return Diagnostic(
            self.code, severity or self.severity, primary, related, said, fix=fix
        )  # fmt: skip

    def missing(self, connector: Connector | _Given) -> list[str]:
        """Return the needed parts that were not given."""
        return [part for part in self.needs if not connector.has(part)]

    def concerns(self, connector: Connector | _Given) -> bool:
        """Tell whether anything was given that the rule looks at."""
        return not self.about or any(connector.has(part) for part in self.about)


def _bounded(value: str | int) -> str | int:
    """Return what a message names, cut where the input makes it endless."""
    if isinstance(value, str) and len(value) > limits.FIELD:
        return value[: limits.FIELD - 1] + "…"
    return value


def rule(
    code: str, slug: str, *, since: str, severity: Severity = Severity.ERROR,
    needs: tuple[str, ...] = (), args: tuple[str, ...] = (), references: tuple[str, ...] = (),
    edge: str = "", fix: str = "", about: tuple[str, ...] = (),
) -> Callable[[Check], Rule]:  # fmt: skip
    """Make a rule of a generator over a connector."""

    def made(check: Check) -> Rule:
        return Rule(
            code, slug, check, severity=severity, since=since, needs=needs, args=args,
            references=references, edge=edge, fix=fix, about=about,
        )  # fmt: skip

    return made


_all: tuple[Rule, ...] = ()


def all_rules() -> tuple[Rule, ...]:
    """Return every rule of ``rules/``, ordered by code.

    An installed wheel holds their data ready, so that a check is imported when it is run. Else
    all are imported: from a directory listing, four times cheaper than pkgutil or entry points.
    """
    global _all  # noqa: PLW0603  (found once)
    _all = _all or _found()
    return _all


def _found() -> tuple[Rule, ...]:
    ready = prepared("rules")
    if ready is not None:
        return tuple(_of_row(*row) for row in ready.RULES)
    folder = os.path.join(os.path.dirname(__file__), "rules")
    modules = sorted(name[:-3] for name in os.listdir(folder) if _is_rule_file(name))
    found = [item for name in modules for item in _rules_in(name)]
    return tuple(sorted(found, key=lambda item: item.code))


def _of_row(
    code: str, slug: str, module: str, severity: int, since: str, needs: tuple[str, ...],
    args: tuple[str, ...], references: tuple[str, ...], edge: str, fix: str,
    about: tuple[str, ...],
) -> Rule:  # fmt: skip
    """Return the rule of a row of ``prepared.rules``."""
    return Rule(
        code, slug, module, severity=Severity(severity), since=since, needs=needs, args=args,
        references=references, edge=edge, fix=fix, about=about,
    )  # fmt: skip


def _rules_in(name: str) -> list[Rule]:
    """Import a module of ``rules/`` and return what it holds."""
    module = __import__(f"konnektor_lint.rules.{name}", fromlist=[name])
    return [value for value in vars(module).values() if isinstance(value, Rule)]


def _is_rule_file(name: str) -> bool:
    return name.startswith("kl") and name.endswith(".py")


def find_rule(name: str) -> Rule | None:
    """Return the rule of a code (any case) or slug."""
    wanted = name.strip()
    for known in all_rules():
        if wanted.upper() == known.code or wanted.lower() == known.slug:
            return known
    return None


class Skipped(NamedTuple):
    """A rule that could not run, and the parts it lacked."""

    rule: Rule
    missing: tuple[str, ...]


class _Given:
    """Which parts a connector has, looked up once: many rules ask for the same few."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._known: dict[str, bool] = {}

    def has(self, part: str) -> bool:
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = self._connector.has(part)
        return known


def run(
    connector: Connector, rules: Iterable[Rule], counted: Counted | None = None
) -> tuple[list[Diagnostic], list[Skipped]]:
    """Run rules over one connector; ``counted`` goes on counting what rules found in each file."""
    findings: list[Diagnostic] = []
    counted = {} if counted is None else counted
    skipped: list[Skipped] = []
    given = _Given(connector)
    for item in rules:
        missing = item.missing(given)
        if not item.concerns(given):
            continue
        if not missing:
            for found in item.check(connector):
                place = (found.code, found.primary.source.path)
                counted[place] = counted.get(place, 0) + 1
                if counted[place] <= limits.FINDINGS:
                    findings.append(found)
        elif not connector.fragment:
            skipped.append(Skipped(item, tuple(missing)))
    return findings, skipped
