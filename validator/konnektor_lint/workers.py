"""Processes that examine portions of a large tree side by side.

Each has a pipe of its own and ends when the other end is closed, at the latest after its portion:
none outlives its run, however that ended. What goes wrong in one is told to the run.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import wait

from konnektor_lint.examination import Examined, Lost, Portion, Task, examined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext


START = "fork" if sys.platform == "linux" else "spawn"
"""How a process begins: only Linux forks safely, elsewhere each starts anew."""


class Failed(Exception):  # noqa: N818
    """Something went wrong in a process that is a fault of the linter; the text says what."""


class _Worker:
    """A process, the pipe to it, and what it is at work on."""

    def __init__(self, context: BaseContext, task: Task, others: list[_Worker]) -> None:
        self.pipe, theirs = context.Pipe()
        self.portion: Portion | None = None
        # A process that is forked holds the pipes of those before it, too, unless it closes them.
        forked = context.get_start_method() == "fork"
        inherited = [item.pipe for item in (self, *others)] if forked else []
        self.process = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(theirs, inherited, task), daemon=True
        )
        self.process.start()
        theirs.close()

    def begin(self, portion: Portion) -> None:
        """Give it a portion. Raises Lost."""
        self.portion = portion
        try:
            self.pipe.send(portion)
        except OSError:
            raise self._lost() from None

    def result(self) -> Examined:
        """Return what it found. Raises Lost and Failed."""
        try:
            found = self.pipe.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        if isinstance(found, str):
            raise Failed(found)
        self.portion = None
        return found  # type: ignore[no-any-return]

    def _lost(self) -> Lost:
        self.process.join()
        return Lost(self.process.exitcode, self.portion)


def examined_by(portions: Iterable[Portion], task: Task, jobs: int) -> Iterator[Examined]:
    """Yield what is found in the portions, in any order, with up to so many processes at work.

    Raises Lost and Failed.
    """
    if jobs == 1:
        yield from _one_by_one(portions, task)
        return
    context = multiprocessing.get_context(START)
    workers: list[_Worker] = []
    try:
        for portion in portions:
            idle = next((item for item in workers if item.portion is None), None)
            if idle is None and len(workers) < jobs:
                idle = _Worker(context, task, workers)
                workers.append(idle)
            if idle is None:
                idle = _ready(workers)
                yield idle.result()
            idle.begin(portion)
        while any(item.portion for item in workers):
            yield _ready(workers).result()
    except BaseException:
        for item in workers:
            item.process.terminate()
        raise
    finally:
        for item in workers:
            item.pipe.close()
            item.process.join()


def _ready(workers: list[_Worker]) -> _Worker:
    """Wait until one of those at work has something to tell."""
    busy = {item.pipe: item for item in workers if item.portion is not None}
    return busy[wait(list(busy))[0]]  # type: ignore[index]


def _one_by_one(portions: Iterable[Portion], task: Task) -> Iterator[Examined]:
    for portion in portions:
        yield examined(portion, task)
        gc.collect()  # the command line has it switched off: its runs are short


def _work(pipe: Connection, inherited: list[Connection], task: Task) -> None:
    """Examine what comes in until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run that started it hears of it, and ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        other.close()
    while True:
        try:
            portion = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        try:
            found: Examined | str = examined(portion, task)
        except Exception as error:  # noqa: BLE001  (told over there, where all errors are told)
            if os.environ.get("KONNEKTOR_LINT_DEBUG"):
                import traceback

                traceback.print_exc()
            found = f"{type(error).__name__}: {error}"
        try:
            pipe.send(found)
        except OSError:
            os._exit(0)
        del portion, found
        gc.collect()
