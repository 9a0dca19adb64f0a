"""Command lines as pflag, strconv, time and encoding/csv read them, and where their parts stand."""

import csv
import io
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektor_lint.argument import CommandLine, Word, parse_flags, parse_loosely
from konnektor_lint.goflag import Refused, parse_value
from konnektor_lint.pod import Component
from konnektor_lint.recognise import components_of
from konnektor_lint.release import history, release_for, releases_with
from konnektor_lint.source import Source, Span, parse

TYPES = (
    "string", "int", "uint", "uint64", "Level", "severity", "bool", "duration", "float32",
    "stringslice", "traceLocation", "moduleSpec",
)  # fmt: skip
NEWEST = release_for("proxy-agent", None)
SCALAR_FLAGS = sorted(
    name for name, schema in NEWEST.flags.items() if schema["x-flag-type"] == "string"
)
WORDS = st.text(
    alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12
)


def words(*texts: str) -> list[Word]:
    (document,) = parse(Source("argv", "argv: []\n")).documents
    return [Word(text, document.root, 0, len(text)) for text in texts]


def read(*texts: str, program: str = "proxy-agent", tag: str | None = "v0.36.0") -> CommandLine:
    return parse_flags(words(*texts), release_for(program, tag), final=True)


def values(line: CommandLine) -> dict[str, object]:
    return {flag.name: flag.value for flag in line.flags}


def kinds(line: CommandLine) -> list[str]:
    return [problem.kind for problem in line.problems]


def agent(args: str, env: str = "") -> Component:
    """Return the agent of a pod whose ``args`` and ``env`` are written as given."""
    text = (
        "kind: Pod\nspec:\n  containers:\n    - name: konnectivity-agent\n"
        "      image: registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0\n"
        f'      command: ["/proxy-agent"]\n      args:\n{args}{env}'
    )
    (document,) = parse(Source("pod.yaml", text)).documents
    (component,) = components_of(document, None)
    return component


def written(component: Component, span: Span) -> str:
    """Return what stands at a span of one line."""
    assert span.start.line == span.end.line
    line = component.container.source.line(span.start.line)
    return line[span.start.column - 1 : span.end.column - 1]


# --- Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0), ("+0", 0), ("-0", 0), ("0s", 0), ("1ns", 1), ("1us", 1000), ("1µs", 1000),
        ("1μs", 1000), ("1ms", 10**6), ("1.5h", 5400 * 10**9), (".5s", 5 * 10**8),
        ("1.s", 10**9), ("1h30m", 5400 * 10**9), ("1m1h", 3660 * 10**9), ("-1h", -3600 * 10**9),
        ("+2m", 120 * 10**9), ("1.9ns", 1), ("9223372036854775807ns", 2**63 - 1),
        ("-9223372036854775808ns", -(2**63)), ("2562047h47m16.854775807s", 2**63 - 1),
    ],
)  # fmt: skip
def test_duration(text: str, nanoseconds: int) -> None:
    assert parse_value("duration", text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    ["", "10", "1", "s", ".s", "-", "+", "1d", "1w", "1H", "1 s", " 1s", "1s ", "1h 30m", "1m30",
     "1e3s", "1_0s", "0x1s", "٣s", "--1s", "9223372036854775808ns", "2562048h",
     "99999999999999999999h", "1" * 5000 + "s"],
)  # fmt: skip
def test_duration_refused(text: str) -> None:
    with pytest.raises(Refused, match="duration"):
        parse_value("duration", text)


UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9}


@given(
    st.lists(
        st.tuples(st.integers(0, 999), st.integers(0, 999), st.sampled_from(sorted(UNITS))),
        min_size=1, max_size=5,
    ),
    st.sampled_from(["", "+", "-"]),
)  # fmt: skip
def test_duration_adds_up(parts: list[tuple[int, int, str]], sign: str) -> None:
    text = sign + "".join(f"{whole}.{thousandths:03}{unit}" for whole, thousandths, unit in parts)
    total = sum(int(Fraction(w * 1000 + t, 1000) * UNITS[unit]) for w, t, unit in parts)
    assert parse_value("duration", text) == (-total if sign == "-" else total)


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["", "#x", "#o", "#b"]))
def test_integers_in_every_base(number: int, style: str) -> None:
    assert parse_value("int", format(number, style)) == number


@given(st.one_of(st.integers(max_value=-(2**63) - 1), st.integers(min_value=2**63)))
def test_integers_that_do_not_fit(number: int) -> None:
    with pytest.raises(Refused, match="integer"):
        parse_value("int", str(number))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "+5", 5), ("int", "-0", 0), ("int", "1_000", 1000), ("int", "0_7", 7),
        ("int", "0x_1f", 31), ("int", "017", 15), ("uint", "0", 0),
        ("uint64", "18446744073709551615", 2**64 - 1), ("Level", "-1", -1), ("Level", "010", 10),
        ("severity", "warning", 1), ("severity", "FATAL", 3), ("severity", "7", 7),
        ("float32", "1_0", 10.0), ("float32", "0x1p-2", 0.25), ("float32", "-Inf", -float("inf")),
        ("traceLocation", "", ""), ("traceLocation", "server.go:+12", "server.go:+12"),
        ("moduleSpec", "", ""), ("moduleSpec", "a=1,,b*=-0,", "a=1,,b*=-0,"),
        ("string", " any thing ", " any thing "),
    ],
)  # fmt: skip
def test_value(kind: str, text: str, value: object) -> None:
    assert parse_value(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", ""), ("int", "1.0"), ("int", "1e3"), ("int", "080"), ("int", " 1"), ("int", "1 "),
        ("int", "٣"), ("int", "1__0"), ("int", "_1"), ("int", "0x"), ("int", "9" * 5000),
        ("uint", "-0"), ("uint", "+1"), ("uint64", "18446744073709551616"),
        ("Level", "0x1"), ("Level", "1_0"), ("Level", "2147483648"), ("severity", "foo"),
        ("float32", ""), ("float32", "1e50"), ("float32", "٣"), ("float32", "1_"),
        ("float32", "3.4028235677973366e38"), ("traceLocation", "server:1"),
        ("traceLocation", "server.go:0"), ("traceLocation", "a.go:1:2"),
        ("moduleSpec", "a"), ("moduleSpec", "a=-1"), ("moduleSpec", "=1"), ("moduleSpec", "a=1=2"),
    ],
)  # fmt: skip
def test_value_refused(kind: str, text: str) -> None:
    with pytest.raises(Refused):
        parse_value(kind, text)


@pytest.mark.parametrize("text", ["1", "t", "T", "true", "TRUE", "True"])
def test_boolean_true(text: str) -> None:
    assert parse_value("bool", text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "false", "FALSE", "False"])
def test_boolean_false(text: str) -> None:
    assert parse_value("bool", text) is False


@pytest.mark.parametrize("text", ["", "yes", "no", "on", "off", "tRUE", " true", "2", "y"])
def test_boolean_refused(text: str) -> None:
    with pytest.raises(Refused, match="boolean"):
        parse_value("bool", text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()), ("a", ("a",)), ("a,b", ("a", "b")), ("a,", ("a", "")), (",", ("", "")),
        (" a, b ", (" a", " b ")), ('"a,b",c', ("a,b", "c")), ('"a""b"', ('a"b',)),
        ("a\nb", ("a",)), ('"a\nb",c', ("a\nb", "c")), ("\n\na", ("a",)), ("a\r", ("a",)),
    ],
)  # fmt: skip
def test_list(text: str, items: tuple[str, ...]) -> None:
    assert parse_value("stringslice", text) == items


@pytest.mark.parametrize("text", ['a"b', '"a', '"a"b', 'a,"b', '"a" ,b', "\n"])
def test_list_refused(text: str) -> None:
    with pytest.raises(Refused, match="list"):
        parse_value("stringslice", text)


@given(st.lists(st.text(alphabet='ab ,"\n', max_size=6), min_size=1, max_size=5))
def test_list_reads_what_csv_writes(items: list[str]) -> None:
    line = io.StringIO()
    csv.writer(line, lineterminator="", quoting=csv.QUOTE_ALL).writerow(items)
    assert parse_value("stringslice", line.getvalue()) == tuple(items)


@given(st.sampled_from(TYPES), st.one_of(st.text(max_size=20), st.text("0123456789-+_.xeshmn")))
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    with suppress(Refused):  # and nothing else
        parse_value(kind, text)


# --- Words ----------------------------------------------------------------------------------------


def test_value_after_equals_sign_or_in_the_next_word() -> None:
    line = read("--agent-id=a=b", "--proxy-server-port", "8132", "-v", "4", "--lease-label=")
    assert values(line) == {
        "agent-id": "a=b", "proxy-server-port": 8132, "v": 4, "lease-label": "",
    }  # fmt: skip
    assert kinds(line) == []


@given(st.sampled_from(SCALAR_FLAGS), WORDS)
def test_both_ways_of_giving_a_value_are_the_same(name: str, text: str) -> None:
    joined, apart = read(f"--{name}={text}"), read(f"--{name}", text)
    assert values(joined) == values(apart) == {name: text}


@given(st.lists(st.one_of(WORDS, st.sampled_from([f"--{name}" for name in NEWEST.flags]))))
def test_any_words_are_read(texts: list[str]) -> None:
    line = read(*texts)
    assert len(line.flags) + len(line.problems) <= 3 * len(texts)


def test_bare_boolean_never_takes_the_next_word() -> None:
    line = read("--sync-forever", "false", "--enable-profiling=false")
    assert values(line) == {"sync-forever": True, "enable-profiling": False}
    assert [(item.kind, item.flag) for item in line.problems] == [("boolean-word", "sync-forever")]


def test_other_flags_take_any_next_word() -> None:
    line = read("--agent-id", "--sync-forever", "--lease-namespace", "--", "--agent-id", "")
    assert values(line) == {"agent-id": "", "lease-namespace": "--"}
    assert kinds(line) == ["flag-as-value", "repeated-flag"]


def test_two_dashes_end_the_flags() -> None:
    line = read("--agent-id=a", "--", "--agent-id=b", "-x", "--")
    assert values(line) == {"agent-id": "a"}
    assert kinds(line) == ["positional-argument"] * 3


@pytest.mark.parametrize("text", ["", "-", "word", "="])
def test_words_without_a_flag(text: str) -> None:
    assert kinds(read(text)) == ["positional-argument"]


def test_last_value_wins_and_lists_add_up() -> None:
    line = read("--agent-id=a", "--alpn-proto=a", "--agent-id=b", "--alpn-proto=b", "--agent-id=b")
    assert values(line)["agent-id"] == "b"
    assert [item.args["value"] for item in line.problems] == ["a"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("---agent-id=a", "bad-flag-syntax"), ("--=a", "bad-flag-syntax"),
        ("-agent-id=a", "single-dash"), ("-x", "single-dash"), ("-hx", "single-dash"),
        ("-health-server-port=1", "single-dash"), ("--agent_id=a", "unknown-flag"),
        ("--Agent-Id=a", "unknown-flag"), ("--é", "unknown-flag"),
        ("--uds-name=/run/k.sock", "flag-of-other-component"),
        ("--agent-id a", "flag-with-blank"), ("--agent-id = a", "flag-with-blank"),
        ("--agent-id", "missing-flag-value"), ("-v", "missing-flag-value"),
        ("-v=", "bad-flag-value"), ("--help=maybe", "bad-flag-value"), ("-h=x", "bad-flag-value"),
    ],
)  # fmt: skip
def test_refused(text: str, kind: str) -> None:
    assert kinds(read(text)) == [kind]


@pytest.mark.parametrize("text", ["-h", "--help", "-hv4", "-h=true", "-v=4", "-v4", "-test.v"])
def test_shorthands_that_exist(text: str) -> None:
    assert kinds(read(text)) == []


def test_unknown_flag_takes_its_value_along() -> None:
    assert kinds(read("--no-such-flag", "value", "--agent-id=a")) == ["unknown-flag"]


def test_flag_of_another_release() -> None:
    assert kinds(read("--count-server-leases", tag="v0.30.4")) == ["flag-not-in-release"]
    assert kinds(read("--server-count-source=max", tag="v0.31.2")) == ["flag-not-in-release"]
    assert kinds(read("--count-server-leases", tag=None)) == []
    assert releases_with("proxy-agent", "server-count-source") == "v0.31.1, ≥ v0.31.3"


@pytest.mark.parametrize("program", ["proxy-server", "proxy-agent"])
def test_every_flag_has_its_releases(program: str) -> None:
    assert all(releases_with(program, name).count("v") for name in history(program))


@pytest.mark.parametrize(
    ("tag", "known", "pinned", "ahead"),
    [
        ("v0.36.0", "v0.36.0", True, False), ("0.33.1", "v0.33.1", True, False),
        ("v0.30.99", "v0.30.4", True, False), ("v0.0.1", "v0.0.12", True, False),
        ("v0.99.0", "v0.36.0", True, True), ("latest", "v0.36.0", False, False),
        ("v1.30.0", "v0.36.0", False, False), (None, "v0.36.0", False, False),
    ],
)  # fmt: skip
def test_release_of_a_tag(tag: str | None, known: str, pinned: bool, ahead: bool) -> None:
    release = release_for("proxy-agent", tag)
    assert (release.tag, release.pinned, release.ahead) == (known, pinned, ahead)


def test_placeholders_are_values_not_known_yet() -> None:
    texts = ("--sync-interval=$(INTERVAL)", "$(MORE)", "--$(NAME)=1", "--agent-id=${NAME}")
    line = parse_flags(words(*texts), NEWEST)
    assert [(flag.name, flag.value, flag.open) for flag in line.flags] == [
        ("sync-interval", None, True), ("agent-id", None, True),
    ]  # fmt: skip
    assert all(problem.open for problem in line.problems)
    final = read(*texts)
    assert kinds(final) == ["bad-flag-value", "positional-argument", "unknown-flag"]
    assert values(final)["agent-id"] == "${NAME}"


def test_loose_reading_refuses_nothing() -> None:
    line = parse_loosely(words("--a_b", "c", "--d=e", "-f", "--g", "--h", "i", "j", "--"))
    assert [(flag.name, flag.text) for flag in line.flags] == [
        ("a-b", "c"), ("d", "e"), ("g", "true"), ("h", "i"),
    ]  # fmt: skip
    assert line.problems == ()


# --- Places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("--agent-id=node-1", "node-1"),
        ('"--agent-id=node-1"', "node-1"),
        ("'--agent-id=node-1'", "node-1"),
        ('"--agent-id=käse"', "käse"),
        ("--agent-id=", ""),
    ],
)
def test_span_of_a_value(item: str, value: str) -> None:
    component = agent(f"        - {item}\n")
    flag = component.flag("agent-id")
    assert flag is not None
    assert flag.text == value
    assert written(component, flag.value_span) == value
    assert written(component, flag.span) == f"--agent-id={value}"


def test_span_of_a_value_in_the_next_item() -> None:
    component = agent('        - --agent-id\n        - "node-1"\n')
    flag = component.flag("agent-id")
    assert flag is not None
    assert written(component, flag.span) == "--agent-id"
    assert written(component, flag.value_span) == "node-1"


def test_span_of_an_item_with_escapes_is_the_item() -> None:
    component = agent('        - "--agent-id=\\x6eode"\n')
    flag = component.flag("agent-id")
    assert flag is not None
    assert flag.text == "node"
    assert written(component, flag.value_span).strip('"') == "--agent-id=\\x6eode"


def test_span_of_the_name_that_is_refused() -> None:
    component = agent("        - --agnet-id=node-1\n")
    (problem,) = component.problems
    assert written(component, problem.span) == "--agnet-id"


ENV = """      env:
        - {name: HOST, value: konnectivity}
        - {name: ADDRESS, value: $(HOST).example.com}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: EMPTY}
"""


@pytest.mark.parametrize(
    ("written_text", "text", "is_open"),
    [
        ("$(HOST)", "konnectivity", False),
        ("$(ADDRESS):1", "konnectivity.example.com:1", False),
        ("a$(EMPTY)b", "ab", False),
        ("$$(HOST)", "$(HOST)", True),
        ("$$$(HOST)", "$konnectivity", True),
        ("$(POD_IP)", "$(POD_IP)", True),
        ("$(NOT_DEFINED)", "$(NOT_DEFINED)", True),
        ("${HOST}", "${HOST}", True),
    ],
)
def test_variables(written_text: str, text: str, is_open: bool) -> None:
    component = agent(f"        - --agent-id={written_text}\n", ENV)
    flag = component.flag("agent-id")
    assert flag is not None
    assert (flag.text, flag.open) == (text, is_open)


def test_span_after_expansion_is_the_whole_item() -> None:
    component = agent("        - --agent-id=x-$(HOST)\n", ENV)
    flag = component.flag("agent-id")
    assert flag is not None
    assert written(component, flag.value_span) == "--agent-id=x-$(HOST)"


def test_number_in_place_of_a_text_is_read_on() -> None:
    component = agent("        - --proxy-server-port\n        - 8132\n        - --sync-forever\n")
    assert component.number("proxy-server-port") == 8132
    assert component.is_on("sync-forever") is True
    assert component.problems == ()
