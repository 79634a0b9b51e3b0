import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.main import get_command

import training.simulate.world as source
from diversion.cli import app
from features.reference import tables
from training.simulate.blanks import GROUPS
from training.simulate.world import WorldRefused, changed, world, worlds

RATES = Path(source.__file__).parent / "world.toml"
SCHEMA = Path(source.__file__).parents[2] / "features" / "orders" / "fields.csv"


def test_every_rate_says_where_it_comes_from() -> None:
    bare, said = [], False
    for line in RATES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            said = bool(re.search(r"#.*(assumption|case|public|measured)", line))
        if re.match(r"[A-Za-z_.]+ = .*\d", line) and not said and not re.search(r"#.*[a-z]", line):
            bare.append(line)
    assert [line for line in bare if not line.startswith(("format", "industry", "founded"))] == []


def test_each_world_is_home_but_for_the_rates_that_it_states() -> None:
    told = tomllib.loads(RATES.read_text(encoding="utf-8"))
    stated = told.pop("worlds")
    assert worlds() == ("home", "mild", "hard", "other-mix", "rare", "half", "common")
    for name in worlds():
        assert world(name).rates == merged(told, stated.get(name, {}))


def merged(home: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    parts = {key: merged(home[key], value) if isinstance(value, dict) else value for key, value in changes.items()}
    return home | parts


def test_the_base_rates_are_a_tenth_a_half_and_two_in_a_hundred() -> None:
    assert [world(name).rates["book"]["diverted"] for name in ("rare", "half", "common")] == [0.001, 0.005, 0.02]


def test_the_command_line_names_every_world() -> None:
    (option,) = (each for each in get_command(app).commands["simulate"].params if each.name == "world")
    assert option.help.rstrip(".").replace(" or ", ", ").split(", ") == list(worlds())


def test_a_world_of_no_such_name_is_refused_with_the_names() -> None:
    with pytest.raises(WorldRefused, match="'nowhere': give one of home, mild, hard"):
        world("nowhere")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"book": {"divertd": 0.1}}, "book.divertd", id="a rate that home does not have"),
        pytest.param({"boook": {"diverted": 0.1}}, "boook", id="a table that home does not have"),
        pytest.param({"reviews": {"missed": 0.1}}, "reviews.missed", id="a number where home has a table"),
        pytest.param({"book": {"growth": {"US": 1.0}}}, "book.growth", id="a table where home has a number"),
        pytest.param({"rings": {"companies": [0.5, 0.5]}}, "rings.companies", id="two numbers where home has three"),
        pytest.param({"book": {"growth": "fast"}}, "book.growth", id="a word where home has a number"),
    ],
)
def test_a_world_changes_only_what_home_has(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(WorldRefused, match=rf"world 'odd': home has no such rate: {named};"):
        changed(world().rates, changes, "odd")


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
