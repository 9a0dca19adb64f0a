"""One text, two brands: what each build shows, and what it must not."""

import sys
from typing import Any

import pytest

from conftest import ROOT

pytest.importorskip("mkdocs")
sys.path.insert(0, str(ROOT / "hooks"))
import brands

BRANDS = {
    "gks": {"name": "GKS", "dashboard": "GKS-Dashboard"},
    "imke": {"name": "iMKE", "dashboard": "iMKE-Dashboard"},
}
PAGE = """\
Welcome to [[brand.name]], `[[brand.name]]` in code.

=== "GKS"

    Open the GKS-Dashboard.

    ```console
    $ echo "[[brand.name]]"
    ```

=== "iMKE"

    Open the iMKE-Dashboard.

=== "Linux"

    Something else.

After that: [[brand.dashboard]].
"""


def test_all_brands_at_once() -> None:
    shown = brands.branded(PAGE, BRANDS, "all")
    assert shown.startswith("Welcome to GKS/iMKE, `[[brand.name]]` in code.")
    assert '=== "GKS"' in shown
    assert '=== "iMKE"' in shown
    assert '$ echo "[[brand.name]]"' in shown
    assert shown.endswith("After that: GKS-Dashboard/iMKE-Dashboard.\n")


@pytest.mark.parametrize(
    ("brand", "own", "other"), [("gks", "GKS", "iMKE"), ("imke", "iMKE", "GKS")]
)
def test_one_brand_never_names_the_other(brand: str, own: str, other: str) -> None:
    shown = brands.branded(PAGE, BRANDS, brand)
    assert f"Welcome to {own}," in shown
    assert f"\nOpen the {own}-Dashboard.\n" in shown
    assert other not in shown
    assert '=== "Linux"\n\n    Something else.' in shown


@pytest.mark.parametrize(
    ("text", "brand"), [("[[brand.nme]]", "gks"), ("[[product.name]]", "all"), ("text", "acme")]
)
def test_what_is_unknown_stops_the_build(text: str, brand: str) -> None:
    with pytest.raises(brands.UnknownBrandError):
        brands.branded(text, BRANDS, brand)


def test_the_site_knows_its_brands() -> None:
    from mkdocs.config import load_config

    config: Any = load_config(str(ROOT / "mkdocs.yml"))
    assert config.extra["brands"] == BRANDS
    assert config.extra["brand"] == "all"
