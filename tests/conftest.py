"""What all tests share: running the linter in a folder, as a user would."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from fixture_node import fixture_node
from konnektor_lint.cli import main

ROOT = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
"""What a program that a test starts needs to be measured by `make coverage`."""


CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REQUIRED = os.environ.get("KONNEKTOR_BROWSER") == "required"
"""Whether a missing browser or a missing MkDocs is a failure rather than a reason to skip."""

SOCKET = "/run/konnectivity/server.socket"

# The same cases in every run: CI does not fail by chance. HYPOTHESIS_PROFILE=search looks further.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def egress(socket: str = SOCKET) -> str:
    """Return an egress configuration: GRPC over a socket."""
    return f"""\
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
  - name: cluster
    connection:
      proxyProtocol: GRPC
      transport:
        uds:
          udsName: {socket}
"""


class Run(NamedTuple):
    """What one call gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Return a function that runs the linter in a folder, in English and without colour."""
    for name in ("CI", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KONNEKTOR_LINT_DEBUG", "1")

    def call(*arguments: str, cwd: Path, stdin: bytes = b"") -> Run:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        out, err = io.StringIO(), io.StringIO()
        node = fixture_node() if FIXTURES in cwd.parents else nullcontext()
        with redirect_stdout(out), redirect_stderr(err), node:
            code = main(list(arguments))
        return Run(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a Chromium; only an explicit demand makes its absence a failure."""
    if not Path(CHROMIUM).exists():
        if REQUIRED:
            pytest.fail(f"KONNEKTOR_BROWSER=required, but {CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    if not REQUIRED:
        pytest.importorskip("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@cache
def axe_script() -> str:
    """Return the script that looks for what keeps readers out."""
    script = resources.files("axe_playwright_python").joinpath("axe.min.js")
    return script.read_text("utf-8")


def serious_faults(tab: Any) -> list[str]:
    """Return what axe finds serious or worse on the page that is open."""
    tab.evaluate(axe_script())
    return [
        f"{found['id']} at {found['nodes'][0]['target']}: {found['help']}"
        for found in tab.evaluate(AXE)
        if found["impact"] in ("serious", "critical")
    ]


AXE = "(async () => (await axe.run(document, {resultTypes: ['violations']})).violations)()"
