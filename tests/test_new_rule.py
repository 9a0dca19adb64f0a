"""A newcomer adds a rule by adding files; no existing file is edited."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import MEASURED, ROOT

RULE = '''\
"""An egress configuration names more than nine selections."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, key_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL199", "egress-many-selections", since="9.9", severity=Severity.INFO, needs=("egress",),
    args=("count",), references=("a test",),
)
def egress_many_selections(connector: Connector) -> Findings:
    """Count the selections."""
    for configuration in connector.egress:
        if configuration.list_node is not None and len(configuration.selections) > 0:
            yield egress_many_selections.report(
                key_of(configuration.list_node), count=len(configuration.selections)
            )
'''
TEXT = """\
title = "{word}"
message = "{word} {{count}}"
why = "{word}"
symptom = "{word}"
fix = "{word}"
"""


def test_a_rule_is_added_by_adding_files(tmp_path: Path) -> None:
    package = tmp_path / "konnektor_lint"
    shutil.copytree(ROOT / "validator" / "konnektor_lint", package)
    shutil.copytree(ROOT / "schemas", package / "schemas")
    (package / "rules" / "kl199_egress_many_selections.py").write_text(RULE)
    for language, word in (("de", "Anzahl"), ("en", "Number"), ("it", "Numero")):
        (package / "texts" / language / "KL199.toml").write_text(TEXT.format(word=word))

    # Not measured: the copy is gone when the report is made.
    environment = {key: value for key, value in os.environ.items() if key not in MEASURED}
    environment["PYTHONPATH"] = str(tmp_path)

    def lint(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "konnektor_lint", "--isolated", *arguments],
            cwd=ROOT / "examples", env=environment,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return done.stdout + done.stderr

    assert "KL199" in lint("--list-rules")
    assert "Numero" in lint("--explain", "egress-many-selections", "--lang", "it")
    assert "info[KL199]: Number 1 (egress-many-selections)" in lint("--lang", "en", "clean")
    assert "[KL199]: Anzahl 1" in lint("--lang", "de", "clean")
