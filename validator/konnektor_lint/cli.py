"""The command line: arguments in, exit code out."""

from __future__ import annotations

import gc
import os
import sys

from konnektor_lint import __version__, libyaml, quick, texts
from konnektor_lint.report.formats import COUNTING, FORMATS, TOPOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn, TextIO

    from konnektor_lint.badfile import BadFile
    from konnektor_lint.config import Configuration
    from konnektor_lint.connector import Settings
    from konnektor_lint.grouping import Cluster
    from konnektor_lint.host import Tree
    from konnektor_lint.linting import Result, Upgrade
    from konnektor_lint.mending import Outcome
    from konnektor_lint.output import Target
    from konnektor_lint.policy import Policy, UnknownRule
    from konnektor_lint.readings import Readings
    from konnektor_lint.report.progress import Progress
    from konnektor_lint.report.run import Run

CLEAN, FINDINGS, FAILURE, NOTHING = 0, 1, 2, 3
LEVELS = ("error", "warning", "info", "never")
COLOURS = ("auto", "always", "never")
SHELLS = ("bash", "zsh", "fish")


class Refused(Exception):  # noqa: N818
    """Something about the call that the user has to mend; ends with exit code 2."""


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


def parser(language: str) -> argparse.ArgumentParser:
    """Return the parser with its help in a language."""
    import argparse

    def text(key: str) -> str:
        return texts.say(language, f"cli.{key}").replace("%", "%%")

    def one_of(choices: Sequence[str]) -> Callable[[str], str]:
        return lambda value: _choice(language, choices, value)

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
    add("--no-progress", action="store_true", help=text("no-progress"))
    add("--watch", action="store_true", help=text("watch"))
    add("--completion", type=one_of(SHELLS), metavar="SHELL", help=text("completion"))
    add("--version", action="store_true", help=text("version"))
    add("-h", "--help", action="store_true", help=text("help"))
    return made


def run() -> NoReturn:
    """Run as a program: the console script's entry point."""
    if sys.stdout is None:  # closed by the caller: >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (until the end)
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
        _discard_output()
    except OSError as error:  # a full disk behind standard output
        _discard_output()
        language = _language_of(sys.argv[1:])
        reason = _reason(error, language)
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


def _discard_output() -> None:
    """Keep Python from complaining at exit about a reader that is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


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
        if os.environ.get("KONNEKTOR_LINT_DEBUG"):
            raise
        described = f"{type(error).__name__}: {error}"
        return _fail(language, texts.say(language, "error.internal", error=described))


def _fail(language: str, text: str) -> int:
    sys.stderr.write(f"{texts.say(language, 'error.prefix')}{text}\n")
    return FAILURE


def _main(argv: Sequence[str], language: str) -> int:
    if argv[:1] == ["server"]:
        from konnektor_lint.server import command

        if command.is_meant(argv):
            return _serve(argv[1:], language)
    arguments = _arguments(argv, language)
    if arguments.help:
        parser(language).print_help()
        return CLEAN
    if arguments.version:
        return _show_version()
    if isinstance(arguments, _Given) and (count := quick.passed_over(argv)) is not None:
        return _told_of_nothing(count, language)
    configuration = _configuration(arguments, language)
    language = arguments.lang or configuration.lang or language
    told = _told(arguments, configuration, language)
    if told is not None:
        return told
    if arguments.fix or arguments.output or arguments.write_baseline is not None:
        _end_cleanly()
    if arguments.watch:
        _watch(arguments, language)
    return _lint(arguments, configuration, language)


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

    try:
        return command.run(argv, language)
    except command.Unusable as unusable:
        raise Refused(str(unusable)) from unusable


def _told(arguments: argparse.Namespace, configuration: Configuration, language: str) -> int | None:
    """Tell what was asked about the linter itself; None: nothing was."""
    if arguments.explain is not None:
        return _explain(_names([arguments.explain]), arguments.color, language)
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
    "write_baseline", "explain", "why", "completion",
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


def _configuration(arguments: argparse.Namespace, language: str) -> Configuration:
    from konnektor_lint import config

    path = arguments.config
    try:
        if path is None and not arguments.isolated:
            path = config.find(config.start_of(arguments.paths))
        return config.Configuration() if path is None else config.load(path)
    except config.BadConfiguration as bad:
        raise _refused(bad, language) from bad


def _refused(bad: BadFile, language: str) -> Refused:
    from konnektor_lint import complaint

    return Refused(complaint.in_file(bad, language))


def _lint(arguments: argparse.Namespace, configuration: Configuration, language: str) -> int:
    from konnektor_lint.report.run import Run

    targets = _targets(arguments, language)
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise Refused(texts.say(language, "error.unsafe-fixes-alone"))
    result, outcome = _result(arguments, configuration, language)
    if arguments.write_baseline is not None and result.recognised:
        return _write_baseline(arguments.write_baseline, result, language)
    result = _without_known(arguments, configuration, result, language)
    code = _exit_code(arguments, configuration, result)
    if arguments.diff and outcome is not None:
        return _told_of_diff(outcome, language, code)
    run = Run(result, language, code, statistics=arguments.statistics)
    out = sys.stdout
    if outcome is not None:
        run = run._replace(mended=outcome.mended)
        out = sys.stderr if outcome.printed else out
    _deliver(arguments, run, targets, out)
    return code


def _watch(arguments: argparse.Namespace, language: str) -> NoReturn:
    """Report now and after each change, until the user ends it."""
    from konnektor_lint import watching
    from konnektor_lint.readings import Readings
    from konnektor_lint.report.run import Run

    _refuse_to_watch(arguments, language)
    targets = _targets(arguments, language)
    shown = TOPOLOGY if arguments.show_topology else arguments.format
    kept = Readings()

    def linted() -> watching.Round:
        configuration = _configuration(arguments, language)
        spoken = arguments.lang or configuration.lang or language
        result, _ = _result(arguments, configuration, spoken, kept)
        result = _without_known(arguments, configuration, result, spoken)
        code = _exit_code(arguments, configuration, result)
        run = Run(result, spoken, code, statistics=arguments.statistics)
        return watching.Round(run, _decisive(arguments, configuration))

    def reported(run: Run) -> None:
        _report(shown, arguments.color, run, targets, sys.stdout)
        sys.stdout.flush()
        _write_files(shown, arguments.paths, run, targets)

    paths = [os.path.relpath(_project_root())] if arguments.related else arguments.paths or ["."]
    written = frozenset(os.path.realpath(target.path) for target in targets)
    configured = not arguments.isolated
    watching.watch(watching.Job(paths, configured, written, linted, reported, Refused, language))


def _refuse_to_watch(arguments: argparse.Namespace, language: str) -> None:
    """Refuse what is done once, and what cannot be looked at again."""
    unfit = {
        "--fix": arguments.fix,
        "--diff": arguments.diff,
        "--unsafe-fixes": arguments.unsafe_fixes,
        "--write-baseline": arguments.write_baseline is not None,
        "--host-root": arguments.host_root is not None,
        "-": "-" in arguments.paths,
        f"--format {arguments.format}": arguments.format not in COUNTING,
    }
    for option, given in unfit.items():
        if given:
            raise Refused(texts.say(language, "error.no-watch", option=option))


def _decisive(arguments: argparse.Namespace, configuration: Configuration) -> list[str]:
    """Return the files beside those of the paths that decide what is reported."""
    baseline = os.path.join(configuration.folder, configuration.baseline)
    given = (arguments.config, arguments.baseline, configuration.baseline and baseline)
    return [path for path in given if path]


def _result(
    arguments: argparse.Namespace, configuration: Configuration, language: str,
    kept: Readings | None = None,
) -> tuple[Result, Outcome | None]:  # fmt: skip
    """Lint, and mend where that is asked for."""
    from konnektor_lint import config, files, policy
    from konnektor_lint.report.progress import Progress

    progress = Progress(language, None if arguments.no_progress else sys.stderr)
    wanted = None
    try:
        wanted = _policy(arguments, configuration, language)
        linted, related = _linter(arguments, configuration, language, progress, kept)
        if arguments.fix or arguments.diff:
            outcome = _mended(arguments, configuration, language, wanted, related, linted)
            return outcome.result, outcome
        return linted(wanted, {}, all_=False), None
    except files.NoSuchPath as missing:
        raise Refused(texts.say(language, "error.no-such-path", path=str(missing))) from missing
    except config.BadConfiguration as bad:
        raise _refused(bad, language) from bad
    except policy.UnknownRule as unknown:
        raise Refused(_no_such_rule(unknown, language)) from unknown
    finally:
        progress.clear()
        if wanted is not None:
            _note_unheard(wanted, language)


def _linter(
    arguments: argparse.Namespace, configuration: Configuration, language: str,
    progress: Progress, kept: Readings | None = None,
) -> tuple[Callable[..., Result], frozenset[str] | None]:  # fmt: skip
    """Return what lints as the call asks for, and the only files findings are shown of."""
    from konnektor_lint import linting
    from konnektor_lint.patterns import Patterns

    settings = _settings(arguments, configuration, language)
    upgrade = _upgrade(arguments, settings, language)
    host = _host(arguments.host_root, language)
    paths = arguments.paths or [_kubernetes_folder(host.root) if host is not None else "."]
    related = None
    if arguments.related:
        related = frozenset(os.path.realpath(path) for path in arguments.paths)
        paths = [os.path.relpath(_project_root())]
    exclusion = Patterns(configuration.exclude, configuration.folder)
    clusters = _clusters(configuration)

    def linted(chosen: Policy, contents: Mapping[str, bytes], *, all_: bool) -> Result:
        return linting.lint(
            paths, chosen, settings, exclusion=exclusion, related=None if all_ else related,
            clusters=clusters, upgrade=None if all_ else upgrade, host=host, contents=contents,
            watch=None if contents else progress, kept=kept,
        )  # fmt: skip

    return linted, related


def _deliver(arguments: argparse.Namespace, run: Run, targets: list[Target], out: TextIO) -> None:
    """Write the report where it is wanted."""
    shown = TOPOLOGY if arguments.show_topology else arguments.format
    try:
        _report(shown, arguments.color, run, targets, out)
        out.flush()
    except BrokenPipeError:
        _discard_output()  # the reader (head, less) has seen enough
    except OSError as error:
        _discard_output()
        reason = _reason(error, run.language)
        raise Refused(texts.say(run.language, "error.stdout", reason=reason)) from error
    _write_files(shown, arguments.paths, run, targets)


def _clusters(configuration: Configuration) -> tuple[Cluster, ...]:
    if not configuration.clusters:
        return ()
    from konnektor_lint.grouping import Cluster
    from konnektor_lint.patterns import Patterns

    return tuple(
        Cluster(name, Patterns(patterns, configuration.folder))
        for name, patterns in configuration.clusters
    )


def _note_unheard(wanted: Policy, language: str) -> None:
    """Say which keys of a configuration further below are for runs that start there."""
    for file, keys in wanted.unheard():
        shown, listed = os.path.relpath(file), ", ".join(keys)
        sys.stderr.write(texts.say(language, "note.unheard", file=shown, keys=listed) + "\n")


def _write_baseline(path: str, result: Result, language: str) -> int:
    from konnektor_lint import baseline

    try:
        count = baseline.write(path, result.findings)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            texts.say(language, "error.baseline-not-written", file=path, reason=reason)
        ) from error
    print(texts.counted(language, "note.baseline", count, file=path))
    return CLEAN


def _without_known(
    arguments: argparse.Namespace, configuration: Configuration, result: Result, language: str
) -> Result:
    path = arguments.baseline
    if path is None and configuration.baseline:
        path = os.path.relpath(os.path.join(configuration.folder, configuration.baseline))
    if path is None:
        return result
    from konnektor_lint import baseline

    try:
        entries = baseline.read(path)
    except baseline.BadBaseline as bad:
        raise _refused(bad, language) from bad
    compared = baseline.compare(result.findings, entries, path, result.ran, result.read)
    fixed = 0 if arguments.related else compared.fixed  # most findings were left out
    return result._replace(findings=compared.new, known=compared.known, fixed=fixed)


def _host(folder: str | None, language: str) -> Tree | None:
    """Return the files of the node, if they are to be looked at."""
    if folder is None:
        return None
    from konnektor_lint.host import Tree

    try:
        return Tree(folder)
    except OSError as error:
        raise Refused(texts.say(language, "error.no-such-folder", path=folder)) from error


def _kubernetes_folder(root: str) -> str:
    """Return where a node keeps its manifests and what they name."""
    return os.path.join(root, "etc", "kubernetes")


def _mended(
    arguments: argparse.Namespace, configuration: Configuration, language: str,
    wanted: Policy, related: frozenset[str] | None, linted: Callable[..., Result],
) -> Outcome:  # fmt: skip
    """Mend what can be mended; with ``--diff`` only show the change."""
    from konnektor_lint import mending

    arguments.select = None  # a fix must not bring a finding of any rule that is not ignored
    guards = _policy(arguments, configuration._replace(select=()), language)
    job = mending.Job(
        wanted, guards, arguments.paths or ["."], related, arguments.unsafe_fixes, linted, language
    )
    try:
        return mending.show(job) if arguments.diff else mending.fix(job)
    except mending.Failed as failed:
        raise Refused(str(failed)) from failed


def _told_of_diff(outcome: Outcome, language: str, code: int) -> int:
    """Say what the patch on standard output changes, and return the exit code."""
    from konnektor_lint.report.human import Human

    said = Human(language).mended(outcome.mended, "planned")
    sys.stderr.write("\n".join(said) + "\n")
    if not outcome.result.recognised:
        return code
    return FINDINGS if outcome.mended.contents else CLEAN


def _project_root() -> str:
    """Return the folder of the repository or of the configuration; else the current one."""
    folder = start = os.getcwd()
    while True:
        if any(
            os.path.exists(os.path.join(folder, mark)) for mark in (".git", ".konnektor-lint.yaml")
        ):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent


def _policy(arguments: argparse.Namespace, configuration: Configuration, language: str) -> Policy:
    from konnektor_lint.policy import Command, Policy

    command = Command(
        tuple(_names(arguments.select)),
        tuple(_names(arguments.ignore)),
        tuple(_severity(given, language) for given in _names(arguments.severity)),
        arguments.require_reason,
    )
    nested = not arguments.isolated and arguments.config is None
    return Policy(configuration, command, nested=nested)


def _severity(given: str, language: str) -> tuple[str, str]:
    from konnektor_lint.policy import LEVELS as KNOWN

    name, _, level = given.partition("=")
    if level not in KNOWN:
        choices = ", ".join(f"RULE={known}" for known in KNOWN)
        said = texts.say(language, "error.bad-choice", value=given, choices=choices)
        raise Refused(f"--severity: {said}")
    return name, level


def _names(given: list[str] | None) -> list[str]:
    return [name.strip() for part in given or () for name in part.split(",") if name.strip()]


def _no_such_rule(unknown: UnknownRule, language: str) -> str:
    from konnektor_lint import complaint

    return complaint.no_such_rule(unknown, language)


def _settings(
    arguments: argparse.Namespace, configuration: Configuration, language: str
) -> Settings:
    from konnektor_lint.connector import Settings

    minor = arguments.kubernetes or configuration.kubernetes
    component = arguments.component_version or configuration.component_version
    return Settings(
        _minor("--kubernetes", minor, language) if minor else None,
        _tag("--component-version", component, language) if component else None,
    )


def _upgrade(arguments: argparse.Namespace, settings: Settings, language: str) -> Upgrade | None:
    from konnektor_lint.linting import Upgrade

    tag, kubernetes = arguments.target_version, arguments.target_kubernetes
    then = settings
    names: list[str] = []
    if tag:
        then = then._replace(upgrade_to=_tag("--target-version", tag, language))
        names.append(texts.say(language, "upgrade.proxy", version=tag))
    if kubernetes:
        then = then._replace(kubernetes=_minor("--target-kubernetes", kubernetes, language))
        names.append(texts.say(language, "upgrade.kubernetes", version=kubernetes))
    return Upgrade(", ".join(names), then) if names else None


def _minor(option: str, text: str, language: str) -> int:
    from konnektor_lint.release import OLDEST_KUBERNETES, kubernetes_minor

    found = kubernetes_minor(text)
    if found is None or found < OLDEST_KUBERNETES:
        raise Refused(texts.say(language, "error.bad-kubernetes", option=option, value=text))
    return found


def _tag(option: str, text: str, language: str) -> str:
    from konnektor_lint.release import version

    if version(text) is None:
        raise Refused(texts.say(language, "error.bad-component-version", option=option, value=text))
    return text


def _targets(arguments: argparse.Namespace, language: str) -> list[Target]:
    """Return the files to write; what cannot be meant is refused before anything is read."""
    if arguments.statistics and arguments.format not in COUNTING:
        raise Refused(texts.say(language, "error.no-statistics", value=arguments.format))
    if not arguments.output:
        return []
    from konnektor_lint import output

    try:
        return output.targets(arguments.output or (), FORMATS)
    except output.BadTarget as bad:
        fields = {"choices": ", ".join(FORMATS), **bad.fields}
        raise Refused(texts.say(language, f"error.{bad.key}", **fields)) from bad


def _report(shown: str, colour: str, run: Run, targets: list[Target], out: TextIO) -> None:
    """Write to a stream, unless a file takes its place."""
    from konnektor_lint.report import formats, terminal

    if all(target.format for target in targets):
        look = terminal.look_of(out, colour)
        formats.write(shown, run._replace(look=look), out)


def _write_files(shown: str, given: Iterable[str], run: Run, targets: list[Target]) -> None:
    if not targets:
        return
    from io import StringIO

    from konnektor_lint import output
    from konnektor_lint.report import formats
    from konnektor_lint.report.summary import read_files

    inputs = {*given, *read_files(run.result)}
    for target in targets:
        if any(output.is_same_file(target.path, path) for path in inputs):
            raise Refused(texts.say(run.language, "error.output-input", file=target.path))
        text = StringIO()
        formats.write(target.format or shown, run, text)
        try:
            output.write(target.path, text.getvalue())
        except OSError as error:
            reason = _reason(error, run.language)
            raise Refused(
                texts.say(run.language, "error.not-written", file=target.path, reason=reason)
            ) from error


def _reason(error: OSError, language: str) -> str:
    import errno

    name = errno.errorcode.get(error.errno or 0, "")
    reasons = texts.core_text(language)["reason"]
    return str(reasons.get(name) or error.strerror or error)


def _exit_code(arguments: argparse.Namespace, configuration: Configuration, result: Result) -> int:
    from konnektor_lint.diagnostic import Severity

    if not result.recognised:
        # With --related nothing may be left to show although the project was recognised.
        return CLEAN if arguments.allow_empty else NOTHING
    level = (
        "never" if arguments.exit_zero else arguments.fail_on or configuration.fail_on or "error"
    )
    if level == "never" or arguments.exit_zero:
        return CLEAN
    threshold = Severity[level.upper()]
    return FINDINGS if any(item.severity >= threshold for item in result.findings) else CLEAN


def _explain(names: list[str], colour: str, language: str) -> int:
    from konnektor_lint import explain, policy
    from konnektor_lint.report import pager, terminal

    try:
        rules = explain.named(names)
    except policy.UnknownRule as unknown:
        raise Refused(_no_such_rule(unknown, language)) from unknown
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
    from konnektor_lint import config, policy, settled

    try:
        wanted = _policy(arguments, configuration, language)
        wanted.look_below(arguments.paths or ["."])
    except config.BadConfiguration as bad:
        raise _refused(bad, language) from bad
    except policy.UnknownRule as unknown:
        raise Refused(_no_such_rule(unknown, language)) from unknown
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
