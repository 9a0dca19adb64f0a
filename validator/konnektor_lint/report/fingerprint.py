"""What stays the same of a finding while lines move: so that programs know it again."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.report.paths import relative
from konnektor_lint.report.summary import slug_of


def fingerprints(findings: Sequence[Diagnostic], root: str) -> list[str]:
    """Return 32 hexadecimal digits for each finding, no two alike.

    Made of rule, path and the words of the line; neither its number nor the language counts.
    What is alike in all of that is numbered.
    """
    seen: Counter[str] = Counter()
    made: list[str] = []
    for item in findings:
        at = item.primary
        line = at.source.line(at.span.start.line).strip()
        place = relative(at.source.path, root)
        same = "\0".join((item.code, slug_of(item.code), place, line))
        seen[same] += 1
        data = f"{same}\0{seen[same]}".encode("utf-8", "surrogatepass")
        made.append(hashlib.sha256(data).hexdigest()[:32])
    return made
