"""What the rules over command lines share: which values count, and where a fault is."""

from __future__ import annotations

from konnektor_lint.diagnostic import Location, flag_of, head, key_of, value_of
from konnektor_lint.goflag import LISTS, Refused, parse_value
from konnektor_lint.limits import shortened
from konnektor_lint.release import Release, image_tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from konnektor_lint.argument import Flag, FlagProblem
    from konnektor_lint.connector import Connector
    from konnektor_lint.pod import Component

AGENT_AUTHENTICATION = ("agent-namespace", "agent-service-account", "authentication-audience")
"""What the proxy server demands together (cmd/server/app/options/options.go, Validate)."""

ADMIN_KUBECONFIGS = frozenset(("admin.conf", "super-admin.conf"))
"""The files in which kubeadm keeps the credentials of an administrator, who may do all."""


def problems(connector: Connector, kind: str) -> Iterator[tuple[Component, FlagProblem]]:
    """Yield what pflag refuses or ignores, with the component whose arguments they are."""
    for component in connector.proxies:
        for problem in component.problems:
            if problem.kind == kind and not problem.open:
                yield component, problem


def place(problem: FlagProblem, label: str = "") -> Location:
    """Point at the argument, or the part of it, that is refused or ignored."""
    source = problem.word.node.source
    return Location(source, head(problem.span, source), label)


def image_of(component: Component) -> tuple[Location, ...]:
    """Point at the image where it names the release; nothing where something else does."""
    node = component.container.at("image")
    if node is None or image_tag(node.text or "") is None:
        return ()
    return (value_of(node, "image"),)


def start_of(component: Component, *flags: str, label: str = "") -> Location:
    """Point at the first of the flags that is given, else at where the arguments begin."""
    for name in flags:
        flag = component.flag(name)
        if flag is not None:
            return flag_of(flag, label)
    return key_of(component.node, label)


def release_of(component: Component) -> Release:
    """Return the release of a server or agent (kube-apiserver has none: an error to ask)."""
    if component.release is None:
        raise ValueError(component.program)
    return component.release


def before(component: Component, version: tuple[int, int, int]) -> bool:
    """Tell whether the release is known and older than a version."""
    release = release_of(component)
    return release.pinned and release.order < version


def counting(component: Component) -> Iterator[Flag]:
    """Yield the flags whose values count: the last of each name, every one of a list."""
    for flag in component.flags:
        kind = flag_type(component, flag.name)
        if kind in LISTS or component.flag(flag.name) is flag:
            yield flag


def flag_type(component: Component, name: str) -> str:
    """Return pflag's type of a flag."""
    return str(release_of(component).flag(name).get("x-flag-type", "string"))


def duration(component: Component, name: str) -> int | None:
    """Return an effective duration in nanoseconds; None where it cannot be known."""
    flag = component.flag(name)
    if flag is not None:
        return flag.value if isinstance(flag.value, int) else None
    try:
        value = parse_value("duration", component.text(name) or "")
    except Refused:
        return None
    return value if isinstance(value, int) else None


def as_given(flag: Flag) -> str:
    """Return a flag with its value in one word, as a message shows it."""
    return shown(flag.name, flag.text)


def shown(name: str, text: str) -> str:
    """Return a flag with a value; in quotation marks where one would not see its ends."""
    visible = text if text and text == text.strip() else f'"{text}"'
    return shortened(f"--{name}={visible}")


def part_of(flag: Flag, start: int, length: int) -> Location:
    """Point at a part of a flag's value, or at the whole value where that cannot be placed."""
    source = flag.node.source
    before = len(flag.name) + len("--=")
    span = flag.value_span
    if len(flag.word.text) == before + len(flag.text):
        span = flag.word.part(before + start, length)
    return Location(source, head(span, source))


def listed(names: Iterable[str]) -> str:
    """Return flag names as a message lists them."""
    return ", ".join(f"--{name}" for name in names)


def agent_authentication(server: Component) -> list[str]:
    """Return the given flags that turn token authentication on, the kubeconfig last.

    Up to v0.30 a kubeconfig alone does so too; since v0.31 the lease controller may need it.
    """
    names = list(AGENT_AUTHENTICATION)
    if before(server, (0, 31, 0)):
        names.append("kubeconfig")
    return [name for name in names if server.given(name)]
