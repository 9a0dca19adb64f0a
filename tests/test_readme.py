"""What the README shows is what happens."""

import re
from collections.abc import Callable

import pytest

from conftest import ROOT, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ konnektor-lint (.*)\n([\s\S]+?)```", README)


def test_there_is_an_output() -> None:
    assert len(SHOWN) == 1


@pytest.mark.parametrize(("arguments", "output"), SHOWN)
def test_outputs_are_real(arguments: str, output: str, run: Callable[..., Run]) -> None:
    assert run(*arguments.split(), cwd=ROOT).out == output


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z-]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_linked_files_exist() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link


def test_options_exist(run: Callable[..., Run]) -> None:
    described = run("--help", cwd=ROOT).out
    for option in re.findall(r"konnektor-lint[^\n`]* (--[a-z-]+)", README):
        assert option in described
