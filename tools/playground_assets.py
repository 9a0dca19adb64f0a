"""Put together what the playground runs on: build/playground/, for hooks/playground.py to publish.

python tools/playground_assets.py [--folder build]

Pyodide and the editor come from npm: the exact packages of playground/packages.toml, fetched once
into build/npm/ and checked there. Without npm, or without a network, nothing is put together: the
site is built all the same, and its page says that the playground is no part of it.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "playground"
LINTER = ROOT / "validator" / "konnektor_lint"
FIXTURES = ROOT / "tests" / "fixtures"
sys.path[:0] = [str(ROOT / "validator")]

from konnektor_lint import prepare  # noqa: E402
from konnektor_lint.source import Unreadable, decode  # noqa: E402
from konnektor_lint.texts import LANGUAGES, rule_text  # noqa: E402

PACKAGE = LINTER.name
UNUSED = tuple(f"{PACKAGE}/{name}" for name in ("examples.zip", "py.typed", "server/", "texts/"))
"""What a wheel holds and a browser has no use for: the texts are there, prepared."""

OWN = (
    "bridge.py", "element.js", "files.js", "finding.js", "frame.js", "links.js", "offline.js",
    "picture.js", "playground.css", "playground.js", "runner.js", "worker.js",
)  # fmt: skip
SERVICE = "service.js"
"""The service worker: published at the root of the site, under the same name for good."""
PYODIDE = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip",
)  # fmt: skip
OLDEST_NODE = 18
EXAMPLES = ("broken", "clean", "high-availability", "hosted", "http-connect", "upgrade")
OPTIONS = {"--kubernetes": "kubernetes", "--component-version": "component"}
"""Options of an example that the playground has a field for; an example with others is left out."""


class Unavailable(Exception):  # noqa: N818
    """Why there is no playground in this build."""


class Package(NamedTuple):
    """An npm package; ``sha512`` of its archive, in base64."""

    name: str
    version: str
    sha512: str

    @property
    def archive(self) -> str:
        """Return the file name npm gives the archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def packages() -> list[Package]:
    """Return the packages there have to be."""
    listed = tomllib.loads((SOURCES / "packages.toml").read_text(encoding="utf-8"))
    return [Package(**entry) for entry in listed["package"]]


def fetch(folder: Path) -> Path:
    """Fetch, check and unpack the packages; return the folder of modules. Raises Unavailable."""
    modules = folder / "node_modules"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [item for item in packages() if not (folder / item.archive).is_file()]
    if missing:
        _pack(missing, folder)
    for item in packages():
        _unpack(item, folder / item.archive, modules / item.name)
    return modules


def _program(name: str) -> str:
    """Return where a program is; raises Unavailable."""
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is not installed")
    return found


def check_node() -> None:
    """Raise Unavailable where there is no Node.js, or one too old for Pyodide and esbuild."""
    said = subprocess.run(
        [_program("node"), "--version"], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    major = said.removeprefix("v").partition(".")[0]
    if not major.isdecimal() or int(major) < OLDEST_NODE:
        raise Unavailable(f"node is older than {OLDEST_NODE}: {said.strip()}")


def _pack(missing: list[Package], folder: Path) -> None:
    npm = _program("npm")
    names = [f"{item.name}@{item.version}" for item in missing]
    command = [npm, "pack", "--silent", "--ignore-scripts", "--fetch-retries", "1", *names]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
        )
    except subprocess.TimeoutExpired as late:
        raise Unavailable("npm did not answer in time") from late
    if done.returncode:
        said = (done.stderr.strip() or "without a word").splitlines()[-1]
        raise Unavailable(f"npm could not fetch the packages: {said}")


def _unpack(item: Package, archive: Path, target: Path) -> None:
    """Unpack an archive that is what it should be; a wrong one is deleted and ends the build."""
    data = archive.read_bytes()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != item.sha512:
        archive.unlink()
        raise SystemExit(f"{item.name} {item.version}: not the package that was recorded")
    stamp = target / f".{item.version}"
    if stamp.is_file():
        return
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as held:
        for member in held.getmembers():
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            content = held.extractfile(member) if member.isfile() else None
            if content is None or ".." in path.parts or path.is_absolute():
                continue
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content.read())
    stamp.touch()


def bundle(modules: Path) -> bytes:
    """Return the editor with everything it imports as one script; made anew when it changes."""
    source = SOURCES / "editor.js"
    recorded = (SOURCES / "packages.toml").read_bytes()
    made = modules.parent / f"editor-{_short(source.read_bytes() + recorded)}.js"
    if not made.is_file():
        shutil.copy(source, modules.parent)
        _node(
            modules, "node_modules/esbuild-wasm/bin/esbuild", source.name, "--bundle",
            "--format=esm", "--minify", "--target=es2022", "--legal-comments=none",
            f"--outfile={made.name}", "--log-level=warning",
        )  # fmt: skip
    return made.read_bytes()


def linter(modules: Path) -> bytes:
    """Return the linter and a PyYAML without its C part in one file, the same every time.

    Its modules are compiled by the very Python that will run them: that saves much of the wait.
    """
    plain = _zipped(package() | dict(_below(Path(yaml.__file__).parent, "yaml")))
    made = modules.parent / f"linter-{_short(plain + (SOURCES / 'compile.mjs').read_bytes())}.bin"
    if not made.is_file():
        shutil.copy(SOURCES / "compile.mjs", modules.parent)
        source = modules.parent / "linter.zip"
        source.write_bytes(plain)
        _node(modules, "compile.mjs", source.name, "compiled.zip")
        with zipfile.ZipFile(modules.parent / "compiled.zip") as held:
            made.write_bytes(packed({name: held.read(name) for name in held.namelist()}))
    return made.read_bytes()


def package() -> dict[str, bytes]:
    """Return what a wheel holds of the package, by path: all but ``UNUSED``."""
    files = dict(_below(LINTER, PACKAGE)) | dict(_below(ROOT / "schemas", f"{PACKAGE}/schemas"))
    for name, text in prepare.modules().items():
        files[f"{PACKAGE}/prepared/{name}.py"] = text.encode()
    return {name: data for name, data in files.items() if not name.startswith(UNUSED)}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as worker.js unpacks them: faster than a zip archive is there."""
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for name, data in sorted(files.items()):
        places[name] = (at, len(data))
        at += len(data)
    listed = json.dumps(places, separators=(",", ":")).encode()
    content = b"".join(data for _, data in sorted(files.items()))
    return gzip.compress(len(listed).to_bytes(4, "big") + listed + content, 9, mtime=0)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held:
        for name, data in sorted(files.items()):
            held.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _node(modules: Path, *arguments: str) -> None:
    """Run a script of npm's; raises Unavailable without a node."""
    done = subprocess.run(
        [_program("node"), *arguments],
        cwd=modules.parent, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stdout}{done.stderr}")


def _below(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.suffix in (".py", ".toml", ".json"):
            yield f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def examples() -> dict[str, dict[str, object]]:
    """Return the examples to load: those of the repository, and the bad one of each rule."""
    found: dict[str, dict[str, object]] = {}
    for name in EXAMPLES:
        files = _texts(ROOT / "examples" / name)
        if files:
            found[name] = {"files": files}
    found["upgrade"] |= {"kubernetes": "1.30"}
    for code in sorted(path.name for path in FIXTURES.glob("KL*")):
        example = example_of(code)
        if example is not None:
            titles = {language: rule_text(code, language)["title"] for language in LANGUAGES}
            found[code] = example | {"titles": titles}
    return found


def example_of(code: str) -> dict[str, object] | None:
    """Return the bad example of a rule's page; None where a page in a browser cannot hold it."""
    folder = next(iter(sorted((FIXTURES / code).glob("bad-*/"))), None)
    if folder is None:
        return None
    given = folder / "options.txt"
    words = given.read_text(encoding="utf-8").split() if given.is_file() else []
    settings = dict(zip(words[::2], words[1::2], strict=False))
    files = _texts(folder)
    if not files or len(words) % 2 or not settings.keys() <= OPTIONS.keys():
        return None
    return {"files": files} | {OPTIONS[option]: value for option, value in settings.items()}


def _texts(folder: Path) -> dict[str, str]:
    """Return the files of a folder; nothing where one of them is not plain text."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name in ("expected.txt", "options.txt"):
            continue
        data = path.read_bytes()
        try:
            text = decode(data)
        except Unreadable:
            return {}
        if text.encode() != data or "\0" in text:
            return {}
        files[path.relative_to(folder).as_posix()] = text
    return files


def licenses(modules: Path) -> str:
    """Return under which terms the parts are passed on."""
    parts = [
        "konnektor-lint: Apache-2.0", "PyYAML: MIT", "CPython, within Pyodide: PSF-2.0",
        "The source of Pyodide: https://github.com/pyodide/pyodide",
    ]  # fmt: skip
    for item in packages():
        if item.name != "esbuild-wasm":  # a tool: nothing of it is published
            about = json.loads((modules / item.name / "package.json").read_text(encoding="utf-8"))
            parts.append(f"{item.name} {item.version}: {about['license']}")
    for item in packages():
        text = next(iter((modules / item.name).glob("LICENSE*")), None)
        if text is not None and item.name != "esbuild-wasm":
            parts.append(f"\n--- {item.name} ---\n\n{text.read_text(encoding='utf-8').strip()}")
    return "\n".join(parts) + "\n"


def contents(modules: Path) -> dict[str, bytes]:
    """Return every file of the playground by its name."""
    files = {name: (SOURCES / name).read_bytes() for name in OWN}
    files |= {name: (modules / "pyodide" / name).read_bytes() for name in PYODIDE}
    # Of the packages that could be loaded none is, and their list is long.
    lock = json.loads(files["pyodide-lock.json"])
    files["pyodide-lock.json"] = json.dumps({**lock, "packages": {}}).encode()
    files["editor.js"] = bundle(modules)
    files["linter.bin"] = linter(modules)
    files["examples.json"] = json.dumps(examples(), ensure_ascii=False).encode()
    files["licenses.txt"] = licenses(modules).encode()
    return files


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def manifest(files: Mapping[str, bytes]) -> dict[str, object]:
    """Return what there is: a name for this state of all files, and how large they are."""
    hashes = "".join(f"{name} {_short(data)}\n" for name, data in sorted(files.items()))
    return {
        "version": _short(hashes.encode()),
        "sizes": {name: len(data) for name, data in sorted(files.items())},
    }


def make(folder: Path) -> None:
    """Write the files of the playground. Raises Unavailable."""
    check_node()
    files = contents(fetch(folder / "npm"))
    target = folder / "playground"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, data in files.items():
        (target / name).write_bytes(data)
    shutil.copy(SOURCES / SERVICE, target)
    text = json.dumps(manifest(files), indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Make it, or say why the site will be without."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--folder", type=Path, default=ROOT / "build", help="where to work")
    folder = options.parse_args().folder.resolve()
    try:
        make(folder)
    except Unavailable as why:
        shutil.rmtree(folder / "playground", ignore_errors=True)
        print(f"The site is built without the playground: {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
