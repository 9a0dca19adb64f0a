"""One line for each finding, for editors and for grep.

They look for severities, so these stay English, as in the other formats for programs.
"""

from typing import TextIO

from konnektor_lint import texts
from konnektor_lint.report.human import Human, place, visible
from konnektor_lint.report.run import Run
from konnektor_lint.report.summary import after, left_out, slug_of, verdict
from konnektor_lint.report.tally import tally


def write(run: Run, out: TextIO) -> None:
    """Write the findings, a line each, and the verdict."""
    if run.statistics:
        out.writelines(f"{line}\n" for line in tally(run.result, run.language))
    else:
        human = Human(run.language, **run.look._asdict())
        for finding in run.result.findings:
            text = texts.message(finding.code, finding.args, run.language)
            message = visible(after(finding, run.language) + text)
            badge = human.badge(finding, finding.severity.name.lower())
            out.write(f"{place(finding.primary)}: {badge} {message} ({slug_of(finding.code)})\n")
    out.write(f"{verdict(run.result, run.language)}\n")
    out.writelines(f"{visible(line)}\n" for line in left_out(run.result, run.language))
