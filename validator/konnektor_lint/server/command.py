"""``konnektor-lint server``: its few options, and the start."""

import os
from collections.abc import Sequence
from importlib.util import find_spec

from konnektor_lint import texts

NAME = "server"
_HELP = ("-h", "--help")
_OPTIONS = (("--stdio", "server.stdio"), ("--lang LANG", "cli.lang"), ("-h, --help", "cli.help"))


class Unusable(Exception):  # noqa: N818
    """Why the server does not start: words for the user."""


def is_meant(argv: Sequence[str]) -> bool:
    """Tell whether a call is for the server, and not for a file or folder of its name.

    ``--stdio`` and ``--help`` leave no doubt: without a path linting has no use for them.
    """
    if list(argv[:1]) != [NAME]:
        return False
    return any(word in ("--stdio", *_HELP) for word in argv[1:]) or not os.path.lexists(NAME)


def run(argv: Sequence[str], language: str) -> int:
    """Serve until the client ends; return the exit code. Raises Unusable.

    ``argv`` is what follows the word ``server``, ``language`` that of the environment.
    """
    if any(word in _HELP for word in argv):
        print(_help(language))
        return 0
    lang = _lang(argv, language)
    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        raise Unusable(texts.say(language, "server.missing"))
    try:
        from konnektor_lint.server.handlers import serve
    except ImportError as error:  # an older pygls, or half of it
        if (error.name or "").startswith("konnektor_lint"):
            raise
        raise Unusable(texts.say(language, "server.missing")) from error
    return serve(lang, language)


def _lang(argv: Sequence[str], language: str) -> str:
    """Return what ``--lang`` says, or nothing; any other argument is refused."""
    lang = ""
    words = iter(argv)
    for word in words:
        option, equals, value = word.partition("=")
        if option == "--lang":
            lang = value if equals else next(words, "")
            if lang not in texts.LANGUAGES:
                listed = ", ".join(texts.LANGUAGES)
                said = texts.say(language, "error.bad-choice", value=lang or '""', choices=listed)
                raise Unusable(f"--lang: {said}")
        elif word != "--stdio":
            raise Unusable(texts.say(language, "server.argument", value=word))
    return lang


def _help(language: str) -> str:
    width = max(len(option) for option, _ in _OPTIONS)
    listed = [f"  {option:{width}}  {texts.say(language, key)}" for option, key in _OPTIONS]
    usage = texts.say(language, "cli.usage")
    return "\n".join((
        f"{usage}konnektor-lint {NAME} [--stdio] [--lang LANG]", "",
        texts.say(language, "server.about"), "",
        f"{texts.say(language, 'cli.options')}:", *listed,
    ))  # fmt: skip
