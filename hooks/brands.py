"""Two brands from one text: ``[[brand.name]]`` and content tabs named for a brand.

``BRAND`` chooses one; without it the site shows all of them. Code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ALL = "all"
Brands = Mapping[str, Mapping[str, str]]

_TOKEN = re.compile(r"\[\[([a-z]+\.[a-z]+)\]\]")
_CODE = re.compile(
    r"(^[ \t]*(?P<fence>`{3,}|~{3,}).*?^[ \t]*(?P=fence)[ \t]*$|`[^`\n]+`)",
    re.MULTILINE | re.DOTALL,
)
_TAB = re.compile(r'^=== "(?P<title>[^"]+)"\n+(?P<body>(?:(?: {4}.*)?\n)+)', re.MULTILINE)


class UnknownBrandError(ValueError):
    """A brand or a token that ``mkdocs.yml`` does not define."""


def branded(markdown: str, brands: Brands, chosen: str) -> str:
    """Return a page for one brand, or for all: tokens filled in, the tabs of others gone."""
    if chosen != ALL and chosen not in brands:
        known = ", ".join((ALL, *brands))
        raise UnknownBrandError(f"BRAND={chosen}: expected one of {known}")
    names = [brand["name"] for brand in brands.values()]
    if chosen != ALL:
        markdown = _TAB.sub(lambda tab: _kept(tab, names, brands[chosen]["name"]), markdown)
    shown = list(brands.values()) if chosen == ALL else [brands[chosen]]
    return "".join(_outside_code(markdown, lambda text: _filled(text, shown)))


def _kept(tab: re.Match[str], names: list[str], own: str) -> str:
    """Return a tab of another topic as it is, of this brand unwrapped, of another brand not."""
    if tab["title"] not in names:
        return tab[0]
    if tab["title"] != own:
        return ""
    return re.sub(r"^ {4}", "", tab["body"], flags=re.MULTILINE)


def _outside_code(markdown: str, change: Callable[[str], str]) -> Iterator[str]:
    end = 0
    for code in _CODE.finditer(markdown):
        yield change(markdown[end : code.start()])
        yield code[0]
        end = code.end()
    yield change(markdown[end:])


def _filled(text: str, shown: list[Mapping[str, str]]) -> str:
    def value(token: re.Match[str]) -> str:
        owner, _, key = token[1].partition(".")
        if owner != "brand" or any(key not in brand for brand in shown):
            raise UnknownBrandError(f"unknown token [[{token[1]}]]")
        return "/".join(brand[key] for brand in shown)

    return _TOKEN.sub(value, text)


@event_priority(50)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in the brand; an unknown brand or token stops the build."""
    settings: Any = config.extra
    try:
        return branded(markdown, settings["brands"], settings["brand"])
    except UnknownBrandError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error
