"""A flag that is not given has another default after the upgrade."""

from konnektor_lint.commandline import image_of, release_of, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.release import Release, history, version
from konnektor_lint.rule import Findings, rule

_BEFORE_IT_EXISTED = {"admin-bind-address": "0.0.0.0"}  # noqa: S104  (what it was, not ours)
"""How the flag would have to be given for what the program did before it had the flag."""

_WITHOUT_EFFECT = frozenset(("warn-on-channel-limit",))


@rule(
    "KL910",
    "default-changes",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("program", "flag", "before", "running", "value", "release"),
    references=(
        "apiserver-network-proxy v0.0.12–v0.36.0 cmd/server/app/options/options.go: defaults",
        "apiserver-network-proxy v0.0.12–v0.36.0 cmd/agent/app/options/options.go: defaults",
    ),
)
def default_changes(connector: Connector) -> Findings:
    """Compare the defaults of today's release with those of the one that is upgraded to."""
    for component in connector.proxies:
        release, running = release_of(component), component.running
        if running is None or not running.pinned or running == release or not component.whole:
            continue
        for flag in history(release.component):
            before, value = _default(running, flag), _default(release, flag)
            if before == value or component.flag(flag) or flag in _WITHOUT_EFFECT:
                continue
            if before is None or value is None:
                continue
            yield default_changes.report(
                *(image_of(component) or (start_of(component),)),
                program=release.component,
                flag=f"--{flag}",
                before=before,
                running=running.tag,
                value=value,
                release=release.tag,
            )


def _default(release: Release, flag: str) -> str | None:
    """Return what holds in a release where the flag is not given; None: nothing is known."""
    found: str | None = _BEFORE_IT_EXISTED.get(flag)
    for tag, value in history(release.component)[flag]["defaults"]:
        if (version(tag) or release.order) <= release.order:
            found = str(value)
    return found
