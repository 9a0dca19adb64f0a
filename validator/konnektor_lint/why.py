"""From a line that a program printed to the rules whose fault it comes from.

Two sources: ``symptoms.toml``, which also says what a line means and what to check, and the
symptoms in the texts of the rules. A line is looked for word by word first; only if nothing fits,
by what it has in common with the known lines.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from konnektor_lint import limits, texts
from konnektor_lint.report.human import visible
from konnektor_lint.rule import all_rules, find_rule

LIKENESS = 0.75
"""Least weight of the words of a known line that a line has to share to be taken for it."""

NEAR = 0.35
"""From which weight on a known line is named as the nearest one."""

_WEAK = 5
"""A known line of fewer words could come from any program: it has to be most of the line."""

_ANY_PROGRAM = frozenset((
    "address", "already", "authority", "bind", "by", "certificate", "connect", "connection",
    "could", "dereference", "dial", "directory", "error", "failed", "file", "for", "host", "http",
    "in", "invalid", "io", "is", "listen", "liveness", "lookup", "memory", "nil", "no", "not",
    "of", "open", "or", "panic", "pointer", "port", "probe", "read", "readiness", "refused",
    "runtime", "signed", "stat", "statuscode", "such", "tcp", "timeout", "to", "unknown", "use",
    "valid", "x509",
))  # fmt: skip
"""Words of errors that any program prints: a line of them alone has to name one of ours."""

_LEAST = 3
"""A known line has so many words; shorter ones are no more than names."""

_SHOWN = 2
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PREFIX = re.compile(
    r"^(?:\S+\s+\|\s+)?"  # the container, as docker compose and stern write it
    r"(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-][\d:]+)?\s+(?:std(?:out|err) [FP] )?)?"
    r"(?:[IWEF]\d{4} [\d:.]+\s+\d+ [\w./-]+:\d+\] )?"  # klog
)
_QUOTES = re.compile("[\"'`\\\\\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]")
_WORD = re.compile(r"[a-z][a-z0-9_./-]*[a-z0-9]")
_SPAN = re.compile(r"``(.+?)``|`([^`]+)`", re.DOTALL)
_COMMAND = re.compile(r"(?:-\w|--\S+(?:\s--\S+)*$|kubectl |curl |ls |/|\$)")
_OURS = re.compile(
    r"konnectivity|proxy-server|proxy-agent|kube-?apiserver|egress|tunnel|networkproxy"
    r"|no agent available|cannot connect once|proxy error|:(?:809[0-5]|813[0-4]|10250)\b"
)
_OTHERS = re.compile(r"docker|containerd|crio\b|podman|buildkit|mysql|postgres|redis|nginx")


class Symptom(NamedTuple):
    """An entry of ``symptoms.toml``; ``meaning`` by language."""

    name: str
    programs: tuple[str, ...]
    patterns: tuple[str, ...]
    rules: tuple[str, ...]
    section: str
    checks: tuple[str, ...]
    one_of: bool
    meaning: dict[str, str]


class _Known(NamedTuple):
    """A line that is known: of a symptom, or of a rule's text alone."""

    text: str
    parts: tuple[str, ...]
    words: frozenset[str]
    symptom: Symptom | None
    rule: str

    @property
    def weight(self) -> int:
        return sum(map(len, self.parts))

    @property
    def generic(self) -> bool:
        return self.words <= _ANY_PROGRAM


@cache
def symptoms() -> tuple[Symptom, ...]:
    """Return what is known of log lines, in the order of the file."""
    with open(Path(__file__).parent / "symptoms.toml", "rb") as file:
        entries = tomllib.load(file)["symptom"]
    return tuple(
        Symptom(
            item["id"], tuple(item["from"]), tuple(item["patterns"]), tuple(item["rules"]),
            item["section"], tuple(item["checks"]), item.get("one_of", False),
            {language: item[language] for language in texts.LANGUAGES},
        )
        for item in entries
    )  # fmt: skip


def quoted(text: str) -> Iterator[str]:
    """Yield the log lines that a rule's symptom quotes: code of at least three words."""
    for span in _SPAN.finditer(text):
        line = (span[1] or span[2]).strip()
        if not _COMMAND.match(line) and len(_words(_normalised(line))) >= _LEAST:
            yield line


@cache
def _known() -> tuple[_Known, ...]:
    lines = [_line(pattern, symptom, "") for symptom in symptoms() for pattern in symptom.patterns]
    for rule in all_rules():
        lines += [
            _line(text, None, rule.code)
            for text in quoted(texts.rule_text(rule.code, "en")["symptom"])
        ]
    return tuple(lines)


def _line(text: str, symptom: Symptom | None, rule: str) -> _Known:
    parts = tuple(part for piece in text.split("…") if (part := _normalised(piece)))
    return _Known(text, parts, frozenset(_words(" ".join(parts))), symptom, rule)


def _normalised(line: str) -> str:
    bare = _PREFIX.sub("", _COLOURS.sub("", line.strip()), count=1)
    return " ".join(_QUOTES.sub("", bare).lower().split())


def _words(line: str) -> list[str]:
    return _WORD.findall(line)


class Found(NamedTuple):
    """What a line means: its symptoms and rules, the likeliest first; ``sure``: word by word."""

    symptoms: tuple[Symptom, ...]
    rules: tuple[str, ...]
    sure: bool


def look_up(line: str) -> Found | None:
    """Return what is known of a line, or None."""
    normalised = _normalised(line[: limits.FILE_BYTES // 1024])
    hits = [item for item in _known() if _fits(item, normalised)]
    if hits:
        hits.sort(key=lambda item: -item.weight)
        return _found(hits, sure=True)
    near = _nearest(normalised)
    alike = [item for share, item in near if share >= LIKENESS and share == near[0][0]]
    return _found(alike, sure=False) if alike else None


def _found(hits: list[_Known], *, sure: bool) -> Found:
    entries = list(dict.fromkeys(item.symptom.name for item in hits if item.symptom is not None))
    named = {item.name: item for item in symptoms()}
    chosen = tuple(named[name] for name in entries[:_SHOWN])
    # A line of one rule alone says more than one that several faults share.
    special = any(not item.generic for item in hits)
    own = [item.rule for item in hits if item.rule and not (special and item.generic)]
    rules: list[str] = []
    for item in chosen:
        named_too = [code for code in own if code in item.rules]
        rules += named_too if item.one_of and named_too else item.rules
    return Found(chosen, tuple(dict.fromkeys([*rules, *own])), sure)


def _fits(known: _Known, line: str) -> bool:
    """Tell whether the parts of a known line stand in a line, in their order."""
    at = 0
    for part in known.parts:
        at = line.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if _OURS.search(line):
        return True
    if known.generic or _OTHERS.search(line):
        return False
    if known.symptom is not None or len(known.words) >= _WEAK:
        return True
    return 2 * len(known.words) >= len(set(_words(line)))


@cache
def _weights() -> dict[str, float]:
    """Return how much each word says: one that stands in many known lines says little."""
    count = Counter(word for item in _known() for word in item.words)
    return {word: math.log(1 + len(_known()) / found) for word, found in count.items()}


def _nearest(line: str) -> list[tuple[float, _Known]]:
    """Return the known lines with the weight of their words that a line shares, best first."""
    words, weights = set(_words(line)), _weights()
    shares = []
    for item in _known():
        common = item.words & words
        if len(common) >= min(_LEAST, len(item.words)) and len(common - _ANY_PROGRAM) > 1:
            whole = sum(weights[word] for word in item.words)
            shares.append((sum(weights[word] for word in common) / whole, item))
    return sorted(shares, key=lambda pair: (-pair[0], -pair[1].weight))


def answer(text: str, language: str) -> tuple[str, bool]:
    """Return what is known of one or several lines in words, and whether anything is.

    Each symptom is told of once, with the first line that shows it.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    told: dict[tuple[str, ...], tuple[Found, str]] = {}
    unknown = 0
    seen: dict[str, Found | None] = {}
    for line in lines:
        alike = re.sub(r"\d+", "0", _normalised(line))
        if alike not in seen:
            seen[alike] = look_up(line)
        found = seen[alike]
        if found is None:
            unknown += 1
        else:
            names = tuple(item.name for item in found.symptoms)
            told.setdefault(names or found.rules, (found, line))
    if not told:
        return "\n".join(_nothing(lines, language)), False
    parts = [_told(found, line, language) for found, line in told.values()]
    if unknown:
        parts.append(texts.counted(language, "why.unknown", unknown))
    return "\n\n".join(parts), True


def _told(found: Found, line: str, language: str) -> str:
    out = [visible(limits.shortened(" ".join(line.split())))]
    if not found.sure:
        out += [f"  {texts.say(language, 'why.alike')}"]
    for item in found.symptoms:
        programs = ", ".join(item.programs)
        out += ["", f"  {texts.say(language, 'why.from', programs=programs)}"]
        out += [f"  {item.meaning[language]}"]
    if found.rules:
        out += ["", f"  {texts.say(language, 'why.rules')}"]
        out += [f"    {code}  {_title(code, language)}" for code in found.rules]
    checks = dict.fromkeys(check for item in found.symptoms for check in item.checks)
    if checks:
        out += ["", f"  {texts.say(language, 'why.check')}", *(f"    $ {item}" for item in checks)]
    section = found.symptoms[0].section if found.symptoms else ""
    page = (
        f"{texts.SITE}{language}/connector/troubleshooting/#{section}"
        if section
        else texts.page(found.rules[0], language)
    )
    return "\n".join([*out, "", f"  {texts.say(language, 'explain.page')}: {page}"])


def _title(code: str, language: str) -> str:
    return str(texts.rule_text(code, language)["title"]) if find_rule(code) else ""


def _nothing(lines: Iterable[str], language: str) -> Iterator[str]:
    """Yield that nothing is known, and the known lines that come nearest."""
    yield texts.say(language, "why.nothing")
    best: dict[str, float] = {}
    for line in list(lines)[: limits.CANDIDATES]:
        for share, item in _nearest(_normalised(line))[:3]:
            if share >= NEAR:
                best[item.text] = max(share, best.get(item.text, 0))
    near = sorted(best, key=lambda text: -best[text])[:3]
    if near:
        yield texts.say(language, "why.nearest")
        yield from (f"  {text}" for text in near)
