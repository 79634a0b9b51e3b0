"""What is known when an order is scored: dated tables, the customer master, the past. Passed in, cached nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from features.past.columns import ALONE, no_past
from features.reference.tables import Tables, shipped

if TYPE_CHECKING:  # the matcher costs a second at start, and a home without a list needs none
    from features.parties.screening.lists import Lists

AffiliatesRule = Literal["as dated", "on", "off"]


@dataclass(frozen=True)
class Known:
    """The facts a feature or the gate may use besides the order itself.

    `customers` is the typed customer master (columns of `orders.fields.of_kind("customers")`), or None when no file was
    given: a party that nobody looked up is "not evaluated". `as_of` is the day the gate decides for; with `backtest` it
    is each order's own date. `past` is the narrow table of `past.columns`, without a row when no earlier line is known,
    and `past_version` names what was told before this file. `decisions` are what reviewers found of earlier orders
    (order_id, line_no, decision, label_class, decided_on), None when nobody told; a decision counts only for lines
    dated after its `decided_on`. `affiliates_rule` decides for the days on which the tables leave open whether the rule
    of September 2025 is in force (`affiliates.state_on`); for the days before it changes nothing. Without `lists` no
    party was screened, and every line says so.
    """

    tables: Tables
    as_of: date
    customers: pd.DataFrame | None = None
    past: pd.DataFrame = field(default_factory=no_past)
    past_version: str = ALONE
    decisions: pd.DataFrame | None = None
    backtest: bool = False
    affiliates_rule: AffiliatesRule = "as dated"
    lists: Lists | None = None


def known_on(
    as_of: date,
    customers: pd.DataFrame | None = None,
    *,
    backtest: bool = False,
    affiliates_rule: AffiliatesRule = "as dated",
    lists: Lists | None = None,
) -> Known:
    """The shipped tables and the given customer master, as of one day."""
    return Known(
        tables=shipped(),
        as_of=as_of,
        customers=customers,
        backtest=backtest,
        affiliates_rule=affiliates_rule,
        lists=lists,
    )
