"""The identifiers of an agent cannot be read."""

import re

from konnektor_lint.argument import Flag
from konnektor_lint.commandline import part_of
from konnektor_lint.connector import Connector
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import set_part
from konnektor_lint.identifier import KEYS, Identifier, identifiers_of
from konnektor_lint.limits import shortened
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import same_letters


@rule(
    "KL163",
    "agent-identifiers-invalid",
    since="0.1",
    needs=("agents",),
    args=("part",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
        "Go net/url: ParseQuery",
    ),
    fix="safe",
)
def agent_identifiers_invalid(connector: Connector) -> Findings:
    """Report each part of ``--agent-identifiers`` that is no pair with a known key."""
    for agent in connector.agents:
        flag = agent.flag("agent-identifiers")
        for identifier in identifiers_of(flag) if flag is not None else []:
            if flag is not None and identifier.refused:
                yield agent_identifiers_invalid.report(
                    part_of(flag, identifier.start, len(identifier.text)),
                    part=shortened(identifier.text),
                    fix=_fix(agent, flag, identifier),
                )


def _fix(agent: Component, flag: Flag, identifier: Identifier) -> Fix | None:
    """Write the key as it is known, ``=`` for a colon behind it, ``&`` for a semicolon."""
    text, start = identifier.text, identifier.start
    found = re.match(r"([A-Za-z0-9_-]+)([=:])", text)
    meant = next((key for key in KEYS if found and same_letters(key, found[1])), "")
    if found is None or not meant:
        return None
    at = text.find(";")
    if at < 0:
        return mend(set_part(agent, flag, start, len(found[0]), f"{meant}="), safe=True)
    if found[0] != f"{meant}=" or not text[at + 1 :].startswith(tuple(f"{key}=" for key in KEYS)):
        return None
    return mend(set_part(agent, flag, start + at, 1, "&"), safe=True)
