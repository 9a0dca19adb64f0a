"""The command is a list of flags without the program."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule

_START = {"server": "/proxy-server", "agent": "/proxy-agent"}
"""Where the project's images have their programs; kube-apiserver's is found by its name."""


@rule(
    "KL156",
    "command-begins-with-flag",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("word", "program", "start"),
    references=(
        "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
        "opencontainers/runc libcontainer/standard_init_linux.go: looks for the first word",
    ),
)
def command_begins_with_flag(connector: Connector) -> Findings:
    """Look at the first word of ``command``, which takes the place of the image's program."""
    for component in connector.components:
        for first in component.container.items_at("command")[:1]:
            if (first.text or "").startswith("-"):
                yield command_begins_with_flag.report(
                    value_of(first),
                    word=shortened((first.text or "").split()[0]),
                    program=component.program,
                    start=_START.get(component.role, component.program),
                )
