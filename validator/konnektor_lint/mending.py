"""What ``--fix`` and ``--diff`` do with a project: read, mend in memory, write or show."""

import os
import stat
import sys
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from konnektor_lint import fixing, patch, texts
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.fixing import Contents, Mended, Wanted
from konnektor_lint.intake import standard_input
from konnektor_lint.linting import Result, touches
from konnektor_lint.policy import Policy
from konnektor_lint.rewrite import NotWritten, write_all
from konnektor_lint.source import Unreadable, read_bytes


class Failed(Exception):  # noqa: N818
    """Why nothing, or not everything, could be written: words for the user."""


class Job(NamedTuple):
    """What is to be mended, and how to lint it.

    ``wanted``: whose findings are to be mended. ``guards``: of whose rules no fix may bring a
    finding. ``related``: the real paths of the only files that may be changed; None: all that are
    linted.
    """

    wanted: Policy
    guards: Policy
    paths: list[str]
    related: frozenset[str] | None
    unsafe: bool
    linted: Callable[..., Result]
    language: str


class Outcome(NamedTuple):
    """What is left afterwards, what was mended, and whether standard output holds the document."""

    result: Result
    mended: Mended
    printed: bool


def fix(job: Job) -> Outcome:
    """Mend and write; a document from standard input goes to standard output. Raises Failed."""
    mended, originals = _mend(job)
    printed = job.paths == ["-"]
    if printed:
        _print(mended.contents.get("-", originals["-"]))
    else:
        _write(job, mended.contents, originals)
    given = {"-": mended.contents.get("-", originals["-"])} if printed else {}
    return Outcome(job.linted(job.wanted, given, all_=False), mended, printed)


def show(job: Job) -> Outcome:
    """Print what would be changed, as a patch. Raises Failed."""
    mended, originals = _mend(job)
    for path in sorted(mended.contents):
        made = patch.unified(path, originals[path], mended.contents[path])
        _print(made.encode("utf-8", "surrogateescape"))
    result = job.linted(job.wanted, {**originals, **mended.contents}, all_=False)
    return Outcome(result, mended, printed=True)


def _mend(job: Job) -> tuple[Mended, dict[str, bytes]]:
    given = _given(job)
    originals = dict(given)

    def read(path: str) -> bytes:
        if path not in originals:
            try:
                originals[path] = read_bytes(path)
            except Unreadable as error:
                raise _failed(job, NotWritten(path, "changed")) from error
        return originals[path]

    def linted(contents: Contents) -> Result:
        return job.linted(job.guards, {**given, **contents}, all_=True)

    wanted = Wanted(partial(_is_shown, job), job.unsafe, partial(_is_writable, job))
    return fixing.mend(linted, read, wanted), originals


def _given(job: Job) -> dict[str, bytes]:
    """Return what standard input holds, if it is to be fixed; refuse what cannot be read again."""
    for path in job.paths:
        if path != "-" and os.path.exists(path) and stat.S_ISFIFO(os.stat(path).st_mode):
            raise _failed(job, NotWritten(path, "irregular"))
    if "-" not in job.paths:
        return {}
    if job.paths != ["-"]:
        raise Failed(texts.say(job.language, "error.fix-input"))
    try:
        return {"-": standard_input()}
    except Unreadable as error:
        raise Failed(texts.say(job.language, "summary.file.over-limit")) from error


def _is_shown(job: Job, finding: Diagnostic) -> bool:
    wanted = job.wanted.wants(finding.code, finding.primary.source.path)
    return wanted and (job.related is None or touches(finding, job.related))


def _is_writable(job: Job, path: str) -> bool:
    if job.related is not None:
        return os.path.realpath(path) in job.related
    return not os.path.islink(path) or _is_given(path, job.paths)


def _is_given(link: str, paths: list[str]) -> bool:
    """Tell whether a link was named, or leads to a file in one of the given folders."""
    if link in map(os.path.normpath, paths):
        return True
    target = os.path.realpath(link)
    folders = [os.path.realpath(path) for path in paths if os.path.isdir(path)]
    return any(os.path.commonpath((folder, target)) == folder for folder in folders)


def _write(job: Job, contents: Contents, originals: Contents) -> None:
    try:
        write_all(contents, originals)
    except NotWritten as error:
        raise _failed(job, error) from error


def _failed(job: Job, error: NotWritten) -> Failed:
    known = ("read-only", "irregular", "changed", "missing")
    reason = error.reason
    if reason in known:
        reason = texts.say(job.language, f"not-written.{reason}")
    if error.written:
        key, done = "error.partly-written", ", ".join(error.written)
        return Failed(texts.say(job.language, key, path=error.path, reason=reason, done=done))
    return Failed(texts.say(job.language, "error.fix-not-written", path=error.path, reason=reason))


def _print(data: bytes) -> None:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    stream.write(data)
    stream.flush()
