"""A flag that is deprecated."""

from konnektor_lint.commandline import counting, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.release import history
from konnektor_lint.rule import Findings, rule


@rule(
    "KL901",
    "flag-deprecated",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("flag", "program", "since"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: MarkDeprecated",
    ),
    fix="unsafe",
)
def flag_deprecated(connector: Connector) -> Findings:
    """Report each flag that the release in use marks as deprecated."""
    for component in connector.proxies:
        release = release_of(component)
        for flag in counting(component):
            if release.flag(flag.name).get("deprecated"):
                yield flag_deprecated.report(
                    flag_of(flag),
                    flag=f"--{flag.name}",
                    program=component.program,
                    since=history(release.component)[flag.name]["deprecated_since"],
                    fix=mend(remove_flag(component, flag), safe=False),
                )
