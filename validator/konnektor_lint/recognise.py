"""Which document is what: by content, never by file name.

A container's role is decided by, in order of trust: its command, a shell script's ``exec``, the
image's name, two distinctive flags, the container's name where the image is a placeholder.
"""

import posixpath
import re
from collections.abc import Iterator

from konnektor_lint import limits
from konnektor_lint.argument import Word, parse_flags, parse_loosely, words_of
from konnektor_lint.placeholder import expand, has_placeholder
from konnektor_lint.pod import Component, Pod, pod_of
from konnektor_lint.release import release_for
from konnektor_lint.source import Document, Node, parse_inner

TOKENS = (
    b"konnectivity", b"egressselect", b"egress-selector", b"kas-network-proxy",
    b"apiserver-network-proxy", b"proxy-server", b"proxy-agent", b"kube-apiserver",
    b"--uds-name", b"--agent-identifiers", b"--cluster-cert",
)  # fmt: skip
"""Lower-case bytes, at least one of which every file with a part of the connector holds."""

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
_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_SHELL_WORD = re.compile(r"""(?:[^\s'"\\;&|<>]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|\\\n|[\n;&|]""")


def documents_in(document: Document) -> Iterator[Document]:
    """Yield a document, or the items of a List, and what ConfigMaps and Secrets carry."""
    yield from _unpacked(document, 0)


def _unpacked(document: Document, level: int) -> Iterator[Document]:
    listed = document.root.at("items")
    if document.kind.endswith("List") and listed is not None:
        for item in listed.items():
            inner = Document(document.source, document.index, item, document.problems)
            yield from _unpacked(inner, level)
        return
    yield document
    if level >= limits.EMBEDDED_LEVELS:
        return
    for field in ("data", "stringData") if document.kind in ("ConfigMap", "Secret") else ():
        for text in (document.root.at(field) or document.root).fields().values():
            if isinstance(text.value, str) and _may_hold_document(text.value):
                inner_document = parse_inner(text, document)
                if inner_document is not None:
                    yield from _unpacked(inner_document, level + 1)


def _may_hold_document(text: str) -> bool:
    lowered = text.lower().encode("utf-8", "replace")
    return any(token in lowered for token in TOKENS)


def components_of(document: Document, component_version: str | None) -> Iterator[Component]:
    """Yield the containers of a document that run a part of the connector.

    ``component_version`` is the release to assume where the image names none.
    """
    pod = pod_of(document)
    for container in pod.containers() if pod is not None else []:
        if pod is not None and isinstance(container.value, dict):
            found = _component(pod, container, component_version)
            if found is not None:
                yield found


def _component(pod: Pod, container: Node, assumed: str | None) -> Component | None:
    environment = environment_of(container)
    words = list(words_of(_listed(container, "command"), environment))
    arguments = list(words_of(_listed(container, "args"), environment))
    role, rest, shell = _by_command(words, arguments)
    if role is None and not words:
        role, rest = _by_looks(container, arguments), arguments
    if role is None:
        return None
    if role == "api-server":
        return Component(role, pod, container, parse_loosely(rest), None, shell=shell)
    tag = image_tag(container.text_at("image") or "") or assumed
    release = release_for(_PROGRAM_OF[role], tag)
    return Component(role, pod, container, parse_flags(rest, release), release, shell=shell)


def _listed(container: Node, field: str) -> list[Node]:
    node = container.at(field)
    return node.items() if node is not None else []


def environment_of(container: Node) -> dict[str, str | None]:
    """Return the container's variables; None where the value is only known at run time."""
    known: dict[str, str | None] = {}
    for node in _listed(container, "env"):
        name, value = node.text_at("name"), node.at("value")
        if name is None:
            continue
        text = value.text if value is not None else None
        if text is None and node.at("valueFrom") is None:
            text = ""
        known[name] = None if text is None or has_placeholder(text) else expand(text, known)
    return known


def _by_command(words: list[Word], arguments: list[Word]) -> tuple[str | None, list[Word], bool]:
    if not words:
        return None, [], False
    program = posixpath.basename(words[0].text)
    if program in _SHELLS:
        role, rest = _by_script([*words[1:], *arguments])
        return role, rest, True
    everything = [*words[1:], *arguments]
    if program == "hyperkube" and everything:
        program, everything = posixpath.basename(everything[0].text), everything[1:]
        program = "kube-apiserver" if program == "apiserver" else program
    return _PROGRAMS.get(program), everything, False


def _by_script(words: list[Word]) -> tuple[str | None, list[Word]]:
    """Find the program a ``sh -c`` line starts and the words it gives it."""
    for word in words:
        if word.text.startswith("-"):
            continue
        script = list(_shell_words(word))
        for index, candidate in enumerate(script):
            role = _PROGRAMS.get(posixpath.basename(candidate.text))
            if role is not None:
                return role, _until_end(script[index + 1 :])
        break
    return None, []


def _until_end(words: list[Word]) -> list[Word]:
    end = next((at for at, word in enumerate(words) if word.text in ("\n", ";", "&", "|")), None)
    return words[:end]


def _shell_words(script: Word) -> Iterator[Word]:
    for match in _SHELL_WORD.finditer(script.text):
        written = match[0]
        if written == "\\\n":
            continue
        text = written if written == "\n" else re.sub(r"""['"]|\\(.)""", r"\1", written)
        yield Word(text, script.node, script.start + match.start(), len(written))


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


def image_tag(image: str) -> str | None:
    """Return the tag of an image reference, or None."""
    name = posixpath.basename(image.partition("@")[0])
    return name.partition(":")[2] or None
