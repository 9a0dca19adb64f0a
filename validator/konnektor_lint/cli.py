"""The command line: arguments in, exit code out."""

from __future__ import annotations

import gc
import os
import sys

from konnektor_lint import __version__, libyaml, quick, texts
from konnektor_lint.ending import CLEAN, FAILURE, FINDINGS, NOTHING, Refused
from konnektor_lint.report.formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from typing import NoReturn

    from konnektor_lint.config import Configuration

LEVELS = ("error", "warning", "info", "never")
COLOURS = ("auto", "always", "never")
SHELLS = ("bash", "zsh", "fish")


def _formatter(language: str) -> type[argparse.HelpFormatter]:
    """Return what formats help with the word for usage in the reader's language."""
    import argparse

    class Formatter(argparse.HelpFormatter):
        def add_usage(
            self, usage: str | None, actions: Iterable[argparse.Action],
            groups: Iterable[argparse._MutuallyExclusiveGroup], prefix: str | None = None,
        ) -> None:  # fmt: skip
            """Add the usage line."""
            super().add_usage(usage, actions, groups, prefix or texts.say(language, "cli.usage"))

    return Formatter


class OneOf:
    """The type of an option that takes one of some words."""

    def __init__(self, choices: Sequence[str], language: str) -> None:
        """Keep the words, and the language in which another one is refused."""
        self.choices = tuple(choices)
        self.language = language

    def __call__(self, value: str) -> str:
        """Return the word, if it is one of them."""
        return _choice(self.language, self.choices, value)


class Count:
    """The type of an option that takes a number from 1."""

    def __init__(self, language: str) -> None:
        """Keep the language in which something else is refused."""
        self.language = language

    def __call__(self, value: str) -> int:
        """Return the number, if it is one."""
        if not value.isdecimal() or int(value) < 1:
            import argparse

            raise argparse.ArgumentTypeError(
                texts.say(self.language, "error.bad-count", value=value)
            )
        return int(value)


def parser(language: str) -> argparse.ArgumentParser:
    """Return the parser with its help in a language."""
    import argparse

    def text(key: str) -> str:
        return texts.say(language, f"cli.{key}").replace("%", "%%")

    def one_of(choices: Sequence[str]) -> OneOf:
        return OneOf(choices, language)

    made = argparse.ArgumentParser(
        "konnektor-lint", description=text("description"), epilog=text("epilog"),
        formatter_class=_formatter(language), add_help=False, allow_abbrev=False,
        exit_on_error=False,
    )  # fmt: skip
    positional = made.add_argument_group(text("positional"))
    positional.add_argument("paths", nargs="*", metavar="PATH", help=text("paths"))
    options = made.add_argument_group(text("options"))
    add = options.add_argument
    add(
        "--format",
        type=one_of(tuple(FORMATS)),
        metavar="FORMAT",
        default="text",
        help=text("format"),
    )
    add("--output", action="append", metavar="[FORMAT=]FILE", help=text("output"))
    add("--lang", type=one_of(texts.LANGUAGES), metavar="LANG", help=text("lang"))
    add("--select", action="append", metavar="RULES", help=text("select"))
    add("--ignore", action="append", metavar="RULES", help=text("ignore"))
    add("--fail-on", type=one_of(LEVELS), metavar="LEVEL", help=text("fail-on"))
    add("--exit-zero", action="store_true", help=text("exit-zero"))
    add("--kubernetes", metavar="VERSION", help=text("kubernetes"))
    add("--component-version", metavar="VERSION", help=text("component-version"))
    add("--target-version", metavar="VERSION", help=text("target-version"))
    add("--target-kubernetes", metavar="VERSION", help=text("target-kubernetes"))
    add("--host-root", metavar="DIR", help=text("host-root"))
    add("--statistics", action="store_true", help=text("statistics"))
    add("--related", action="store_true", help=text("related"))
    add("--allow-empty", action="store_true", help=text("allow-empty"))
    add("--isolated", action="store_true", help=text("isolated"))
    add("--config", metavar="FILE", help=text("config"))
    add("--fix", action="store_true", help=text("fix"))
    add("--unsafe-fixes", action="store_true", help=text("unsafe-fixes"))
    add("--diff", action="store_true", help=text("diff"))
    add("--severity", action="append", metavar="RULE=LEVEL", help=text("severity"))
    add("--require-reason", action="store_true", help=text("require-reason"))
    add("--baseline", metavar="FILE", help=text("baseline"))
    add("--write-baseline", metavar="FILE", help=text("write-baseline"))
    add("--show-config", action="store_true", help=text("show-config"))
    add("--explain", metavar="RULES", help=text("explain"))
    add("--show-topology", action="store_true", help=text("show-topology"))
    add("--why", metavar="LINE", help=text("why"))
    add("--list-rules", action="store_true", help=text("list-rules"))
    add("--color", type=one_of(COLOURS), metavar="WHEN", default="auto", help=text("color"))
    add("--jobs", type=Count(language), metavar="N", help=text("jobs"))
    add("--no-progress", action="store_true", help=text("no-progress"))
    add("--watch", action="store_true", help=text("watch"))
    add("--completion", type=one_of(SHELLS), metavar="SHELL", help=text("completion"))
    add("--version", action="store_true", help=text("version"))
    add("-h", "--help", action="store_true", help=text("help"))
    return made


def run() -> NoReturn:
    """Run as a program and end it."""
    if sys.stdout is None:  # closed by the caller: >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (until the end)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode, or a file name that is no text, is no reason to stop.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    libyaml.permit()
    gc.disable()  # what a run has read it keeps to its end: there is next to nothing to collect
    code = CLEAN
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        from konnektor_lint import delivery

        delivery.discard_output()
    except OSError as error:  # a full disk behind standard output
        from konnektor_lint import delivery

        delivery.discard_output()
        language = _language_of(sys.argv[1:])
        reason = delivery.reason_of(error, language)
        code = _fail(language, texts.say(language, "error.stdout", reason=reason))
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)  # nothing is left to be put in order, which would take a while


def _end_cleanly() -> None:
    """End as if interrupted on SIGTERM, so that no half-written file is left behind."""
    import signal  # only who writes files needs it

    def terminate(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, terminate)


def main(argv: Sequence[str]) -> int:
    """Run with the given arguments and return the exit code."""
    language = _language_of(argv)
    try:
        return _main(argv, language)
    except Refused as refused:
        return _fail(language, str(refused))
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # (the last line of defence: never a traceback)
        if isinstance(error.__context__, KeyboardInterrupt):  # argparse trips over it
            raise KeyboardInterrupt from error
        if isinstance(error, OSError) and error.filename is None:
            from konnektor_lint.delivery import FULL

            if error.errno in FULL:
                raise  # standard output cannot be written
            if isinstance(error, FileNotFoundError):  # the system cannot name where we are
                return _fail(language, texts.say(language, "error.folder-gone"))
        if os.environ.get("KONNEKTOR_LINT_DEBUG"):
            raise
        described = f"{type(error).__name__}: {error}"
        return _fail(language, texts.say(language, "error.internal", error=described))


def _fail(language: str, text: str) -> int:
    try:
        sys.stderr.write(f"{texts.say(language, 'error.prefix')}{text}\n")
    except OSError:  # a full disk there, too: the code has to do
        return FAILURE
    return FAILURE


def _main(argv: Sequence[str], language: str) -> int:
    if argv[:1] == ["server"]:
        from konnektor_lint.server import command

        if command.is_meant(argv):
            return _serve(argv[1:], language)
    arguments = _arguments(argv, language)
    if arguments.help:
        sys.stdout.write(parser(language).format_help())  # print_help is silent about a full disk
        return CLEAN
    if arguments.version:
        return _show_version()
    if isinstance(arguments, _Given) and (count := quick.passed_over(argv)) is not None:
        return _told_of_nothing(count, language)
    from konnektor_lint import call, intent

    configuration = intent.configuration(arguments, language)
    language = arguments.lang or configuration.lang or language
    told = _told(arguments, configuration, language)
    if told is not None:
        return told
    if arguments.fix or arguments.output or arguments.write_baseline is not None:
        _end_cleanly()
    if arguments.watch:
        call.watch(arguments, language)
    return call.lint(arguments, configuration, language)


def _told_of_nothing(count: int, language: str) -> int:
    """Say what the report in full would: that of so many files none is ours."""
    seen = (
        texts.counted(language, "summary.files", count),
        texts.counted(language, "summary.documents", 0),
    )
    print(texts.say(language, "summary.nothing"))
    print(texts.say(language, "summary.seen", seen=", ".join(seen)))
    return NOTHING


def _serve(argv: Sequence[str], language: str) -> int:
    from konnektor_lint.server import command

    gc.enable()  # a server has no end of its own
    try:
        return command.run(argv, language)
    except command.Unusable as unusable:
        raise Refused(str(unusable)) from unusable


def _told(arguments: argparse.Namespace, configuration: Configuration, language: str) -> int | None:
    """Tell what was asked about the linter itself; None: nothing was."""
    if arguments.explain is not None:
        from konnektor_lint import intent

        return _explain(intent.names([arguments.explain]), arguments.color, language)
    if arguments.list_rules:
        return _list_rules(arguments.format, language)
    if arguments.completion is not None:
        return _completion(arguments.completion, language)
    if arguments.why is not None:
        return _why(arguments.why, language)
    if arguments.show_config:
        return _show_config(arguments, configuration, language)
    return None


_DEFAULTS: dict[str, object] = dict.fromkeys((
    "output", "lang", "select", "ignore", "fail_on", "kubernetes", "component_version",
    "target_version", "target_kubernetes", "host_root", "config", "severity", "baseline",
    "write_baseline", "explain", "why", "completion", "jobs",
)) | dict.fromkeys((
    "exit_zero", "statistics", "related", "allow_empty", "isolated", "require_reason", "fix",
    "unsafe_fixes", "diff", "show_config", "show_topology", "list_rules", "no_progress",
    "version", "watch", "help",
), False) | {"format": "text", "color": "auto"}  # fmt: skip
"""What the parser returns where no option is given."""


class _Given:
    """The arguments of a call without options: no parser is needed to tell which they are."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.__dict__.update(_DEFAULTS, paths=list(paths))


def _arguments(argv: Sequence[str], language: str) -> argparse.Namespace:
    if all(word == "-" or not word.startswith("-") for word in argv):
        return _Given(argv)  # type: ignore[return-value]
    return _parsed(parser(language), argv, language)


def _choice(language: str, choices: Sequence[str], value: str) -> str:
    if value not in choices:
        import argparse

        listed = ", ".join(choices)
        raise argparse.ArgumentTypeError(
            texts.say(language, "error.bad-choice", value=value, choices=listed)
        )
    return value


def _parsed(
    made: argparse.ArgumentParser, argv: Sequence[str], language: str
) -> argparse.Namespace:
    """Return the arguments; what argparse refuses is said in the reader's language."""
    import argparse

    try:
        arguments, unknown = made.parse_known_intermixed_args(argv)
    except argparse.ArgumentError as error:
        option = error.argument_name or ""
        if isinstance(error.__context__, argparse.ArgumentTypeError):
            raise Refused(f"{option}: {error.message}") from error
        takes_none = any(word.startswith(f"{option.split('/')[-1]}=") for word in argv)
        key = "error.needless-value" if takes_none else "error.missing-value"
        raise Refused(texts.say(language, key, option=option)) from error
    if unknown:
        raise Refused(_unknown_option(made, unknown[0], language))
    return arguments


def _unknown_option(made: argparse.ArgumentParser, option: str, language: str) -> str:
    import re

    from konnektor_lint.spelling import closest

    known = re.findall(r"--[a-z-]+", made.format_usage())
    suggestion = closest(option.partition("=")[0], known)
    key = "error.unknown-option-close" if suggestion else "error.unknown-option"
    return texts.say(language, key, option=option, suggestion=suggestion)


def _language_of(argv: Sequence[str]) -> str:
    """Return the language before the arguments are parsed: even their errors are said in it."""
    for index, word in enumerate(argv):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and index + 1 < len(argv):
            value = argv[index + 1]
        if value in texts.LANGUAGES:
            return value
    if os.environ.get("CI"):
        return "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = os.environ.get(name)
        if locale:
            return locale[:2] if locale[:2] in texts.LANGUAGES else "en"
    return "en"


def _show_version() -> int:
    from konnektor_lint.source import LIBYAML

    parser_name = "libyaml" if LIBYAML else "pure Python"
    print(f"konnektor-lint {__version__} ({parser_name})")
    return CLEAN


def _explain(names: list[str], colour: str, language: str) -> int:
    from konnektor_lint import explain, intent, policy
    from konnektor_lint.report import pager, terminal

    try:
        rules = explain.named(names)
    except policy.UnknownRule as unknown:
        raise Refused(intent.no_such_rule(unknown, language)) from unknown
    pager.show(explain.explained(rules, language, terminal.look_of(sys.stdout, colour)))
    return CLEAN


def _completion(shell: str, language: str) -> int:
    from konnektor_lint import completion

    sys.stdout.write(completion.script(shell, parser(language), language))
    return CLEAN


def _why(line: str, language: str) -> int:
    from konnektor_lint import limits, why

    if line == "-":
        line = sys.stdin.buffer.read(limits.FILE_BYTES).decode("utf-8", "replace")
    text, found = why.answer(line, language)
    print(text)
    return CLEAN if found else FINDINGS


def _show_config(arguments: argparse.Namespace, configuration: Configuration, language: str) -> int:
    from konnektor_lint import config, intent, policy, settled

    try:
        wanted = intent.policy(arguments, configuration, language)
        wanted.look_below(arguments.paths or ["."])
    except config.BadConfiguration as bad:
        raise intent.refused(bad, language) from bad
    except policy.UnknownRule as unknown:
        raise Refused(intent.no_such_rule(unknown, language)) from unknown
    print(settled.shown(arguments, wanted, language))
    return CLEAN


def _list_rules(form: str, language: str) -> int:
    from konnektor_lint import listing

    if form not in listing.FORMATS:
        choices = ", ".join(listing.FORMATS)
        problem = texts.say(language, "error.bad-choice", value=form, choices=choices)
        raise Refused(f"--list-rules --format: {problem}")
    listing.FORMATS[form](language, sys.stdout)
    return CLEAN
