"""Keep the three languages of the site in step.

python tools/translations.py                  what is missing, stale, different or worded wrongly
python tools/translations.py --diff PAGE      what changed in English since PAGE was translated
python tools/translations.py --accept PAGE …  PAGE says what the English page says now

PAGE is a path below docs/en, such as connector/overview.md. docs/translations.json records, for
each translated section, the hash of the English section it was made from. Ends with 1 where
something is to be done.
"""

import argparse
import difflib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]

from page_parts import counted, hashes, parts, prose, sections  # noqa: E402

DOCS = ROOT / "docs"
RECORD = DOCS / "translations.json"
WORDS = ROOT / "tools" / "data" / "glossary.toml"
SOURCE, TRANSLATIONS = "en", ("de", "it")
ABOUT_WORDS = frozenset(("reference/glossary.md",))
"""Pages that name the words of the other languages."""

LONG = 60
"""A paragraph of so many characters that is the same in two languages is not translated."""

Record = dict[str, dict[str, dict[str, str]]]


class Languages:
    """The pages of all languages below a docs folder, and what was accepted of them."""

    def __init__(self, docs: Path = DOCS, words: Path = WORDS) -> None:
        """Read nothing yet but the record and the glossary."""
        self.docs = docs
        self.path = docs / "translations.json"
        self.words = tomllib.loads(words.read_text(encoding="utf-8"))
        stored = self.path.read_text(encoding="utf-8") if self.path.is_file() else "{}"
        self.record: Record = json.loads(stored)

    def pages(self, language: str) -> list[str]:
        """Return the authored pages of a language."""
        folder = self.docs / language
        found = (path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
        return sorted(name for name in found if not re.fullmatch(r"lint/rules/kl\d+\.md", name))

    def text(self, language: str, page: str) -> str:
        """Return a page."""
        return (self.docs / language / page).read_text(encoding="utf-8")

    def problems(self) -> Iterator[str]:
        """Yield one line for everything that is to be done."""
        english = self.pages(SOURCE)
        for page in english:
            yield from self._wording(SOURCE, page)
        for language in TRANSLATIONS:
            own = self.pages(language)
            yield from (f"{language}/{page}: missing" for page in english if page not in own)
            yield from (
                f"{language}/{page}: no English page" for page in own if page not in english
            )
            for page in own:
                if page in english:
                    yield from self._stale(language, page)
                    yield from self._different(language, page)
                yield from self._wording(language, page)

    def _stale(self, language: str, page: str) -> Iterator[str]:
        known = self.record.get(language, {}).get(page, {})
        now = hashes(self.text(SOURCE, page))
        for name in now.keys() - known.keys():
            yield f"{language}/{page}: section {name} was never accepted as translated"
        for name in known.keys() & now.keys():
            if known[name] != now[name]:
                yield f"{language}/{page}: section {name} is older than the English one"

    def _different(self, language: str, page: str) -> Iterator[str]:
        ours, theirs = self.text(SOURCE, page), self.text(language, page)
        source, translated = list(parts(ours)), list(parts(theirs))
        for tag, first, last, start, end in difflib.SequenceMatcher(
            None, source, translated, autojunk=False
        ).get_opcodes():
            if tag != "equal":
                wanted = "; ".join(_shown(*part) for part in source[first:last]) or "nothing"
                found = "; ".join(_shown(*part) for part in translated[start:end]) or "nothing"
                yield f"{language}/{page}: English has {wanted}, here is {found}"
        for what, wanted_count in counted(ours).items():
            found_count = counted(theirs)[what]
            for value, number in (wanted_count - found_count).items():
                yield f"{language}/{page}: {what} {value} lacks here {number} times"
            for value, number in (found_count - wanted_count).items():
                yield f"{language}/{page}: {what} {value} is here {number} times too often"
        yield from self._untranslated(language, page, ours, theirs)

    def _untranslated(self, language: str, page: str, ours: str, theirs: str) -> Iterator[str]:
        english = {" ".join(line.split()) for _, line in prose(ours)}
        for number, line in prose(theirs):
            words = " ".join(line.split())
            if len(words) > LONG and words in english:
                yield f"{language}/{page}:{number}: the same as in English"

    def _wording(self, language: str, page: str) -> Iterator[str]:
        rules = [*self.words["all"].items(), *self.words[language].items()]
        for number, line in prose(self.text(language, page)):
            for wrong, right in rules if page not in ABOUT_WORDS else ():
                found = re.search(wrong, line)
                if found:
                    yield f"{language}/{page}:{number}: {found[0]!r}: {right}"

    def accept(self, page: str) -> None:
        """Record that the translations of a page say what the English one says."""
        for language in TRANSLATIONS:
            self.record.setdefault(language, {})[page] = hashes(self.text(SOURCE, page))
        for language, known in self.record.items():
            kept = {name: known[name] for name in sorted(known) if name in self.pages(SOURCE)}
            self.record[language] = kept
        text = json.dumps(self.record, indent=1, ensure_ascii=False)
        self.path.write_text(f"{text}\n", encoding="utf-8")

    def changes(self, page: str, language: str) -> Iterator[str]:
        """Yield what changed in the English page since a section was last accepted."""
        now = sections(self.text(SOURCE, page))
        known = self.record.get(language, {}).get(page, {})
        past = list(_versions(self.docs / SOURCE / page))
        for name, digest in hashes(self.text(SOURCE, page)).items():
            if known.get(name) != digest:
                old = next((text for text in past if hashes(text).get(name) == known.get(name)), "")
                yield from difflib.unified_diff(
                    sections(old).get(name, "").splitlines(), now[name].splitlines(),
                    f"{page}#{name} (accepted)", f"{page}#{name} (now)", lineterm="",
                )  # fmt: skip


def _shown(what: str, value: str) -> str:
    first = value.strip().split("\n")
    return f"{what} {first[0]}{' …' if len(first) > 1 else ''}"


def _versions(path: Path) -> Iterator[str]:
    """Yield the committed versions of a file, the newest first."""
    commits = _git("log", "--format=%H", "--", path.name, folder=path.parent).split()
    for commit in commits:
        yield _git("show", f"{commit}:./{path.name}", folder=path.parent)


def _git(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    return done.stdout


def _untouched(page: str) -> list[str]:
    """Return the translations of a page that have no change that is not committed."""
    return [
        language
        for language in TRANSLATIONS
        if not _git("status", "--porcelain", "--", f"{language}/{page}", folder=DOCS)
    ]


def main() -> int:
    """Check, show a difference, or accept translations."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--diff", action="store_true", help="show what changed in English")
    parser.add_argument("--accept", action="store_true", help="record pages as translated")
    parser.add_argument(
        "--no-change-needed", metavar="REASON",
        help="with --accept: why the translations may stay as they are",
    )  # fmt: skip
    arguments = parser.parse_args()
    languages = Languages()
    pages: list[str] = arguments.pages or languages.pages(SOURCE)
    unknown = [page for page in pages if page not in languages.pages(SOURCE)]
    if unknown:
        print(f"docs/{SOURCE}/{unknown[0]}: no such page", file=sys.stderr)
        return 2
    if arguments.diff:
        for page in pages:
            for language in TRANSLATIONS:
                print("\n".join(languages.changes(page, language)))
        return 0
    if arguments.accept:
        return _accept(languages, pages, arguments.no_change_needed)
    found = list(languages.problems())
    print("\n".join(found) or "The three languages are in step.")
    return 1 if found else 0


def _accept(languages: Languages, pages: list[str], reason: str | None) -> int:
    for page in pages:
        untouched = _untouched(page)
        if untouched and languages.record.get(untouched[0], {}).get(page) and reason is None:
            print(
                f"{untouched[0]}/{page} has not been changed; translate it, or say why it may"
                " stay: --no-change-needed REASON",
                file=sys.stderr,
            )
            return 1
        languages.accept(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
