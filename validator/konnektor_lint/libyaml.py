"""PyYAML's C parser, alone where the process is the linter's own.

``import yaml`` takes twice as long as Python takes to start, nearly all of it for PyYAML's second
implementation in Python, which is not used here. ``alone`` loads the classes of tokens and events
and the C parser without it. PyYAML's parts are then taken from their usual places, under their
usual names; where that does not work, PyYAML is imported as a whole.
"""

import sys
from types import ModuleType, SimpleNamespace

_EXCEPTIONS = {
    "reader": "ReaderError", "scanner": "ScannerError", "parser": "ParserError",
    "composer": "ComposerError", "constructor": "ConstructorError", "emitter": "EmitterError",
    "serializer": "SerializerError", "representer": "RepresenterError",
}  # fmt: skip
"""What the C module takes from the half in Python when it is loaded: only its exceptions."""


_permitted = False


def permit() -> None:
    """Tell that this process is the linter's own: nobody else reads YAML in it."""
    global _permitted  # noqa: PLW0603  (the process is one)
    _permitted = True


def alone() -> None:
    """Load the C parser by itself, if the process is the linter's own.

    Does nothing where PyYAML is there already, has no C parser, or is built in another way.
    """
    if not _permitted or "yaml" in sys.modules:
        return
    shell = ModuleType("yaml")
    try:
        shell.__path__ = _folder()
        sys.modules["yaml"] = shell
        _load(shell)
    except (ImportError, AttributeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "yaml"]:
            del sys.modules[name]


def _folder() -> list[str]:
    """Return where PyYAML lies."""
    for finder in sys.meta_path:
        spec = finder.find_spec("yaml", None)
        if spec is not None and spec.submodule_search_locations:
            return list(spec.submodule_search_locations)
    raise ImportError("yaml")


def _load(shell: ModuleType) -> None:
    from yaml import error, events, nodes, tokens

    for module in (error, tokens, events, nodes):
        name = module.__name__.partition(".")[2]
        setattr(shell, name, module)
        shell.__dict__.update(
            {key: value for key, value in vars(module).items() if key[:1].isupper()}
        )
    for name, exception in _EXCEPTIONS.items():
        made = type(exception, (error.MarkedYAMLError,), {"__module__": f"yaml.{name}"})
        if name == "reader":
            made = type(exception, (_ReaderError, error.YAMLError), {})
        setattr(shell, name, SimpleNamespace(**{exception: made}))
    from yaml import _yaml

    shell.CParser = _yaml.CParser  # type: ignore[attr-defined]
    shell.__with_libyaml__ = True  # type: ignore[attr-defined]


class _ReaderError(Exception):
    """Keeps what is wrong with the characters of a text, as PyYAML's own does."""

    def __init__(
        self, name: str, position: int, character: int, encoding: str, reason: str
    ) -> None:  # fmt: skip
        """Keep the place and the reason."""
        super().__init__(reason)
        self.name = name
        self.character = character
        self.position = position
        self.encoding = encoding
        self.reason = reason
