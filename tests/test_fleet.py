"""The recipe for a fleet: ``lint`` on the machines of a Dask cluster."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from konnektor_lint import lint

EXAMPLES = ROOT / "examples"


def test_the_recipe_says_what_a_call_says(tmp_path: Path) -> None:
    for name in ("clean", "broken", "hosted"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    environment = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(tmp_path / "dask")}
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "fleet.py"), "clean", "broken", "hosted"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    expected = []
    for name in ("clean", "broken", "hosted"):
        findings = lint(EXAMPLES / name).findings
        expected.append(f"{name}: {len(findings)}")
        for item in findings:
            file = f"{name}{item.location.file.partition(f'examples/{name}')[2]}"
            place = f"{file}:{item.location.line}:{item.location.column}"
            expected.append(f"  {place}: {item.code} {item.message}")
    assert done.stdout.splitlines() == expected
    assert done.returncode == 1
    assert len(expected) > 3 + 3
