"""Which document is what: by content, never by file name.

A container's role is decided by, in order of trust: its command, the command a shell script runs,
the image's name, two distinctive flags, the container's name where the image is a placeholder.
Other projects have a proxy-server too: such a name counts only if something else says Konnectivity.
"""

from __future__ import annotations

import posixpath
import re

from konnektor_lint import limits
from konnektor_lint.argument import Word, expanded, parse_flags, parse_loosely, words_of
from konnektor_lint.expression import expression
from konnektor_lint.kubeadm import api_server_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component, Pod, pod_of
from konnektor_lint.release import history, image_tag, release_for
from konnektor_lint.source import Problem
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.source import Document, Node

_PROGRAMS = {
    "proxy-server": "server", "konnectivity-server": "server",
    "proxy-agent": "agent", "konnectivity-agent": "agent",
    "kube-apiserver": "api-server",
}  # fmt: skip
_IMAGES = {
    **_PROGRAMS,
    "proxy-server-amd64": "server", "proxy-server-arm64": "server",
    "proxy-agent-amd64": "agent", "proxy-agent-arm64": "agent",
    "apiserver-network-proxy-agent": "agent", "apiserver-network-proxy-server": "server",
    "kube-apiserver-amd64": "api-server", "kube-apiserver-arm64": "api-server",
}  # fmt: skip
_PATH_IMAGES = {
    "apiserver-network-proxy/agent": "agent",
    "apiserver-network-proxy/server": "server",
}
_NAMES = {
    "konnectivity-agent": "agent", "konnectivity-agent-container": "agent",
    "konnectivity-server": "server", "konnectivity-server-container": "server",
    "proxy-agent": "agent", "proxy-server": "server", "kube-apiserver": "api-server",
}  # fmt: skip
_FLAGS = {
    "agent": ("--proxy-server-host", "--agent-identifiers", "--service-account-token-path",
              "--admin-server-port", "--health-server-port"),
    "server": ("--uds-name", "--agent-port", "--cluster-cert", "--proxy-strategies",
               "--agent-service-account"),
}  # fmt: skip
_PROGRAM_OF = {"server": "proxy-server", "agent": "proxy-agent"}
_SHARED_NAMES = frozenset(("proxy-server", "proxy-agent"))
_KONNECTIVITY = expression("konnectivity|(?:kas|apiserver)-network-proxy", re.IGNORECASE)
_COMMON_FLAGS = frozenset((
    "kubeconfig", "kubeconfig-qps", "kubeconfig-burst", "mode", "server-port", "admin-port",
    "health-port", "server-cert", "server-key", "ca-cert", "server-id", "keepalive-time",
    "enable-profiling", "enable-contention-profiling", "cipher-suites", "tls-min-version", "help",
    "v", "vmodule", "logtostderr", "alsologtostderr", "stderrthreshold", "log-dir", "log-file",
    "log-file-max-size", "add-dir-header", "skip-headers", "skip-log-headers", "one-output",
    "log-backtrace-at",
))  # fmt: skip
"""Flags of ours that any other server may have just as well."""

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_WRAPPERS = frozenset((
    "go-runner", "tini", "dumb-init", "catatonit", "env", "nice", "nohup", "su-exec", "gosu",
    "setpriv", "timeout", "chroot",
))  # fmt: skip
"""Programs that start the one named later on their command line."""

_SHELL_TOKEN = expression(
    r"""
    (?P<nothing>\\\r?\n|\#[^\n]*)
    |(?P<redirect>(?:\d+|&)?(?:<<<|<<-?|<>|>>|>\||[<>]&|[<>])[ \t]*)
    |(?P<end>[\n;&|()])
    |(?P<word>(?:[^\s'"\\;&|<>()`$]|\\[^\n]|'[^']*'|"(?:[^"\\]|\\.)*"
        |\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*(?:\}|\Z)|`[^`]*`|\$)+)
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED = expression(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)""", re.DOTALL)
_ASSIGNMENT = expression(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_BEFORE_COMMAND = frozenset((
    "exec", "command", "time", "sudo", "if", "then", "elif", "else", "while", "until", "do", "{",
    "!", *_WRAPPERS,
))  # fmt: skip


def components_of(
    document: Document, component_version: str | None, upgrade_to: str | None = None
) -> Iterator[Component]:
    """Yield the containers of a document that run a part of the connector.

    ``component_version`` is the release to assume where the image names none; ``upgrade_to`` the
    one to take in place of what any image names.
    """
    made = api_server_of(document)
    if made is not None:
        yield made
        return
    pod = pod_of(document)
    for container in pod.containers() if pod is not None else []:
        if pod is not None and isinstance(container.value, dict):
            found = _component(pod, container, component_version, upgrade_to)
            if found is not None:
                yield found


def _component(
    pod: Pod, container: Node, assumed: str | None, upgrade_to: str | None
) -> Component | None:
    environment = environment_of(container)
    words = list(words_of(container.items_at("command"), environment))
    arguments = list(words_of(container.items_at("args"), environment))
    line = _passed([*words, *arguments], pod)
    if words and not words[0].text.startswith("-"):
        role, rest, shell = _by_command(line)
    else:  # flags alone are meant for the image's own program, also where they replace it
        role, rest, shell = _by_looks(container, line), line, False
    if role is None or (role != "api-server" and not _is_konnectivity(role, pod, container, rest)):
        return None
    if role == "api-server":
        return Component(role, pod, container, parse_loosely(rest), None, shell=shell)
    tag = image_tag(container.text_at("image") or "") or assumed
    running = release_for(_PROGRAM_OF[role], tag)
    release = release_for(_PROGRAM_OF[role], upgrade_to) if upgrade_to else running
    flags = parse_flags(rest, release)
    return Component(role, pod, container, flags, release, running=running, shell=shell)


_POINTER = 9  # what an argument takes beside its characters: a pointer and a NUL


def _passed(words: list[Word], pod: Pod) -> list[Word]:
    """Return the arguments as far as Linux would pass them; note where there are more."""
    size = 0
    for at, word in enumerate(words):
        size += len(word.text) + _POINTER
        if size > limits.ARGUMENTS:
            found = sum(len(item.text) + _POINTER for item in words)
            args: dict[str, str | int] = {
                "what": Term("arguments in bytes"), "limit": limits.ARGUMENTS, "found": found
            }  # fmt: skip
            document = pod.document
            problem = Problem("over-limit", word.node.source, word.node.span, args)
            document.problems = (*document.problems, problem)
            return words[:at]
    return words


def _is_konnectivity(role: str, pod: Pod, container: Node, arguments: list[Word]) -> bool:
    """Tell a proxy-server or proxy-agent of ours from another project's program of that name."""
    image = container.text_at("image") or ""
    said = (image, container.text_at("name") or "", pod.name, *_start_of(container))
    if not image or has_placeholder(image) or any(_KONNECTIVITY.search(text) for text in said):
        return True
    given = {word.text[2:].partition("=")[0] for word in arguments if word.text[:2] == "--"}
    return bool(given.intersection(history(_PROGRAM_OF[role])) - _COMMON_FLAGS)


def _start_of(container: Node) -> list[str]:
    return [node.text or "" for node in container.items_at("command")[:1]]


def environment_of(container: Node) -> dict[str, str | None]:
    """Return the container's variables; None where the value is only known at run time."""
    known: dict[str, str | None] = {}
    for node in container.items_at("env"):
        name, value = node.text_at("name"), node.at("value")
        if name is None:
            continue
        if value is not None and value.text is not None:
            text = expanded(value, known)
            known[name] = None if has_placeholder(text) else text
        else:
            known[name] = "" if node.at("valueFrom") is None else None
    return known


def _by_command(words: list[Word]) -> tuple[str | None, list[Word], bool]:
    """Return the role of a command line, the words its program gets, and if a shell runs it."""
    words = _unwrapped(words)
    program = _program(words)
    if program in _SHELLS:
        role, rest = _by_script(words[1:])
        return role, rest, True
    if program == "hyperkube" and len(words) > 1:
        words = words[1:]
        program = "kube-apiserver" if _program(words) == "apiserver" else _program(words)
    return _PROGRAMS.get(program), words[1:], False


def _program(words: list[Word]) -> str:
    return posixpath.basename(words[0].text) if words else ""


def _unwrapped(words: list[Word]) -> list[Word]:
    """Leave out what only starts another program: ``go-runner --log-file=… kube-apiserver``."""
    if _program(words) not in _WRAPPERS:
        return words
    for index in range(1, len(words)):
        program = _program(words[index:])
        if program in _PROGRAMS or program in _SHELLS or program == "hyperkube":
            return words[index:]
    return []


def _by_script(words: list[Word]) -> tuple[str | None, list[Word]]:
    """Find the program a ``sh -c`` line starts and the words it gives it."""
    index, inline = 0, False
    while index < len(words) and words[index].text[:1] in ("-", "+"):
        option = words[index].text
        inline = inline or (option[:2] != "--" and "c" in option)
        index += 2 if option[:2] != "--" and option.endswith("o") else 1
    if not inline or index >= len(words):
        return None, []
    for command in _commands(words[index], words[index + 2 :]):
        started = _without_prefix(command)
        role = _PROGRAMS.get(_program(started))
        if role is not None:
            return role, started[1:]
    return None, []


def _without_prefix(command: list[Word]) -> list[Word]:
    """Leave out assignments, ``exec`` and the like before a simple command."""
    index, prefixed = 0, False
    while index < len(command):
        text = command[index].text
        if _ASSIGNMENT.match(text) is None and not (prefixed and text.startswith("-")):
            if posixpath.basename(text) not in _BEFORE_COMMAND:
                break
            prefixed = True
        index += 1
    return command[index:]


def _commands(script: Word, positional: list[Word]) -> Iterator[list[Word]]:
    """Yield the simple commands of a script, as a shell splits it; ``$@`` is filled in."""
    command: list[Word] = []
    redirected = False
    for match in _SHELL_TOKEN.finditer(script.text):
        if match.lastgroup == "end":
            yield command
            command = []
        elif match.lastgroup == "word" and not redirected:
            word = _shell_word(script, match)
            command += positional if word.text in ("$@", "$*") else [word]
        if match.lastgroup != "nothing":
            redirected = match.lastgroup == "redirect"
    yield command


def _shell_word(script: Word, match: re.Match[str]) -> Word:
    text = _QUOTED.sub(_without_quotes, match[0])
    if script.length != len(script.text):  # expansion has moved everything
        return Word(text, script.node, script.start, script.length)
    return Word(text, script.node, script.start + match.start(), len(match[0]))


def _without_quotes(match: re.Match[str]) -> str:
    if match[2] is not None:
        return re.sub(r'\\([\\"$`])|\\\n', r"\1", match[2])
    return match[1] if match[1] is not None else match[3]


def _by_looks(container: Node, arguments: list[Word]) -> str | None:
    image = container.text_at("image") or ""
    role = _by_image(image)
    if role is not None:
        return role
    names = {word.text.partition("=")[0] for word in arguments}
    for role, flags in _FLAGS.items():
        if len(names.intersection(flags)) >= 2:  # noqa: PLR2004  (one alone may be chance)
            return role
    return _NAMES.get(container.text_at("name") or "") if has_placeholder(image) else None


def _by_image(image: str) -> str | None:
    path = image.partition("@")[0]
    name = posixpath.basename(path).partition(":")[0]
    two = "/".join(path.split("/")[-2:]).partition(":")[0]
    return _PATH_IMAGES.get(two) or _IMAGES.get(name)
