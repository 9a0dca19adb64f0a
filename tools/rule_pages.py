"""Write the generated parts of the site: rule pages, rule table, command line, example outputs.

python tools/rule_pages.py [--docs FOLDER]

Everything is taken from the checkout this file is in: the rules, their texts and fixtures, the
parser, the examples, and what the linter really prints about them.
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

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "validator"), str(ROOT / "hooks"), str(ROOT / "tools")]

from conformance import FILES, recorded  # noqa: E402
from fixture_node import fixture_node  # noqa: E402
from konnektor_lint.cli import main as lint  # noqa: E402
from konnektor_lint.cli import parser as lint_parser  # noqa: E402
from konnektor_lint.example import NOT_INPUT, first_fixture, options_of, shown_files  # noqa: E402
from konnektor_lint.release import Release, history, releases_with  # noqa: E402
from konnektor_lint.release import table as table_of  # noqa: E402
from konnektor_lint.rule import Rule, all_rules  # noqa: E402
from konnektor_lint.source import Unreadable, decode  # noqa: E402
from konnektor_lint.suppression import ALWAYS_REPORTED  # noqa: E402
from konnektor_lint.texts import rule_text, say  # noqa: E402
from konnektor_lint.why import Symptom, quoted, symptoms  # noqa: E402
from markup import Words, escaped, fence, load_words, printable, table, terminal  # noqa: E402
from playground_assets import example_of  # noqa: E402

FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLES = {
    "broken": ["examples/broken"],
    "one": ["--select", "KL201", "examples/broken"],
    "clean": ["examples/clean"],
    "topology": ["--show-topology", "examples/broken"],
    **{
        form: ["--format", form, "--select", "KL201", "examples/broken"]
        for form in ("concise", "github", "gitlab", "junit")
    },
    "fixes": ["--diff", "--unsafe-fixes", "examples/broken"],
    "upgrade": [
        "--kubernetes", "1.30", "--target-version", "v0.36.0", "--target-kubernetes", "1.36",
        "--ignore", "KL303", "examples/upgrade",
    ],
    "migration-started": ["examples/migration/started"],
    "migration": ["examples/migration/switched"],
    "migration-finished": ["examples/migration/finished"],
}  # fmt: skip
FENCES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
NOT_SEARCHED = ("bad", "good", "suppress")


def generate() -> dict[str, str]:
    """Return every generated file by its path below docs/."""
    pages = {"_generated/rules.json": navigation()}
    for language, words in load_words().items():
        generated = f"_generated/{language}"
        pages[f"{generated}/rules.md"] = rule_table(language, words)
        pages[f"{generated}/fixes.md"] = fix_table(language, words)
        pages[f"{generated}/cli.md"] = command_line(lint_parser(language))
        pages[f"{generated}/flags.md"] = flag_tables(words)
        pages[f"{generated}/symptoms.md"] = symptom_table(language, words["symptoms"])
        for section in dict.fromkeys(item.section for item in symptoms()):
            path = f"{generated}/symptoms-{section}.md"
            pages[path] = section_table(section, language, words["symptoms"])
        pages[f"{generated}/benchmarks.md"] = benchmarks(words["benchmarks"])
        pages[f"{generated}/conformance.md"] = conformance(words["conformance"])
        for name, arguments in EXAMPLES.items():
            pages[f"{generated}/{name}.txt"] = lint_output(ROOT, arguments, language)
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
    head = [words["rules"][key] for key in ("code", "title", "severity")]
    parts = []
    for group, rules in groupby(all_rules(), key=lambda rule: rule.code[:3]):
        title = f"{group} · {words['groups'][group[2]]}"
        rows = [_rule_row(rule, language) for rule in rules]
        parts += [f"## {title} {{ #{group.lower()} }}", table(head, rows)]
    return filterable("\n\n".join(parts), words["filter"])


def fix_table(language: str, words: Words) -> str:
    """Return the rules whose findings can be fixed, and with which options."""
    head = [words["rules"]["code"], words["rules"]["title"], words["fixes"]["fix"]]
    rows = []
    for rule in all_rules():
        if rule.fix:
            code, title, _ = _rule_row(rule, language)
            rows.append((code.replace("](", "](rules/"), title, words["fixes"][rule.fix]))
    return filterable(table(head, rows), words["filter"])


def filterable(markdown: str, words: Mapping[str, str]) -> str:
    """Return tables that a reader can filter; without JavaScript they are just tables."""
    data = " ".join(f'data-{key}="{words[key]}"' for key in ("label", "none"))
    return f'<div class="filterable" {data} markdown="1">\n\n{markdown}\n\n</div>\n'


def flag_tables(words: Words) -> str:
    """Return one table of flags per program: type, default, and the releases that have it."""
    head = [words["flags"][key] for key in ("flag", "type", "default", "releases")]
    parts = []
    for program in ("proxy-server", "proxy-agent"):
        rows = [_flag_row(program, flag, words["flags"]) for flag in sorted(history(program))]
        parts += [f"## {program} {{ #{program} }}", table(head, rows)]
    return filterable("\n\n".join(parts), words["filter"])


def _flag_row(program: str, flag: str, words: Mapping[str, str]) -> tuple[str, ...]:
    entry = history(program)[flag]
    (_, first), *later = entry["defaults"]
    defaults = [_shown(first), *(f"{tag}: {_shown(value)}" for tag, value in later)]
    releases = releases_with(program, flag)
    if entry["deprecated_since"]:
        releases += "; " + words["deprecated"].format(tag=entry["deprecated_since"])
    kind = Release(program, table_of(program)["tags"][-1], pinned=False).flag(flag)["x-flag-type"]
    return f"`{'-' if flag == 'v' else '--'}{flag}`", f"`{kind}`", "; ".join(defaults), releases


def _shown(default: str) -> str:
    return f"`{default}`" if default else '`""`'


def symptom_table(language: str, words: Mapping[str, str]) -> str:
    """Return what the programs print, by whom, and the section of the page that explains it."""
    page = ROOT / "docs" / language / "connector" / "troubleshooting.md"
    headings = re.findall(r"(?m)^## (.*?) \{ #([\w-]+) \}$", page.read_text(encoding="utf-8"))
    titles = {anchor: title for title, anchor in headings}
    rows = [
        (
            "<br>".join(f"`{pattern}`" for pattern in item.patterns[:2]),
            ", ".join(f"`{program}`" for program in item.programs),
            f"[{titles[item.section]}](#{item.section})",
        )
        for item in symptoms()
    ]
    return filterable(table([words[key] for key in ("line", "by", "section")], rows), words)


def section_table(section: str, language: str, words: Mapping[str, str]) -> str:
    """Return what the programs print for the faults of one section, and the rules for it."""
    rows = [
        row
        for item in symptoms()
        if item.section == section
        for row in (_rows_of_rules(item, language) if item.one_of else _row_of(item, language))
    ]
    return table([words[key] for key in ("line", "behind", "rules")], rows) + "\n"


def _row_of(item: Symptom, language: str) -> Iterator[tuple[str, ...]]:
    lines = "<br>".join(f"`{pattern}`" for pattern in item.patterns)
    yield lines, escaped(_flags_as_code(item.meaning[language])), ", ".join(map(_to, item.rules))


def _rows_of_rules(item: Symptom, language: str) -> Iterator[tuple[str, ...]]:
    for code in item.rules:
        line = next(quoted(rule_text(code, "en")["symptom"]))
        yield f"`{line}`", escaped(rule_text(code, language)["title"]), _to(code)


def _to(code: str) -> str:
    return f"[{code}](../lint/rules/{code.lower()}.md)"


def _flags_as_code(text: str) -> str:
    return re.sub(r"(?<![\w`-])--[a-z][\w-]*", r"`\g<0>`", text)


def _rule_row(rule: Rule, language: str) -> tuple[str, ...]:
    link = f"[{rule.code}]({rule.code.lower()}.md)"
    title = escaped(rule_text(rule.code, language)["title"])
    return link, f"{title}<br>`{rule.slug}`", _severity(rule, language)


def _severity(rule: Rule, language: str) -> str:
    return _capitalised(say(language, f"severity.{rule.severity.name.lower()}"))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def conformance(words: Mapping[str, str]) -> str:
    """Return the recorded verdicts by version; make test holds the linter to every one of them."""
    counted = recorded(FILES)
    rows = [
        (name, str(row["refused"]), str(row["accepted"]), str(row.total()))
        for name, row in counted.items()
    ]
    head = [words[key] for key in ("program", "refused", "accepted", "agree")]
    return table(head, rows) + "\n"


def benchmarks(words: Mapping[str, str]) -> str:
    """Return the last measurement: each goal, and what was measured."""
    measured = json.loads((ROOT / "benchmarks" / "result.json").read_text(encoding="utf-8"))
    sizes = {
        "files": measured["files"], "sets": measured["sets"], "tenfold": 10 * measured["sets"],
    }  # fmt: skip
    rows = []
    for row in measured["rows"]:
        found = row.get("ratio")
        ratio = words["unmeasured"]
        if found is not None:
            ratio = f"{found['median']:.2f} ({found['least']:.2f}–{found['most']:.2f})"
        rows.append((
            words[f"work-{row['work']}"].format(**sizes),
            words[f"with-{row['against']}"].format(**sizes),
            words[row["of"]], f"≤ {row['most']}", ratio,
        ))  # fmt: skip
    head = [words[key] for key in ("work", "against", "by", "goal", "ratio")]
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    return f"{table(head, rows)}\n\n{measured['date']}: {versions}\n"


def rule_page(rule: Rule, language: str, words: Words) -> str:
    """Return the page of one rule."""
    text, frame = rule_text(rule.code, language), words["rule"]
    parts = [
        _front_matter(rule, text["title"].replace("`", ""), frame),
        f"# {rule.code} · {escaped(text['title'])} {{ #{rule.code.lower()} }}",
        _facts(rule, language, frame, words["fixes"]),
        _section(frame["why"], "why", [escaped(text["why"].strip())]),
        _section(frame["symptom"], "symptom", [escaped(text["symptom"].strip())]),
        *_bad_example(rule, language, frame),
        _section(frame["fix"], "fix", [escaped(text["fix"].strip())]),
        *_good_example(rule, frame),
        *_evidence(rule, frame),
        _section(frame["suppress"], "suppress", _suppress(rule, frame)),
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


def _facts(rule: Rule, language: str, frame: Mapping[str, str], fixes: Mapping[str, str]) -> str:
    needs = ", ".join(say(language, f"missing.{part}") for part in rule.needs)
    facts = {
        "severity": _severity(rule, language),
        "name": f"`{rule.slug}`",
        "needs": needs or frame["any"],
        "since": rule.since,
    }
    listed = [f"- {frame[key]}: {text}" for key, text in facts.items()]
    listed.append(f"- [{fixes['fix']}](../fixes.md): {fixes[rule.fix or 'none']}")
    return "\n".join(listed)


def _section(title: str, anchor: str, body: Iterable[str]) -> str:
    """Return a section; the search leaves out what is much the same on many pages."""
    search = " data-search-exclude=''" if anchor in NOT_SEARCHED else ""
    return "\n\n".join([f"## {title} {{ #{anchor}{search} }}", *body])


def _bad_example(rule: Rule, language: str, frame: Mapping[str, str]) -> Iterator[str]:
    folder = first_fixture(FIXTURES, rule.code, "bad")
    if folder is None:
        return
    options = ["--select", rule.code, *options_of(folder)]
    inputs = _inputs(folder)
    output = lint_output(folder, [*options, *inputs], language)
    if rule.code not in output:
        raise SystemExit(f"{folder.relative_to(ROOT)} does not show {rule.code}:\n{output}")
    if inputs:
        yield _section(frame["bad"], "bad", [*_files(folder), *_try_it(rule, frame)])
    yield _section(frame["output"], "output", [_command(options, inputs), terminal(output)])


def _try_it(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    """Link the page that lints the example in the browser, where it can be loaded there."""
    if example_of(rule.code) is not None:
        yield f"[{frame['try']}](../playground.md?example={rule.code})"


def _good_example(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    folder = first_fixture(FIXTURES, rule.code, "ok")
    if folder is not None:
        options = options_of(folder)
        command = [_command(options, _inputs(folder))] if options else []
        yield _section(frame["good"], "good", [*_files(folder), *command])


def _command(options: list[str], inputs: list[str]) -> str:
    """Return the call; the files of an example are all there is in the reader's folder."""
    return fence(" ".join(["$ konnektor-lint", *options, *(["."] if inputs else [])]), "console")


def _evidence(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    if rule.references:
        yield _section(frame["evidence"], "evidence", ["\n".join(map(_reference, rule.references))])


def _reference(text: str) -> str:
    """Return a list item; addresses become links, flags become code."""
    linked = re.sub(r"https?://[^\s)]+", r"<\g<0>>", text.replace("<", "&lt;"))
    return "- " + re.sub(r"(?<![\w`-])--[a-z][\w-]*", r"`\g<0>`", linked)


def _suppress(rule: Rule, frame: Mapping[str, str]) -> Iterator[str]:
    if rule.code not in ALWAYS_REPORTED:
        yield frame["suppress_here"]
        yield fence(f"# konnektor-lint: ignore[{rule.code}] …", "yaml")
    yield frame["suppress_once"]
    yield fence(f"$ konnektor-lint --ignore {rule.code} .", "console")
    yield frame["suppress_always"]
    yield fence(f"ignore: [{rule.code}]", "yaml", ".konnektor-lint.yaml")
    yield f"[{frame['suppress_more']}](../configuration.md)"


def _inputs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in NOT_INPUT)


def _files(folder: Path) -> Iterator[str]:
    for path in shown_files(folder):
        title = path.relative_to(folder).as_posix()
        yield fence(printable(_text(path.read_bytes())), FENCES.get(path.suffix, "text"), title)


def _text(data: bytes) -> str:
    """Return a file's text as well as it can be shown: some examples are not valid text."""
    try:
        return decode(data)
    except Unreadable as error:
        return error.text


def lint_output(folder: Path, arguments: list[str], language: str) -> str:
    """Return what the linter prints when it is run inside the folder."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["--lang", language, "--color", "always", "--isolated", *arguments]
    with (
        contextlib.chdir(folder), contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err), fixture_node(),
    ):  # fmt: skip
        code = lint(argv)
    if code == 2 or not out.getvalue().strip():
        raise SystemExit(
            f"konnektor-lint {' '.join(argv)} in {folder} "
            f"ended with {code}:\n{out.getvalue()}{err.getvalue()}"
        )
    return out.getvalue()


def command_line(parser: argparse.ArgumentParser) -> str:
    """Return the arguments and options of the parser, one definition list per group."""
    parts = []
    groups = [group for group in parser._action_groups if group._group_actions]
    for number, group in enumerate(groups):
        parts.append(f"## {_capitalised(group.title or '')} {{ #options-{number} }}")
        parts += [f"{_call(action)}\n:   {_help(action)}" for action in group._group_actions]
    return "\n\n".join(parts) + "\n"


def _help(action: argparse.Action) -> str:
    """Return the help of an option; options and variables in it become code."""
    words = (action.help or "").replace("%%", "%")
    return escaped(re.sub(r"--[a-z-]+|[A-Z]+_[A-Z]+", r"`\g<0>`", words))


def _call(action: argparse.Action) -> str:
    value = _value(action)
    calls = [f"{option} {value}".strip() for option in action.option_strings]
    return ", ".join(f"`{call}`" for call in calls or [value])


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return f"{action.metavar} …" if action.nargs == "*" else str(action.metavar)


def write(docs: Path, pages: Mapping[str, str]) -> None:
    """Write what differs and remove what is no longer generated."""
    for path in (*docs.glob("*/lint/rules/kl*.md"), *docs.glob("_generated/**/*.*")):
        if path.relative_to(docs).as_posix() not in pages:
            path.unlink()
    for name, text in pages.items():
        path = docs / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the generated parts of the site."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--docs", type=Path, default=ROOT / "docs", help="where to write")
    os.environ["KONNEKTOR_LINT_DEBUG"] = "1"  # an internal error of the linter ends this, too
    write(options.parse_args().docs.resolve(), generate())


if __name__ == "__main__":
    main()
