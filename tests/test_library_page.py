"""What the page about the library shows is what happens."""

import http.client
import json
import os
import queue
import re
import subprocess
import sys
import threading
from http.server import HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from konnektor_lint import __all__ as exported

DOCS = ROOT / "docs"
BROKEN = ROOT / "examples" / "broken"
PAGE = (DOCS / "en" / "lint" / "library.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(PAGE)
CODE = [text for kind, text in BLOCKS if kind == "python"]
SHOWN = [
    (code, output)
    for (kind, code), (following, output) in pairwise(BLOCKS)
    if (kind, following) == ("python", "text")
]


def section(name: str) -> dict[str, Any]:
    """Return what the code of a section defines."""
    text = PAGE.split(f"{{ #{name} }}\n")[1]
    found = re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    defined: dict[str, Any] = {"__name__": name}
    exec(compile(found[1], f"library.md#{name}", "exec"), defined)
    return defined


def documents(path: Path) -> list[dict[str, Any]]:
    return [dict(item) for item in yaml.safe_load_all(path.read_text("utf-8"))]


def egress(folder: Path) -> str:
    return (folder / "control-plane" / "egress-selector-configuration.yaml").read_text("utf-8")


def objects(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.rglob("*.yaml"))
    return [item for path in files if "egress" not in path.name for item in documents(path)]


def test_there_is_code() -> None:
    assert len(SHOWN) == 5
    assert len(CODE) == 7


@pytest.mark.parametrize(("code", "output"), SHOWN)
def test_what_is_printed(code: str, output: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(code, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, str(program)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert (said.stdout, said.stderr) == (output, "")


def test_controller() -> None:
    run = section("controller")["run"]
    keys: queue.Queue[str | None] = queue.Queue()
    for key in ("broken", "clean", "none", None):
        keys.put(key)
    folders = {"broken": BROKEN, "clean": ROOT / "examples" / "clean"}
    written: dict[str, dict[str, str]] = {}

    def read(key: str) -> tuple[list[dict[str, Any]], str]:
        return (objects(folders[key]), egress(folders[key])) if key in folders else ([], "")

    run(keys, read, written.__setitem__)
    assert {key: item["status"] for key, item in written.items()} == {
        "broken": "False", "clean": "True", "none": "Unknown",
    }  # fmt: skip
    assert "KL201: the API server dials the socket" in written["broken"]["message"]
    reason = r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"  # as metav1.Condition wants it
    assert all(re.fullmatch(reason, item["reason"]) for item in written.values())


def test_webhook() -> None:
    handler = section("webhook")["Handler"]
    handler.log_message = lambda *_: None
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        bad, good = (reviewed(server.server_port, agent) for agent in agents())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (bad["uid"], bad["allowed"]) == ("one", False)
    assert "${HOST_IP}" in bad["status"]["message"]
    assert "/lint/rules/kl170/" in bad["status"]["message"]
    assert (good["allowed"], good["warnings"]) == (True, [])


def agents() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an agent that is refused and one that is taken."""
    bad, good = (
        next(item for item in objects(folder) if item["kind"] == "DaemonSet")
        for folder in (BROKEN, ROOT / "examples" / "clean")
    )
    return bad, good


def reviewed(port: int, item: dict[str, Any]) -> dict[str, Any]:
    """Return the response to a review of an object."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("POST", "/", json.dumps({"request": {"uid": "one", "object": item}}))
    answer = client.getresponse()
    assert answer.headers["Content-Type"] == "application/json"
    review = json.loads(answer.read())
    client.close()
    assert (review["apiVersion"], review["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    return dict(review["response"])


def test_code_passes_strict_type_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mypy import api

    files = []
    for number, code in enumerate(CODE):
        files.append(tmp_path / f"block{number}.py")
        files[-1].write_text(code, encoding="utf-8")
    monkeypatch.setenv("MYPYPATH", str(ROOT / "validator"))
    cache = ["--cache-dir", str(tmp_path / "cache"), "--config-file", ""]
    said = api.run(["--strict", "--follow-imports=silent", *cache, *map(str, files)])
    assert said == (f"Success: no issues found in {len(files)} source files\n", "", 0)


def test_named_fields_exist() -> None:
    import konnektor_lint

    table = PAGE.split("{ #report }\n")[1].split("\n## ")[0]
    fields = {field for name in exported for field in getattr(
        getattr(konnektor_lint, name), "_fields", ())}  # fmt: skip
    known = fields | set(dir(konnektor_lint.lint(sources={})))
    words = re.findall(r"`([a-z_]+)(?:\(.*?\))?`", table)
    assert set(words) <= known
    assert {"findings", "end_column", "to_json", "edits"} <= set(words)
