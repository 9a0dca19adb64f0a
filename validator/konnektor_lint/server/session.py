"""What is known of a workspace, and when everything is linted again.

All that takes time runs in one thread beside the loop that talks with the editor. A change makes a
run stale: it ends at the next file, and its result is never shown.
"""

import asyncio
import os
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from konnektor_lint import __version__, texts
from konnektor_lint.connector import Connector
from konnektor_lint.files import ENDINGS
from konnektor_lint.server.actions import Desk
from konnektor_lint.server.places import Chart, path_of, uri_of
from konnektor_lint.server.project import Options, Outcome, Task, check
from konnektor_lint.server.report import NAME, Look, reported
from konnektor_lint.source import Position, Source

PAUSE = 0.2
"""For how many seconds nothing may change before everything is linted again."""

LONGEST_PAUSE = 2.0
PATIENCE = 10.0
"""For how many seconds an answer waits for a run that is under way."""

_LANGUAGES = ("yaml", "json", "jsonc", "dockercompose", "helm")
_Result = TypeVar("_Result")


class _Stale(Exception):  # noqa: N818
    """Something changed since this run began."""


class Server(LanguageServer):
    """What is known about the workspace, and who is asked to find out more.

    ``language`` is what ``--lang`` says, or nothing; ``spoken`` that of the environment.
    """

    def __init__(self, language: str, spoken: str) -> None:
        """Start with nothing; the client tells of folders and files."""
        super().__init__(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.language = language
        self.spoken = spoken
        self.options = Options()
        self.initial: dict[str, Any] = {}
        self.outcomes: tuple[Outcome, ...] = ()
        self.was_shut_down = False
        self.changed = 0
        self.known = 0
        self.took = 0.0
        self.shown: dict[str, tuple[list[types.Diagnostic], int | None]] = {}
        self.notes: set[str] = set()
        self.worker = ThreadPoolExecutor(1, NAME)
        self.task: asyncio.Task[None] | None = None
        self.hurry = asyncio.Event()

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401, ARG002
        """Log what went wrong; nobody is to be interrupted for it."""
        self.log(f"{type(error).__name__}: {error}")

    def log(self, text: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """Write a line to the editor's log."""
        self.window_log_message(types.LogMessageParams(kind, text))

    def failed(self, error: Exception) -> None:
        """Log an error of ours; the server goes on."""
        described = f"{type(error).__name__}: {error}"
        if os.environ.get("KONNEKTOR_LINT_DEBUG"):
            described = "".join(traceback.format_exception(error))
        self.log(texts.say(self.spoken, "error.internal", error=described))

    # What the editor holds

    def opened(self) -> dict[str, types.TextDocumentItem]:
        """Return the open files by path, with the editor's URI, version and text."""
        found = {}
        for item in self.workspace.text_documents.values():
            path = path_of(item.uri)
            if path is not None:
                found[path] = types.TextDocumentItem(
                    item.uri, item.language_id or "", item.version or 0, item.source
                )
        return found

    def folders(self) -> list[str]:
        """Return the folders of the workspace, without those inside another one."""
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        paths = sorted({path for uri in uris if (path := path_of(uri)) and os.path.isdir(path)})
        return [
            path for path in paths
            if not any(other != path and is_inside(path, other) for other in paths)
        ]  # fmt: skip

    def tasks(self) -> list[Task]:
        """Return what is to be linted: each folder, and the open files outside of them."""
        folders, left = self.folders(), self.opened()
        found = []
        for folder in folders:
            inside = {path: left.pop(path).text for path in list(left) if is_inside(path, folder)}
            found.append(Task(folder, inside, whole=True))
        alone: dict[str, dict[str, str]] = {}
        for path, item in left.items():
            if path.lower().endswith(ENDINGS) or item.language_id in _LANGUAGES:
                alone.setdefault(os.path.dirname(path), {})[path] = item.text
        return found + [Task(folder, held, whole=False) for folder, held in alone.items()]

    # Linting

    def touch(self) -> None:
        """Note that something changed: what is known is stale, and found out again."""
        self.changed += 1
        if self.task is None or self.task.done():
            self.hurry.clear()
            self.task = asyncio.get_running_loop().create_task(self._catch_up())

    async def _catch_up(self) -> None:
        while self.known != self.changed:
            await self._pause()
            wanted, tasks = self.changed, self.tasks()
            spoken = self.language or self.options.lang
            loop = asyncio.get_running_loop()
            began = loop.time()
            try:
                outcomes = await loop.run_in_executor(
                    self.worker, self._check, tasks, self.options, (spoken, self.spoken), wanted
                )
            except _Stale:
                continue
            except Exception as error:  # noqa: BLE001  (the server outlives every fault)
                self.failed(error)
                self.known = wanted
                continue
            self.took = loop.time() - began
            if wanted == self.changed:
                self.outcomes, self.known = tuple(outcomes), wanted
                try:
                    self._show()
                except Exception as error:  # noqa: BLE001
                    self.failed(error)

    async def _pause(self) -> None:
        """Wait until nothing changes for a moment, or somebody waits for an answer."""
        while True:
            seen = self.changed
            try:
                await asyncio.wait_for(self.hurry.wait(), min(max(PAUSE, self.took), LONGEST_PAUSE))
            except TimeoutError:
                if seen == self.changed:
                    return
            else:
                return

    def _check(
        self, tasks: list[Task], options: Options, languages: tuple[str, str], wanted: int
    ) -> list[Outcome]:
        def watch(_: str) -> None:
            if self.changed != wanted:
                raise _Stale

        return [check(task, options, languages, watch) for task in tasks]

    async def settled(self) -> None:
        """Wait until what is known is about what the editor holds now."""
        if self.task is not None and not self.task.done():
            self.hurry.set()
            await asyncio.wait({self.task}, timeout=PATIENCE)

    async def aside(self, work: Callable[[], _Result]) -> _Result:
        """Do something in the thread beside."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    # Showing

    def look(self) -> Look:
        """Return how this editor wants things, for what it holds now."""
        opened = self.opened()
        can = self.client_capabilities.text_document
        published = can.publish_diagnostics if can is not None else None
        tags = published.tag_support if published is not None else None
        charts: dict[int, Chart] = {}
        kept: list[Source] = []

        def chart(source: Source) -> Chart:
            if id(source) not in charts:
                item = opened.get(source.path)
                marked = item is not None and item.text.startswith("\ufeff")
                charts[id(source)] = Chart(source, self.encoding(), marked=marked)
                kept.append(source)  # so that its identity stays its own
            return charts[id(source)]

        def uri(path: str) -> str:
            return opened[path].uri if path in opened else uri_of(path)

        return Look(
            chart, uri,
            related=bool(published is not None and published.related_information),
            tags=frozenset(tags.value_set if tags is not None else ()),
        )  # fmt: skip

    def encoding(self) -> str:
        """Return the unit of columns: ``utf-8``, ``utf-16`` or ``utf-32``."""
        return str(getattr(self.workspace.position_encoding, "value", "utf-16"))

    def _show(self) -> None:
        """Publish what changed, and for each open file that it was looked at."""
        look, opened = self.look(), self.opened()
        found = reported(self.outcomes, look)
        for path in {*found, *self.shown, *opened}:
            version = opened[path].version if path in opened else None
            now = (found.get(path, []), version)
            if self.shown.get(path) != now:
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(look.uri(path), now[0], version)
                )
            if now[0] or path in opened:
                self.shown[path] = now
            else:
                self.shown.pop(path, None)
        for note in dict.fromkeys(note for item in self.outcomes for note in item.notes):
            if note not in self.notes:
                self.notes.add(note)
                self.log(note, types.MessageType.Warning)

    # Answers

    def spot(self, uri: str, at: types.Position) -> tuple[Outcome, Source, Position] | None:
        """Return the linted file and the place in it, if it is what the editor holds."""
        path = path_of(uri)
        opened = self.opened()
        for outcome in self.outcomes if path in opened else ():
            for source in outcome.sources():
                if source.path == path and linted_text(opened[path].text) == source.text:
                    return outcome, source, self.look().chart(source).place(at)
        return None

    def is_current(self, source: Source) -> bool:
        """Tell whether a file holds what was linted."""
        item = self.opened().get(source.path)
        if item is not None:
            return linted_text(item.text) == source.text
        try:
            with open(source.path, "rb") as file:
                return file.read().decode("utf-8-sig") == source.text
        except (OSError, ValueError):
            return False

    def desk(self) -> Desk:
        """Return what edits are made for."""
        opened = self.opened()
        can = self.client_capabilities.workspace
        edits = can.workspace_edit if can is not None else None
        return Desk(
            self.look(),
            self.is_current,
            lambda path: opened[path].version if path in opened else None,
            bool(edits is not None and edits.document_changes),
        )

    def connectors(self, path: str) -> list[Connector]:
        """Return the connectors that a file is part of."""
        return [
            connector
            for outcome in self.outcomes
            for connector in outcome.connectors
            if any(document.source.path == path for document in connector.documents)
        ]

    def speaks(self, path: str) -> str:
        """Return the language for answers about a file."""
        for outcome in self.outcomes:
            if path in outcome.task.open or is_inside(path, outcome.task.folder):
                return outcome.language
        return self.language or self.options.lang or self.spoken


def linted_text(text: str) -> str:
    """Return an editor's text as it is linted."""
    return text.removeprefix("\ufeff").encode("utf-8", "replace").decode()


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a clean path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
