"""One self-contained page (``--format html``): the drawing, the findings, their source lines.

It has no script and asks no host for anything; every text of the input is escaped.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import TextIO

from konnektor_lint import __version__, texts
from konnektor_lint.diagnostic import Diagnostic, Location
from konnektor_lint.linting import Result
from konnektor_lint.report.human import place, visible
from konnektor_lint.report.outline import edge_name, role_name, state_name, uses
from konnektor_lint.report.picture import SIGNS, STYLE, TALL, WIDE, Shape, drawn, state_of
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import counts, left_out, parts_of
from konnektor_lint.rule import find_rule
from konnektor_lint.secrecy import veiled
from konnektor_lint.topology import State, Topology, topologies

CONTEXT = 2
"""How many lines are shown before and after the one that a finding points at."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_PAGE_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5; }
main { max-width: 66rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; } h4 { font-size: 1rem; margin: 0; }
a { color: inherit; } p { margin: .4rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); }
svg { width: 100%; height: auto; } svg.tall { display: none; max-width: 30rem; }
@media (max-width: 46rem) { svg.wide { display: none; } svg.tall { display: block; } }
article { border: 1px solid var(--line); border-left-width: 5px; border-radius: 6px;
  padding: .6rem .8rem; margin: .8rem 0; break-inside: avoid; overflow-wrap: anywhere; }
article.error { border-left-color: var(--error); }
article.warning { border-left-color: var(--warning); }
article.info { border-left-color: var(--not-given); }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 4px; overflow-x: auto;
  padding: .4rem .6rem; margin: .3rem 0; font-size: .85rem; }
mark { background: none; color: var(--error); font-weight: 700; text-decoration: underline; }
.label { color: var(--soft); } section:target > h3 { outline: 3px solid var(--line); }
.sign { font-weight: 700; } .sign-ok { color: var(--ok); } .sign-warning { color: var(--warning); }
.sign-error { color: var(--error); } .sign-not-given { color: var(--not-given); }
@media print { main { max-width: none; padding: 0; } pre { white-space: pre-wrap; } }
"""


def write(run: Run, out: TextIO) -> None:
    """Write one page."""
    Webpage(run.language).report(run.result, out)


class Webpage:
    """Writes the page in one language."""

    def __init__(self, language: str) -> None:
        """Remember how to speak."""
        self.language = language

    def report(self, result: Result, out: TextIO) -> None:
        """Write the page."""
        out.writelines(self._page(result))

    def _say(self, key: str, **fields: str | int) -> str:
        return escape(texts.say(self.language, key, **fields))

    def _page(self, result: Result) -> Iterator[str]:
        title = self._say("picture.title")
        yield (
            f'<!DOCTYPE html>\n<html lang="{self.language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="color-scheme" content="light dark">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            f"<title>{title} · konnektor-lint</title>\n"
            f'<style>{STYLE}{_PAGE_STYLE}</style>\n</head>\n<body class="k">\n<main>\n'
            f"<h1>{title}</h1>\n<p>{self._verdict(result)}</p>\n"
        )
        known = topologies(result.connectors, result.findings)
        for at, topology in enumerate(known):
            yield from self._connector(topology, f"c{at + 1}-")
        shown = {id(item) for topology in known for item in _all_of(topology)}
        rest = [item for item in result.findings if id(item) not in shown]
        if rest:
            yield f"<h2>{self._say('picture.others')}</h2>\n"
            yield from self._findings(rest)
        made = self._say("picture.made", version=__version__)
        yield f'<p class="soft">{made}</p>\n</main>\n</body>\n</html>\n'

    def _verdict(self, result: Result) -> str:
        if not result.recognised:
            return self._say("summary.nothing")
        found = counts(result)
        named = [
            texts.counted(self.language, f"summary.{severity.name.lower()}", found[severity])
            for severity in sorted(found, reverse=True)
            if found[severity]
        ]
        words = [self._say("summary.found", found=", ".join(named))] if named else []
        if not named:
            words.append(self._say("summary.clean"))
        seen = [
            texts.counted(self.language, "summary.files", result.files),
            *parts_of(result, self.language),
        ]
        words.append(self._say("summary.seen", seen=", ".join(seen)))
        words += [escape(visible(line)) for line in left_out(result, self.language)]
        return " ".join(words)

    def _connector(self, topology: Topology, prefix: str) -> Iterator[str]:
        why = self._say(f"topology.joined.{topology.joined_by}")
        name = escape(visible(topology.name))
        yield f'<h2 id="{prefix}top">{name}</h2>\n<p class="soft">{why}</p>\n'
        if topology.has_edges:
            for shape in (WIDE, TALL):
                yield from self._drawing(topology, shape, prefix)
            yield from self._edges(topology, prefix)
        yield from self._parts(topology, prefix)
        if topology.others:
            yield f"<section><h3>{self._say('picture.others')}</h3>\n"
            yield from self._findings(topology.others)
            yield "</section>\n"

    def _drawing(self, topology: Topology, shape: Shape, prefix: str) -> Iterator[str]:
        label = f"{self._say('picture.title')}: {escape(visible(topology.name))}"
        yield (
            f'<svg class="{shape.name}" viewBox="0 0 {shape.width} {shape.height}"'
            f' aria-label="{label}">\n'
        )
        yield from drawn(topology, shape, self.language, links=True, prefix=prefix)
        yield "</svg>\n"

    def _edges(self, topology: Topology, prefix: str) -> Iterator[str]:
        for edge in topology.edges:
            name = escape(_as_heading(edge_name(edge.name, self.language)))
            said = escape(visible(uses(edge, self.language)))
            yield (
                f'<section id="{prefix}edge-{edge.name}"><h3>{self._sign(edge.state)} {name}</h3>\n'
                f'<p class="soft">{self._state(edge.state)}{": " if said else ""}{said}</p>\n'
            )
            yield from self._findings(edge.findings)
            yield f"{self._back(prefix)}</section>\n"

    def _parts(self, topology: Topology, prefix: str) -> Iterator[str]:
        drawn_roles = ("egress", "api-server", "server", "agent") if topology.has_edges else ()
        roles = dict.fromkeys((*drawn_roles, *(part.role for part in topology.parts)))
        for role in roles:
            parts = topology.parts_of(role)
            name = escape(_as_heading(role_name(role, self.language)))
            state = state_of(parts)
            yield f'<section id="{prefix}part-{role}"><h3>{self._sign(state)} {name}</h3>\n'
            if not parts:
                yield f'<p class="soft">{self._say("picture.missing")}</p>\n'
            for part in parts:
                who, where = escape(visible(part.name)), escape(place(part.location))
                yield f'<p><b>{who}</b> <span class="soft">{where}</span></p>\n'
                yield from self._findings(part.findings)
            yield f"{self._back(prefix)}</section>\n"

    def _back(self, prefix: str) -> str:
        return f'<p><a class="soft" href="#{prefix}top">{self._say("picture.back")}</a></p>\n'

    def _sign(self, state: State) -> str:
        return f'<span class="sign sign-{state.value}" aria-hidden="true">{SIGNS[state]}</span>'

    def _state(self, state: State) -> str:
        return escape(state_name(state, self.language))

    def _findings(self, findings: Iterable[Diagnostic]) -> Iterator[str]:
        for finding in findings:
            yield from self._finding(finding)

    def _finding(self, finding: Diagnostic) -> Iterator[str]:
        language, code, args = self.language, finding.code, finding.args
        severity = finding.severity.name.lower()
        word = self._say(f"severity.{severity}")
        rule = find_rule(code)
        slug = escape(rule.slug if rule is not None else "")
        message = escape(visible(texts.message(code, args, language)))
        cure = escape(visible(" ".join(texts.cure(code, args, language).split())))
        yield (
            f'<article class="{severity}">'
            f'<h4><a href="{escape(texts.page(code, language))}" rel="noreferrer">{code}</a>'
            f' {word}: {message} <span class="soft">({slug})</span></h4>\n'
        )
        for at in (finding.primary, *finding.related):
            yield from self._lines(finding, at)
        yield f"<p><b>{self._say('word.help')}:</b> {cure}</p>{self._fixable(finding)}</article>\n"

    def _fixable(self, finding: Diagnostic) -> str:
        """Return the words of a finding that --fix can mend; empty for others."""
        if finding.fix is None or finding.after:
            return ""
        options = self._say(f"fixable.{'safe' if finding.fix.safe else 'unsafe'}")
        said = self._say("picture.fixable", options="\0").replace("\0", f"<code>{options}</code>")
        return f'\n<p class="soft">{said}</p>'

    def _lines(self, finding: Diagnostic, at: Location) -> Iterator[str]:
        first, last = at.span.start.line, at.span.end.line
        label = escape(visible(texts.label(finding.code, at.label, finding.args, self.language)))
        where = f"<code>{escape(place(at))}</code>"
        yield f'<p class="label">{where}{" " if label else ""}{label}</p>\n'
        numbers = range(max(1, first - CONTEXT), min(len(at.source.lines), first + CONTEXT) + 1)
        if not any(at.source.line(number).strip() for number in numbers):
            return
        gutter = len(str(numbers[-1]))
        end = at.span.end.column if last == first else len(at.source.line(first)) + 1
        shown = [
            f"{str(number).rjust(gutter)} | {_marked(at, number, first, end)}" for number in numbers
        ]
        yield '<pre tabindex="0">' + "\n".join(shown) + "</pre>\n"


def _as_heading(words: str) -> str:
    return words[:1].upper() + words[1:]


_LONGEST = 400
"""How many characters of a line are shown before and after what is meant."""


def _marked(at: Location, number: int, first: int, end: int) -> str:
    """Return a line as HTML; of the one that is meant, the part that is meant is marked."""
    line = veiled(at.source, number)
    if number != first:
        return escape(visible(line[:_LONGEST].expandtabs(4))[:_LONGEST])
    start = at.span.start.column - 1
    cut_at = max(0, start - _LONGEST // 2)
    before, meant, after = (
        line[cut_at:start],
        line[start : max(end, start + 2) - 1],
        line[end - 1 :],
    )
    return (
        escape(visible(before.expandtabs(4)))
        + f"<mark>{escape(visible(meant[:_LONGEST]))}</mark>"
        + escape(visible(after[:_LONGEST]))
    )


def _all_of(topology: Topology) -> Iterator[Diagnostic]:
    for edge in topology.edges:
        yield from edge.findings
    for part in topology.parts:
        yield from part.findings
    yield from topology.others
