"""A projected token is to live for a time that Kubernetes does not issue."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule

_SHORTEST = 600
_LONGEST = 1 << 32


@rule(
    "KL174",
    "token-expiration",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("seconds", "limit"),
    references=(
        (
            "kubernetes v1.36.0 pkg/apis/core/validation/validation.go: "
            "may not specify a duration less than 10 minutes"
        ),
        "https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken",
    ),
)
def token_expiration(connector: Connector) -> Findings:
    """Compare ``expirationSeconds`` of each projected token with what is allowed, in seconds."""
    for pod in connector.pods():
        for volume in pod.volumes.values():
            for source in volume.node.items_at("projected", "sources"):
                node = source.at("serviceAccountToken", "expirationSeconds")
                seconds = node.integer if node is not None else None
                if node is not None and seconds is not None and not _is_allowed(seconds):
                    yield token_expiration.report(
                        value_of(node),
                        seconds=seconds,
                        limit=f"≥ {_SHORTEST}" if seconds < _SHORTEST else f"≤ {_LONGEST}",
                    )


def _is_allowed(seconds: int) -> bool:
    return _SHORTEST <= seconds <= _LONGEST
