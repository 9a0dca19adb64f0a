"""The check that keeps the languages of the site in step."""

import subprocess
from pathlib import Path

import pytest

import translations
from conftest import ROOT
from page_parts import hashes, sections
from translations import Languages

ENGLISH = """\
---
description: How it works
---

# How it works { #how }

The control plane reaches the worker nodes through a tunnel that these have opened.

## Since when { #since }

It is beta since 1.18, see [the KEP](https://example.org/kep) and `--uds-name`.

| What | Since |
| --- | --- |
| beta | 1.18 |

!!! note "History"
    Before, there were SSH tunnels.

```yaml
kind: Pod
```
"""
GERMAN = """\
---
description: Wie es funktioniert
---

# Wie es funktioniert { #how }

Die Control Plane erreicht die Worker-Knoten durch einen Tunnel, den diese geöffnet haben.

## Seit wann { #since }

Seit 1.18 ist es Beta, siehe [das KEP](https://example.org/kep) und `--uds-name`.

| Was | Seit |
| --- | --- |
| Beta | 1.18 |

!!! note "Geschichte"
    Davor gab es SSH-Tunnel.

```yaml
kind: Pod
```
"""
ITALIAN = GERMAN.replace("Wie es funktioniert", "Come funziona").replace(
    "Die Control Plane erreicht die Worker-Knoten durch einen Tunnel, den diese geöffnet haben.",
    "Il control plane raggiunge i nodi worker attraverso un tunnel aperto da questi ultimi.",
)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for language, text in (("en", ENGLISH), ("de", GERMAN), ("it", ITALIAN)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "page.md").write_text(text, encoding="utf-8")
    Languages(tmp_path).accept("page.md")
    return tmp_path


def problems(docs: Path) -> list[str]:
    return list(Languages(docs).problems())


def edit(docs: Path, language: str, old: str, new: str) -> None:
    path = docs / language / "page.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_pages_in_step(docs: Path) -> None:
    assert problems(docs) == []


def test_a_missing_and_an_extra_page(docs: Path) -> None:
    (docs / "it" / "page.md").unlink()
    (docs / "de" / "more.md").write_text("# Mehr { #more }\n")
    assert problems(docs) == ["de/more.md: no English page", "it/page.md: missing"]


def test_a_stale_section_is_named(docs: Path) -> None:
    edit(docs, "en", "It is beta since", "It has been beta since")
    assert problems(docs) == [
        "de/page.md: section since is older than the English one",
        "it/page.md: section since is older than the English one",
    ]
    Languages(docs).accept("page.md")
    assert problems(docs) == []


def test_what_no_reader_sees_makes_nothing_stale(docs: Path) -> None:
    edit(docs, "en", "## Since when", "<!-- a note to ourselves -->\n\n\n## Since when")
    assert problems(docs) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{ #since }", "{ #seit }", "English has heading ## #since, here is heading ## #seit"),
        ("## Seit wann", "### Seit wann", "heading ### #since"),
        ("kind: Pod\n", "kind: pod\n", "code block yaml"),
        ("```yaml", "```json", "code block json"),
        ("!!! note", "!!! warning", "English has admonition note, here is admonition warning"),
        ("| Beta | 1.18 |\n", "", "table 2 rows, 2 columns"),
        ("https://example.org/kep", "https://example.org/", "link https://example.org/kep lacks"),
        ("`--uds-name`", "`--uds_name`", "inline code --uds-name lacks here 1 times"),
        ("Seit 1.18 ist", "Seit 1.19 ist", "version 1.19 is here 1 times too often"),
        ("Worker-Knoten", "Nodes", "page.md:7: 'Nodes': Knoten"),
        ("Die Control Plane", "Die Steuerungsebene", "'Steuerungsebene': Control Plane"),
    ],
)
def test_what_differs_is_named(old: str, new: str, said: str, docs: Path) -> None:
    edit(docs, "de", old, new)
    found = problems(docs)
    assert found
    assert all(line.startswith("de/page.md") for line in found)
    assert any(said in line for line in found), found


def test_an_untranslated_paragraph(docs: Path) -> None:
    english = "The control plane reaches the worker nodes through a tunnel that these have opened."
    edit(docs, "de", "Die Control Plane erreicht die Worker-Knoten durch einen Tunnel, den diese"
         " geöffnet haben.", english)  # fmt: skip
    assert problems(docs) == ["de/page.md:7: the same as in English"]


def test_code_is_not_prose(docs: Path) -> None:
    for language in ("en", "de", "it"):
        edit(docs, language, "`--uds-name`", "`Nodes — openvpn`")
    Languages(docs).accept("page.md")
    assert problems(docs) == []


def test_each_section_has_a_hash_of_its_own() -> None:
    assert list(sections(ENGLISH)) == ["top", "since"]
    changed = ENGLISH.replace("1.18 |", "1.19 |")
    before, after = hashes(ENGLISH), hashes(changed)
    assert before["top"] == after["top"]
    assert before["since"] != after["since"]


def test_the_difference_comes_from_the_history(docs: Path) -> None:
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "A page"]):
        name = ["-c", "user.name=A Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *name, *command], cwd=docs, check=True)
    edit(docs, "en", "It is beta since", "It has been beta since")
    lines = list(Languages(docs).changes("page.md", "de"))
    assert (
        "-It is beta since 1.18, see [the KEP](https://example.org/kep) and `--uds-name`." in lines
    )
    assert lines[0] == "--- page.md#since (accepted)"


def test_accepting_what_nobody_touched_needs_a_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], docs: Path
) -> None:
    edit(docs, "en", "It is beta since", "It has been beta since")
    monkeypatch.setattr(translations, "_untouched", lambda _: ["de", "it"])
    assert translations._accept(Languages(docs), ["page.md"], None) == 1
    assert "--no-change-needed REASON" in capsys.readouterr().err
    assert translations._accept(Languages(docs), ["page.md"], "only English grammar") == 0
    assert problems(docs) == []


def test_the_site_is_in_step() -> None:
    assert list(Languages(ROOT / "docs").problems()) == []
