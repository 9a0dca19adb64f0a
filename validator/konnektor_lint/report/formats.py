"""The formats there are; each is one module here with a function ``write(run, out)``.

A module is imported when its format is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from konnektor_lint.report.run import Run

FORMATS = {
    "text": "human",
    "concise": "concise",
    "json": "machine",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "html": "webpage",
    "svg": "picture",
}
"""The module of each format."""

TOPOLOGY = "topology"
"""What --show-topology shows: written like a format, but no choice among them."""

PICTURES = ("html", "svg")
"""The formats that draw the connectors: they need all of their files."""

_MODULES = {**FORMATS, TOPOLOGY: "outline"}

COUNTING = ("text", "concise")
"""The formats that can show counts in place of the findings."""


def write(name: str, run: Run, out: TextIO) -> None:
    """Write a run in the format of that name."""
    module = __import__(f"konnektor_lint.report.{_MODULES[name]}", fromlist=[name])
    module.write(run, out)
