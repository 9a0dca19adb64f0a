"""The sync interval is longer than its cap."""

from konnektor_lint.commandline import duration
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_flag
from konnektor_lint.rule import Findings, rule


@rule(
    "KL162",
    "sync-interval-over-cap",
    since="0.1",
    needs=("agents",),
    args=("interval", "cap"),
    references=("apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",),
    fix="unsafe",
)
def sync_interval_over_cap(connector: Connector) -> Findings:
    """Compare ``--sync-interval`` with ``--sync-interval-cap``, whose default is 10s."""
    for agent in connector.agents:
        interval = duration(agent, "sync-interval")
        cap = duration(agent, "sync-interval-cap")
        flags = (agent.flag("sync-interval"), agent.flag("sync-interval-cap"))
        if interval is None or cap is None or interval <= cap:
            continue
        given = [flag for flag in flags if flag is not None]
        if len(given) == len(flags) or (given and agent.whole):
            yield sync_interval_over_cap.report(
                flag_value_of(given[0]),
                *(flag_value_of(flag, "cap") for flag in given[1:]),
                interval=agent.text("sync-interval") or "",
                cap=agent.text("sync-interval-cap") or "",
                fix=mend(
                    set_flag(agent, "sync-interval-cap", agent.text("sync-interval") or ""),
                    safe=False,
                ),
            )
