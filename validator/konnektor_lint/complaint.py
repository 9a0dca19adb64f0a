"""What is wrong with a call or with a file of settings, in words."""

import os
from typing import TYPE_CHECKING

from konnektor_lint import texts

if TYPE_CHECKING:
    from konnektor_lint.badfile import BadFile
    from konnektor_lint.policy import UnknownRule


def in_file(bad: "BadFile", language: str) -> str:
    """Say what is wrong with a configuration or a baseline, and in which line."""
    problem = texts.fill(texts.say(language, f"error.{bad.key}"), bad.fields, language)
    shown = os.path.relpath(bad.file)
    return texts.say(language, "error.config", file=shown, line=bad.line, problem=problem)


def no_such_rule(unknown: "UnknownRule", language: str) -> str:
    """Say that there is no such rule, and which one may be meant."""
    key = "error.unknown-rule-close" if unknown.suggestion else "error.unknown-rule"
    return texts.say(language, key, name=unknown.name, suggestion=unknown.suggestion)
