"""``NamedTuple`` and ``IntEnum`` without ``typing`` and ``enum``.

The import of each of these takes a third as long as Python takes to start. With
``from __future__ import annotations`` in the module that uses them, nothing has to be asked for the
names of the fields.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from enum import IntEnum as IntEnum  # noqa: PLC0414
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  (checkers know it by this name)
else:
    from _collections import _tuplegetter

    class _Record(tuple):
        """What all named tuples can do, as ``collections.namedtuple`` has it."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012

        @classmethod
        def _make(cls, values):  # noqa: ANN001, ANN206
            return tuple.__new__(cls, values)

        def _replace(self, /, **changed):  # noqa: ANN003, ANN202
            values = [changed.pop(field, old) for field, old in zip(self._fields, self)]  # noqa: B905
            if changed:
                raise ValueError(f"no such fields: {sorted(changed)}")
            return tuple.__new__(type(self), values)

        def _asdict(self):  # noqa: ANN202
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            held = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({held})"

        def __getnewargs__(self):  # noqa: ANN204
            return tuple(self)

    class _Meta(type):
        """Makes a named tuple of a class statement."""

        def __new__(mcs, name, _, held):  # noqa: ANN001, ANN204
            fields = tuple(held["__annotations__"] if "__annotations__" in held else _asked(held))
            defaults = {field: held[field] for field in fields if field in held}
            getters = {field: _tuplegetter(at, "") for at, field in enumerate(fields)}
            made = type(
                name, (_Record,),
                {**held, **getters, "__slots__": (), "_fields": fields,
                 "_field_defaults": defaults, "__match_args__": fields},
            )  # fmt: skip
            made.__new__ = staticmethod(_first(made))
            return made

    def _asked(held):  # noqa: ANN001, ANN202
        """Return the annotations of a class body where it holds but the function that gives them.

        So does Python 3.14 without the future import; versions before it have none then.
        """
        try:
            import annotationlib
        except ImportError:
            return {}
        give = annotationlib.get_annotate_from_class_namespace(held)
        as_names = annotationlib.Format.FORWARDREF  # some are imported for type checkers only
        return annotationlib.call_annotate_function(give, as_names) if give else {}

    def _first(made):  # noqa: ANN001, ANN202
        """Return what makes the first one: it writes the quick constructor, which few need."""

        def first(cls, /, *args, **kwargs):  # noqa: ANN001, ANN002, ANN003, ANN202
            listed = "".join(f"{field}, " for field in made._fields)
            new = eval(f"lambda _cls, {listed}: _new(_cls, ({listed}))", {"_new": tuple.__new__})  # noqa: S307
            new.__defaults__ = tuple(made._field_defaults.values())
            made.__new__ = staticmethod(new)
            return new(cls, *args, **kwargs)

        return first

    NamedTuple = type.__new__(_Meta, "NamedTuple", (), {})

    class _Levels(type):
        """Makes numbers with names of a class statement."""

        def __new__(mcs, name, bases, held):  # noqa: ANN001, ANN204
            members = {
                key: value for key, value in held.items()
                if isinstance(value, int) and not key.startswith("__")
            }  # fmt: skip
            rest = {key: value for key, value in held.items() if key not in members}
            made = type.__new__(mcs, name, bases, {**rest, "_named": {}})
            for key, value in members.items():
                member = int.__new__(made, value)
                member.name, member.value = key, value
                made._named[key] = member
                setattr(made, key, member)
            return made

        def __call__(cls, value):  # noqa: ANN001, ANN204
            return next(member for member in cls if member == value)

        def __iter__(cls):  # noqa: ANN204
            return iter(cls._named.values())

        def __getitem__(cls, name):  # noqa: ANN001, ANN204
            return cls._named[name]

    class IntEnum(int, metaclass=_Levels):
        """Numbers with names; each is there once."""

        def __repr__(self) -> str:
            return f"<{type(self).__name__}.{self.name}: {int(self)}>"

        __str__ = int.__repr__

        def __reduce__(self):  # noqa: ANN204
            return type(self), (int(self),)
