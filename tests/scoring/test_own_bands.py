"""Bands fitted to the user's orders hold for the model they were fitted for, and for no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scoring.champion import BASELINE, Chosen
from scoring.model import Model, ModelRefused, digest
from scoring.own_bands import NAME, OwnBands, load, save, with_own_bands

BANDS = OwnBands(
    model_version="baseline-4",
    model_sha256=digest(BASELINE),
    thresholds=(-3.0, -1.0, 0.5),
    before=(-2.0, 0.0, 1.0),
    capacity_per_week=25.0,
    orders=1200,
    weeks=20,
    first="2026-01-05",
    last="2026-05-22",
    fingerprint="ab" * 32,
    customers="cd" * 32,
)


@pytest.fixture
def choice(baseline: Model) -> Chosen:
    return Chosen(baseline, "model baseline-4", BASELINE)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(BANDS, tmp_path / "home")
    assert load(tmp_path / "home") == BANDS


def test_the_same_bands_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = save(BANDS, tmp_path / "one"), save(BANDS, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(first.read_text(encoding="utf-8"))["format"] == 1


def test_bands_of_this_model_are_used_and_told(choice: Chosen, tmp_path: Path) -> None:
    save(BANDS, tmp_path)
    found = with_own_bands(choice, tmp_path, customers=True)
    assert found.model.thresholds == (-3.0, -1.0, 0.5)
    assert found.model.own_bands == BANDS.mark
    told = f"bands fitted to 1,200 of your own orders of 2026-01-05 to 2026-05-22, 25 a week to review ({BANDS.mark})"
    assert found.said.splitlines() == ["model baseline-4", told]


def test_without_bands_the_model_keeps_its_own_and_says_so(choice: Chosen, tmp_path: Path) -> None:
    found = with_own_bands(choice, tmp_path, customers=True)
    assert found.model is choice.model
    assert "not fitted to your orders" in found.said


def test_bands_of_another_model_are_not_used_and_told(choice: Chosen, tmp_path: Path) -> None:
    save(replace(BANDS, model_sha256="00" * 32, model_version="old-7"), tmp_path)
    found = with_own_bands(choice, tmp_path, customers=True)
    assert found.model is choice.model
    assert "bands fitted for another model (old-7) are not used: run 'diversion calibrate' again" in found.said


def test_bands_fitted_with_a_customer_file_say_so_when_none_is_given(choice: Chosen, tmp_path: Path) -> None:
    save(BANDS, tmp_path)
    assert "fitted with a customer file, none is given now" in with_own_bands(choice, tmp_path, customers=False).said


def test_another_fit_has_another_mark() -> None:
    assert replace(BANDS, capacity_per_week=24.0).mark != BANDS.mark
    assert len(BANDS.mark) == len("bands-") + 8


DAMAGED = [
    pytest.param("{", "cannot be read", id="no JSON"),
    pytest.param("[]", "cannot be read", id="no object"),
    pytest.param('{"format": 2}', "install the version that wrote it", id="a newer format"),
    pytest.param('{"format": 1, "orders": 3}', "lacks before, ", id="entries are missing"),
]


@pytest.mark.parametrize(("text", "said"), DAMAGED)
def test_damaged_bands_are_refused_and_never_passed_over(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ModelRefused, match=said):
        load(tmp_path)


@pytest.mark.parametrize("ends", [[1, 0, 2], [1, 2], ["a", 1, 2], [0, 1, float("inf")], None])
def test_thresholds_that_do_not_rise_are_refused(tmp_path: Path, ends: object) -> None:
    path = save(BANDS, tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"thresholds": ends}), encoding="utf-8")
    with pytest.raises(ModelRefused, match=r"bands.json is damaged .*run 'diversion calibrate' again"):
        load(tmp_path)
