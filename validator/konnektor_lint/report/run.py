"""What is to be reported, and how."""

from __future__ import annotations

from konnektor_lint.record import NamedTuple
from konnektor_lint.report.terminal import PLAIN, Look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from konnektor_lint.fixing import Mended
    from konnektor_lint.linting import Result


class Run(NamedTuple):
    """What a format is given: the result and how to speak about it.

    ``exit_code`` is the one the program will end with; ``statistics`` asks for counts in place of
    the findings, of the formats in COUNTING. ``mended`` is what ``--fix`` did.
    """

    result: Result
    language: str
    exit_code: int = 0
    look: Look = PLAIN
    statistics: bool = False
    mended: Mended | None = None
