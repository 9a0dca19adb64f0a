"""Scalars as sigs.k8s.io/yaml (go-yaml v2) reads them: YAML 1.1 with Go's number syntax."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektor_lint.scalar import Scalar, TagError, decimal, go_float, go_integer, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("On", True), ("y", True), ("TRUE", True),
        ("no", False), ("OFF", False), ("N", False), ("False", False),
        ("yEs", "yEs"), ("oN", "oN"), ("tRUE", "tRUE"), ("truer", "truer"),
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL"),
        ("8132", 8132), ("-1", -1), ("+1", 1), ("0", 0), ("-0", 0),
        ("017", 15), ("0o17", 15), ("0x1F", 31), ("0b101", 5), ("-0x10", -16),
        ("018", 18.0), ("0x", "0x"), ("0xg", "0xg"), ("1_000", 1000), ("1__0", 10), ("_1", "_1"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616.0),
        ("-9223372036854775808", -9223372036854775808),
        ("1.0", 1.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000.0), ("12e03", 12000.0),
        ("1E+2", 100.0), ("1e400", "1e400"), ("e3", "e3"), (".", "."), ("-", "-"), ("+", "+"),
        ("1.2.3", "1.2.3"), ("v0.36.0", "v0.36.0"), ("0.36.0", "0.36.0"),
        (".inf", math.inf), ("-.INF", -math.inf), ("+.Inf", math.inf), ("inf", "inf"),
        ("12:30:45", "12:30:45"), ("190:20", "190:20"), ("2024-01-01", "2024-01-01"),
        ("10.0.0.1", "10.0.0.1"), ("127.0.0.1:8132", "127.0.0.1:8132"), ("<<", "<<"), ("=", "="),
        ("50m", "50m"), ("1Gi", "1Gi"), ("30s", "30s"), ("host=a,b", "host=a,b"),
    ],
)  # fmt: skip
def test_plain_scalar(text: str, value: Scalar) -> None:
    found = resolve(text, None, plain=True)
    assert (type(found), found) == (type(value), value)


def test_not_a_number() -> None:
    found = resolve(".nan", None, plain=True)
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize("text", ["yes", "8132", "", "null", "1e3"])
def test_quoted_scalar_stays_text(text: str) -> None:
    assert resolve(text, None, plain=False) == text


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("1", "str", "1"), ("yes", "str", "yes"), ("1", "float", 1.0), ("1", "int", 1),
        ("on", "bool", True), ("", "null", None), ("YWJj", "binary", "abc"),
        ("YW Jj", "binary", "abc"), ("2024-01-01", "timestamp", "2024-01-01"), ("a", "set", "a"),
    ],
)  # fmt: skip
def test_tagged_scalar(text: str, tag: str, value: Scalar) -> None:
    found = resolve(text, f"tag:yaml.org,2002:{tag}", plain=True)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "tag"),
    [("a", "int"), ("1.5", "int"), ("yes", "int"), ("a", "float"), ("1", "bool"), ("a", "null"),
     ("$$", "binary"), ("YWJ", "binary")],
)  # fmt: skip
def test_tag_that_does_not_fit(text: str, tag: str) -> None:
    with pytest.raises(TagError):
        resolve(text, f"tag:yaml.org,2002:{tag}", plain=True)


def test_foreign_tag_leaves_text() -> None:
    assert resolve("1", "!vault", plain=True) == "1"


@pytest.mark.parametrize("text", ["9" * 100_000, "0x" + "f" * 100_000, "-" + "1" * 5000])
def test_huge_number_is_no_integer(text: str) -> None:
    assert go_integer(text) is None
    assert not isinstance(resolve(text, None, plain=True), int)


def test_leading_zeros_do_not_make_a_number_huge() -> None:
    assert go_integer("0x" + "0" * 5000 + "1f") == 31


@pytest.mark.parametrize(
    ("text", "value"),
    [("1_0", 10.0), ("1_", None), ("_1", None), ("0x1p4", 16.0), ("0x1", None), ("inf", math.inf),
     ("Infinity", math.inf), ("1e", None), ("1e999", None), ("", None), (".", None)],
)  # fmt: skip
def test_go_float(text: str, value: float | None) -> None:
    assert go_float(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0_7", 7), ("0x_1f", 31), ("1_", None), ("1__0", None), ("_1", None), ("0b2", None),
     ("08", None), ("++1", None), ("", None), ("-", None), ("9223372036854775808", None)],
)  # fmt: skip
def test_go_integer(text: str, value: int | None) -> None:
    assert go_integer(text) == value


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_survive(number: int) -> None:
    assert resolve(str(number), None, plain=True) == number


@given(st.text(alphabet="0123456789abcdefxob_+-.eEpinfINFty~", max_size=12))
def test_no_text_raises(text: str) -> None:
    value = resolve(text, None, plain=True)
    assert value is None or isinstance(value, str | int | float | bool)


def test_numbers_beyond_all_types_are_refused_rather_than_read() -> None:
    assert go_float("0x1p99999") is None
    assert [decimal(text) for text in ("8091", "9" * 5000, "²", "٣", "-1", "")] == [
        8091, None, None, None, None, None,
    ]  # fmt: skip
