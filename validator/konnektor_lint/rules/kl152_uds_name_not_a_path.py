"""The server is to listen on something that is not an absolute path."""

import re

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL152",
    "uds-name-not-a-path",
    since="0.1",
    severity=Severity.WARNING,
    needs=("servers",),
    args=("socket", "path"),
    references=(
        'apiserver-network-proxy v0.36.0 cmd/server/app/server.go: net.Listen("unix", --uds-name)',
    ),
    fix="sometimes",
)
def uds_name_not_a_path(connector: Connector) -> Findings:
    """Report relative paths and URLs in ``--uds-name``; ``@name`` is an abstract socket."""
    for server in connector.servers:
        flag = server.flag("uds-name")
        if flag is None or flag.open or flag.text.strip("\"' ")[:1] in ("", "/", "@"):
            continue
        path = re.sub(r"\A(?:unix:)?/*", "/", flag.text)
        yield uds_name_not_a_path.report(
            flag_value_of(flag),
            socket=shortened(flag.text),
            path=shortened(path),
            fix=mend(set_value(server, flag, path), safe=flag.text.startswith("unix:/")),
        )
