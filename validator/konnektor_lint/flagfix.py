"""Edits of command lines: in lists of arguments, and in what ``sh -c`` runs."""

import re

from konnektor_lint.argument import Flag, Word
from konnektor_lint.fix import Edit, insert_item, remove_items, replace_part
from konnektor_lint.pod import Component
from konnektor_lint.source import Position, Span

_PLAIN_IN_SHELL = re.compile(r"[A-Za-z0-9_./:=@%+,-]*")


def rewrite(component: Component, word: Word, start: int, length: int, new: str) -> Edit | None:
    """Replace a part of an argument; None where quotes or variables make up its text."""
    text = word.node.text
    if text is None or text[word.start : word.start + word.length] != word.text:
        return None
    if component.shell and not _PLAIN_IN_SHELL.fullmatch(new):
        return None
    if "$" in new:  # Kubernetes would look for a variable
        return None
    return replace_part(word.node, word.start + start, length, new)


def rewrite_word(component: Component, word: Word, new: str) -> Edit | None:
    """Replace a whole argument."""
    return rewrite(component, word, 0, len(word.text), new)


def set_value(component: Component, flag: Flag, value: str) -> Edit | None:
    """Give a flag that was given another value."""
    return set_part(component, flag, 0, len(flag.text), value)


def set_part(component: Component, flag: Flag, start: int, length: int, new: str) -> Edit | None:
    """Replace a part of a flag's value."""
    if flag.value_word is not None:
        return rewrite(component, flag.value_word, start, length, new)
    name, equals, text = flag.word.text.partition("=")
    if not equals or not name.startswith("--") or text != flag.text:
        return None
    return rewrite(component, flag.word, len(name) + 1 + start, length, new)


def set_flag(component: Component, name: str, value: str) -> Edit | None:
    """Give a flag a value, behind the others where it is not given yet."""
    flag = component.flag(name)
    if flag is not None:
        return set_value(component, flag, value)
    last = next((item for item in reversed(component.flags) if not item.open), None)
    return None if last is None else add_flag(component, last, f"--{name}={value}")


def add_flag(component: Component, after: Flag, text: str) -> Edit | None:
    """Add an argument right behind a flag."""
    word = after.value_word or after.word
    if component.shell:
        written = (word.node.text or "")[word.start : word.start + word.length]
        plain = written == word.text and all(map(_PLAIN_IN_SHELL.fullmatch, (text, written)))
        end = word.start + word.length
        return replace_part(word.node, end, 0, f" {text}") if plain else None
    if component.listed(word.node) is None:
        return None
    return insert_item(word.node, text)


def remove_flag(component: Component, flag: Flag) -> Edit | None:
    """Take a flag away, with the argument that holds its value."""
    return remove_words(component, flag.word, flag.value_word or flag.word)


def remove_words(component: Component, first: Word, last: Word) -> Edit | None:
    """Take away the arguments from one to another."""
    if component.shell:
        return _out_of_script(first) if first is last else None
    start, end = component.listed(first.node), component.listed(last.node)
    if start is None or end is None or start[0] is not end[0]:
        return None
    return remove_items(start[0], start[1], end[1])


def _out_of_script(word: Word) -> Edit | None:
    """Remove a word from a script over several lines, with its line where nothing is left."""
    node, source = word.node, word.node.source
    found = replace_part(node, word.start, word.length, "")
    if found is None or node.style != "|" or node.text is None:
        return None
    start, end = found.span
    line = source.line(start.line)
    before, after = line[: start.column - 1], line[end.column - 1 :]
    if not before.strip() and after.strip() == "\\" and start.line < len(source.lines):
        return Edit(source, Span(Position(start.line, 1), Position(start.line + 1, 1)), "")
    if not before.strip():
        return None
    return Edit(source, Span(Position(start.line, len(before.rstrip()) + 1), end), "")
