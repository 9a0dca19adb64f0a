"""A flag that the release in use does not have."""

from konnektor_lint.commandline import image_of, place, problems, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.release import releases_with
from konnektor_lint.rule import Findings, rule


@rule(
    "KL137",
    "flag-not-in-release",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("flag", "program", "release", "having"),
    references=(
        "apiserver-network-proxy v0.0.12–v0.36.0 cmd/server/app/options/options.go",
        "apiserver-network-proxy v0.0.12–v0.36.0 cmd/agent/app/options/options.go",
    ),
)
def flag_not_in_release(connector: Connector) -> Findings:
    """Report each flag that only other releases have."""
    for component, problem in problems(connector, "flag-not-in-release"):
        release = release_of(component)
        yield flag_not_in_release.report(
            place(problem),
            *image_of(component),
            flag=problem.args["flag"],
            program=release.component,
            release=release.tag,
            having=releases_with(release.component, problem.flag),
        )
