"""Run the linter as ``python -m konnektor_lint``."""

from konnektor_lint.cli import run

if __name__ == "__main__":
    run()
