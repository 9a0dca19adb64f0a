"""What a wheel holds ready for a quick start: the data of the rules and all texts, as Python.

``tools/wheel_parts.py`` writes the modules when it builds a wheel, so they are in step with the
files they come from; Python keeps them as bytecode. In a checkout there are none: all is read
from ``rules/`` and ``texts/``, and a new file counts at once.
"""

from types import ModuleType


def prepared(name: str) -> ModuleType | None:
    """Return a prepared module, if this is an installed wheel."""
    if name not in _known:
        _known[name] = _imported(name)
    return _known[name]


_known: dict[str, ModuleType | None] = {}
"""Python looks again for a module that is not there, each time."""


def _imported(name: str) -> ModuleType | None:
    whole = f"{__name__}.{name}"
    try:
        return __import__(whole, fromlist=[name])
    except ModuleNotFoundError as error:
        if error.name != whole:
            raise
        return None
