"""What a YAML scalar means to the Go programs that will read it.

kube-apiserver, kubectl and the kubelet read YAML with sigs.k8s.io/yaml, which sits on a fork of
go-yaml v2 (``resolve.go``): YAML 1.1 booleans, integers with underscores and base prefixes,
no sexagesimal numbers, timestamps left as text.
"""

import math

from konnektor_lint.expression import expression

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_HINT = frozenset("+-0123456789.yYnNtTfFoO~")
_YAML_FLOAT = expression(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_GO_FLOAT = expression(
    r"(?i)[-+]?(\d(_?\d)*(\.(\d(_?\d)*)?)?|\.\d(_?\d)*)([eE][-+]?\d(_?\d)*)?"
    r"|[-+]?(inf|infinity)|nan"
    r"|[-+]?0x(?=\.?_?[0-9a-f])(_?[0-9a-f])*(\.([0-9a-f](_?[0-9a-f])*)?)?p[-+]?\d+",
)
_PREFIXES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}
_DIGITS = {2: "01", 8: "01234567", 10: "0123456789", 16: "0123456789abcdefABCDEF"}
_MOST_DIGITS = 64
"""Of any integer Go's 64 bits can hold; Python refuses to convert thousands of them."""
_TAG = "tag:yaml.org,2002:"


class TagError(ValueError):
    """A scalar that does not fit the tag written before it, such as ``!!int abc``."""


def go_integer(text: str, *, low: int = -(2**63), high: int = 2**63 - 1) -> int | None:
    """Return the integer of Go's ``strconv.ParseInt(text, 0, …)``, or None if it refuses it.

    Underscores are allowed between digits and after a base prefix, as in Go source.
    """
    sign, digits = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    base, digits, prefixed = _base(digits)
    if "_" in digits:
        parts = digits.split("_")
        if any(not part for part in parts[0 if not prefixed else 1 :]) or not parts[-1]:
            return None
        digits = "".join(parts)
    if not digits or len(digits.lstrip("0")) > _MOST_DIGITS:
        return None
    if any(digit not in _DIGITS[base] for digit in digits):
        return None
    number = int(digits, base) * (-1 if sign == "-" else 1)
    return number if low <= number <= high else None


def decimal(text: str) -> int | None:
    """Return the number that plain digits spell; None for anything else and what fits no type."""
    short = len(text) <= _MOST_DIGITS and text.isascii()
    return int(text) if short and text.isdecimal() else None


def _base(digits: str) -> tuple[int, str, bool]:
    prefix = digits[:2]
    if prefix in _PREFIXES:
        return _PREFIXES[prefix], digits[2:], True
    if len(digits) > 1 and digits[0] == "0":
        return 8, digits[1:], True
    return 10, digits, False


def go_float(text: str) -> float | None:
    """Return the number of Go's ``strconv.ParseFloat``, or None if it refuses the text."""
    if not _GO_FLOAT.fullmatch(text):
        return None
    plain = text.replace("_", "")
    if "0x" in plain.lower():
        return _hexadecimal(plain)
    number = float(plain)
    return None if math.isinf(number) and "inf" not in plain.lower() else number


def _hexadecimal(text: str) -> float | None:
    try:
        return float.fromhex(text)
    except OverflowError:
        return None


def resolve(text: str, tag: str | None, *, plain: bool) -> Scalar:
    """Return the value of a scalar; ``tag`` is the one written down, if any.

    Raises TagError where the real reader refuses the combination.
    """
    if tag is None:
        return _implicit(text) if plain else text
    if not tag.startswith(_TAG):
        return text
    return _tagged(text, tag.removeprefix(_TAG))


def _implicit(text: str) -> Scalar:
    if text and text[0] not in _HINT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        number = go_float(text)
        return text if number is None else number
    return _number(text) if first in "+-0123456789" else text


def _number(text: str) -> Scalar:
    plain = text.replace("_", "")
    integer = go_integer(plain)
    if integer is None:
        integer = go_integer(plain, low=0, high=2**64 - 1) if plain[:1] != "-" else None
    if integer is not None and not (plain[:1] == "+" and integer >= 2**63):
        return integer
    if _YAML_FLOAT.fullmatch(plain):
        number = go_float(plain)
        if number is not None:
            return number
    return text


def _tagged(text: str, tag: str) -> Scalar:
    if tag == "str":
        return text
    if tag == "binary":
        return _binary(text)
    value = _implicit(text)
    if tag == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    kinds: dict[str, type | tuple[type, ...]] = {
        "int": int, "float": float, "bool": bool, "null": type(None), "timestamp": str,
    }  # fmt: skip
    expected = kinds.get(tag)
    if expected is None:
        return text
    if not isinstance(value, expected) or (tag == "int" and isinstance(value, bool)):
        raise TagError(tag)
    return value


def _binary(text: str) -> str:
    import base64

    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except ValueError as error:
        raise TagError("binary") from error
