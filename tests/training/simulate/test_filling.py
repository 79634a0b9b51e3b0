from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.simulate.filling import filled
from training.simulate.world import world

ENCODED = Path(__file__).parents[3] / "training" / "cases"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(ENCODED / name, dtype=str, keep_default_na=False).replace("", np.nan)


CASES, MASTERS = read("cases.csv"), read("cases_customers.csv")


@pytest.fixture(scope="module")
def both() -> tuple[pd.DataFrame, pd.DataFrame]:
    return filled(CASES, MASTERS, seed=3)


def test_whatever_a_case_states_stays_as_it_is(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    orders, customers = both
    stated = CASES.notna()
    assert orders[CASES.columns].where(stated).equals(CASES.astype("str"))
    told = customers.set_index("customer_id").loc[MASTERS["customer_id"]].reset_index()[MASTERS.columns]
    assert told.where(MASTERS.notna()).equals(MASTERS.astype("str"))


def test_the_lines_of_an_order_share_its_header(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    orders = both[0]
    header = ["buyer_name", "payer_name", "forwarder_name", "incoterm", "ship_date", "end_user_name"]
    assert not orders.drop_duplicates(["order_id", *header]).duplicated("order_id").any()


def test_no_licence_is_invented(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    assert both[0]["licence_number"].equals(CASES["licence_number"].astype("str"))


def test_nobody_is_a_customer_before_it_is_founded(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    customers = both[1].dropna(subset=["customer_since", "incorporation_date"])
    assert (customers["customer_since"] >= customers["incorporation_date"]).all()


def test_price_times_quantity_is_the_value(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    orders = both[0].dropna(subset=["unit_price", "line_value", "quantity"])
    error = orders["unit_price"].astype(float) * orders["quantity"].astype(float) / orders["line_value"].astype(float)
    assert error.between(0.999, 1.001).all()


def test_a_value_stated_without_a_quantity_buys_as_many_as_it_does_at_a_usual_price(
    both: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    alone = CASES["line_value"].notna() & CASES["quantity"].isna()
    assert alone.any()
    orders = both[0][alone.to_numpy()]
    parts = world().parts.set_index("part").loc[orders["part_number"]]
    price = orders["unit_price"].astype(float).to_numpy()
    assert ((price >= 0.95 * parts["low"].to_numpy()) & (price <= 1.05 * parts["high"].to_numpy())).all()


def test_another_seed_fills_other_cells_and_the_same_seed_the_same(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    assert filled(CASES, MASTERS, seed=3)[0].equals(both[0])
    assert not filled(CASES, MASTERS, seed=4)[0].equals(both[0])


def test_some_cells_stay_blank_as_in_honest_files(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    blank = both[0][["payer_name", "incoterm", "end_use_statement", "contact_email"]].isna().mean()
    assert blank.between(0.02, 0.8).all()
