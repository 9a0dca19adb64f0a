"""On which addresses and ports the connector's programs listen."""

from collections.abc import Iterator
from typing import NamedTuple

from konnektor_lint.diagnostic import Location, flag_value_of, value_of
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

    def collides_with(self, other: "Listener") -> bool:
        """Tell whether both certainly cannot listen in one network."""
        if self.port is None or self.port != other.port:
            return False
        return self.address is not None and other.address is not None and self._meets(other)

    def _meets(self, other: "Listener") -> bool:
        mine, theirs = _same_loopback(self.address or ""), _same_loopback(other.address or "")
        return mine == theirs or mine in _EVERYWHERE or theirs in _EVERYWHERE


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
    return int(text) if text is not None and text.isdecimal() else None


def _same_loopback(address: str) -> str:
    return "127.0.0.1" if address == "localhost" else address


def is_loopback(host: str) -> bool:
    """Tell whether a host or an address is the machine itself."""
    bare = host.strip("[]").lower()
    return bare in ("localhost", "::1") or bare.startswith("127.")
