"""All files of a run together: what belongs together, and what the rules found in it."""

from __future__ import annotations

from konnektor_lint.examination import Examination, Outcome, chosen, in_order
from konnektor_lint.grouping import plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from konnektor_lint.examination import Examined, SkippedFile, Task
    from konnektor_lint.grouping import Join
    from konnektor_lint.intake import Intake
    from konnektor_lint.parts import Outline
    from konnektor_lint.source import Reading


class Survey:
    """Gathers what is known of the files, wherever they were examined."""

    def __init__(self, task: Task, intake: Intake, here: Examination | None = None) -> None:
        """Begin with nothing; ``here`` holds files that stay in memory."""
        self.outlines: dict[str, Outline] = {}
        self.skipped: list[SkippedFile] = []
        self.documents = 0
        self.parted = here is None
        """Most files are held elsewhere, if at all."""
        self._task = task
        self._intake = intake
        self._here = here or Examination(task)
        self._guesses: dict[Join, Outcome] = {}
        self._marked: list[str] = []
        self._words: set[tuple[bytes, ...]] = set()

    def add(self, seen: Examined) -> None:
        """Take in what was found in a portion."""
        self.outlines.update((item.path, item) for item in seen.outlines)
        self.skipped += seen.skipped
        self.documents += seen.documents
        self._guesses.update(seen.guesses)
        self._marked += seen.marked
        self._words |= seen.words

    def outcomes(self) -> list[Outcome]:
        """Return what the rules found, in what belongs together as all files show it."""
        if self.parted:
            self._take_far_candidates()
        self._hold(self._marked)
        return [
            self._guesses.get(join) or self._outcome(join)
            for join in plan(in_order(self.outlines.values()), self._task.clusters)
        ]

    def marked(self) -> list[Reading]:
        """Return the files with comments for the linter."""
        return [self._here.parts[path].reading for path in sorted(self._marked)]

    def _take_far_candidates(self) -> None:
        """Parse what no portion took, but what may belong to a connector of another one."""
        left = (item for item in self._intake.candidates if item.path not in self.outlines)
        self.add(self._here.taken(chosen(left, frozenset(self._words))))

    def _outcome(self, join: Join) -> Outcome:
        self._hold(join.paths)
        return self._here.outcome(join)

    def _hold(self, paths: Iterable[str]) -> None:
        """Read again what was examined elsewhere."""
        for path in paths:
            if path not in self._here.parts:
                self._here.hold(self._intake.again(path))
