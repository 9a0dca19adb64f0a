"""From ``command`` and ``args`` to flags, exactly as pflag under cobra reads them.

Source: spf13/pflag ``flag.go`` (parseArgs, parseLongArg, parseShortArg). Where pflag stops at the
first error, reading goes on here, so that one run shows them all.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from konnektor_lint.goflag import Refused, Value, parse_value
from konnektor_lint.placeholder import expand, has_placeholder
from konnektor_lint.release import Release
from konnektor_lint.source import Node, Span

PARSED_BY_PFLAG = frozenset(("proxy-server", "proxy-agent"))


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


class Flag(NamedTuple):
    """One flag that was given; ``--a=b`` and ``--a``, ``b`` both give one.

    ``value`` is None where it is only known at run time or was refused.
    """

    name: str
    text: str
    value: Value | None
    word: Word
    span: Span
    value_span: Span
    open: bool

    @property
    def node(self) -> Node:
        """Return the list item the flag's name is written in."""
        return self.word.node


class FlagProblem(NamedTuple):
    """Something pflag refuses or ignores; ``kind`` is the rule that words it."""

    kind: str
    flag: str
    word: Word
    span: Span
    args: dict[str, str | int]


class CommandLine(NamedTuple):
    """What one container's arguments say."""

    flags: tuple[Flag, ...]
    problems: tuple[FlagProblem, ...]


def words_of(nodes: Iterable[Node], environment: dict[str, str | None]) -> Iterator[Word]:
    """Yield the arguments of a ``command`` or ``args`` list with ``$(NAME)`` expanded."""
    for node in nodes:
        if isinstance(node.value, str):
            yield Word(expand(node.value, environment), node, 0, len(node.value))


class _Reader:
    """One pass over the words; holds what is found on the way."""

    def __init__(self, words: list[Word], release: Release, *, final: bool) -> None:
        self.words = words
        self.release = release
        self.final = final
        self.next = 0
        self.flags: list[Flag] = []
        self.problems: list[FlagProblem] = []

    def read(self) -> CommandLine:
        while self.next < len(self.words):
            word = self.words[self.next]
            self.next += 1
            if word.text[:1] != "-" or word.text == "-":
                self._positional(word)
            elif word.text == "--":
                for rest in self.words[self.next :]:
                    self._positional(rest)
                break
            elif word.text.startswith("--"):
                self._long(word)
            else:
                self._short(word)
        return CommandLine(tuple(self.flags), tuple(self.problems))

    def _problem(self, kind: str, name: str, word: Word, span: Span, /, **args: str | int) -> None:
        self.problems.append(FlagProblem(kind, name, word, span, args))

    def _positional(self, word: Word) -> None:
        self._problem("positional-argument", "", word, word.span, word=word.text)

    def _long(self, word: Word) -> None:
        name, equals, value = word.text[2:].partition("=")
        if not name or name[0] == "-":
            self._problem("bad-flag-syntax", word.text, word, word.span, word=word.text)
            return
        span = word.part(0, len(name) + 2)
        if name == "help" and not self.release.flags.get("help"):
            return
        if not self.release.knows(name):
            self._unknown(name, word, span, has_value=bool(equals))
        elif equals:
            start = len(name) + 3
            self._take(name, value, word, word.span, word.part(start, len(value)))
        elif self.release.flag(name).get("x-flag-type") == "bool":
            self._take(name, "true", word, word.span, word.span)
        else:
            self._following(name, word)

    def _unknown(self, name: str, word: Word, span: Span, *, has_value: bool) -> None:
        self._problem("unknown-flag", name, word, span, flag=f"--{name}")
        if not has_value and self._value_follows():
            self.next += 1

    def _value_follows(self) -> bool:
        return self.next < len(self.words) and not self.words[self.next].text.startswith("-")

    def _following(self, name: str, word: Word) -> None:
        if self.next >= len(self.words):
            self._problem("missing-flag-value", name, word, word.span, flag=f"--{name}")
            return
        value = self.words[self.next]
        self.next += 1
        self._take(name, value.text, word, word.span, value.span, value)

    def _short(self, word: Word) -> None:
        letters = word.text[1:]
        while letters:
            letter, rest = letters[0], letters[1:]
            if letter == "h":
                return
            if letter != "v":
                self._bad_short(word, letter)
                return
            if rest.startswith("=") and rest != "=":
                rest = rest[1:]
            if rest:
                start = len(word.text) - len(rest)
                self._take("v", rest, word, word.span, word.part(start, len(rest)))
            else:
                self._following("v", word)
            return

    def _bad_short(self, word: Word, letter: str) -> None:
        name = word.text[1:].partition("=")[0]
        self._problem(
            "single-dash", name, word, word.part(0, len(name) + 1), word=word.text, letter=letter
        )
        if "=" not in word.text and self._value_follows():
            self.next += 1

    def _take(
        self, name: str, text: str, word: Word, span: Span, value_span: Span,
        value_word: Word | None = None,
    ) -> None:  # fmt: skip
        unsettled = not self.final and has_placeholder(text)
        value: Value | None = None
        flag_type = str(self.release.flag(name).get("x-flag-type", "string"))
        if not unsettled:
            try:
                value = parse_value(flag_type, text)
            except Refused as refused:
                self._problem(
                    "bad-flag-value", name, value_word or word, value_span,
                    flag=f"--{name}", value=text, expected=str(refused),
                )  # fmt: skip
        self.flags.append(Flag(name, text, value, word, span, value_span, unsettled))


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
        value_span = word.part(len(name) + 3, len(value)) if equals else word.span
        if not equals and following is not None and not following.text.startswith("-"):
            value, value_span = following.text, following.span
        elif not equals:
            value = "true"
        name = name.replace("_", "-")  # kube-apiserver normalises underscores, unlike the proxy
        unsettled = has_placeholder(value)
        flags.append(
            Flag(name, value, None if unsettled else value, word, word.span, value_span, unsettled)
        )
    return CommandLine(tuple(flags), ())
