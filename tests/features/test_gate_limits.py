"""Ceilings on TPP: which lines are counted, up to which day, and what a rule with a ceiling answers.

One plain line: eight H100 (126,656 TPP together) to Malaysia, under one rule that asks for a licence above a ceiling.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from features.gate import gate
from features.gate_limits import COUNTED_COLUMNS
from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables

TPP = 8 * 15_832.0
"""Eight H100 of 15,832 TPP each."""

ORDER = {
    "order_id": "A-1",
    "order_date": "2026-06-12",
    "order_status": "open",
    "seller_country": "US",
    "buyer_id": "C-1",
    "buyer_name": "Norrhall Compute",
    "ult_consignee_name": "Norrhall Compute",
    "end_user_name": "Norrhall Compute",
    "destination_country": "MY",
    "part_number": "H100 SXM5",
    "quantity": "8",
}
EARLIER = dict.fromkeys(COUNTED_COLUMNS) | {
    "order_id": "B-1",
    "order_date": "2026-02-01",
    "order_status": "shipped",
    "buyer": "id:C-1",
    "ult_consignee_name": "norrhallcompute|",
    "destination_country": "MY",
    "tpp_total": TPP,
}
PARTY = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "MY", "ultimate_parent_country": "MY"}
Judged = Callable[..., pd.DataFrame]


def limited(tables: Tables, ceilings: Sequence[dict[str, str]], side: str) -> Tables:
    """The tables with one rule only, which names the ceiling `quota`, and these ceilings."""
    rules = tables.frames["gate_rules"]
    rule = rules[rules["rule"] == "destination-russia-belarus"].assign(
        item="a", countries="MY;TH", limit=f"{side} quota", exceptions="", says="Ceiling passed for {value}."
    )
    limits = tables.frames["tpp_limits"].iloc[[0] * len(ceilings)].reset_index(drop=True)
    plain = {"limit": "quota", "counted_for": "country", "counted_over": "year", "tpp": str(1.5 * TPP)}
    cells = pd.DataFrame([plain | each for each in ceilings])
    limits[list(plain)] = cells[list(plain)]
    limits["start"] = pd.to_datetime([each.get("start", "2026-01-01") for each in ceilings])
    limits["end"] = pd.NaT
    return replace(tables, frames={**tables.frames, "gate_rules": rule, "tpp_limits": limits})


@pytest.fixture(scope="session")
def judged(read: Callable[..., pd.DataFrame], tables: Tables) -> Judged:
    """The gate of plain lines with some cells changed, after earlier lines (`past`), under ceilings."""
    master = read([PARTY], "customers")

    def build(
        *lines: dict[str, str],
        past: Sequence[dict[str, object]] | None = None,
        ceilings: Sequence[dict[str, str]] = ({},),
        side: str = "over",
    ) -> pd.DataFrame:
        known = Known(limited(tables, ceilings, side), date(2026, 11, 25), master)
        if past is not None:
            rows = pd.DataFrame([EARLIER | {"counted": True, "replaced_on": pd.NaT} | each for each in past])
            kinds = dict.fromkeys(COUNTED_COLUMNS, "str") | {"order_date": "datetime64[us]", "tpp_total": "float64"}
            known = replace(known, past=rows.astype(kinds | {"replaced_on": "datetime64[us]"}))
        orders = read([ORDER | cells for cells in lines or ({},)])
        return gate(with_facts(orders, known), known)

    return build


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        pytest.param(None, "clear", id="the order alone stays within the ceiling"),
        pytest.param([{}], "licence", id="with an earlier order it passes"),
        pytest.param([{"order_date": "2026-06-12"}], "licence", id="an order of the same day counts"),
        pytest.param([{"order_date": "2026-06-13"}], "clear", id="an order of the next day does not"),
        pytest.param([{"order_date": "2025-12-31"}], "clear", id="an order of the last year does not"),
        pytest.param([{"destination_country": "TH"}], "clear", id="an order to another country does not"),
        pytest.param([{"order_status": "cancelled"}], "clear", id="a cancelled line does not"),
        pytest.param([{"order_status": "quote"}], "clear", id="a quotation does not"),
        pytest.param([{"tpp_total": -TPP}, {}], "licence", id="a return takes nothing off"),
        pytest.param([{"order_id": "A-1"}], "clear", id="the line itself in the past is not counted twice"),
        pytest.param(
            [{"order_id": None}, {"order_id": None, "destination_country": "TH"}],
            "licence",
            id="lines without an order number are nobody else's",
        ),
    ],
)
def test_what_is_counted_for_a_country_in_a_year(judged: Judged, past: list[dict[str, object]], expected: str) -> None:
    assert judged(past=past)["gate"].tolist() == [expected]


@pytest.mark.parametrize(
    ("ceiling", "past", "expected"),
    [
        pytest.param({"counted_for": "customer"}, [{"destination_country": "TH"}], "licence", id="of one customer"),
        pytest.param({"counted_for": "customer"}, [{"buyer": "id:C-2"}], "clear", id="of another customer"),
        pytest.param({"counted_for": "consignee"}, [{}], "licence", id="of a consignee"),
        pytest.param(
            {"counted_for": "consignee"},
            [{"ult_consignee_name": "norrhallcompute|TH", "destination_country": "TH"}],
            "licence",
            id="of a consignee, wherever it was delivered to",
        ),
        pytest.param(
            {"counted_for": "consignee"}, [{"ult_consignee_name": "ost|"}], "clear", id="of another consignee"
        ),
        pytest.param({"counted_for": "customer"}, [{"counted": False}], "clear", id="not a line that is set aside"),
        pytest.param({"counted_for": "customer"}, [{"replaced_on": "2026-03-01"}], "clear", id="nor an older version"),
        pytest.param({"counted_for": "order"}, [{}], "clear", id="of the order alone"),
        pytest.param({"counted_over": "whole"}, [{"order_date": "2026-01-01"}], "licence", id="from the first day on"),
        pytest.param({"counted_over": "whole"}, [{"order_date": "2025-12-31"}], "clear", id="not from before it"),
        pytest.param({"start": "2026-03-01"}, [{}], "clear", id="nor in a year from before the ceiling's first day"),
        pytest.param({"tpp": str(2 * TPP)}, [{}], "clear", id="a ceiling that is reached is not passed"),
        pytest.param({"limit": "quota:TH", "tpp": "1"}, [{}], "clear", id="a ceiling of another country is none here"),
    ],
)
def test_whose_ceiling_it_is(
    judged: Judged, ceiling: dict[str, str], past: list[dict[str, object]], expected: str
) -> None:
    assert judged(past=past, ceilings=[ceiling])["gate"].tolist() == [expected]


def test_a_ceiling_of_one_country_goes_before_that_of_all(judged: Judged) -> None:
    ceilings = [{"tpp": "1"}, {"limit": "quota:MY", "tpp": "1e9"}]
    assert judged({}, {"order_id": "A-2", "destination_country": "TH"}, ceilings=ceilings)["gate"].tolist() == [
        "clear",
        "licence",
    ]


def test_the_lines_of_one_order_count_together_and_other_orders_of_the_file_do_not(judged: Judged) -> None:
    together = judged({"line_no": "1"}, {"line_no": "2"})
    apart = judged({}, {"order_id": "A-2"})
    assert together["gate"].tolist() == ["licence", "licence"]
    assert apart["gate"].tolist() == ["clear", "clear"]


def test_a_rule_within_a_ceiling_hits_until_it_is_passed(judged: Judged) -> None:
    assert judged(side="within")["gate"].tolist() == ["licence"]
    assert judged(side="within", past=[{}])["gate"].tolist() == ["clear"]


@pytest.mark.parametrize(
    ("cells", "lacks"),
    [
        pytest.param({"quantity": ""}, {"tpp", "quantity"}, id="a quantity not stated"),
        pytest.param({"order_date": ""}, {"order_date"}, id="a day not stated"),
    ],
)
def test_what_cannot_be_counted_stays_open(judged: Judged, cells: dict[str, str], lacks: set[str]) -> None:
    row = judged(cells).iloc[0]
    assert row["gate"] == "unknown"
    assert "Whether a ceiling is passed stays open" in row["gate_reasons"]
    assert lacks <= set(row["gate_lacks"].split(";"))


def test_the_reason_tells_the_sum_the_ceiling_and_how_far_back_is_known(judged: Judged) -> None:
    assert (
        "Counted against quota: 0.2533 of 0.19 million TPP of one country in 2026 (lines known from 2026-02-01 on)"
        in judged(past=[{}])["gate_reasons"].iloc[0]
    )
    assert "(this order alone, no past is known)" in judged({"quantity": "80"})["gate_reasons"].iloc[0]
