"""``NamedTuple`` without ``typing``, which takes a third as long to import as Python to start."""

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  (checkers know it by this name)
else:
    _OF_THE_CLASS = frozenset(("__annotations__", "__module__", "__qualname__"))

    class _Meta(type):
        """Makes a named tuple of a class statement, as ``typing.NamedTuple`` does."""

        def __new__(mcs, name, _, held):  # noqa: ANN001, ANN204  (no checker reads this)
            fields = held.get("__annotations__", {})
            made = namedtuple(  # noqa: PYI024  (checkers see typing's)
                name, fields, module=held["__module__"],
                defaults=[held[field] for field in fields if field in held],
            )  # fmt: skip
            made.__annotations__ = fields
            for key, value in held.items():
                if key not in fields and key not in _OF_THE_CLASS:
                    setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_Meta, "NamedTuple", (), {})
