"""A flag of the agent is given to the server, or the reverse."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL135",
    "flag-of-other-component",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("flag", "program", "other"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go",
    ),
)
def flag_of_other_component(connector: Connector) -> Findings:
    """Report each flag that only the other program has."""
    for component, problem in problems(connector, "flag-of-other-component"):
        other = "proxy-agent" if component.role == "server" else "proxy-server"
        yield flag_of_other_component.report(
            place(problem), flag=problem.args["flag"], program=component.program, other=other
        )
