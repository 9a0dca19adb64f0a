"""What the editor asks for, and the answers."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import redirect_stdout
from typing import Any

from lsprotocol import types

from konnektor_lint import texts
from konnektor_lint.connector import Settings
from konnektor_lint.files import ENDINGS
from konnektor_lint.server import completion, knowledge, shapes, sides
from konnektor_lint.server.actions import actions, at_range
from konnektor_lint.server.places import Chart, path_of
from konnektor_lint.server.project import Options, Outcome, options_of
from konnektor_lint.server.report import NAME, location
from konnektor_lint.server.session import Server, linted_text
from konnektor_lint.source import Position, Source, Span

_CLIENT_SETTING = "konnektor-lint"
_NAMES = frozenset(Options._fields)


def _guarded(made: Server, ask: Callable[[Server, Any], Awaitable[Any]]) -> Callable[..., Any]:
    """Answer with nothing, and log, where an answer fails."""

    async def answered(params: Any = None) -> Any:  # noqa: ANN401
        try:
            return await ask(made, params)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (the server outlives every fault)
            made.failed(error)
            return None

    return answered


async def _initialize(server: Server, params: types.InitializeParams) -> None:
    spoken = (params.locale or "")[:2].lower()
    if spoken in texts.LANGUAGES:
        server.spoken = spoken
    given = params.initialization_options
    if isinstance(given, dict):
        server.initial = dict(given.get(_CLIENT_SETTING) or given)
    _take_options(server, {})


def _take_options(server: Server, given: dict[str, Any]) -> None:
    """Take settings; where they say nothing, what the client said at the start holds."""
    server.options, bad = options_of({**server.initial, **given})
    if bad:
        names = ", ".join(bad)
        said = texts.say(server.spoken, "server.bad-options", names=names)
        server.log(said, types.MessageType.Warning)


async def _initialized(server: Server, _: types.InitializedParams) -> None:
    can = server.client_capabilities.workspace
    watching = can.did_change_watched_files if can is not None else None
    if watching is not None and watching.dynamic_registration:
        endings = ",".join(ending[1:] for ending in ENDINGS)
        globs = (f"**/*.{{{endings}}}", "**/.gitignore", "**/pyproject.toml")
        watchers = [types.FileSystemWatcher(glob) for glob in globs]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        await server.client_register_capability_async(
            types.RegistrationParams([types.Registration(f"{NAME}-files", method, options)])
        )
    server.touch()


async def _configured(server: Server, params: types.DidChangeConfigurationParams) -> None:
    """Take the changed settings; a client that sends none is asked for them."""
    can = server.client_capabilities.workspace
    given = params.settings
    if not given and can is not None and can.configuration:
        asked = types.ConfigurationParams([types.ConfigurationItem(section=_CLIENT_SETTING)])
        answers = await server.workspace_configuration_async(asked)
        given = answers[0] if answers else None
    _take_options(server, _own(given))
    server.touch()


def _own(given: Any) -> dict[str, Any]:  # noqa: ANN401  (what a client sends)
    """Return the settings that are ours: under our name, or else those we have a name for."""
    if not isinstance(given, dict):
        return {}
    if isinstance(given.get(_CLIENT_SETTING), dict):
        return dict(given[_CLIENT_SETTING])
    return {name: value for name, value in given.items() if name.replace("-", "_") in _NAMES}


async def _changed(server: Server, params: Any) -> None:  # noqa: ANN401, ARG001
    server.touch()


async def _shut_down(server: Server, *_: object) -> None:
    server.was_shut_down = True
    server.changed += 1  # ends the run that is under way


async def _code_actions(
    server: Server, params: types.CodeActionParams
) -> list[types.CodeAction] | None:
    only = params.context.only
    if only and not any(types.CodeActionKind.QuickFix.value.startswith(_kind(k)) for k in only):
        return None
    await server.settled()
    path, desk, outcomes = path_of(params.text_document.uri), server.desk(), server.outcomes
    if path is None:
        return None

    def work() -> list[types.CodeAction]:
        found = at_range(outcomes, path, params.range, desk.look)
        return list(actions(found, params.context.diagnostics, desk))

    return await server.aside(work)


def _kind(kind: Any) -> str:  # noqa: ANN401
    return str(getattr(kind, "value", kind))


async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    await server.settled()
    spot = server.spot(params.text_document.uri, params.position)
    if spot is None:
        return None
    outcome, source, at = spot
    look = server.look()
    words, span = _known(outcome, source.path, at)

    def link(side: sides.Side) -> str:
        line = side.location.span.start.line
        name = os.path.basename(side.source.path)
        return f"[{name}:{line}]({look.uri(side.source.path)}#L{line})"

    others = sides.other_sides(outcome.connectors, source.path, at)
    if others:
        words = "\n\n".join(
            filter(None, (words, knowledge.sides_words(others, outcome.language, link)))
        )
    if not words:
        return None
    shown = look.chart(source).range(span) if span is not None else None
    return types.Hover(_markup(server, words), shown)


def _known(outcome: Outcome, path: str, at: Position) -> tuple[str, Span | None]:
    given = knowledge.flag_at(outcome.connectors, path, at)
    if given is not None:
        words = knowledge.flag_words(given.component, given.flag.name, outcome.language)
        return words, given.span
    for root in shapes.roots_in(outcome.connectors, path):
        field = knowledge.field_at(root, at)
        if field is not None:
            return knowledge.field_words(field, outcome.language), field.span
    return "", None


def _markup(server: Server, words: str) -> types.MarkupContent:
    can = server.client_capabilities.text_document
    hover = can.hover if can is not None else None
    formats = hover.content_format if hover is not None else None
    if formats and types.MarkupKind.Markdown not in formats:
        return types.MarkupContent(types.MarkupKind.PlainText, words.replace("**", ""))
    return types.MarkupContent(types.MarkupKind.Markdown, words)


async def _definition(
    server: Server, params: types.DefinitionParams
) -> list[types.Location] | None:
    await server.settled()
    spot = server.spot(params.text_document.uri, params.position)
    if spot is None:
        return None
    outcome, source, at = spot
    look = server.look()
    others = sides.other_sides(outcome.connectors, source.path, at)
    found = [location(side.location, look) for side, _ in others]
    return [item for number, item in enumerate(found) if item not in found[:number]] or None


_KINDS = {
    "flag": types.CompletionItemKind.Property,
    "field": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.Value,
}


async def _complete(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
    path = path_of(params.text_document.uri)
    item = server.opened().get(path or "")
    if path is None or item is None:
        return None
    source = Source(path, linted_text(item.text))
    chart = Chart(source, server.encoding(), marked=item.text.startswith("\ufeff"))
    settings = next(
        (outcome.settings for outcome in server.outcomes if path in outcome.task.open),
        Settings(),
    )
    moment = completion.Moment(
        source, chart.place(params.position), settings, server.connectors(path),
        server.speaks(path),
    )  # fmt: skip
    found = await server.aside(lambda: completion.choices(moment))
    return types.CompletionList(
        is_incomplete=False,
        items=[
            types.CompletionItem(
                choice.label,
                kind=_KINDS[choice.kind],
                documentation=_markup(server, choice.words) if choice.words else None,
                tags=[types.CompletionItemTag.Deprecated] if choice.deprecated else None,
                sort_text=f"{number:04}",
                filter_text=choice.label,
                text_edit=types.TextEdit(chart.range(choice.span), choice.text),
            )
            for number, choice in enumerate(found)
        ],
    )


_FEATURES: Iterable[tuple[str, Callable[[Server, Any], Awaitable[Any]], Any]] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shut_down, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _changed, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _changed, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _changed, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _configured, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _changed, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _changed, None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        _code_actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (
        types.TEXT_DOCUMENT_COMPLETION,
        _complete,
        types.CompletionOptions(trigger_characters=["-", "="]),
    ),
)


def server(language: str, spoken: str) -> Server:
    """Return a server with its answers."""
    made = Server(language, spoken)
    for method, ask, options in _FEATURES:
        made.feature(method, options)(_guarded(made, ask))
    return made


def serve(language: str, spoken: str) -> int:
    """Talk over standard input and output until the client ends; return the exit code.

    As the protocol asks: 0 after a request to shut down, else 1.
    """
    log = logging.getLogger("pygls")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    made = server(language, spoken)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out, redirect_stdout(sys.stderr):
        made.start_io(stdout=out)  # whatever is printed by mistake does not reach the editor
    made.worker.shutdown(wait=False, cancel_futures=True)
    return 0 if made.was_shut_down else 1
