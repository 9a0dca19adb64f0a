"""A value that the type of its flag does not take."""

from konnektor_lint.argument import FlagProblem
from konnektor_lint.commandline import flag_type, place, problems, release_of, shown
from konnektor_lint.connector import Connector
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.goflag import Refused, parse_value
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL131",
    "bad-flag-value",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("given", "expected", "example"),
    references=(
        "spf13/pflag v1.0.9 flag.go: Set",
        "Go strconv.ParseInt, strconv.ParseBool, time.ParseDuration",
        "k8s.io/klog/v2 klog.go: Level, severityValue, traceLocation, moduleSpec",
    ),
    fix="sometimes",
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
            fix=_fix(component, problem, kind),
        )


def _fix(component: Component, problem: FlagProblem, kind: str) -> Fix | None:
    """Write what was surely meant: without blanks, a word for a boolean, or with a unit."""
    flag = component.flag_in(problem.word)
    guess = "" if flag is None or flag.open else _guess(kind, flag.text)
    if flag is None or not guess:
        return None
    known = kind != "bool" or flag.text.strip().lower() in _YES | _OFF - {""}
    sure = kind != "duration" and known
    return mend(set_value(component, flag, guess), safe=sure) if known else None


_EXAMPLES = {
    "duration": "30s",
    "bool": "true",
    "stringslice": "one,two",
    "traceLocation": "server.go:100",
    "moduleSpec": "server=4",
}
_YES = frozenset(("yes", "on", "t", "true", "enabled", "1"))
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
