import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import training.simulate.world as source
from features.reference import tables
from training.simulate.blanks import GROUPS
from training.simulate.world import world

RATES = Path(source.__file__).parent / "world.toml"
SCHEMA = Path(source.__file__).parents[2] / "features" / "orders" / "fields.csv"


def test_every_rate_says_where_it_comes_from() -> None:
    bare, said = [], False
    for line in RATES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            said = bool(re.search(r"#.*(assumption|case|public)", line))
        if re.match(r"[A-Za-z_]+ = .*\d", line) and not said and not re.search(r"#.*[a-z]", line):
            bare.append(line)
    assert [line for line in bare if not line.startswith(("format", "industry", "founded"))] == []


def countries(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            if re.fullmatch("[A-Z]{2}", key):
                yield key
            yield from countries(value)
    elif isinstance(told, list):
        for value in told:
            yield from countries(value)
    elif isinstance(told, str) and re.fullmatch("[A-Z]{2}", told):
        yield told


def test_every_country_is_known_and_has_places() -> None:
    used = set(countries(tomllib.loads(RATES.read_text(encoding="utf-8"))))
    assert used <= set(tables.load().frames["countries"]["iso2"])
    assert used <= set(world().places.index)


def test_every_chip_is_in_the_reference_table_and_has_a_price() -> None:
    parts = world().parts
    with_chip = parts[parts["chip"] != ""]
    assert with_chip["chip"].isin(tables.load().frames["chips"]["chip"]).all()
    assert (parts["low"] > 0).all()
    assert (parts["high"] > parts["low"]).all()


@pytest.mark.parametrize("month", [str(month) for month in pd.period_range("2023-12", "2026-10", freq="3M")])
def test_a_part_of_every_class_is_sold_in_every_month(month: str) -> None:
    first = pd.Timestamp(month)
    parts = world().parts[world().parts["weight"] > 0]  # the rest stands there for public cases only
    sold = parts[(parts["sold_from"] <= first) & (parts["sold_to"].isna() | (parts["sold_to"] >= first))]
    assert set(sold["class"]) == {"a", "b", "neither"}


def test_cells_left_blank_are_fields_of_the_order_or_customer_file() -> None:
    known = set(pd.read_csv(SCHEMA)["field"]) | {"party_country", "party_address"}
    assert {column for columns in GROUPS.values() for column in columns} <= known
