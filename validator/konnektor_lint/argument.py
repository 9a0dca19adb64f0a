"""From ``command`` and ``args`` to flags, exactly as pflag under cobra reads them.

Source: spf13/pflag ``flag.go`` (parseArgs, parseLongArg, parseShortArg). Where pflag stops at the
first error, reading goes on here, so that one run shows them all.
"""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.goflag import LISTS, Refused, Value, parse_value
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import expand, has_placeholder
from konnektor_lint.record import NamedTuple
from konnektor_lint.release import Release, history
from konnektor_lint.spelling import closest
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol

    from konnektor_lint.source import Node, Span

    class Placed(Protocol):
        """Whatever can tell where it is written."""

        @property
        def span(self) -> Span:
            """Return where it is written."""


PARSED_BY_PFLAG = frozenset(("proxy-server", "proxy-agent"))

_BOOLEAN_WORDS = frozenset(("0", "1", "t", "f", "true", "false", "yes", "no", "on", "off"))


class Word(NamedTuple):
    """One argument: the text the program gets, and where it is written."""

    text: str
    node: Node
    start: int
    length: int

    @property
    def span(self) -> Span:
        """Return where the argument stands in the file."""
        return self.node.part(self.start, self.length)

    def part(self, start: int, length: int) -> Span:
        """Return the span of a part; of the whole word where expansion changed its text."""
        if self.length != len(self.text):
            return self.span
        return self.node.part(self.start + start, length)


class Part(NamedTuple):
    """A part of an argument, by character offset."""

    word: Word
    start: int
    length: int

    @property
    def span(self) -> Span:
        """Return where the part stands in the file."""
        return self.word.part(self.start, self.length)


class Flag(NamedTuple):
    """One flag that was given; ``--a=b`` and ``--a``, ``b`` both give one.

    ``value`` is None where it is only known at run time or was refused.
    """

    name: str
    text: str
    value: Value | None
    word: Word
    at: Placed
    value_at: Placed
    """What stands where the flag and its value do: few flags are asked for their spans."""
    open: bool
    value_word: Word | None = None
    """The argument that holds the value, where it is not that of the name."""

    @property
    def span(self) -> Span:
        """Return where the flag is written."""
        return self.at.span

    @property
    def value_span(self) -> Span:
        """Return where the value is written."""
        return self.value_at.span

    @property
    def node(self) -> Node:
        """Return the list item the flag's name is written in."""
        return self.word.node


class FlagProblem(NamedTuple):
    """Something pflag refuses or ignores; ``kind`` is the rule that words it.

    ``open``: the argument is only known at run time, so nothing is wrong yet.
    """

    kind: str
    flag: str
    word: Word
    span: Span
    args: dict[str, str | int]
    open: bool = False


class CommandLine(NamedTuple):
    """What one container's arguments say."""

    flags: tuple[Flag, ...]
    problems: tuple[FlagProblem, ...]


def words_of(nodes: Iterable[Node], environment: dict[str, str | None]) -> Iterator[Word]:
    """Yield the arguments of a ``command`` or ``args`` list with ``$(NAME)`` expanded."""
    for node in nodes:
        if isinstance(node.value, str):
            yield Word(expanded(node, environment), node, 0, len(node.value))
        elif isinstance(node.value, int | float):  # refused by Kubernetes; read on as it was meant
            yield Word(node.raw, node, 0, len(node.raw))


def expanded(node: Node, environment: dict[str, str | None]) -> str:
    """Return a string with ``$(NAME)`` expanded, or as it is where a file has grown too much."""
    text = node.text or ""
    longer = expand(text, environment) if "$" in text else text
    node.source.expanded += max(0, len(longer) - len(text))
    return longer if node.source.expanded <= limits.EXPANDED else text


_REFUSED_WORDS = frozenset((
    "unknown-flag", "single-dash", "flag-with-blank", "missing-flag-value", "bad-flag-syntax",
))  # fmt: skip


class _Reader:
    """One pass over the words; holds what is found on the way."""

    def __init__(self, words: list[Word], release: Release, *, final: bool) -> None:
        self.words = words
        self.release = release
        self.final = final
        self.next = 0
        self.flags: list[Flag] = []
        self.problems: list[FlagProblem] = []
        self.bare: str | None = None

    def read(self) -> CommandLine:
        while self.next < len(self.words):
            word = self.words[self.next]
            self.next += 1
            before, self.bare = self.bare, None
            if word.text[:1] != "-" or word.text == "-":
                self._positional(word, before)
            elif word.text == "--":
                for rest in self.words[self.next :]:
                    self._positional(rest, None)
                break
            elif word.text.startswith("--"):
                self._long(word)
            else:
                self._short(word)
        self._repeated()
        self.flags += self._meant()
        return CommandLine(tuple(self.flags), tuple(self.problems))

    def _problem(self, kind: str, name: str, word: Word, span: Span, /, **args: str | int) -> None:
        self.problems.append(FlagProblem(kind, name, word, span, args))

    def _unsettled(self, text: str) -> bool:
        return not self.final and (has_placeholder(text) or "$" in text or "`" in text)

    def _open(self, word: Word) -> None:
        """Note an argument that may turn out to be a flag, or several."""
        self._problem("positional-argument", "", word, word.span, word=shortened(word.text))
        self.problems[-1] = self.problems[-1]._replace(open=True)

    def _positional(self, word: Word, bare: str | None) -> None:
        """Note an argument that nothing reads; ``bare`` is the boolean flag right before it."""
        if self._unsettled(word.text):
            self._open(word)
        elif bare is not None and word.text.lower() in _BOOLEAN_WORDS:
            self._problem(
                "boolean-word", bare, word, word.span, flag=f"--{bare}", value=word.text
            )  # fmt: skip
        else:
            shown = shortened(word.text) or '""'
            self._problem("positional-argument", "", word, word.span, word=shown)

    def _long(self, word: Word) -> None:
        name, equals, value = word.text[2:].partition("=")
        if not name or name[0] == "-":
            self._problem("bad-flag-syntax", word.text, word, word.span, word=shortened(word.text))
            return
        if not self.release.knows(name):
            span = word.part(0, len(name) + 2)
            self._unknown(name, word, span, has_value=bool(equals))
        elif equals:
            self._take(name, value, word, Part(word, len(name) + 3, len(value)))
        elif self._type(name) == "bool":
            self._take(name, "true", word, word)
            self.bare = name
        else:
            self._following(name, word)

    def _type(self, name: str) -> str:
        return str(self.release.flag(name).get("x-flag-type", "string"))

    def _unknown(self, name: str, word: Word, span: Span, *, has_value: bool) -> None:
        """Note a flag that the release does not have, as the fault that it most likely is."""
        if self._unsettled(name):
            self._open(word)
            return
        flag, blank, _ = name.partition(" ")
        if blank and self.release.knows(flag):
            self._problem(
                "flag-with-blank", flag, word, word.span, word=shortened(word.text),
                flag=f"--{flag}", value=shortened(word.text[len(flag) + 3 :].strip(" =")),
            )  # fmt: skip
            return
        self._problem(_kind_of_unknown(name, self.release), name, word, span, flag=_shown(name))
        if not has_value and self._value_follows():
            self.next += 1

    def _value_follows(self) -> bool:
        return self.next < len(self.words) and not self.words[self.next].text.startswith("-")

    def _following(self, name: str, word: Word) -> None:
        if self.next >= len(self.words):
            self._problem("missing-flag-value", name, word, word.span, flag=_shown(name))
            return
        value = self.words[self.next]
        self.next += 1
        swallowed = value.text[2:].partition("=")[0] if value.text.startswith("--") else ""
        if swallowed and swallowed in self.release.flags:
            self._problem(
                "flag-as-value", name, value, value.span, flag=_shown(name),
                value=shortened(value.text),
            )  # fmt: skip
        self._take(name, value.text, word, value, value)

    def _short(self, word: Word) -> None:
        """Read ``-v 4`` and the like; only ``-v`` and the help of cobra, ``-h``, exist."""
        letters = word.text[1:].lstrip("h")
        if word.text[1:2] == "h" and letters[:1] == "=" and letters != "=":
            letters = f"h{letters}"  # only here does the help take a value
        if not letters or letters.startswith("test."):  # pflag leaves Go's test flags alone
            return
        letter, rest = letters[0], letters[1:]
        if letter not in ("h", "v"):
            self._bad_short(word, letter)
            return
        if rest[:1] == "=" and rest != "=":
            rest = rest[1:]
        name = "help" if letter == "h" else "v"
        if rest:
            start = len(word.text) - len(rest)
            self._take(name, rest, word, Part(word, start, len(rest)))
        else:
            self._following(name, word)

    def _bad_short(self, word: Word, letter: str) -> None:
        if self._unsettled(word.text.partition("=")[0]):
            self._open(word)
            return
        name = word.text[1:].partition("=")[0]
        self._problem(
            "single-dash", name, word, word.part(0, len(name) + 1),
            word=shortened(word.text), letter=letter,
        )  # fmt: skip
        if "=" not in word.text and self._value_follows():
            self.next += 1

    def _meant(self) -> list[Flag]:
        """Return, with a value nobody knows, the flags that refused words were meant to be.

        What is only misspelled is not missing: one fault is to give one finding.
        """
        given = {flag.name for flag in self.flags}
        found: dict[str, Flag] = {}
        refused = [problem for problem in self.problems if problem.kind in _REFUSED_WORDS]
        for problem in refused[: limits.SUGGESTIONS]:
            name = problem.flag.strip("-").partition("=")[0]
            if not self.release.knows(name):
                name = closest(name, list(self.release.flags))
            if name and name not in given:
                word = problem.word
                found[name] = Flag(name, word.text, None, word, problem, problem, open=True)
        return list(found.values())

    def _repeated(self) -> None:
        """Note scalar flags that are given again with another value: only the last one counts."""
        last = {flag.name: flag for flag in self.flags}
        for flag in self.flags:
            wins = last[flag.name]
            if flag.text == wins.text or flag.open or wins.open:
                continue
            if self._type(flag.name) not in LISTS:
                self._problem(
                    "repeated-flag", flag.name, flag.word, flag.span, flag=_shown(flag.name),
                    value=shortened(flag.text), last=shortened(wins.text),
                )  # fmt: skip

    def _take(
        self, name: str, text: str, word: Word, value_at: Placed, value_word: Word | None = None
    ) -> None:
        unsettled = not self.final and has_placeholder(text)
        value: Value | None = None
        if not unsettled:
            try:
                value = parse_value(self._type(name), text)
            except Refused as refused:
                self._problem(
                    "bad-flag-value", name, value_word or word, value_at.span, flag=_shown(name),
                    value=shortened(text), expected=Term(refused),
                )  # fmt: skip
        self.flags.append(Flag(name, text, value, word, word, value_at, unsettled, value_word))


def _shown(name: str) -> str:
    return shortened(f"-{name}" if name == "v" else f"--{name}")


def _kind_of_unknown(name: str, release: Release) -> str:
    """Tell a flag of another release or of the other program from a name that nobody knows."""
    if name in history(release.component):
        return "flag-not-in-release"
    for component in PARSED_BY_PFLAG - {release.component}:
        if name in history(component):
            return "flag-of-other-component"
    return "unknown-flag"


def parse_flags(words: Iterable[Word], release: Release, *, final: bool = False) -> CommandLine:
    """Read the words that follow the program's name.

    ``final``: every text is what the program gets; else placeholders are values not known yet.
    """
    return _Reader(list(words), release, final=final).read()


def parse_loosely(words: Iterable[Word]) -> CommandLine:
    """Read flags of a program whose whole flag table is not known (kube-apiserver).

    ``--a b`` is one flag when ``b`` does not begin with a dash; nothing is refused.
    """
    flags: list[Flag] = []
    items = list(words)
    for index, word in enumerate(items):
        if not word.text.startswith("--") or word.text == "--":
            continue
        name, equals, value = word.text[2:].partition("=")
        following = items[index + 1] if index + 1 < len(items) else None
        value_at: Placed = Part(word, len(name) + 3, len(value)) if equals else word
        value_word = None
        if not equals and following is not None and not following.text.startswith("-"):
            value, value_at, value_word = following.text, following, following
        elif not equals:
            value = "true"
        name = name.replace("_", "-")  # kube-apiserver normalises underscores, unlike the proxy
        unsettled = has_placeholder(value)
        known = None if unsettled else value
        flags.append(Flag(name, value, known, word, word, value_at, unsettled, value_word))
    return CommandLine(tuple(flags), ())
