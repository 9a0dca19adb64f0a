"""A certificate without its key, or a key without its certificate."""

from konnektor_lint.commandline import listed, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of
from konnektor_lint.pod import Component
from konnektor_lint.release import load_schema, table
from konnektor_lint.rule import Findings, rule


@rule(
    "KL140",
    "pair-incomplete",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("flag", "missing", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
    ),
)
def pair_incomplete(connector: Connector) -> Findings:
    """Check the pairs that the schema of the release lists."""
    for component in connector.proxies:
        for name, partners in _pairs(component).items():
            flag = component.flag(name)
            missing = [partner for partner in partners if not component.given(partner)]
            if flag is not None and flag.text and missing and component.whole:
                yield pair_incomplete.report(
                    flag_of(flag),
                    flag=f"--{name}",
                    missing=listed(missing),
                    program=component.program,
                )


def _pairs(component: Component) -> dict[str, list[str]]:
    release = release_of(component)
    schema = load_schema(table(release.component)["schema"][release.tag])
    found: dict[str, list[str]] = {}
    for part in schema["allOf"]:
        found |= part.get("dependentRequired", {})
    return found
