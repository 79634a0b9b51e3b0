"""The page of a watched model: alarms first, escaped, and without any value of an order."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd

from training.contest.check import held
from training.monitor.page import page
from training.monitor.watch import Watched, watched

AS_OF = date(2026, 11, 25)


def found(watching) -> Watched:
    seen = watching.seen()
    return watched(watching.model, seen, ["orders.csv"], None, pd.Series("B", index=seen.facts.index))


def test_the_same_findings_give_the_same_page(watching) -> None:
    told = found(watching)
    assert page(told, watching.model, AS_OF) == page(told, watching.model, AS_OF)


def test_an_alarm_stands_in_the_heading_and_before_what_is_quiet(watching) -> None:
    told = found(watching)
    loud = replace(told, checks=(*told.checks, held("hits", 0.1, "at least 0.6", False, "too few")))
    text = page(loud, watching.model, AS_OF)
    assert "1 alarm" in re.sub(r"<[^>]+>", "", text.split("<h1>")[1].split("</h1>")[0])
    assert text.index(">ALARM<") < text.index(">quiet<")
    assert "no alarm" in page(told, watching.model, AS_OF)


def test_the_page_holds_no_cell_of_an_order_and_no_script(watching) -> None:
    text = page(found(watching), watching.model, AS_OF)
    for name in ("buyer_name", "order_id", "ult_consignee_name", "buyer_address", "buyer_id"):
        assert not [cell for cell in watching.facts[name].dropna().unique() if str(cell) in text], name
    assert "<script" not in text


def test_without_outcomes_the_page_says_so(watching) -> None:
    assert "whether the scores hold was not evaluated" in page(found(watching), watching.model, AS_OF)


def test_a_file_name_is_escaped(watching) -> None:
    assert "&lt;b&gt;.csv" in page(replace(found(watching), names=("<b>.csv",)), watching.model, AS_OF)
