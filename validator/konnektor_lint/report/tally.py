"""How often each rule found something, in place of the findings."""

from collections import Counter
from collections.abc import Iterator

from konnektor_lint import texts
from konnektor_lint.linting import Result
from konnektor_lint.report.summary import slug_of


def tally(result: Result, language: str) -> Iterator[str]:
    """Yield a line for each rule and severity: the most frequent first, then by code."""
    found = Counter((item.code, item.severity) for item in result.findings)
    digits = len(str(max(found.values(), default=0)))
    for (code, severity), count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        word = texts.say(language, f"severity.{severity.name.lower()}")
        title = texts.rule_text(code, language)["title"]
        yield f"{count:>{digits}}  {word}[{code}]  {slug_of(code)}: {title}"
