"""A call that lints: from what it asks for to its exit code."""

from __future__ import annotations

import gc
import os
import sys

from konnektor_lint import delivery, intent, texts
from konnektor_lint.ending import CLEAN, FINDINGS, NOTHING, Refused
from konnektor_lint.report.formats import COUNTING, PICTURES, TOPOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from konnektor_lint.config import Configuration
    from konnektor_lint.linting import Result
    from konnektor_lint.mending import Outcome
    from konnektor_lint.output import Target
    from konnektor_lint.policy import Policy
    from konnektor_lint.readings import Readings
    from konnektor_lint.report.progress import Progress
    from konnektor_lint.report.run import Run


def lint(arguments: argparse.Namespace, configuration: Configuration, language: str) -> int:
    """Lint once and report; return the exit code."""
    from konnektor_lint.report.run import Run

    targets = delivery.targets(arguments, language)
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise Refused(texts.say(language, "error.unsafe-fixes-alone"))
    jobs = _jobs(arguments, targets)
    result, outcome = _result(arguments, configuration, language, jobs=jobs)
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
    delivery.deliver(arguments, run, targets, out)
    return code


def _jobs(arguments: argparse.Namespace, targets: list[Target]) -> int | None:
    """Return how many processes may lint; None: what is asked for needs all files in memory."""
    formats = {arguments.format, *(target.format for target in targets)}
    if arguments.show_topology or formats.intersection(PICTURES):
        return None
    if arguments.fix or arguments.diff or arguments.host_root is not None:
        return None
    if arguments.jobs is not None:
        return int(arguments.jobs)
    # Python tells only from 3.13 on how many processors a process may use, on all systems.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def watch(arguments: argparse.Namespace, language: str) -> NoReturn:
    """Report now and after each change, until the user ends it."""
    gc.enable()  # this run has no end of its own
    from konnektor_lint import watching
    from konnektor_lint.readings import Readings
    from konnektor_lint.report.run import Run

    _refuse_to_watch(arguments, language)
    targets = delivery.targets(arguments, language)
    shown = TOPOLOGY if arguments.show_topology else arguments.format
    kept = Readings()

    def linted() -> watching.Round:
        configuration = intent.configuration(arguments, language)
        spoken = arguments.lang or configuration.lang or language
        result, _ = _result(arguments, configuration, spoken, kept)
        result = _without_known(arguments, configuration, result, spoken)
        code = _exit_code(arguments, configuration, result)
        run = Run(result, spoken, code, statistics=arguments.statistics)
        return watching.Round(run, _decisive(arguments, configuration))

    def reported(run: Run) -> None:
        delivery.report(shown, arguments.color, run, targets, sys.stdout)
        sys.stdout.flush()
        delivery.write_files(shown, arguments.paths, run, targets)

    paths = (
        [os.path.relpath(intent.project_root())] if arguments.related else arguments.paths or ["."]
    )
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
    kept: Readings | None = None, jobs: int | None = None,
) -> tuple[Result, Outcome | None]:  # fmt: skip
    """Lint, and mend where that is asked for."""
    from konnektor_lint import config, files, policy
    from konnektor_lint.examination import Lost
    from konnektor_lint.report.progress import Progress

    progress = Progress(language, None if arguments.no_progress else sys.stderr)
    wanted = None
    try:
        wanted = intent.policy(arguments, configuration, language)
        linted, related = _linter(arguments, configuration, language, progress, kept, jobs)
        if arguments.fix or arguments.diff:
            outcome = _mended(arguments, configuration, language, wanted, related, linted)
            return outcome.result, outcome
        return linted(wanted, {}, all_=False), None
    except files.NoSuchPath as missing:
        raise Refused(texts.say(language, "error.no-such-path", path=str(missing))) from missing
    except config.BadConfiguration as bad:
        raise intent.refused(bad, language) from bad
    except policy.UnknownRule as unknown:
        raise Refused(intent.no_such_rule(unknown, language)) from unknown
    except Lost as lost:
        first, last = lost.paths[0], lost.paths[-1]
        said = texts.say(language, "error.lost", ending=lost.ending, first=first, last=last)
        raise Refused(said) from lost
    finally:
        progress.clear()
        if wanted is not None:
            _note_unheard(wanted, language)


def _linter(
    arguments: argparse.Namespace, configuration: Configuration, language: str,
    progress: Progress, kept: Readings | None = None, jobs: int | None = None,
) -> tuple[Callable[..., Result], frozenset[str] | None]:  # fmt: skip
    """Return what lints as the call asks for, and the only files findings are shown of."""
    from konnektor_lint import linting
    from konnektor_lint.patterns import Patterns

    settings = intent.settings(arguments, configuration, language)
    upgrade = intent.upgrade(arguments, settings, language)
    host = intent.host(arguments.host_root, language)
    paths = arguments.paths or [intent.kubernetes_folder(host.root) if host is not None else "."]
    related = None
    if arguments.related:
        related = frozenset(os.path.realpath(path) for path in arguments.paths)
        paths = [os.path.relpath(intent.project_root())]
    exclusion = Patterns(configuration.exclude, configuration.folder)
    clusters = intent.clusters(configuration)

    def linted(chosen: Policy, contents: Mapping[str, bytes], *, all_: bool) -> Result:
        return linting.lint(
            paths, chosen, settings, exclusion=exclusion, related=None if all_ else related,
            clusters=clusters, upgrade=None if all_ else upgrade, host=host, contents=contents,
            watch=None if contents else progress, kept=kept, jobs=jobs,
        )  # fmt: skip

    return linted, related


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
        raise intent.refused(bad, language) from bad
    compared = baseline.compare(result.findings, entries, path, result.ran, result.read)
    fixed = 0 if arguments.related else compared.fixed  # most findings were left out
    return result._replace(findings=compared.new, known=compared.known, fixed=fixed)


def _mended(
    arguments: argparse.Namespace, configuration: Configuration, language: str,
    wanted: Policy, related: frozenset[str] | None, linted: Callable[..., Result],
) -> Outcome:  # fmt: skip
    """Mend what can be mended; with ``--diff`` only show the change."""
    from konnektor_lint import mending

    arguments.select = None  # a fix must not bring a finding of any rule that is not ignored
    guards = intent.policy(arguments, configuration._replace(select=()), language)
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
