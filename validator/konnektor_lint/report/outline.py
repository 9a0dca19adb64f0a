"""The connector as text (``--show-topology``): its parts, why they are one, what connects them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from konnektor_lint import texts
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.linting import Result
from konnektor_lint.report.human import place, visible
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import skipped_by_missing, spans
from konnektor_lint.report.terminal import width
from konnektor_lint.term import Term
from konnektor_lint.topology import Edge, Part, State, Topology, topologies

_COLOURS = {
    State.OK: "\x1b[1;32m", State.WARNING: "\x1b[1;33m", State.ERROR: "\x1b[1;31m",
    State.NOT_GIVEN: "\x1b[2m",
}  # fmt: skip
_MARKS = {State.OK: "✓", State.WARNING: "!", State.ERROR: "✗", State.NOT_GIVEN: "?"}
_RESET = "\x1b[0m"


class _Row(NamedTuple):
    state: State
    cells: tuple[str, str, str, str]


def write(run: Run, out: TextIO) -> None:
    """Write the connectors as text."""
    Outline(run.language, colour=run.look.colour).report(run.result, out)


class Outline:
    """Writes what was grouped and why; ``colour`` adds escape sequences."""

    def __init__(self, language: str, *, colour: bool) -> None:
        """Remember how to speak."""
        self.language = language
        self.colour = colour

    def report(self, result: Result, out: TextIO) -> None:
        """Write each connector, then the rules that could not run."""
        known = topologies(result.connectors, result.findings)
        if not known:
            out.write(texts.say(self.language, "summary.nothing") + "\n")
            return
        out.writelines("\n".join(self._connector(one)) + "\n\n" for one in known)
        for missing, rules in skipped_by_missing(result, self.language):
            line = texts.counted(
                self.language, "summary.skipped", len(rules), missing=missing, rules=spans(rules)
            )
            out.write(f"{line}\n")

    def _connector(self, topology: Topology) -> Iterator[str]:
        why = texts.say(self.language, f"topology.joined.{topology.joined_by}")
        yield self._paint(f"{visible(topology.name)}", "\x1b[1m") + f": {why}"
        rows = [self._part_row(part) for part in topology.parts]
        yield from self._table(rows)
        if topology.has_edges:
            yield ""
            yield from self._table([self._edge_row(edge) for edge in topology.edges])

    def _part_row(self, part: Part) -> _Row:
        role, where = role_name(part.role, self.language), visible(place(part.location))
        return _Row(part.state, (role, visible(part.name), codes(part.findings), where))

    def _edge_row(self, edge: Edge) -> _Row:
        name, used = edge_name(edge.name, self.language), visible(uses(edge, self.language))
        state = state_name(edge.state, self.language)
        return _Row(edge.state, (name, state, codes(edge.findings), used))

    def _table(self, rows: list[_Row]) -> Iterator[str]:
        """Yield rows in columns; the longest cell decides how wide each is."""
        wide = [max((width(row.cells[at]) for row in rows), default=0) for at in range(3)]
        for row in rows:
            padded = (_filled(cell, size) for cell, size in zip(row.cells, wide, strict=False))
            line = "  ".join((*padded, row.cells[-1]))
            yield f"  {self._paint(_MARKS[row.state], _COLOURS[row.state])} {line}".rstrip()

    def _paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text


def _filled(cell: str, size: int) -> str:
    return cell + " " * (size - width(cell))


def role_name(role: str, language: str) -> str:
    """Return what a role is called."""
    return texts.say(language, f"topology.role.{role}")


def edge_name(name: str, language: str) -> str:
    """Return what a connection is called."""
    return texts.say(language, f"topology.edge.{name}")


def state_name(state: State, language: str) -> str:
    """Return what a state is called."""
    return texts.say(language, f"topology.state.{state.value}")


def uses(edge: Edge, language: str) -> str:
    """Return what a connection uses, in words."""
    return ", ".join(words_of(edge, language))


def words_of(edge: Edge, language: str) -> tuple[str, ...]:
    """Return each thing that a connection uses; what is no name or address, in words."""
    vocabulary = texts.core_text(language)["topology"]["term"]
    return tuple(vocabulary[item] if isinstance(item, Term) else item for item in edge.uses)


def codes(findings: Iterable[Diagnostic]) -> str:
    """Return the codes of findings, each once."""
    return " ".join(dict.fromkeys(item.code for item in findings))
