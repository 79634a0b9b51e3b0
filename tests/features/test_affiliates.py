"""The affiliates rule on each of its days, and the switch for the days on which nobody knows whether it is in force."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from features.affiliates import state_on
from features.gate import gate
from features.known import AffiliatesRule, Known
from features.lines import with_facts
from features.reference.tables import Tables

HALF_OWNED = {"listed_ownership_pct": "50"}


@pytest.fixture(scope="session")
def judged(order: Callable[..., pd.DataFrame], read: Callable[..., pd.DataFrame], tables: Tables) -> Callable[..., str]:
    """Gate and reasons of the plain line on a day, its one party half owned by listed parties."""

    def build(day: str, switch: AffiliatesRule = "as dated", **cells: str) -> tuple[str, str]:
        party = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "DE"}
        party |= {"ultimate_parent_country": "DE"} | HALF_OWNED
        known = Known(tables, date.fromisoformat(day), read([party], "customers"), affiliates_rule=switch)
        row = gate(with_facts(order(**cells), known), known).iloc[0]
        return row["gate"], row["gate_reasons"]

    return build


@pytest.mark.parametrize(
    ("day", "switch", "expected", "said"),
    [
        pytest.param(
            "2025-10-01", "off", "licence", "90 FR 47201", id="off does not undo the rule while it was in force"
        ),
        pytest.param("2026-01-01", "on", "clear", "was suspended", id="on does not undo the suspension"),
        pytest.param("2026-11-09", "on", "clear", "was suspended", id="nor on its last day"),
        pytest.param("2026-11-10", "on", "licence", "set as in force", id="on from the day nobody knows"),
        pytest.param("2026-11-10", "off", "clear", "set as not in force", id="off from the day nobody knows"),
        pytest.param(
            "2026-11-10", "as dated", "licence", "WARNING: that is not verified", id="unset is on, with a warning"
        ),
        pytest.param("2027-06-01", "as dated", "licence", "WARNING", id="and stays so until the table says more"),
    ],
)
def test_the_switch_decides_only_what_the_table_leaves_open(
    judged: Callable[..., tuple[str, str]], day: str, switch: AffiliatesRule, expected: str, said: str
) -> None:
    found, reasons = judged(day, switch)
    assert found == expected
    assert said in reasons


def test_an_exception_does_not_cover_an_owner_on_a_list(
    order: Callable[..., pd.DataFrame], read: Callable[..., pd.DataFrame], tables: Tables
) -> None:
    party = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "hq_country": "DE"} | HALF_OWNED
    known = Known(tables, date(2025, 10, 1), read([party | {"ultimate_parent_country": "DE"}], "customers"))
    lines = with_facts(order(part_number="A30", licence_exception="NAC"), known)
    assert gate(lines, known)["authorisation"].tolist() == ["unusable"]


@pytest.mark.parametrize(
    ("day", "switch", "said"),
    [
        pytest.param(date(2025, 9, 28), "as dated", "did not exist on 2025-09-28", id="before"),
        pytest.param(date(2025, 9, 29), "as dated", "is in force on 2025-09-29", id="in force"),
        pytest.param(date(2025, 11, 9), "off", "is in force on 2025-11-09", id="in force, whatever the switch says"),
        pytest.param(date(2025, 11, 10), "as dated", "is suspended on 2025-11-10", id="suspended"),
        pytest.param(date(2026, 11, 10), "as dated", "WARNING: it is not established", id="not established"),
        pytest.param(date(2026, 11, 10), "on", "was set on for this run", id="set on"),
        pytest.param(date(2026, 11, 10), "off", "was set off for this run", id="set off"),
    ],
)
def test_the_state_of_the_rule_in_one_sentence(tables: Tables, day: date, switch: AffiliatesRule, said: str) -> None:
    sentence = state_on(day, Known(tables, day, affiliates_rule=switch))
    assert said in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
