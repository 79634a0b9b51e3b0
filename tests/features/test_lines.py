"""What a line gains before it is judged: its leg, its dollars, its places, the facts of its parties."""

from collections.abc import Callable

import pandas as pd
import pytest

import features.lines
from features.known import Known
from features.lines import PARTY_FACTS, ROLES, asked_once, leg, of_the_site, stops, treated_as, usd, with_facts
from features.reference.tables import Tables

Lines = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("seller", "destination", "expected"),
    [
        pytest.param("US", "DE", "export", id="out of the United States"),
        pytest.param("US", "US", "domestic", id="within the United States"),
        pytest.param("US", "PR", "domestic", id="to Puerto Rico"),
        pytest.param("PR", "US", "domestic", id="from Puerto Rico"),
        pytest.param("GU", "PR", "domestic", id="between two territories"),
        pytest.param("GU", "DE", "export", id="out of a territory"),
        pytest.param("DE", "PR", "reexport", id="into a territory from abroad"),
        pytest.param("SG", "MY", "reexport", id="from one foreign country to another"),
        pytest.param("SG", "SG", "transfer", id="within a foreign country"),
        pytest.param("HK", "HK", "transfer", id="within Hong Kong"),
        pytest.param("CN", "HK", "reexport", id="Hong Kong stays itself on a route"),
        pytest.param("US", "HK", "export", id="to Hong Kong"),
        pytest.param("", "DE", "export", id="a blank seller is taken as the US"),
        pytest.param("", "US", "domestic", id="a blank seller, at home"),
        pytest.param("US", "", "export", id="a blank destination is no home delivery"),
        pytest.param("SG", "", "reexport", id="a blank destination from abroad"),
        pytest.param("", "", "export", id="neither is stated"),
    ],
)
def test_leg(order: Lines, tables: Tables, seller: str, destination: str, expected: str) -> None:
    lines = order(seller_country=seller, destination_country=destination)
    assert leg(lines, tables).tolist() == [expected]


@pytest.mark.parametrize(
    ("place", "expected"), [("PR", "US"), ("GU", "US"), ("HK", "HK"), ("MO", "MO"), ("DE", "DE"), (None, None)]
)
def test_a_territory_follows_its_parent(tables: Tables, place: str | None, expected: str | None) -> None:
    answer = treated_as(pd.Series([place], dtype="str"), tables).iloc[0]
    assert (None if pd.isna(answer) else answer) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, 240_000.0, id="price times quantity"),
        pytest.param({"line_value": "250000"}, 250_000.0, id="the stated value comes before the product"),
        pytest.param({"value_usd": "260000", "line_value": "250000"}, 260_000.0, id="stated dollars come first"),
        pytest.param({"currency": "usd"}, 240_000.0, id="the currency in lower case"),
        pytest.param({"currency": "US$"}, 240_000.0, id="the currency as a sign"),
        pytest.param({"currency": "EUR"}, None, id="euros are not converted"),
        pytest.param({"currency": "EUR", "value_usd": "260000"}, 260_000.0, id="euros with stated dollars"),
        pytest.param({"currency": ""}, None, id="no currency"),
        pytest.param({"unit_price": ""}, None, id="no price"),
        pytest.param({"quantity": ""}, None, id="no quantity"),
        pytest.param({"quantity": "-8"}, -240_000.0, id="a return is negative"),
    ],
)
def test_usd(order: Lines, cells: dict[str, str], expected: float | None) -> None:
    answer = usd(order(**cells)).iloc[0]
    assert (None if pd.isna(answer) else answer) == expected


@pytest.mark.parametrize(
    ("routes", "columns"),
    [
        pytest.param(["HK;MO", "SG"], [["HK", "MO"], ["SG", None]], id="the longest route makes the columns"),
        pytest.param([None, None], [[None], [None]], id="no route at all is one empty column"),
        pytest.param(["HK", None], [["HK"], [None]], id="a missing route has no stop"),
    ],
)
def test_stops(routes: list[str | None], columns: list[list[str | None]]) -> None:
    found = stops(pd.Series(routes, dtype="str"))
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == columns
    assert set(found.dtypes.astype(str)) == {"str"}


@pytest.mark.parametrize("customers", [pytest.param(None, id="no master"), pytest.param([{}], id="a master")])
def test_facts_keep_index_and_columns_and_have_declared_types(
    orders: Lines, known: Callable[..., Known], customers: list[dict[str, str]] | None
) -> None:
    lines = orders({}, {"part_number": "XQ-1"}, {"buyer_id": "C-9"}).set_axis([7, 3, 9])
    before = lines.copy(deep=True)
    found = with_facts(lines, known(customers=customers))
    pd.testing.assert_frame_equal(lines, before)
    pd.testing.assert_frame_equal(found[lines.columns], lines)
    types = {f"{role}_{fact}": kind for role in ROLES for fact, kind in PARTY_FACTS.items()}
    assert {name: str(found[name].dtype) for name in types} == types
    assert {"leg", "chip_class", "stated_class", "tpp_total", "usd", "chips"} <= set(found.columns)
    assert found.columns.is_unique


def test_a_party_fact_stands_under_its_role(order: Lines, known: Callable[..., Known]) -> None:
    other = {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "DK", "hq_country": "DK"}
    cells = {"end_user_name": "Vesthavn Data", "end_user_country": "DK"}
    line = with_facts(order(**cells), known(customers=[{}, other])).iloc[0]
    assert (line["buyer_hq_country"], line["ult_consignee_hq_country"], line["end_user_hq_country"]) == (
        "DE",
        "DE",
        "DK",
    )


@pytest.mark.parametrize(
    ("few", "rows"),
    [
        pytest.param(4, [4], id="each combination of cells is asked once"),
        pytest.param(5, [5], id="of a few rows all are asked, which costs less"),
    ],
)
def test_cells_are_asked_about_and_answered_in_their_place(
    monkeypatch: pytest.MonkeyPatch, few: int, rows: list[int]
) -> None:
    monkeypatch.setattr(features.lines, "FEW", few)
    place = pd.Series(["HK", None, "SG", "HK", "HK"], index=[5, 5, 7, 1, 2], dtype="str")
    day = pd.Series(pd.to_datetime(["2026-01-01", None, "2026-01-01", "2026-01-01", "2026-01-02"]), index=place.index)
    asked = []

    def question(places: pd.Series, days: pd.Series) -> pd.Series:
        asked.append(len(places))
        return places + days.dt.strftime("%d")

    answer = asked_once(question, place, day)
    assert asked == rows
    assert answer.index.tolist() == [5, 5, 7, 1, 2]
    assert answer.fillna("").tolist() == ["HK01", "", "SG01", "HK01", "HK02"]


@pytest.mark.parametrize(
    ("order_cell", "end_user_cell", "buyer_cell", "expected"),
    [
        pytest.param("2", "3", "4", 2.0, id="the order's own cell comes first"),
        pytest.param("", "3", "4", 3.0, id="then what the master has of the end user"),
        pytest.param("", "", "4", 4.0, id="then what it has of the buyer"),
        pytest.param("", "", "", None, id="or nothing is known of the site"),
    ],
)
def test_a_fact_of_the_site(
    order: Lines,
    known: Callable[..., Known],
    order_cell: str,
    end_user_cell: str,
    buyer_cell: str,
    expected: float | None,
) -> None:
    other = {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "DK", "dc_power_mw": end_user_cell}
    here = known(customers=[{"dc_power_mw": buyer_cell}, other])
    cells = {"end_user_name": "Vesthavn Data", "end_user_country": "DK", "dc_power_mw": order_cell}
    found = of_the_site(with_facts(order(**cells), here), "dc_power_mw").iloc[0]
    assert (None if pd.isna(found) else found) == expected
