"""Addresses that were published once lead to where the text is now."""

from __future__ import annotations

import html
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig

PAGE = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{target}</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{canonical}">
<meta name="robots" content="noindex">
<a href="{target}">{canonical}</a>
</html>
"""


def on_post_build(config: MkDocsConfig) -> None:
    """Write a page for each old address in ``extra.redirects``."""
    for old, new in config.extra["redirects"].items():
        path = Path(config.site_dir, old, "index.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(redirect(old, new, config.site_url or "/"), encoding="utf-8")


def redirect(old: str, new: str, site_url: str) -> str:
    """Return the page at one address of the site that leads to another."""
    up = "../" * len(PurePosixPath(old).parts)
    return PAGE.format(
        language=new.partition("/")[0],
        target=html.escape(up + new),
        canonical=html.escape(site_url + new),
    )
