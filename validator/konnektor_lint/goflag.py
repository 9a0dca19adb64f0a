"""Flag values as Go's pflag reads them (``strconv``, ``time.ParseDuration``, klog's own types)."""

from __future__ import annotations

import re

from konnektor_lint.expression import expression
from konnektor_lint.scalar import go_float, go_integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

Value = str | int | float | bool | tuple[str, ...]

_TRUE = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE = frozenset(("0", "f", "F", "false", "FALSE", "False"))
_DURATION = expression(r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+")
_PART = expression(r"([0-9]*)\.?([0-9]*)(ns|us|µs|μs|ms|s|m|h)")
_BARE = expression(r"[^,\n]*")
_QUOTED = expression(r'((?:[^"]|"")*)"(?:(,)|\r?\n|\r?$(?!\n))')
LISTS = frozenset(("stringslice", "stringarray"))
"""The types whose values add up when a flag is given again."""

_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6,
    "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_INT64 = 2**63 - 1
_DIGITS = 400
"""Longest number worth reading: what is longer fits no type, leading zeros aside."""
_FLOAT32_ROUNDS_TO_INFINITY = 3.4028235677973366e38
_SEVERITIES = {"INFO": 0, "WARNING": 1, "ERROR": 2, "FATAL": 3}


class Refused(ValueError):  # noqa: N818  (the program refuses the text)
    """A text that the flag's type does not take; the text of the error names what it takes."""


def parse_value(flag_type: str, text: str) -> Value:
    """Return the typed value of a flag; durations in nanoseconds. Raises Refused."""
    reader = _READERS.get(flag_type)
    return text if reader is None else reader(text)


def _integer(text: str) -> int:
    number = go_integer(text) if len(text) <= _DIGITS else None
    if number is None:
        raise Refused("integer")
    return number


def _unsigned(text: str) -> int:
    signed = text[:1] in ("+", "-") or len(text) > _DIGITS
    number = None if signed else go_integer(text, low=0, high=2**64 - 1)
    if number is None:
        raise Refused("unsigned")
    return number


def _decimal(text: str, bits: int) -> int | None:
    """Return the integer of ``strconv.ParseInt(text, 10, bits)``, or None if it refuses it."""
    if len(text) > _DIGITS or not re.fullmatch(r"[-+]?[0-9]+", text):
        return None
    return int(text) if -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1) else None


def _level(text: str) -> int:
    """Klog's verbosity: ``strconv.ParseInt(value, 10, 32)``."""
    number = _decimal(text, 32)
    if number is None:
        raise Refused("integer")
    return number


def _severity(text: str) -> int:
    """Klog's severity: a name in any case, else a decimal number."""
    number = _SEVERITIES.get(text.upper(), _decimal(text, 32))
    if number is None:
        raise Refused(", ".join(_SEVERITIES))
    return number


def _boolean(text: str) -> bool:
    if text not in _TRUE and text not in _FALSE:
        raise Refused("boolean")
    return text in _TRUE


def _duration(text: str) -> int:
    if text in ("0", "+0", "-0"):
        return 0
    if not _DURATION.fullmatch(text):
        raise Refused("duration")
    negative = text[0] == "-"
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        total += _part(whole, fraction, _UNITS[unit])
    # Go adds up in integers of nanoseconds and refuses what does not fit 64 bits.
    if total > _INT64 + negative:
        raise Refused("duration")
    return -total if negative else total


def _part(whole: str, fraction: str, unit: int) -> int:
    """Return one number with its unit in nanoseconds, rounded down as Go does."""
    digits = whole.lstrip("0")
    if len(digits) > len(str(_INT64)):
        raise Refused("duration")
    kept = fraction[:18]  # Go stops reading the fraction where 64 bits are full
    return int(digits or "0") * unit + (int(kept) * unit // 10 ** len(kept) if kept else 0)


def _float(text: str) -> float:
    # Python's digits and letters go beyond ASCII, Go's do not.
    number = go_float(text) if text.isascii() else None
    if number is None or _FLOAT32_ROUNDS_TO_INFINITY <= abs(number) < float("inf"):
        raise Refused("number")
    return number


def _list(text: str) -> tuple[str, ...]:
    """Pflag's stringSlice: the first record of Go's ``encoding/csv``."""
    if text == "":
        return ()
    at: int | None = _after_empty_lines(text)
    if at == len(text):
        raise Refused("list")
    fields: list[str] = []
    while at is not None:
        field, at = _quoted(text, at + 1) if text.startswith('"', at) else _bare(text, at)
        fields.append(field)
    return tuple(fields)


def _after_empty_lines(text: str) -> int:
    match = re.match(r"(?:\r?\n)+", text)
    return match.end() if match is not None else 0


def _bare(text: str, start: int) -> tuple[str, int | None]:
    """Return a field without quotes, and where the next one begins, if there is one."""
    match = _BARE.match(text, start)
    field = match[0] if match is not None else ""
    if '"' in field:
        raise Refused("list")
    end = start + len(field)
    return (field, end + 1) if text.startswith(",", end) else (field.removesuffix("\r"), None)


def _quoted(text: str, start: int) -> tuple[str, int | None]:
    """Return a field whose opening quote lies before ``start``, and where the next one begins."""
    match = _QUOTED.match(text, start)
    if match is None:
        raise Refused("list")
    return match[1].replace('""', '"'), match.end() if match[2] is not None else None


def _trace_location(text: str) -> str:
    """Klog's ``-log_backtrace_at``: empty, or file:line with a line above zero."""
    if text == "":
        return text
    file, _, line = text.partition(":")
    if "." not in file or (_decimal(line, 64) or 0) <= 0:
        raise Refused("trace-location")
    return text


def _modules(text: str) -> str:
    """Klog's ``-vmodule``: comma separated pattern=N."""
    for entry in text.split(","):
        if entry == "":
            continue
        pattern, equals, level = entry.partition("=")
        if not equals or not pattern or not level or "=" in level:
            raise Refused("module-list")
        number = _decimal(level, 32)
        if number is None or number < 0:
            raise Refused("module-list")
    return text


_READERS: dict[str, Callable[[str], Value]] = {
    "int": _integer,
    "uint": _unsigned,
    "uint64": _unsigned,
    "Level": _level,
    "severity": _severity,
    "bool": _boolean,
    "duration": _duration,
    "float32": _float,
    "stringslice": _list,
    "traceLocation": _trace_location,
    "moduleSpec": _modules,
}
