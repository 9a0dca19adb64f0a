"""What time it is, in one place: tests and the site's examples let it stand still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped: list[datetime] = []


def now() -> datetime:
    """Return the time, with its zone."""
    return _stopped[-1] if _stopped else datetime.now(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let the time stand still at a moment."""
    _stopped.append(moment)
    try:
        yield
    finally:
        _stopped.pop()
