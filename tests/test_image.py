"""Image references taken apart, and where they come from."""

import pytest

from konnektor_lint.image import FROZEN, RELEASES, image

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        (f"{RELEASES}/proxy-agent:v0.36.0", (f"{RELEASES}/proxy-agent", "v0.36.0", "")),
        ("localhost:5000/proxy-agent", ("localhost:5000/proxy-agent", "", "")),
        ("localhost:5000/a/b:c", ("localhost:5000/a/b", "c", "")),
        (f"a/b:c@{DIGEST}", ("a/b", "c", DIGEST)),
        (f"a/b@{DIGEST}", ("a/b", "", DIGEST)),
        ("proxy-agent", ("proxy-agent", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_reference_is_taken_apart(reference: str, parts: tuple[str, str, str]) -> None:
    assert tuple(image(reference)) == parts


@pytest.mark.parametrize("folder", [RELEASES, *FROZEN])
def test_a_published_image_is_known_by_its_place(folder: str) -> None:
    assert image(f"{folder}/proxy-server:v0.36.0").is_published
    assert not image(f"example.org/{folder}/proxy-server:v0.36.0").is_published
    assert not image(f"{folder}-copy/proxy-server:v0.36.0").is_published
