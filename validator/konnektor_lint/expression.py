"""Regular expressions that are compiled when they are first used.

Compiling all those of the package takes as long as Python takes to start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any, AnyStr


class _Lazy:
    """Stands for a compiled expression; each of its methods is looked up once."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (what re.Pattern has)
        import re

        value = getattr(re.compile(self._text, self._flags), name)
        self.__dict__[name] = value
        return value


def expression(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the expression; an error in it shows at its first use."""
    return _Lazy(text, flags)  # type: ignore[return-value]
