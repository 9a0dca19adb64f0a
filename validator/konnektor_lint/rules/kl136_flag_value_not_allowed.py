"""A value outside of what the program allows for its flag."""

from __future__ import annotations

from konnektor_lint.argument import Flag
from konnektor_lint.commandline import as_given, counting, flag_type, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of
from konnektor_lint.expression import expression
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.goflag import Value
from konnektor_lint.limits import shortened
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.schema import value_expected
from konnektor_lint.spelling import closest, same_letters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@rule(
    "KL136",
    "flag-value-not-allowed",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("given", "program", "expected"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
    ),
    fix="sometimes",
)
def flag_value_not_allowed(connector: Connector) -> Findings:
    """Check each value that counts against the schema of its flag in that release."""
    for component in connector.proxies:
        for flag in counting(component):
            if flag.value is None or flag_type(component, flag.name) not in _PLAIN:
                continue
            if flag.name == "agent-identifiers" or _is_worded_elsewhere(component, flag):
                continue
            expected = _expected(flag.value, release_of(component).flag(flag.name))
            if expected is not None:
                yield flag_value_not_allowed.report(
                    flag_value_of(flag),
                    given=as_given(flag),
                    program=component.program,
                    expected=shortened(expected),
                    fix=_fix(component, flag, expected),
                )


def _fix(component: Component, flag: Flag, expected: str) -> Fix | None:
    """Write the allowed word that was probably meant, of a list each one."""
    allowed = [word for word in expected.split(", ") if word and word != '""']
    parts = flag.text.split(",") if isinstance(flag.value, tuple) else [flag.text]
    if not isinstance(flag.value, str | tuple) or not all(map(_WORD.fullmatch, allowed)):
        return None
    meant = [part if part in allowed else closest(part, allowed) for part in parts]
    if not all(meant):
        return None
    sure = all(same_letters(*pair) for pair in zip(parts, meant, strict=True))
    return mend(set_value(component, flag, ",".join(meant)), safe=sure)


_WORD = expression(r"[A-Za-z][A-Za-z0-9_-]*")


_PLAIN = frozenset(("string", "int", "uint", "stringslice"))


def _is_worded_elsewhere(component: Component, flag: Flag) -> bool:
    """Tell whether a fault of the server's port has to do with ``--uds-name``."""
    return flag.name == "server-port" and (flag.value == 0 or component.given("uds-name"))


def _expected(value: Value, schema: dict[str, Any]) -> str | None:
    choices = [value_expected(value, part) for part in schema.get("anyOf", [schema])]
    found = [expected for expected in choices if expected is not None]
    return ", ".join(found) if len(found) == len(choices) else None
