"""A value that the type of its flag does not take."""

from konnektor_lint.commandline import flag_type, place, problems, release_of, shown
from konnektor_lint.connector import Connector
from konnektor_lint.goflag import Refused, parse_value
from konnektor_lint.rule import Findings, rule


@rule(
    "KL131",
    "bad-flag-value",
    since="0.1",
    args=("given", "expected", "example"),
    references=(
        "spf13/pflag v1.0.9 flag.go: Set",
        "Go strconv.ParseInt, strconv.ParseBool, time.ParseDuration",
        "k8s.io/klog/v2 klog.go: Level, severityValue, traceLocation, moduleSpec",
    ),
)
def bad_flag_value(connector: Connector) -> Findings:
    """Report each value that Go cannot read as the flag wants it."""
    for component, problem in problems(connector, "bad-flag-value"):
        text = str(problem.args["value"])
        kind = flag_type(component, problem.flag)
        default = release_of(component).flag(problem.flag).get("default")
        yield bad_flag_value.report(
            place(problem),
            given=shown(problem.flag, text),
            expected=problem.args["expected"],
            example=shown(problem.flag, _guess(kind, text) or _EXAMPLES.get(kind, str(default))),
        )


_EXAMPLES = {
    "duration": "30s",
    "bool": "true",
    "stringslice": "one,two",
    "traceLocation": "server.go:100",
    "moduleSpec": "server=4",
}
_OFF = frozenset(("no", "off", "f", "false", "disabled", ""))


def _guess(kind: str, text: str) -> str:
    """Return what was probably meant, if the flag takes it; else nothing."""
    guess = text.strip().lower()
    if kind == "duration":
        guess += "s"
    elif kind == "bool":
        guess = "false" if guess in _OFF else "true"
    try:
        parse_value(kind, guess)
    except Refused:
        return ""
    return guess
