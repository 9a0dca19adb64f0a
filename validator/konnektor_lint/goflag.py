"""Flag values as Go's pflag reads them (``strconv``, ``time.ParseDuration``, klog's own types)."""

import csv
import re
from collections.abc import Callable

from konnektor_lint.scalar import go_float, go_integer

Value = str | int | float | bool | tuple[str, ...]

_TRUE = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE = frozenset(("0", "f", "F", "false", "FALSE", "False"))
_DURATION = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+")
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6,
    "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_INT64 = 2**63 - 1
_FLOAT32_ROUNDS_TO_INFINITY = 3.4028235677973366e38
_SEVERITIES = {"INFO": 0, "WARNING": 1, "ERROR": 2, "FATAL": 3}


class Refused(ValueError):  # noqa: N818  (the program refuses the text)
    """A text that the flag's type does not take; the text of the error names what it takes."""


def parse_value(flag_type: str, text: str) -> Value:
    """Return the typed value of a flag; durations in nanoseconds. Raises Refused."""
    reader = _READERS.get(flag_type)
    return text if reader is None else reader(text)


def _integer(text: str) -> int:
    number = go_integer(text)
    if number is None:
        raise Refused("integer")
    return number


def _unsigned(text: str) -> int:
    number = go_integer(text, low=0, high=2**64 - 1) if text[:1] not in ("+", "-") else None
    if number is None:
        raise Refused("unsigned")
    return number


def _level(text: str) -> int:
    """Klog's verbosity: ``strconv.ParseInt(value, 10, 32)``."""
    if not re.fullmatch(r"[-+]?[0-9]+", text) or not -(2**31) <= int(text) < 2**31:
        raise Refused("integer")
    return int(text)


def _severity(text: str) -> int:
    """Klog's severity: a name in any case, else a decimal number."""
    named = _SEVERITIES.get(text.upper())
    return _level(text) if named is None else named


def _boolean(text: str) -> bool:
    if text not in _TRUE and text not in _FALSE:
        raise Refused("boolean")
    return text in _TRUE


def _duration(text: str) -> int:
    if text in ("0", "+0", "-0"):
        return 0
    if not _DURATION.fullmatch(text):
        raise Refused("duration")
    # Go adds up in integers of nanoseconds and refuses what does not fit 64 bits.
    total = sum(int(float(number) * _UNITS[unit]) for number, unit in _PART.findall(text))
    if total > _INT64:
        raise Refused("duration")
    return -total if text[0] == "-" else total


def _float(text: str) -> float:
    number = go_float(text)
    if number is None or (
        abs(number) > _FLOAT32_ROUNDS_TO_INFINITY and abs(number) != float("inf")
    ):
        raise Refused("number")
    return number


def _list(text: str) -> tuple[str, ...]:
    """Pflag's stringSlice: one line of comma separated values, CSV quoting."""
    if text == "":
        return ()
    first = text.split("\n", 1)[0]
    if not _csv_quotes_fit(first):
        raise Refused("list")
    return tuple(next(csv.reader([first]), []))


def _csv_quotes_fit(line: str) -> bool:
    """Tell whether quotes stand only where Go's csv reader takes them."""
    field = r'(?:"(?:[^"]|"")*"|[^",]*)'
    return re.fullmatch(rf"{field}(?:,{field})*", line) is not None


def _trace_location(text: str) -> str:
    """Klog's ``-log_backtrace_at``: empty, or file:line with a line above zero."""
    if text == "":
        return text
    match = re.fullmatch(r"[^:]*\.[^:]*:([-+]?[0-9]+)", text, re.DOTALL)
    if match is None or not 0 < int(match[1]) <= _INT64:
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
        if not re.fullmatch(r"[-+]?[0-9]+", level) or not -(2**31) <= int(level) < 2**31:
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
