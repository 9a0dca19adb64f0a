"""The fuzzer itself: a short run finds nothing, and what is broken is found and made smaller."""

from pathlib import Path
from random import Random

import pytest

import fuzz
from fuzz_examination import MANIFESTS, Broken, Case, examine, smaller, well_formed
from fuzz_mutation import structure
from konnektor_lint.report import concise


def test_a_short_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--count", "100", "--seed", "5", "--jobs", "1", "--faults", str(tmp_path / "faults")]
    assert fuzz.main(call) == 0
    assert "100 inputs" in capsys.readouterr().out
    assert not (tmp_path / "faults").exists()


def test_a_seed_gives_the_same_inputs() -> None:
    known = fuzz.corpus([fuzz.ROOT / "examples"])
    made = [[fuzz.case_of(9, number, known) for number in range(30)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) == 30


@pytest.mark.parametrize("text", ["a: !!int ''", "a: !!float ''", "a: !!bool x", "!!timestamp x"])
def test_what_pyyaml_cannot_build_is_mutated_as_bytes(text: str) -> None:
    assert isinstance(structure(text.encode(), Random(1), [b"kind: Pod\n"]), bytes)


def test_a_fault_is_found_made_smaller_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(concise, "write", fail)
    agent = b"# a comment\nkind: Pod\n# konnectivity\n"
    case = Case(MANIFESTS, (("0.yaml", agent), ("1.yaml", b"x: 1\n")), formats=("concise",))
    sign, _ = fuzz.judged(case, tmp_path)
    assert sign.startswith("LookupError")
    small = fuzz.minimised(case, sign, tmp_path)
    assert sum(len(data) for _, data in small.files) == 0
    fuzz.save(case, sign, tmp_path / "kept")
    assert fuzz.saved(tmp_path / "kept") == case
    with pytest.raises(LookupError):
        fuzz.again(fuzz.saved(tmp_path / "kept"))


def test_what_must_stay_is_kept() -> None:
    data = b"one\ntwo three\nfour\n" * 9
    assert smaller(data, lambda text: b"three" in text, lambda: False) == b"three"


@pytest.mark.parametrize(
    ("name", "text"),
    [("text", "\x1b[31m"), ("concise", "\u202e"), ("html", "<script>"), ("html", "<p><b></p>"),
     ("html", '<a href="javascript:x">'), ("html", "<p>"), ("html", '<p onclick="x"></p>')],
)  # fmt: skip
def test_bad_reports_are_noticed(name: str, text: str) -> None:
    with pytest.raises(Broken):
        well_formed(name, text)


def test_a_good_case_is_good(tmp_path: Path) -> None:
    examine(Case(MANIFESTS, (("a.yaml", b"kind: Pod\n"),)), tmp_path)
    assert list(tmp_path.iterdir()) == []
