"""What the past says of lines, asked key by key: the same facts as of the whole past, of rows dealt out by their keys.

A column of a family is right where all rows of the past that share the line's key are together; nothing else of the
past is read for it. So rows and lines are dealt out to buckets by a hash of the key, and each bucket answers alone.
"""

# Over 150 lines: the dealing, and one family after another.

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from features import links_counts as counts
from features.history_events import codes
from features.history_facts import by_codes
from features.known import Known
from features.links import coded
from features.links_seen import NEVER, Ints, days_of
from features.links_successors import new_buyers, only_refused_bought_it
from features.links_verdicts import decided
from features.past.asof import days
from features.past.columns import DTYPES
from features.past.narrow import category, narrow

HOME, LINE = "home", "line"
"""Which part of the file a line stands in, and its place there: where an answer goes."""

BESIDES = ("list_gate", "buyer_customer_since")
NOBODY = pd.Series(dtype="str")

Answer = Callable[[pd.DataFrame, pd.DataFrame, Known, pd.Series], pd.DataFrame]


@dataclass(frozen=True)
class Family:
    """Columns that stand on one key, or on several, whose answers are then added up or compared.

    `reads` are the columns of the past that the answer needs besides; a key that belongs to another bucket is blank.
    """

    name: str
    keys: tuple[str, ...]
    reads: tuple[str, ...]
    gives: tuple[str, ...]
    answer: Answer
    several: Literal["sum", "max"] = "max"

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What travels of rows of the past, or of lines that ask."""
        besides = [name for name in (*BESIDES, HOME, LINE) if LINE in rows]
        return rows[list(dict.fromkeys((*self.keys, *self.reads, *besides)))]


def asked(lines: pd.DataFrame, known: Known, home: int) -> pd.DataFrame:
    """The lines (with their facts) as they ask: rows of the past with BESIDES, HOME and LINE; index kept."""
    besides: dict[str, Any] = {**lines[list(BESIDES)], HOME: home, LINE: lines.index}
    return narrow(lines, known.tables).assign(**besides)


def dealt(rows: pd.DataFrame, keys: tuple[str, ...], buckets: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """The rows of each bucket to which one of their keys belongs; lines that ask go home where they have no key."""
    place = pd.DataFrame({key: bucket(rows[key], buckets) for key in keys}, index=rows.index)
    if LINE in rows:
        place[keys[0]] = place[keys[0]].where((place >= 0).any(axis=1), rows[HOME])
    for number in range(buckets):
        here = place == number
        met = here.any(axis=1)
        if met.any():
            own = rows[met]
            blank = {key: own[key].where(here.loc[met, key]) for key in keys if len(keys) > 1}
            yield number, light(own.assign(**blank))


def bucket(keys: pd.Series, buckets: int) -> Ints:
    """The bucket of each key, the same in every process; -1 where there is none."""
    values = keys if isinstance(keys.dtype, pd.CategoricalDtype) else category(keys)
    hashed = pd.util.hash_array(values.cat.categories.to_numpy(object)) % np.uint64(buckets)
    return np.append(hashed.astype(np.int64), -1)[values.cat.codes]


def light(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without categories that none of them has, for rows that travel."""
    named = [name for name in rows if isinstance(rows[name].dtype, pd.CategoricalDtype)]
    return rows.assign(**{str(name): rows[name].cat.remove_unused_categories() for name in named})


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows with the same columns below each other, numbered anew; the values of each category are joined."""
    return pd.DataFrame(
        {
            name: pd.api.types.union_categoricals([part[name] for part in parts])
            if isinstance(parts[0][name].dtype, pd.CategoricalDtype)
            else pd.concat([part[name] for part in parts], ignore_index=True)
            for name in parts[0]
        }
    )


def filled(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows that travelled, with the columns of a past that did not; one row that counts for nobody where none came."""
    if not parts:
        return empty(1).assign(counted=False)
    rows = stacked(parts)
    return pd.concat([empty(len(rows)).drop(columns=rows.columns, errors="ignore"), rows], axis=1)


def empty(length: int) -> pd.DataFrame:
    """Rows of the past that state nothing, and count."""
    none = {
        "category": pd.Categorical.from_codes(np.full(length, -1), pd.Index([], dtype="str")),
        "datetime64[us]": np.full(length, np.datetime64("NaT", "us")),
        "float64": np.full(length, np.nan),
        "str": pd.array([None] * length, dtype="str"),
        "bool": np.ones(length, dtype=bool),
    }
    made = {n: none[dtype] if dtype in none else np.zeros(length, dtype=dtype) for n, dtype in DTYPES.items()}
    return pd.DataFrame(made, copy=False)


def answered(
    family: Family, past: list[pd.DataFrame], lines: list[pd.DataFrame], known: Known, refused: pd.Series
) -> pd.DataFrame:
    """HOME, LINE and the columns that a bucket's rows give; `refused` is the day of each refused or listed party."""
    asks = filled(lines)
    found = family.answer(filled(past), asks, known, refused)
    return pd.concat([asks[[HOME, LINE]], found.set_axis(asks.index)[list(family.gives)]], axis=1)


def together(family: Family, answers: list[pd.DataFrame], lines: pd.Index) -> pd.DataFrame:
    """The answers of all buckets for the lines of a part."""
    whole = pd.concat(answers).set_index(LINE)[list(family.gives)]
    if len(family.keys) > 1:
        whole = whole.groupby(level=0).agg(family.several)
    return whole.reindex(lines)


def _history(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    facts = by_codes(codes(lines, past), days(lines["order_date"]), replace(known, past=past))
    return pd.DataFrame(facts, index=lines.index)


def _customer(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    new = new_buyers(*rows, days_of(lines["buyer_customer_since"]))
    return _history(past, lines, known, refused).assign(net_new_buyer=new)


def _address(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    return pd.DataFrame({"net_customers": counts.customers_at_the_address(*rows)})


def _site(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    lately = counts.buyers_of_the_site(*rows, lately=True)
    return pd.DataFrame({"net_buyers": counts.buyers_of_the_site(*rows), "net_buyers_lately": lately})


def _payer(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    return pd.DataFrame({"net_paid_for": counts.buyers_of_the_payer(*rows)})


def _forwarder(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    rows = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    consignees, once = counts.consignees_of_the_forwarder(*rows)
    share = counts.refused_share_of_the_forwarder(*rows, decided(replace(known, past=past)))
    return pd.DataFrame({"net_consignees": consignees, "net_one_offs": once, "net_carrier_refused": share})


def _part(past: pd.DataFrame, lines: pd.DataFrame, known: Known, refused: pd.Series) -> pd.DataFrame:
    """As if every buyer were new: who is, its own family says."""
    one, other = coded(past, lines, days_of(lines["order_date"]), NOBODY)
    new = np.ones(len(lines), dtype=bool)
    return pd.DataFrame({"net_part_of_refused": only_refused_bought_it(one, other, since(one.titles, refused), new)})


def since(titles: pd.Index, refused: pd.Series) -> Ints:
    """The day from which each party counts as refused or listed; NEVER if not."""
    return refused.reindex(titles).fillna(NEVER).to_numpy(dtype=np.int64)


EVENTS = ("order_date", "known_on", "replaced_on", "counted", "order_status", "quantity")
MET = ("order_date", "known_on")
FAMILIES = (
    Family(
        "customer",
        ("buyer",),
        (
            *EVENTS, "tpp_total", "chips", "chip_class", "ship_date", "location_verification",
            "post_delivery_check_date", "payer_name", "payer_country",
        ),
        (
            "past_order_days", "past_since_last", "past_since_first", "past_since_advanced", "past_most_tpp",
            "past_most_chips", "past_tpp_year", "past_tpp_recent", "past_tpp_usual", "past_tpp_half",
            "past_tpp_half_before", "past_month_days", "past_month_tpp", "past_due", "past_told", "past_seen",
            "past_payer_named", "past_paid", "past_paid_so", "past_paid_from_concern", "net_new_buyer",
        ),
        _customer,
    ),
    Family(
        "consignee", ("ult_consignee_name",), (*EVENTS, "tpp_total"), ("past_sent_days", "past_sent_tpp"), _history
    ),
    Family("power", ("site",), (*EVENTS, "chips", "chip"), ("past_site_mw",), _history),
    Family(
        "destination",
        ("destination_country",),
        (*EVENTS, "tpp_total"),
        ("past_place_half", "past_place_half_before"),
        _history,
    ),
    Family(
        "russia", ("buyer", "end_user_name"), (*EVENTS, "destination_country"), ("past_to_russia",), _history, "sum"
    ),
    Family("address", ("buyer_address",), (*MET, "buyer"), ("net_customers",), _address),
    Family(
        "site",
        ("ult_consignee_name", "end_user_name"),
        (*MET, "buyer", "forwarder_name"),
        ("net_buyers", "net_buyers_lately"),
        _site,
    ),
    Family("payer", ("payer_name",), (*MET, "buyer", "buyer_name"), ("net_paid_for",), _payer),
    Family(
        "forwarder",
        ("forwarder_name",),
        (*MET, "key", "ult_consignee_name", "buyer_name", "end_user_name"),
        ("net_consignees", "net_one_offs", "net_carrier_refused"),
        _forwarder,
    ),
    Family("part", ("part",), (*MET, "buyer_name"), ("net_part_of_refused",), _part),
)  # fmt: skip
