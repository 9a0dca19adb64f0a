"""A flag that no release of the program has."""

from konnektor_lint.argument import FlagProblem
from konnektor_lint.commandline import listed, place, problems, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import rewrite
from konnektor_lint.limits import SUGGESTIONS
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest, same_letters


@rule(
    "KL130",
    "unknown-flag",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("program", "release", "flag", "suggestion"),
    references=(
        "spf13/pflag v1.0.9 flag.go: parseLongArg",
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go",
    ),
    fix="sometimes",
)
def unknown_flag(connector: Connector) -> Findings:
    """Report each unknown name with the known ones that come closest."""
    for count, (component, problem) in enumerate(problems(connector, "unknown-flag")):
        release = release_of(component)
        known = list(release.flags)
        nearest = _nearest(problem.flag, known if count < SUGGESTIONS else [])
        yield unknown_flag.report(
            place(problem),
            # A release newer than all that are known here may have flags of its own.
            severity=Severity.WARNING if release.ahead else None,
            fields=problem.args,
            program=release.component,
            release=release.tag,
            suggestion=listed(nearest) or "…",
            fix=_fix(component, problem, nearest),
        )


def _fix(component: Component, problem: FlagProblem, nearest: list[str]) -> Fix | None:
    if len(nearest) != 1 or not problem.word.text.startswith(f"--{problem.flag}"):
        return None
    edit = rewrite(component, problem.word, 2, len(problem.flag), nearest[0])
    return mend(edit, safe=same_letters(problem.flag, nearest[0]))


def _nearest(name: str, known: list[str]) -> list[str]:
    """Return the flag that was probably meant, else the three that look most like it."""
    meant = closest(name, known)
    if meant:
        return [meant]
    if not known:
        return []
    import difflib  # only a finding needs it

    return difflib.get_close_matches(name[:64], known, n=3, cutoff=0.0)
