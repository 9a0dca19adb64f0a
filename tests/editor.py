"""An editor as the language server sees it: a real client over standard input and output."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from konnektor_lint.rewrite import Change
from konnektor_lint.server.places import Lines

PATIENCE = 25.0

CAPABILITIES = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            tag_support=types.ClientDiagnosticsTagOptions(list(types.DiagnosticTag)),
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
    workspace=types.WorkspaceClientCapabilities(
        configuration=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True
        ),
    ),
)


class Editor:
    """One editor with one server; files are named relative to the workspace."""

    def __init__(
        self, root: Path, *, locale: str = "en", options: Any = None,
        capabilities: types.ClientCapabilities = CAPABILITIES, folders: Iterable[Path] = (),
    ) -> None:  # fmt: skip
        self.root = root
        self.locale = locale
        self.options = options
        self.capabilities = capabilities
        self.folders = list(folders) or [root]
        self.client = LanguageClient("an editor", "1")
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.logged: list[str] = []
        self.registered: list[str] = []
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.news = asyncio.Event()
        self.code: int | None = None

    async def __aenter__(self) -> Self:
        client = self.client
        self._listen()
        environment = {key: value for key, value in os.environ.items() if key != "CI"}
        await client.start_io(
            sys.executable, "-m", "konnektor_lint", "server", "--stdio", env=environment,
            cwd=str(self.root),
        )  # fmt: skip
        self.answer = await client.initialize_async(
            types.InitializeParams(
                capabilities=self.capabilities, locale=self.locale,
                initialization_options=self.options,
                workspace_folders=[
                    types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in self.folders
                ],
            )
        )  # fmt: skip
        client.initialized(types.InitializedParams())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        server = self.client._server
        assert server is not None
        if server.returncode is None and kind is None:
            await self.client.shutdown_async(None)
            self.client.exit(None)
        with suppress(ProcessLookupError):
            if kind is not None:
                server.kill()
        self.code = await asyncio.wait_for(server.wait(), PATIENCE)
        assert server.stderr is not None
        self.errors = (await server.stderr.read()).decode()
        await self.client.stop()  # type: ignore[no-untyped-call]

    def _listen(self) -> None:
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.news.set()

        def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            self.news.set()

        def registered(params: types.RegistrationParams) -> None:
            self.registered += [item.method for item in params.registrations]
            self.news.set()

        feature = self.client.feature
        feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        feature(types.WINDOW_LOG_MESSAGE)(logged)
        feature(types.CLIENT_REGISTER_CAPABILITY)(registered)

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.root / name).as_uri()

    def open(self, name: str, text: str | None = None, language: str = "yaml") -> str:
        """Open a file, saved or not, and return its text."""
        self.texts[name] = (self.root / name).read_text("utf-8") if text is None else text
        self.versions[name] = 1
        item = types.TextDocumentItem(self.uri(name), language, 1, self.texts[name])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return self.texts[name]

    def change(self, name: str, text: str) -> None:
        self.texts[name] = text
        self.versions[name] += 1
        known = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                known, [types.TextDocumentContentChangeWholeDocument(text)]
            )
        )

    def close(self, name: str) -> None:
        known = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(known))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; what the server sends is looked at each time."""

        async def wait() -> None:
            while not holds():
                self.news.clear()
                await self.news.wait()

        try:
            await asyncio.wait_for(wait(), PATIENCE)
        except TimeoutError:
            seen = {uri: codes(item.diagnostics) for uri, item in self.published.items()}
            raise AssertionError(f"waited in vain; {seen}; {self.logged}") from None

    async def shows(self, name: str, *wanted: str) -> list[types.Diagnostic]:
        """Wait until a file has these codes, at the version it is in; return its diagnostics."""
        uri = self.uri(name)

        def holds() -> bool:
            found = self.published.get(uri)
            if found is None:
                return False
            current = found.version == self.versions.get(name)
            return current and sorted(codes(found.diagnostics)) == sorted(wanted)

        await self.until(holds)
        return list(self.published[uri].diagnostics)

    def place(self, name: str, word: str, after: int = 0) -> types.Position:
        """Return where a word stands in a file, in UTF-16."""
        text = self.texts[name]
        return Lines(text, "utf-16").position(text.index(word) + after)

    async def actions(self, name: str, at: types.Position) -> list[types.CodeAction]:
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)), types.Range(at, at),
                types.CodeActionContext(self.published[self.uri(name)].diagnostics),
            )
        )  # fmt: skip
        return [item for item in found or () if isinstance(item, types.CodeAction)]

    async def hover(self, name: str, at: types.Position) -> str:
        known = types.TextDocumentIdentifier(self.uri(name))
        found = await self.client.text_document_hover_async(types.HoverParams(known, at))
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def definition(self, name: str, at: types.Position) -> list[tuple[str, str]]:
        """Return the file and the text of each other side."""
        known = types.TextDocumentIdentifier(self.uri(name))
        found = await self.client.text_document_definition_async(types.DefinitionParams(known, at))
        places = []
        assert not isinstance(found, types.Location)
        for item in found or ():
            assert isinstance(item, types.Location)
            path = next(file for file in self.root.rglob("*") if file.as_uri() == item.uri)
            text = self.texts.get(path.relative_to(self.root).as_posix())
            places.append((path.name, cut(text or path.read_text("utf-8"), item.range)))
        return places

    async def complete(self, name: str, at: types.Position) -> list[types.CompletionItem]:
        known = types.TextDocumentIdentifier(self.uri(name))
        found = await self.client.text_document_completion_async(types.CompletionParams(known, at))
        assert isinstance(found, types.CompletionList)
        return list(found.items)

    def apply(self, edit: types.WorkspaceEdit | None) -> list[str]:
        """Carry out an edit as an editor does, opening what is not open; return the files."""
        assert edit is not None
        changed = []
        for item in edit.document_changes or ():
            assert isinstance(item, types.TextDocumentEdit)
            uri = item.text_document.uri
            name = next(
                file.relative_to(self.root).as_posix()
                for file in self.root.rglob("*")
                if file.as_uri() == uri
            )
            if name in self.texts:
                assert item.text_document.version == self.versions[name]
            else:
                assert item.text_document.version is None
                self.open(name)
            self.change(name, edited(self.texts[name], item.edits))
            changed.append(name)
        return changed


def codes(diagnostics: Iterable[types.Diagnostic]) -> list[str]:
    """Return the codes, those of other sides with a leading ``~``."""
    mirrored = types.DiagnosticSeverity.Information
    return [f"{'~' if item.severity is mirrored else ''}{item.code}" for item in diagnostics]


def cut(text: str, wanted: types.Range) -> str:
    """Return the text of a range, in UTF-16."""
    lines = Lines(text, "utf-16")
    return text[lines.offset(wanted.start) : lines.offset(wanted.end)]


def edited(text: str, edits: Iterable[Any]) -> str:
    """Return a text with edits in it."""
    lines = Lines(text, "utf-16")
    changes = sorted(
        Change(lines.offset(item.range.start), lines.offset(item.range.end), item.new_text)
        for item in edits
    )
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text
