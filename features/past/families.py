"""The families of columns that stand on one key: what of the past travels for each, and the functions that answer.

Of the rows that share a key only what the answer reads travels: a key and a member with the day on which they first
met, or the sum of a day. A country, forwarder or part that stands on most lines of a file has as many rows as it has
members or days. The functions that answer are those that judge a file in one piece.
"""

# Over 150 lines: what travels, the answers, and the list of the families.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from features import links_counts as counts
from features.history_events import code_in, codes, events
from features.history_facts import Facts, by_codes, drawn, drawn_at, grown, sent_to, to_the_east
from features.known import Known
from features.links import Coded, coded
from features.links_seen import Ints, days_of
from features.links_successors import new_buyers, only_refused_bought_it
from features.links_verdicts import decided
from features.past import identity
from features.past.asof import A_DAY, Before, calendar, days, whole
from features.past.by_key import NOBODY, Family, filled, met_on, numbered, since

DAY = "order_date"
EVENTS = ("order_date", "known_on", "replaced_on", "counted", "order_status", "quantity")


def _rows(names: tuple[str, ...], past: pd.DataFrame, known: Known) -> pd.DataFrame:
    return past[list(names)]


def _all(rows: pd.DataFrame) -> pd.DataFrame:
    return rows


def _met(names: tuple[str, ...], past: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Who met whom, and the first day on which it was known."""
    return _first(past[list(dict.fromkeys(names))].assign(**{DAY: met_on(past)}))


def _first(rows: pd.DataFrame, days: int = 1) -> pd.DataFrame:
    """Of rows that differ in their day alone the first, or the first of several days."""
    ordered = rows.sort_values(DAY, kind="stable")
    number = pd.Series(numbered(ordered.drop(columns=DAY)), index=ordered.index)
    if days == 1:
        return ordered[~number.duplicated().to_numpy()]
    several = pd.DataFrame({"number": number, DAY: ordered[DAY]}).drop_duplicates()
    return ordered.loc[several.index[several.groupby("number").cumcount().to_numpy() < days]]


def _sums(key: str, amount: Callable[[pd.DataFrame, Known], Ints], past: pd.DataFrame, known: Known) -> pd.DataFrame:
    """What was sold, by key and day; a version that was taken back counts against the day of the next."""
    sold = events(past)
    rows = past[[key]].iloc[sold.at].assign(**{DAY: _dates(sold.day)}, amount=sold.amount(amount(past, known)))
    return _added(rows.dropna())


def _added(rows: pd.DataFrame) -> pd.DataFrame:
    by = [name for name in rows if name != "amount"]
    number = numbered(rows[by])
    first = np.unique(number, return_index=True)[1]
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, number, rows["amount"].to_numpy(dtype=np.int64))
    return rows[by].iloc[first].assign(amount=total)


def _dates(day: Ints) -> np.ndarray:
    return (day * A_DAY).astype("datetime64[us]")


def _tpp(past: pd.DataFrame, known: Known) -> Ints:
    return whole(past["tpp_total"])


def _before(past: pd.DataFrame, asks: pd.DataFrame, key: str, unit: str | None = None) -> Before:
    """The days of the key of each question before its day, with the sums of `unit`."""
    amounts = {} if unit is None else {unit: past["amount"].to_numpy(dtype=np.int64)}
    of_past = np.asarray(past[key].cat.codes, dtype=np.int64)
    return calendar(of_past, days(past[DAY]), amounts).asked(code_in(asks[key], past[key]), days(asks[DAY]))


def _summed(
    key: str, unit: str, facts: Callable[[Before], Facts],
    past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series,
) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(facts(_before(past, asks, key, unit)))


def _eastward(past: pd.DataFrame, known: Known) -> pd.DataFrame:
    sold = to_the_east(events(past))
    return past[["buyer", "end_user_name"]].iloc[sold.at].assign(**{DAY: _dates(sold.day)}).drop_duplicates()


def _to_russia(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"past_to_russia": sum(_before(past, asks, key).days for key in ("buyer", "end_user_name"))})


def _customer(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    past, lines = filled([past] if len(past) else []), filled([asks])
    facts = by_codes(codes(lines, past), days(lines["order_date"]), replace(known, past=past))
    new = new_buyers(
        *coded(past[["buyer", "order_date", "known_on"]], asks, days_of(asks[DAY]), NOBODY),
        days_of(asks["buyer_customer_since"]),
    )
    return pd.DataFrame({**facts, "net_new_buyer": new})


def _coded(past: pd.DataFrame, asks: pd.DataFrame) -> tuple[Coded, Coded]:
    return coded(past.assign(known_on=past[DAY]), asks, days_of(asks[DAY]), NOBODY)


def _address(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"net_customers": counts.customers_at_the_address(*_coded(past, asks))})


def _site(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = _coded(past, asks)
    lately = counts.buyers_of_the_site(*rows, lately=True)
    return pd.DataFrame({"net_buyers": counts.buyers_of_the_site(*rows), "net_buyers_lately": lately})


def _payer(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"net_paid_for": counts.buyers_of_the_payer(*_coded(past, asks))})


def _carried(past: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Consignees that a forwarder served, their own or passing on, by day; and every decided row."""
    told = np.zeros(0, dtype=np.uint64) if known.decisions is None else identity.keys(known.decisions)
    to = past["ult_consignee_name"]
    own = np.logical_or.reduce([code_in(past[name], to) == to.cat.codes for name in ("buyer_name", "end_user_name")])
    names = ("forwarder_name", "ult_consignee_name")
    rows = _rows((*names, "key"), past, known).assign(buyer_name=to.where(own), **{DAY: met_on(past)})
    return _served(rows.assign(key=rows["key"].where(rows["key"].isin(told), identity.NO_KEY)))


def _served(rows: pd.DataFrame) -> pd.DataFrame:
    """Every decided row, and of the others the first two days of each consignee."""
    free = (rows["key"] == identity.NO_KEY).to_numpy()
    return pd.concat([rows[~free], _first(rows[free], days=2)], ignore_index=True)


def _forwarder(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = _coded(past.assign(end_user_name=past["buyer_name"]), asks)
    consignees, once = counts.consignees_of_the_forwarder(*rows)
    share = counts.refused_share_of_the_forwarder(*rows, decided(replace(known, past=past)))
    return pd.DataFrame({"net_consignees": consignees, "net_one_offs": once, "net_carrier_refused": share})


def _part(past: pd.DataFrame, asks: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    """As if every buyer were new: who is, its own family says."""
    one, other = _coded(past, asks)
    new = np.ones(len(asks), dtype=bool)
    return pd.DataFrame({"net_part_of_refused": only_refused_bought_it(one, other, since(one.titles, refused), new)})


def _of_sums(name: str, key: str, gives: tuple[str, ...], facts: Callable[[Before], Facts]) -> Family:
    amount, unit = (drawn, "watts") if name == "power" else (_tpp, "tpp")
    return Family(name, (key,), (DAY,), partial(_sums, key, amount), _added, gives, partial(_summed, key, unit, facts))


def _of_pairs(
    name: str, keys: tuple[str, ...], members: tuple[str, ...], gives: tuple[str, ...], answer: Any
) -> Family:
    return Family(name, keys, (*members, DAY), partial(_met, (*keys, *members)), _first, gives, answer)


FAMILIES = (
    Family(
        "customer",
        ("buyer",),
        (DAY, "payer_name", "buyer_customer_since"),
        partial(
            _rows,
            (
                "buyer", *EVENTS, "tpp_total", "chips", "chip_class", "ship_date", "location_verification",
                "post_delivery_check_date", "payer_name", "payer_country",
            ),
        ),
        _all,
        (
            "past_order_days", "past_since_last", "past_since_first", "past_since_advanced", "past_most_tpp",
            "past_most_chips", "past_tpp_year", "past_tpp_recent", "past_tpp_usual", "past_tpp_half",
            "past_tpp_half_before", "past_month_days", "past_month_tpp", "past_due", "past_told", "past_seen",
            "past_payer_named", "past_paid", "past_paid_so", "past_paid_from_concern", "net_new_buyer",
        ),
        _customer,
    ),
    _of_sums("consignee", "ult_consignee_name", ("past_sent_days", "past_sent_tpp"), sent_to),
    _of_sums("power", "site", ("past_site_mw",), drawn_at),
    _of_sums("destination", "destination_country", ("past_place_half", "past_place_half_before"), grown),
    Family(
        "russia", ("buyer", "end_user_name"), (DAY,), _eastward, pd.DataFrame.drop_duplicates, ("past_to_russia",),
        _to_russia, "sum",
    ),
    _of_pairs("address", ("buyer_address",), ("buyer",), ("net_customers",), _address),
    _of_pairs(
        "site", ("ult_consignee_name", "end_user_name"), ("buyer", "forwarder_name"),
        ("net_buyers", "net_buyers_lately"), _site,
    ),
    _of_pairs("payer", ("payer_name",), ("buyer", "buyer_name"), ("net_paid_for",), _payer),
    Family(
        "forwarder",
        ("forwarder_name",),
        ("ult_consignee_name", DAY),
        _carried,
        _served,
        ("net_consignees", "net_one_offs", "net_carrier_refused"),
        _forwarder,
    ),
    _of_pairs("part", ("part",), ("buyer_name",), ("net_part_of_refused",), _part),
)  # fmt: skip
