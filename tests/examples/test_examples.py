import filecmp
import importlib.util
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ENCODED = ROOT / "training" / "cases"
USES = {"positive", "positive_weak", "positive_other_items", "grey", "negative", "negative_weak"}
LEAD = ["origin", "case_id", "use", "item", "invented"]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str, folder: Path = EXAMPLES) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def test_a_new_run_writes_the_committed_bytes(tmp_path: Path) -> None:
    script().write(tmp_path)
    names = ["orders.csv", "customers.csv"]
    assert filecmp.cmpfiles(tmp_path, EXAMPLES, names, shallow=False) == (names, [], [])


def lines() -> pd.DataFrame:
    """The order lines without the one note among them."""
    orders = read("orders.csv")
    return orders[orders["part_number"] != ""]


def test_about_three_hundred_lines_hold_every_public_case_and_mostly_ordinary_orders() -> None:
    orders, cases = lines(), read("cases.csv", ENCODED)
    assert 290 <= len(orders) <= 310
    assert set(cases["origin"]) | {"ordinary"} == set(orders["origin"])
    assert (orders["origin"] == "ordinary").mean() > 0.7


def test_one_line_is_a_note_and_one_stands_there_twice() -> None:
    orders = read("orders.csv")
    assert len(orders) - len(lines()) == 1
    assert orders.duplicated().sum() == 1
    assert orders.duplicated(["order_id", "line_no"]).sum() == 1


def test_all_four_legs_occur() -> None:
    orders = lines()
    ours, home = orders["seller_country"] == "US", orders["seller_country"] == orders["destination_country"]
    assert min((ours & home).sum(), (ours & ~home).sum(), (~ours & home).sum(), (~ours & ~home).sum()) >= 5


def test_every_buyer_is_in_the_customer_file_once() -> None:
    orders, customers = lines(), read("customers.csv")
    assert orders["buyer_id"].isin(customers["customer_id"]).all()
    assert customers["customer_id"].is_unique


def test_nothing_but_the_column_origin_tells_a_case_from_an_ordinary_line() -> None:
    orders = lines()
    assert orders["order_id"].str.fullmatch(r"SO-\d{4}").all()
    assert orders["buyer_id"].str.fullmatch(r"C\d{4}").all()
    assert not set(LEAD[1:]) & set(orders.columns)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("quantity", "-2", id="a return"),
        pytest.param("quantity", "", id="a blank quantity"),
        pytest.param("destination_country", "Freedonia", id="a country nobody knows"),
        pytest.param("order_date", "2025-02-30", id="a day that is none"),
        pytest.param("ult_consignee_name", "", id="a blank consignee"),
        pytest.param("end_user_name", "N/A", id="a placeholder for a name"),
        pytest.param("ship_date", "0000-00-00", id="a date that a system left empty"),
        pytest.param("part_number", "9.0021E+11", id="a part number that a spreadsheet has shortened"),
        pytest.param("destination_country", "Germany", id="a country's name among codes"),
        pytest.param("quantity", "24 pcs", id="a unit in the cell of the quantity"),
        pytest.param("quantity", "two", id="a word for a number"),
    ],
)
def test_there_is_dirt_on_ordinary_lines(column: str, value: str) -> None:
    orders = read("orders.csv")
    assert (orders.loc[orders["origin"] == "ordinary", column] == value).sum() >= 1


def test_the_cases_use_the_vocabulary_and_say_what_was_invented() -> None:
    cases = read("cases.csv", ENCODED)
    fields = set(pd.read_csv(ROOT / "features" / "orders" / "fields.csv")["field"])
    assert list(cases.columns[:5]) == LEAD
    assert set(cases.columns[5:]) <= fields
    assert set(cases["use"]) == USES
    assert (cases["invented"] != "").all()
    assert cases["buyer_id"].isin(read("cases_customers.csv", ENCODED)["customer_id"]).all()


def test_the_cases_state_nothing_that_was_seen_only_later() -> None:
    cases = read("cases.csv", ENCODED)
    assert "true_destination" not in cases.columns
    shipped_on = cases[cases["use"].isin(["positive", "positive_weak"]) & (cases["destination_country"] == "CN")]
    assert shipped_on.empty


def test_every_order_of_the_cases_has_a_line_in_the_readme() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [case for case in read("cases.csv", ENCODED)["case_id"].unique() if case not in readme] == []
