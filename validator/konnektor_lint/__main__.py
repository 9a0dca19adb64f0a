"""Run the linter, as ``konnektor-lint`` or ``python -m konnektor_lint``."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def run() -> "NoReturn":
    """Run as a program: the console script's entry point."""
    try:
        from konnektor_lint import cli

        cli.run()
    except KeyboardInterrupt:  # while the program was still being loaded
        os._exit(130)


if __name__ == "__main__":
    run()
