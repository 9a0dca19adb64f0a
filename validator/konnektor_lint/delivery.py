"""Reports to where they are wanted: standard output and files."""

from __future__ import annotations

import errno
import os

from konnektor_lint import texts
from konnektor_lint.ending import Refused
from konnektor_lint.report.formats import COUNTING, FORMATS, TOPOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from typing import TextIO

    from konnektor_lint.output import Target
    from konnektor_lint.report.run import Run


FULL = {
    number for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EBADF")
    if (number := getattr(errno, name, None)) is not None
}  # fmt: skip
"""What writing to a stream ends with when there is no room, or nothing behind it."""


def discard_output() -> None:
    """Keep Python from complaining at exit about a reader that is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def deliver(arguments: argparse.Namespace, run: Run, targets: list[Target], out: TextIO) -> None:
    """Write the report where it is wanted."""
    shown = TOPOLOGY if arguments.show_topology else arguments.format
    try:
        report(shown, arguments.color, run, targets, out)
        out.flush()
    except BrokenPipeError:
        discard_output()  # the reader (head, less) has seen enough
    except OSError as error:
        discard_output()
        reason = reason_of(error, run.language)
        raise Refused(texts.say(run.language, "error.stdout", reason=reason)) from error
    write_files(shown, arguments.paths, run, targets)


def targets(arguments: argparse.Namespace, language: str) -> list[Target]:
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


def report(shown: str, colour: str, run: Run, targets: list[Target], out: TextIO) -> None:
    """Write to a stream, unless a file takes its place."""
    from konnektor_lint.report import formats, terminal

    if all(target.format for target in targets):
        look = terminal.look_of(out, colour)
        formats.write(shown, run._replace(look=look), out)


def write_files(shown: str, given: Iterable[str], run: Run, targets: list[Target]) -> None:
    """Write the reports that go to files, each whole or not at all."""
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
            reason = reason_of(error, run.language)
            raise Refused(
                texts.say(run.language, "error.not-written", file=target.path, reason=reason)
            ) from error


def reason_of(error: OSError, language: str) -> str:
    """Return why something could not be written, in words."""
    name = errno.errorcode.get(error.errno or 0, "")
    reasons = texts.core_text(language)["reason"]
    return str(reasons.get(name) or error.strerror or error)
