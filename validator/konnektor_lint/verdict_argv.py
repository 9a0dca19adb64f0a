"""What the linter says about one bare command line, to be held against the real programs."""

import json
from collections.abc import Sequence

from konnektor_lint.argument import Word, parse_flags
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.pod import Component, pod_of
from konnektor_lint.release import release_for
from konnektor_lint.rule import all_rules, run
from konnektor_lint.source import Source, parse

_ROLES = {"proxy-server": "server", "proxy-agent": "agent"}


def argv_findings(component: str, version: str, argv: Sequence[str]) -> list[Diagnostic]:
    """Return what all rules find in the arguments of ``proxy-server`` or ``proxy-agent``.

    ``version`` is a release tag. The arguments are what the program gets: nothing is expanded, and
    no text is taken for a placeholder. No other part of the connector is given, and the pod around
    it has the host's network and files, so that only the command line can be at fault.
    """
    container = {
        "name": component,
        "image": f"registry.k8s.io/kas-network-proxy/{component}:{version}",
        "command": [f"/{component}"],
        "args": list(argv),
        "volumeMounts": [{"name": "host", "mountPath": "/"}],
    }
    spec = {
        "hostNetwork": True,
        "containers": [container],
        "volumes": [{"name": "host", "hostPath": {"path": "/"}}],
    }
    text = json.dumps({"kind": "Pod", "spec": spec}, ensure_ascii=True)
    (document,) = parse(Source("argv", text)).documents
    pod = pod_of(document)
    if pod is None:  # the text above always is one
        raise ValueError(text)
    (node,) = pod.containers()
    given = node.at("args")
    words = (
        [Word(item.text or "", item, 0, len(item.raw)) for item in given.items()] if given else []
    )
    release = release_for(component, version)
    command = parse_flags(words, release, final=True)
    role = _ROLES[component]
    connector = Connector(Settings())
    parts = (Component(role, pod, node, command, release, shell=False),)
    connector.documents = (document,)
    connector.servers, connector.agents = (parts, ()) if role == "server" else ((), parts)
    findings, _ = run(connector, all_rules())
    return findings
