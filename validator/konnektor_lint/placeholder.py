"""Texts whose value is filled in later: by Kubernetes, a template engine or a deploy script."""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.expression import expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

_PLACEHOLDER = expression(
    r"\$\([^()]+\)"  # Kubernetes, left over after expansion; a command's output in a shell script
    r"|`[^`]+`"  # the same, the older way
    r"|\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#])"  # sed and shell scripts
    r"|(?<![A-Za-z0-9])__[A-Z0-9_]+?__"
    r"|<[A-Za-z][A-Za-z0-9_. -]*>"
    r"|\bYOUR_[A-Z0-9_]+"
)
_TEMPLATE = expression(r"\{\{[-~ ]*[.$#/%A-Za-z]|\{%[- ]|<%[-= ]")
_REFERENCE = expression(r"\$\$|\$\(([^)]*)\)")
_SHELL_STYLE = expression(
    r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(?::?[-=+?]|[#%/^,])[^}]*)?(?:\}|\Z)"
    r"|\$([A-Za-z_][A-Za-z0-9_]*)"
)


def has_placeholder(text: str) -> bool:
    """Tell whether a part of the text is not its final value."""
    return (
        (_is_marked(text) and _PLACEHOLDER.search(text) is not None)
        or _encloses(text, "${", "}")  # envsubst, Flux, shell
        or ("{{" in text and any(_encloses(line, "{{", "}}") for line in text.split("\n")))
    )  # fmt: skip


def _is_marked(text: str) -> bool:
    """Tell whether a text holds what every match does: few texts need the expression."""
    return "$" in text or "<" in text or "`" in text or "__" in text or "YOUR_" in text


def _encloses(text: str, opening: str, closing: str) -> bool:
    """Tell whether one sign follows the other; a regex would search anew from each opening."""
    start = text.find(opening)
    return start >= 0 and text.find(closing, start + len(opening)) >= 0


def is_template(text: str) -> bool:
    """Tell whether a file is a template (Helm, Go, Jinja, ERB) rather than a manifest."""
    return _TEMPLATE.search(text) is not None


def expand(text: str, environment: dict[str, str | None]) -> str:
    """Expand ``$(NAME)`` as the kubelet does; ``$$`` is an escaped dollar.

    Everything up to the next ``)`` is the name; what a value brings in is not expanded again.

    A name that is not defined, or is only known at run time (None), stays as it is written; so
    does one whose value would make the text longer than any program can be given.
    Source: kubernetes ``third_party/forked/golang/expansion/expand.go``.
    """
    left = limits.ARGUMENT

    def value(match: re.Match[str]) -> str:
        nonlocal left
        if match[1] is None:
            return "$"
        known = environment.get(match[1])
        left -= len(known or "")
        return match[0] if known is None or left < 0 else known

    closed = text.rfind(")") + 1  # behind it every "$(" would be searched to the end in vain
    return _REFERENCE.sub(value, text[:closed]) + text[closed:].replace("$$", "$")


def references(text: str) -> list[tuple[str, int, int]]:
    """Return each ``$(NAME)``: the name, where it starts and how long it is."""
    return [
        (match[1], match.start(), match.end() - match.start())
        for match in _REFERENCE.finditer(text, 0, text.rfind(")") + 1)
        if match[1] is not None
    ]


def shell_references(text: str) -> list[tuple[str, int, int]]:
    """Return each ``${NAME}``, ``${NAME:-…}`` or ``$NAME``: the name, its start and length.

    A brace that is not closed takes all that follows, as in a shell.
    """
    return [
        (match[1] or match[2], match.start(), match.end() - match.start())
        for match in _SHELL_STYLE.finditer(text)
    ]
