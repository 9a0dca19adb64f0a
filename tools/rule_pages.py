"""Write the generated parts of the site: rule pages, rule table, command line, example output.

python tools/rule_pages.py            write them below docs/
python tools/rule_pages.py --check    exit 1 if what is on disk differs
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "hooks")]
sys.path += [str(ROOT / "validator")]  # only if the linter is not installed

from konnektor_lint.cli import main as lint  # noqa: E402
from konnektor_lint.cli import parser as lint_parser  # noqa: E402
from konnektor_lint.rule import all_rules  # noqa: E402
from konnektor_lint.texts import rule_text  # noqa: E402
from markup import Words, fence, load_words, table  # noqa: E402

if TYPE_CHECKING:
    from konnektor_lint.rule import Rule

FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLES = ROOT / "examples"
FENCES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def generate() -> dict[str, str]:
    """Return every generated file by its path below docs/."""
    pages = {"_generated/rules.json": navigation()}
    for language, words in load_words().items():
        generated = f"_generated/{language}"
        pages[f"{generated}/rules.md"] = rule_table(language, words)
        pages[f"{generated}/cli.md"] = command_line(lint_parser(language), words)
        pages[f"{generated}/broken.txt"] = lint_output(EXAMPLES, ["broken"], language)
        for rule in all_rules():
            path = f"{language}/lint/rules/{rule.code.lower()}.md"
            pages[path] = rule_page(rule, language, words)
    return pages


def navigation() -> str:
    """Return the rule pages for the navigation: short title and path."""
    pages = {
        f"{rule.code} {rule.slug}": f"lint/rules/{rule.code.lower()}.md" for rule in all_rules()
    }
    return json.dumps(pages, indent=2) + "\n"


def rule_table(language: str, words: Words) -> str:
    """Return one table per group of codes."""
    head = [words["rules"][key] for key in ("code", "title", "severity", "name")]
    parts = []
    for group, rules in groupby(all_rules(), key=lambda rule: rule.code[2]):
        rows = [_rule_row(rule, language, words) for rule in rules]
        parts += [f"## {words['groups'][group]} {{ #kl{group}xx }}", table(head, rows)]
    return "\n\n".join(parts) + "\n"


def _rule_row(rule: Rule, language: str, words: Words) -> tuple[str, ...]:
    link = f"[{rule.code}]({rule.code.lower()}.md)"
    title = rule_text(rule.code, language)["title"]
    return link, title, words["severity"][rule.severity.name.lower()], f"`{rule.slug}`"


def rule_page(rule: Rule, language: str, words: Words) -> str:
    """Return the page of one rule."""
    text, frame = rule_text(rule.code, language), words["rule"]
    parts = [
        _front_matter(rule, text["title"].replace("`", ""), frame),
        f"# {rule.code} · {text['title']} {{ #{rule.code.lower()} }}",
        _facts(rule, words),
        _section(frame["why"], "why", [text["why"].strip()]),
        _section(frame["symptom"], "symptom", [text["symptom"].strip()]),
        *_bad_example(rule, language, frame),
        _section(frame["fix"], "fix", [text["fix"].strip()]),
        *_good_example(rule, frame),
        *_evidence(rule, frame),
        _section(
            frame["suppress"],
            "suppress",
            [
                frame["suppress_text"],
                fence(f"$ konnektor-lint --ignore {rule.code} .", "console"),
            ],
        ),
        f"[{frame['all_rules']}](index.md)",
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(rule: Rule, title: str, frame: Mapping[str, str]) -> str:
    fields = {
        "title": f"{rule.code} · {title}",
        "description": frame["description"].format(code=rule.code, title=title),
    }
    lines = [f"{key}: {json.dumps(text, ensure_ascii=False)}" for key, text in fields.items()]
    return "\n".join(["---", *lines, "---"])


def _facts(rule: Rule, words: Words) -> str:
    frame = words["rule"]
    needs = ", ".join(words["needs"].get(need, f"`{need}`") for need in rule.needs)
    head = (frame["name"], frame["severity"], frame["needs"], frame["since"])
    severity = words["severity"][rule.severity.name.lower()]
    return table(head, [(f"`{rule.slug}`", severity, needs or frame["any"], rule.since)])


def _section(title: str, anchor: str, body: Iterable[str]) -> str:
    return "\n\n".join([f"## {title} {{ #{anchor} }}", *body])


def _bad_example(rule: Rule, language: str, frame: Mapping[str, str]) -> Iterator[str]:
    folder = _first_fixture(rule, "bad")
    if folder is None:
        return
    yield _section(frame["bad"], "bad", _files(folder))
    output = lint_output(folder, ["--select", rule.code, "."], language)
    if rule.code not in output:
        raise SystemExit(f"{folder.relative_to(ROOT)} does not show {rule.code}:\n{output}")
    yield _section(frame["output"], "output", [fence(output, "text")])


def _good_example(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    folder = _first_fixture(rule, "ok")
    if folder is not None:
        yield _section(frame["good"], "good", _files(folder))


def _evidence(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    if rule.references:
        yield _section(frame["evidence"], "evidence", ["\n".join(map(_reference, rule.references))])


def _reference(text: str) -> str:
    linked = re.sub(r"https?://[^\s)]+", r"<\g<0>>", text.replace("<", "&lt;"))
    return "- " + re.sub(r"(?<![\w`-])--[a-z][\w-]*", r"`\g<0>`", linked)


def _first_fixture(rule: Rule, kind: str) -> Path | None:
    return next(iter(sorted((FIXTURES / rule.code).glob(f"{kind}-*/"))), None)


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "expected.txt":
            text = path.read_text(encoding="utf-8", errors="replace")
            title = path.relative_to(folder).as_posix()
            yield fence(text, FENCES.get(path.suffix, "text"), title)


def lint_output(folder: Path, arguments: list[str], language: str) -> str:
    """Return what the linter prints when it is run inside the folder."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["--lang", language, "--color", "never", "--isolated", *arguments]
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = lint(argv)
    if code == 2 or not out.getvalue().strip():
        raise SystemExit(
            f"konnektor-lint {' '.join(argv)} in {folder.relative_to(ROOT)} "
            f"ended with {code}:\n{out.getvalue()}{err.getvalue()}"
        )
    return out.getvalue()


def command_line(parser: argparse.ArgumentParser, words: Words) -> str:
    """Return the arguments and options of the parser, one table per group."""
    names = words["cli"]
    titles = {id(parser._positionals): names["arguments"], id(parser._optionals): names["options"]}
    parts = []
    groups = [group for group in parser._action_groups if _shown(group)]
    for number, group in enumerate(groups):
        title = titles.get(id(group)) or group.title or names["options"]
        rows = [(_call(action), _help(parser, action)) for action in _shown(group)]
        parts += [
            f"## {title} {{ #options-{number} }}",
            table((names["option"], names["meaning"]), rows),
        ]
    return "\n\n".join(parts) + "\n"


def _shown(group: argparse._ArgumentGroup) -> list[argparse.Action]:
    return [action for action in group._group_actions if action.help != argparse.SUPPRESS]


def _call(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"`{value}`"
    calls = [f"{option} {value}".strip() for option in action.option_strings]
    return ", ".join(f"`{call}`" for call in calls)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices and not action.metavar:
        name = "|".join(map(str, action.choices))
    return f"{name} …" if action.nargs in ("*", "+") and "…" not in name else name


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def differences(docs: Path, pages: dict[str, str]) -> list[str]:
    """Return the paths that are missing, different or no longer generated."""
    stale = [path for path in _on_disk(docs) if path not in pages]
    return sorted(stale + [path for path, text in pages.items() if _read(docs / path) != text])


def _on_disk(docs: Path) -> list[str]:
    found = [*docs.glob("*/lint/rules/kl*.md"), *docs.glob("_generated/**/*")]
    return [path.relative_to(docs).as_posix() for path in found if path.is_file()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def write(docs: Path, pages: dict[str, str]) -> None:
    """Write what differs and remove what is no longer generated."""
    for name in differences(docs, pages):
        path = docs / name
        if name in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[name], encoding="utf-8")
        else:
            path.unlink()


def main() -> int:
    """Write or check the generated parts of the site."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--check", action="store_true", help="only compare with the disk")
    options.add_argument("--docs", type=Path, default=ROOT / "docs", help="where to write")
    chosen = options.parse_args()
    os.environ.update(NO_COLOR="1", COLUMNS="100")
    pages = generate()
    if not chosen.check:
        write(chosen.docs, pages)
        return 0
    stale = differences(chosen.docs, pages)
    for path in stale:
        print(f"docs/{path} is not up to date: run python tools/rule_pages.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
