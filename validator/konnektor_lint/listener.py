"""On which addresses and ports the connector's programs listen."""

from __future__ import annotations

import ipaddress

from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.record import NamedTuple
from konnektor_lint.scalar import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from konnektor_lint.pod import Component

_FLAGS = {
    "server": (
        ("agent-port", "agent-bind-address"), ("server-port", "server-bind-address"),
        ("health-port", "health-bind-address"), ("admin-port", "admin-bind-address"),
    ),
    "agent": (
        ("health-server-port", "health-server-host"), ("admin-server-port", "admin-bind-address"),
    ),
    "api-server": (("secure-port", "bind-address"),),
}  # fmt: skip
HEALTH = {"server": "health-port", "agent": "health-server-port"}
"""The flag of each program's health port."""

_SECURE_PORT = 6443
_EVERYWHERE = frozenset(("", "0.0.0.0", "::", "[::]"))  # noqa: S104  (compared with, never bound)


class Listener(NamedTuple):
    """One port a program listens on; None where it is known only at run time.

    ``flag`` is the name of the flag that sets the port, ``address`` empty for all addresses.
    """

    component: Component
    flag: str
    port: int | None
    address: str | None

    def location(self, label: str = "") -> Location:
        """Point at the port where it is written, else at the program."""
        flag = self.component.flag(self.flag)
        node = self.component.node
        return flag_value_of(flag, label) if flag is not None else value_of(node, label)


class Ports:
    """The ports that are taken in one network, and by whom.

    An index rather than pairs: a file may hold a hundred thousand programs.
    """

    __slots__ = ("_first",)

    def __init__(self, listeners: Iterable[Listener] = ()) -> None:
        """Let listeners take their ports, in order."""
        self._first: dict[tuple[int, str], Listener] = {}
        for listener in listeners:
            self.take(listener)

    def taken_by(self, listener: Listener) -> Listener | None:
        """Return who came first where both certainly cannot listen; None: nobody for sure."""
        if listener.port is None or listener.address is None:
            return None
        address = _normal(listener.address)
        wanted = (_ANY,) if address == _EVERY else (address, _EVERY)
        found = (self._first.get((listener.port, item)) for item in wanted)
        return next((known for known in found if known is not None), None)

    def take(self, listener: Listener) -> None:
        """Note who listens, unless somebody else came first."""
        if listener.port is not None and listener.address is not None:
            for address in (_ANY, _normal(listener.address)):
                self._first.setdefault((listener.port, address), listener)


_ANY, _EVERY = "any address", "every address"


def _normal(address: str) -> str:
    if address in _EVERYWHERE:
        return _EVERY
    return "127.0.0.1" if address == "localhost" else address


def listeners_of(component: Component) -> tuple[Listener, ...]:
    """Return every TCP port a program listens on."""
    return tuple(_listeners(component))


def _listeners(component: Component) -> Iterator[Listener]:
    for port_flag, address_flag in _FLAGS[component.role]:
        if port_flag == "server-port" and component.given("uds-name"):
            continue
        port = _port(component, port_flag)
        if port != 0:
            yield Listener(component, port_flag, port, component.text(address_flag))


def _port(component: Component, flag: str) -> int | None:
    if component.release is not None:
        return component.number(flag)
    text = component.text(flag)  # kube-apiserver's flags are kept as text
    if text == "" and component.flag(flag) is None:
        return _SECURE_PORT
    return decimal(text) if text is not None else None


def opens_host_port(component: Component) -> bool:
    """Tell whether ports of the container are, or may be, open on the node too."""
    entries = component.container.items_at("ports")
    return any(entry.at("hostPort") is not None for entry in entries)


def is_loopback(host: str) -> bool:
    """Tell whether a host or an address is the machine itself."""
    bare = host.strip("[]").lower()
    return bare in ("localhost", "::1") or bare.startswith("127.")


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address, so that no name has to be looked up."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
