"""Print the Content-Security-Policy that the built site needs, and nothing more.

python tools/content_security_policy.py [SITE]
python tools/content_security_policy.py --worker

The theme has a few scripts inside its pages; they are allowed by their hashes. Everything else
comes from the site's own host. The playground's worker needs a policy of its own, for the files
assets/playground/*/worker.js: there, and on no page, WebAssembly may be compiled.
"""

import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL
)


def policy(site: Path) -> str:
    """Return the value of the header for a built site."""
    hashes = sorted({_hash(script) for script in _inline_scripts(site)})
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def worker_policy() -> str:
    """Return the value of the header for the script of the playground's worker."""
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
        "base-uri 'none'"
    )


def is_worker(path: str) -> bool:
    """Tell whether the worker's policy is for this path."""
    return re.search(r"/assets/playground/[0-9a-f]+/worker\.js$", path) is not None


def _inline_scripts(site: Path) -> Iterator[str]:
    for page in site.rglob("*.html"):
        yield from _SCRIPT.findall(page.read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def main() -> int:
    """Print the policy of a site, by default of site/, or of the playground's worker."""
    if sys.argv[1:] == ["--worker"]:
        print(worker_policy())
        return 0
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    if not (site / "index.html").is_file():
        print(f"{site}: no built site; run make docs first", file=sys.stderr)
        return 2
    print(policy(site))
    return 0


if __name__ == "__main__":
    sys.exit(main())
