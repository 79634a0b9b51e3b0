"""The customs task: rates never know their own group's outcome, and no group stands on both sides."""

import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DATA = os.environ.get("DIVERSION_DATA")
HEADING = (
    "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Declarant ID,"
    "Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,"
    "Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud"
)


@pytest.fixture
def customs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import customs

    return customs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three months of invented declarations; every record occurs twice."""
    draw = np.random.default_rng(1)
    for side, rows in (("train", 500), ("valid", 60), ("test", 100)):
        lines = [HEADING]
        for _ in range(rows // 2):
            product, origin = draw.integers(0, 30), draw.choice(["CN", "DE", "VN"])
            record = (
                f"{850000 + 7 * product},{origin},{origin},8.0,A,E,{draw.integers(1, 50)}.0,{draw.integers(1, 99)}.0"
            )
            fraud = int(draw.random() < (0.6 if product < 12 else 0.1))
            lines += [f"1,2021-01-01,30,B,11,21,11,10,D1,I1,S1,,{record},{fraud},0"] * 2
        (tmp_path / f"df_syn_{side}_eng.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_a_rate_knows_nothing_of_its_own_folds_outcomes(customs: ModuleType, folder: Path) -> None:
    data = customs.read(folder)
    rates = sys.modules["customs_rates"]
    fold = np.arange(len(data.label)) % rates.FOLDS
    taught = (data.side != "test").to_numpy()
    before = rates.rates(data, taught, np.ones(len(fold)), fold, 5.0)
    data.label[taught & (fold == 2)] = 1 - data.label[taught & (fold == 2)]
    after = rates.rates(data, taught, np.ones(len(fold)), fold, 5.0)
    assert np.allclose(before[taught & (fold == 2)], after[taught & (fold == 2)])
    assert not np.allclose(before[~taught], after[~taught])


def test_an_unseen_cell_takes_the_rate_of_the_level_above(customs: ModuleType, folder: Path) -> None:
    data = customs.read(folder)
    rates = sys.modules["customs_rates"]
    taught = (data.side != "test").to_numpy()
    fold = np.arange(len(taught)) % rates.FOLDS
    found = dict(zip(rates.LEVELS, rates.rates(data, taught, np.ones(len(taught)), fold, 5.0).T, strict=True))
    unseen = ~taught & ~np.isin(data.codes["record"], data.codes["record"][taught])
    assert unseen.any()
    assert np.allclose(found["record"][unseen], found["goods"][unseen])


@pytest.mark.parametrize("level", ["record", "goods", "product"])
def test_no_group_stands_on_both_sides_and_every_test_row_is_asked_once(
    customs: ModuleType, folder: Path, level: str
) -> None:
    data = customs.read(folder)
    sides = list(customs.sides(data, level))
    for taught, asked in sides:
        assert not set(data.codes[level][taught]) & set(data.codes[level][asked])
        assert not (data.side[taught] == "test").any()
    assert (np.sum([asked for _, asked in sides], axis=0) == (data.side == "test")).all()


def test_every_contender_has_a_row_under_every_split(customs: ModuleType, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["customs_model"], "BAG", 1)
    table = pd.DataFrame(customs.judged(customs.read(folder), draws=10))
    assert set(table["split"]) == set(customs.PROTOCOLS)
    assert table.groupby("split").size().tolist() == [6] * 4
    assert table["precision_reviewing_5_percent"].str.fullmatch(r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]").all()


def test_without_the_data_it_says_what_to_set(customs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIVERSION_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", ["customs.py"])
    with pytest.raises(SystemExit, match="set DIVERSION_DATA"):
        customs.main()


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="data: set DIVERSION_DATA to the folder that holds the customs declarations")
def test_the_published_split_repeats_itself_as_its_audit_says(customs: ModuleType) -> None:
    data = customs.read(Path(str(DATA)) / "customs")
    test = (data.side == "test").to_numpy()
    seen = np.isin(data.codes["record"][test], data.codes["record"][~test])
    assert (len(data.label), int(test.sum()), int((~seen).sum())) == (54_000, 8_481, 1_299)
    assert len(set(data.codes["record"])) == 18_095
    assert len(set(data.codes["goods"])) == 10_235
