"""The language server as an editor talks to it."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from conftest import ROOT, egress
from editor import PATIENCE, Editor, codes, cut
from konnektor_lint import texts
from konnektor_lint.cli import main
from konnektor_lint.server import command

EGRESS = "control-plane/egress-selector-configuration.yaml"
SERVER = "control-plane/konnectivity-server.yaml"
AGENT = "workers/konnectivity-agent.yaml"
SOCKET = "/etc/kubernetes/konnectivity-server/konnectivity-server.socket"


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Play a scene, all of it within a time that only a server that hangs needs."""
    _alone(asyncio.wait_for(scene, 2 * PATIENCE))


def _alone(scene: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: in this one the browser of other tests may have a loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, scene).result()


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Return a workspace with a clean connector."""
    return Path(shutil.copytree(ROOT / "examples" / "clean", tmp_path / "work space"))


def test_an_unsaved_change_shows_on_both_sides(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean, locale="de-AT") as editor:
            assert editor.answer.capabilities.position_encoding == "utf-16"
            assert editor.answer.server_info is not None
            assert editor.answer.server_info.name == "konnektor-lint"
            text = editor.open(EGRESS)
            await editor.shows(EGRESS)
            for number in range(30):  # faster than anybody can look
                editor.change(EGRESS, text.replace("cluster", f"cluster{number}"))
            editor.change(EGRESS, text.replace("konnectivity-server.socket", "other.socket"))
            (found,) = await editor.shows(EGRESS, "KL201")
            assert cut(editor.texts[EGRESS], found.range).endswith("other.socket")
            assert found.severity is types.DiagnosticSeverity.Error
            assert found.source == "konnektor-lint"
            assert found.code_description is not None
            assert found.code_description.href == texts.page("KL201", "de")
            assert "anderen" in found.message or "Socket" in found.message
            (other,) = found.related_information or ()
            assert other.location.uri == editor.uri(SERVER)
            assert cut((clean / SERVER).read_text(), other.location.range) == SOCKET

            (mirrored,) = await editor.shows(SERVER, "~KL201")
            (back,) = mirrored.related_information or ()
            assert back.location.uri == editor.uri(EGRESS)

            editor.close(EGRESS)  # without saving: what is on the disk holds again
            del editor.versions[EGRESS]
            await editor.shows(EGRESS)
            await editor.shows(SERVER)
        assert (editor.code, editor.errors) == (0, "")

    play(scene())


def test_a_quick_fix_mends_and_a_comment_suppresses(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean) as editor:
            text = editor.open(AGENT)
            broken = text.replace("audience: system:konnectivity-server", "audience: 😀 other")
            assert broken != text
            editor.change(AGENT, broken)
            (found,) = await editor.shows(AGENT, "KL207")
            assert cut(broken, found.range) == "😀 other"

            fix, comment = await editor.actions(AGENT, found.range.start)
            assert fix.kind == types.CodeActionKind.QuickFix
            assert fix.title == "KL207: write system:konnectivity-server"
            assert fix.is_preferred
            assert codes(fix.diagnostics or ()) == ["KL207"]
            assert editor.apply(fix.edit) == [AGENT]
            assert editor.texts[AGENT] == text
            await editor.shows(AGENT)

            editor.change(AGENT, broken)
            await editor.shows(AGENT, "KL207")
            assert comment.title == "KL207: suppress with a comment"
            (again,) = [
                item for item in await editor.actions(AGENT, found.range.start)
                if item.title == comment.title
            ]  # fmt: skip
            editor.apply(again.edit)
            assert "audience: 😀 other # konnektor-lint: ignore[KL207]\n" in editor.texts[AGENT]
            await editor.shows(AGENT)

            server = editor.open(SERVER)
            editor.change(SERVER, server.replace("--mode=grpc", "--mode=http-connect"))
            editor.open(EGRESS)
            (found,) = await editor.shows(EGRESS, "KL203")
            fix, _ = await editor.actions(EGRESS, found.range.start)
            assert "(konnectivity-server.yaml)" in fix.title
            assert ("(look at the change)" in fix.title) is not fix.is_preferred
            assert editor.apply(fix.edit) == [SERVER]  # the other file
            assert editor.texts[SERVER] == server
            await editor.shows(EGRESS)
            await editor.shows(SERVER)

    play(scene())


def test_hover_and_definition(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean, options={"konnektor-lint": {"lang": "it", "x": 1}}) as editor:
            editor.open(EGRESS)
            editor.open(SERVER)
            editor.open(AGENT)
            socket = editor.place(EGRESS, "udsName")
            said = await editor.hover(EGRESS, socket)
            assert said.startswith("**`udsName`** · EgressSelectorConfiguration\n\nSocket path.")
            assert f"deve coincidere con `--uds-name` = `{SOCKET}`" in said
            assert f"]({editor.uri(SERVER)}#L" in said
            assert await editor.definition(EGRESS, socket) == [("konnectivity-server.yaml", SOCKET)]
            assert await editor.definition(SERVER, editor.place(SERVER, "--uds-name", 12)) == [
                ("egress-selector-configuration.yaml", SOCKET)
            ]

            said = await editor.hover(SERVER, editor.place(SERVER, "--agent-port"))
            assert said.startswith("**`--agent-port`** · proxy-server v0.")
            assert "- tipo: `int`\n- release: ≥ v0.0.12" in said
            dialled = await editor.definition(AGENT, editor.place(AGENT, "--proxy-server-port"))
            assert ("konnectivity-server.yaml", "8132") in dialled
            account = editor.place(SERVER, "--agent-service-account")
            assert ("konnectivity-agent.yaml", "konnectivity-agent") in await editor.definition(
                SERVER, account
            )
            token = await editor.definition(SERVER, editor.place(SERVER, "--authentication-aud"))
            assert token == [("konnectivity-agent.yaml", "system:konnectivity-server")]

            said = await editor.hover(SERVER, editor.place(SERVER, "hostNetwork"))
            assert said.startswith("**`hostNetwork`** · Kubernetes Pod\n\n")
            said = await editor.hover(AGENT, editor.place(AGENT, "audience:"))
            assert said.startswith("**`audience`** · Kubernetes ")
            assert "`--authentication-audience` = `system:konnectivity-server`" in said
            assert await editor.hover(SERVER, types.Position(0, 0)) == ""
            assert await editor.definition(SERVER, editor.place(SERVER, "apiVersion")) == []
            assert any(line.endswith(": x") for line in editor.logged)

    play(scene())


def test_completion(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean) as editor:
            text = editor.open(SERVER)
            line = next(item for item in text.splitlines() if "--uds-name" in item)
            dash = line[: line.index("-")]
            editor.change(SERVER, text.replace(line, f"{dash}- --u"))
            found = await editor.complete(SERVER, editor.place(SERVER, "- --u\n", 5))
            names = [item.label for item in found]
            assert "--uds-name" in names
            assert "--mode" not in names  # given already
            assert "--proxy-server-host" not in names
            chosen = found[names.index("--uds-name")]
            assert isinstance(chosen.text_edit, types.TextEdit)
            assert chosen.text_edit.new_text == "--uds-name="
            assert cut(editor.texts[SERVER], chosen.text_edit.range) == "--u"
            old = found[names.index("--warn-on-channel-limit")]
            assert list(old.tags or ()) == [types.CompletionItemTag.Deprecated]

            editor.change(SERVER, text.replace("--mode=grpc", "--mode="))
            found = await editor.complete(SERVER, editor.place(SERVER, "--mode=", 7))
            assert {"grpc", "http-connect"} <= {item.label for item in found}
            editor.change(SERVER, text)
            await editor.shows(SERVER)
            editor.change(SERVER, text.replace(line, f"{dash}- --uds-name="))
            found = await editor.complete(SERVER, editor.place(SERVER, "--uds-name=", 11))
            assert SOCKET in [item.label for item in found]  # what the other side says

            text = editor.open(EGRESS, egress())
            editor.change(EGRESS, text.replace("proxyProtocol: GRPC", "p"))
            found = await editor.complete(EGRESS, editor.place(EGRESS, "      p\n", 7))
            assert [item.label for item in found] == ["proxyProtocol"]
            editor.change(EGRESS, text.replace("GRPC", ""))
            found = await editor.complete(EGRESS, editor.place(EGRESS, "Protocol: ", 10))
            assert [item.label for item in found] == ["GRPC", "HTTPConnect", "Direct"]
            found = await editor.complete(EGRESS, editor.place(EGRESS, "kind"))
            assert found == []

    play(scene())


def test_settings_and_files_change(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean) as editor:
            await editor.until(lambda: bool(editor.registered))
            assert editor.registered == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
            text = editor.open(EGRESS)
            await editor.shows(EGRESS)

            editor.open("untitled:Untitled-1", egress().replace("GRPC", "grpc"))
            server = (clean / SERVER).read_text()
            (clean / SERVER).write_text(server.replace(SOCKET, "/run/elsewhere.socket"))
            event = types.FileEvent(editor.uri(SERVER), types.FileChangeType.Changed)
            watched = types.DidChangeWatchedFilesParams([event])
            editor.client.workspace_did_change_watched_files(watched)
            await editor.shows(EGRESS, "KL201")
            assert not any(uri.startswith("untitled") for uri in editor.published)

            settings = types.DidChangeConfigurationParams({"konnektor-lint": {"ignore": "KL2"}})
            editor.client.workspace_did_change_configuration(settings)
            await editor.shows(EGRESS)
            answers: list[Any] = [{"select": ["KL201"]}]

            def asked(params: types.ConfigurationParams) -> list[Any]:
                assert [item.section for item in params.items] == ["konnektor-lint"]
                return answers

            editor.client.feature(types.WORKSPACE_CONFIGURATION)(asked)
            settings = types.DidChangeConfigurationParams(None)  # the server has to ask
            editor.client.workspace_did_change_configuration(settings)
            await editor.shows(EGRESS, "KL201")
            answers[:] = [None]
            settings = types.DidChangeConfigurationParams({"ignore": ["KL999"], "editor": {}})
            editor.client.workspace_did_change_configuration(settings)
            await editor.shows(EGRESS, "KL201")
            await editor.until(lambda: any("KL999" in line for line in editor.logged))

            configuration = clean / ".konnektor-lint.yaml"
            configuration.write_text("selct: [KL2]\n")
            editor.client.workspace_did_change_watched_files(watched)
            (found,) = await editor.shows(".konnektor-lint.yaml", "None")
            assert "select" in found.message
            configuration.write_text("ignore: [KL201]\n")
            editor.client.workspace_did_change_watched_files(watched)
            await editor.shows(".konnektor-lint.yaml")
            await editor.shows(EGRESS)

            editor.open("control-plane/new.yaml", egress().replace("GRPC", "grpc"))  # not saved yet
            await editor.shows("control-plane/new.yaml", "KL104")
            assert text == editor.texts[EGRESS]

    play(scene())


def test_files_of_no_workspace_are_linted_alone(clean: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    plain = types.ClientCapabilities()

    async def scene() -> None:
        async with Editor(outside, folders=[outside / "gone"], capabilities=plain) as editor:
            editor.open("a/notes.txt", egress().replace("GRPC", "grpc"), "plaintext")
            editor.open("a/egress.yaml", egress().replace("GRPC", "grpc"))
            (found,) = await editor.shows("a/egress.yaml", "KL104")
            assert found.related_information is None
            await editor.shows("a/notes.txt")
            both = f"{egress()}---\n{(clean / SERVER).read_text()}"
            editor.open("both.yaml", both)
            (found,) = await editor.shows("both.yaml", "KL201")
            assert "\nboth.yaml:" in found.message  # an editor that shows no other places
            fix = (await editor.actions("both.yaml", found.range.start))[0]
            assert fix.edit is not None
            assert fix.edit.document_changes is None
            assert set(fix.edit.changes or ()) == {editor.uri("both.yaml")}

    play(scene())


def test_the_end_without_a_farewell(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "konnektor_lint", "server"], cwd=tmp_path, input=b"",
        capture_output=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_the_word_server_may_be_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en")
    assert command.is_meant(["server"])
    assert not command.is_meant(["./server"])
    assert not command.is_meant(["folder", "server"])
    assert main(["server", "elsewhere"]) == 2
    assert "elsewhere is not one of its options" in capsys.readouterr().err
    assert main(["server", "--lang", "xx"]) == 2
    assert "--lang: found xx" in capsys.readouterr().err

    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "egress.yaml").write_text(egress().replace("GRPC", "grpc"))
    assert not command.is_meant(["server"])
    assert main(["server", "--isolated"]) == 1
    assert "[KL104]" in capsys.readouterr().out
    assert command.is_meant(["server", "--stdio"])
    assert main(["server", "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: konnektor-lint server [--stdio]")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_without_pygls_one_line_says_so(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert main(["server", "--stdio", "--lang", language]) == 2
    told = capsys.readouterr().err
    assert told.startswith("konnektor-lint: ")
    assert told.endswith("pip install 'konnektor-lint[lsp]'\n")
    assert told.count("\n") == 1


def test_linting_imports_nothing_of_it() -> None:
    lines = (
        "import sys; from konnektor_lint.cli import main",
        f"main(['--isolated', {str(ROOT / 'examples' / 'clean')!r}])",
        "held = [name for name in sys.modules if name.startswith(('pygls', 'lsprotocol'))]",
        "assert not held and 'konnektor_lint.server' not in sys.modules, held",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_strange_requests_do_no_harm(clean: Path) -> None:
    async def scene() -> None:
        async with Editor(clean) as editor:
            editor.open(SERVER)
            far = types.Position(2**31 - 1, 2**31 - 1)
            for name in (SERVER, EGRESS, "untitled:1", "file://elsewhere/x.yaml", "gone.yaml"):
                editor.published.setdefault(
                    editor.uri(name), types.PublishDiagnosticsParams(editor.uri(name), [])
                )
                assert await editor.hover(name, far) == ""
                assert await editor.definition(name, far) == []
                assert await editor.actions(name, far) == []
            assert await editor.complete(SERVER, far) == []

            for text in ("", "\ufeff", "[" * 5000, "kind: Pod\n\0", "konnectivity: [", "\ud800: a"):
                editor.change(SERVER, f"{text}\n# konnectivity")
                await editor.hover(SERVER, types.Position(0, 0))
                await editor.complete(SERVER, types.Position(0, 1))
            known = types.VersionedTextDocumentIdentifier(3, editor.uri("never-opened.yaml"))
            change = types.TextDocumentContentChangeWholeDocument("kind: Pod")
            editor.client.text_document_did_change(
                types.DidChangeTextDocumentParams(known, [change])
            )
            editor.change(SERVER, (clean / SERVER).read_text())
            await editor.shows(SERVER)
            assert [line for line in editor.logged if "internal error" in line] == []
        assert (editor.code, editor.errors) == (0, "")

    play(scene())
