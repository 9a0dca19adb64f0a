"""Write the man pages, in each language, from the parser and tools/data/man.toml.

python tools/man_page.py FOLDER

A wheel holds them below share/man; tools/wheel_parts.py makes them with this while it is built.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "validator")]

from konnektor_lint import __version__  # noqa: E402
from konnektor_lint.cli import parser  # noqa: E402
from konnektor_lint.texts import SITE  # noqa: E402

PROGRAM = "konnektor-lint"
WORDS = ROOT / "tools" / "data" / "man.toml"
Words = Mapping[str, Any]


def write(folder: Path) -> list[Path]:
    """Write the page of each language to its place below a folder ``man``; return the files."""
    written = []
    for language, words in tomllib.loads(WORDS.read_text(encoding="utf-8")).items():
        place = folder / ("" if language == "en" else language) / "man1" / f"{PROGRAM}.1"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page(language, words), encoding="ascii")
        written.append(place)
    return written


def page(language: str, words: Words) -> str:
    """Return a page: ASCII and escapes, which any troff reads alike; no words are parted."""
    lines = [
        f'.TH {PROGRAM.upper()} 1 "" "{PROGRAM} {__version__}"', ".nh", ".ad l",
        *_section(words["name"]), f"{_roman(PROGRAM)} \\- {_roman(words['summary'])}",
        *_section(words["synopsis"]), f".B {_roman(PROGRAM)}",
        "[\\fIOPTION\\fR]... [\\fIPATH\\fR]...",
        *_section(words["description"]), *_prose(parser(language).description or ""), ".PP",
        *_prose(words["about"]),
        *_options(language),
        *_section(words["exit"]), *_terms(words["codes"]),
        *_section(words["files"]), *_terms(words["file"]),
        *_section(words["environment"]), *_terms(words["variable"]),
        *_section(words["examples"]), *_examples(words["example"]),
        *_section(words["see"]), f"{SITE}{language}/",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _section(title: str) -> Iterator[str]:
    yield f'.SH "{_roman(title)}"'


def _options(language: str) -> Iterator[str]:
    """Yield the arguments and options as the parser groups them."""
    for group in parser(language)._action_groups:
        actions = group._group_actions
        if actions:
            yield from _section((group.title or "").upper())
        for action in actions:
            yield ".TP"
            yield _call(action)
            yield from _prose((action.help or "").replace("%%", "%"))


def _call(action: argparse.Action) -> str:
    names = ", ".join(f"\\fB{_roman(name)}\\fR" for name in action.option_strings)
    value = f"\\fI{_roman(str(action.metavar))}\\fR" if action.nargs != 0 else ""
    if action.nargs == "*":
        value += " ..."
    return f"{names} {value}".strip()


def _terms(terms: Mapping[str, str]) -> Iterator[str]:
    for term, meaning in terms.items():
        yield ".TP"
        yield f"\\fB{_roman(term)}\\fR"
        yield from _prose(meaning)


def _examples(examples: Mapping[str, str]) -> Iterator[str]:
    for call, meaning in examples.items():
        yield ".TP"
        yield _roman(meaning)
        yield f"\\fB{_roman(call)}\\fR"


def _prose(text: str) -> Iterator[str]:
    """Yield a line per sentence, as troff likes it; options in bold."""
    for line in re.split(r"\n|(?<=\.) (?=[A-ZÄÖÜ])", text.strip()):
        words = _roman(line)
        yield re.sub(r"(?<!\w)\\-\\-[a-z]+(?:\\-[a-z]+)*", r"\\fB\g<0>\\fR", words)


def _roman(text: str) -> str:
    """Return a text as troff reads it: nothing in it is a request, a minus stays a minus."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", escaped)
    return re.sub(r"^([.'])", r"\\&\1", escaped)


def main() -> None:
    """Write the pages to the folder that is named."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("folder", type=Path, help="where to write, such as /usr/share/man")
    for path in write(options.parse_args().folder):
        print(path)


if __name__ == "__main__":
    main()
