"""What the past adds to an order line, as of its date: sums and days of customer, goods, payer and destination."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.history_events import NOT_STATED, Events, events, keys, payers
from features.known import Known
from features.past.asof import Before, Ints, calendar, days, whole
from features.places import in_d5_or_macau
from features.site import kilowatts_a_chip

Facts = Mapping[str, object]
Build = Callable[[pd.DataFrame, Known], pd.Series]

YEAR, HALF_YEAR, MONTH = 365, 182, 30
BURST = 45
"""Days before a rule date in which a burst is looked for (reported peak: the six weeks to 15 May 2025)."""

DUE = 180
"""Days after shipment by which somebody should have seen the goods in place (the founders' judgement)."""

RUSSIA_AND_BELARUS = ("RU", "BY")
SEEN_IN_PLACE = ("technical", "audited")
ADVANCED_TPP = 4_800.0
"""TPP of a chip from which it was advanced before any rule said so: the limit of 3A090.a (15 CFR part 774)."""

STAMP = "past_days"
"""The column by which lines are known to carry these facts."""


def remembered(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Lines that carry their facts, with what the past says of them; those that have it are returned as they are.

    Adds `past_days` (days that the past reaches back before the order, missing without a past or a date) and, where
    there is a past, `past_…`: counts, sums (TPP, MW) and ages (days, missing where nothing is met) over lines dated
    strictly earlier, returns, quotes and cancelled orders left out; `past_order_…` are sums of the order itself.
    """
    if STAMP in lines:
        return lines
    if known.past.empty:
        return lines.assign(**{STAMP: np.nan})
    found: dict[str, object] = {
        **of_the_order(lines),
        **by_codes(keys(lines, known.past), days(lines["order_date"]), known),
    }
    return pd.concat([lines, pd.DataFrame(found, index=lines.index)], axis=1)


def of_the_order(lines: pd.DataFrame) -> Facts:
    """The facts that whole orders say of themselves."""
    return {"past_order_tpp": of_its_order(lines, "tpp_total"), "past_order_chips": of_its_order(lines, "chips")}


def by_codes(of_line: Mapping[str, Ints], day: Ints, known: Known) -> Facts:
    """All other facts, of lines told by the codes of their keys (`history_events.keys`) and their days."""
    sold = events(known.past)
    return {
        STAMP: _reach(known.past, day),
        **_of_the_customer(sold, of_line, day),
        **_of_the_goods(sold, of_line, day, known),
        **_of_the_payer(sold, of_line, day, known),
        **_of_places(sold, of_line, day),
    }


def of_the_past(build: Build) -> Build:
    """The signal below is asked of lines that an earlier day of the past lies before; the others are not evaluated."""

    @wraps(build)
    def asked(lines: pd.DataFrame, known: Known) -> pd.Series:
        told = remembered(lines, known)
        met = told[STAMP].notna()
        return build(told, known).where(met) if met.any() else pd.Series(pd.NA, index=lines.index, dtype="Float64")

    return asked


def of_its_order(lines: pd.DataFrame, amount: str) -> pd.Series:
    """The amount of all lines of the order in whole units, returns as nothing; missing where that of the line is."""
    own = lines[amount].clip(lower=0.0).round()
    together = own.groupby(lines["order_id"].fillna("")).transform("sum")
    return together.where(lines["order_id"].notna(), own).where(own.notna())


def is_advanced(rows: pd.DataFrame) -> pd.Series:
    """Whether a row holds controlled chips, or, whatever its day, chips at the limit that the controls began with."""
    return rows["chip_class"].isin(("a", "b")) | (rows["tpp_total"] >= ADVANCED_TPP * rows["chips"]).fillna(False)


def _reach(past: pd.DataFrame, day: Ints) -> npt.NDArray[np.float64]:
    """How many days the past reaches back; its first row is the oldest."""
    first = int(days(past["order_date"].iloc[:1])[0])
    return np.where(day > first, (day - first).astype(np.float64), np.nan)


def _of_the_customer(sold: Events, of_line: Mapping[str, Ints], day: Ints) -> Facts:
    tpp, chips = whole(sold.past["tpp_total"]), whole(sold.past["chips"])
    amounts = {"tpp": sold.amount(tpp), "most_tpp": tpp[sold.at], "most_chips": chips[sold.at]}
    days_of = calendar(sold.code("buyer"), sold.day, amounts, largest=("most_tpp", "most_chips"))
    before = days_of.asked(of_line["buyer"], day)
    advanced = sold.only(is_advanced(sold.past).to_numpy(dtype=bool))
    first = calendar(advanced.code("buyer"), advanced.day).asked(of_line["buyer"], day)
    consignees = calendar(sold.code("ult_consignee_name"), sold.day, {"tpp": amounts["tpp"]})
    sent = consignees.asked(of_line["ult_consignee_name"], day)
    recent = before.total("tpp", within=BURST)
    return {
        "past_order_days": before.days,
        "past_since_last": before.since_last,
        "past_since_first": before.since_first,
        "past_since_advanced": first.since_first,
        "past_most_tpp": before.largest("most_tpp"),
        "past_most_chips": before.largest("most_chips"),
        "past_tpp_year": before.total("tpp", within=YEAR),
        "past_tpp_recent": recent,
        "past_tpp_usual": before.total("tpp", within=YEAR + BURST) - recent,
        "past_tpp_half": before.total("tpp", within=HALF_YEAR),
        "past_tpp_half_before": before.total("tpp", within=2 * HALF_YEAR) - before.total("tpp", within=HALF_YEAR),
        "past_month_days": before.count(MONTH),
        "past_month_tpp": before.total("tpp", within=MONTH),
        **sent_to(sent),
    }


def sent_to(consignee: Before) -> Facts:
    """Order days and TPP of what went to a consignee in the month before."""
    return {"past_sent_days": consignee.count(MONTH), "past_sent_tpp": consignee.total("tpp", within=MONTH)}


def grown(place: Before) -> Facts:
    """TPP of what went to a destination in the half-year before, and in the one before that."""
    half = place.total("tpp", within=HALF_YEAR)
    return {"past_place_half": half, "past_place_half_before": place.total("tpp", within=2 * HALF_YEAR) - half}


def drawn_at(site: Before) -> Facts:
    """Power of the chips that a site has, in MW."""
    return {"past_site_mw": site.total("watts") / 1e6}


def drawn(past: pd.DataFrame, known: Known) -> Ints:
    """Power of the chips of each row, in watts."""
    chips = pd.Series(past["chip"].cat.categories, dtype="str")
    kilowatts = kilowatts_a_chip(chips, known.tables).reindex(past["chip"].cat.codes).to_numpy()
    return whole(past["chips"] * kilowatts * 1000.0)


def to_the_east(sold: Events) -> Events:
    """What was sold to Russia or Belarus."""
    return sold.only(sold.past["destination_country"].isin(RUSSIA_AND_BELARUS).to_numpy())


def _of_the_goods(sold: Events, of_line: Mapping[str, Ints], day: Ints, known: Known) -> Facts:
    """Power drawn at the site; earlier goods of the customer that are due to be seen in place, stated and seen."""
    past = sold.past
    at_site = calendar(sold.code("site"), sold.day, {"watts": sold.amount(drawn(past, known))})
    checked = past["post_delivery_check_date"].notna()
    seen = (checked | past["location_verification"].isin(SEEN_IN_PLACE)).to_numpy()
    told = (checked | past["location_verification"].notna()).to_numpy()
    seen_on = np.maximum(days(past["order_date"]), days(past["post_delivery_check_date"]))
    controlled = past["chip_class"].isin(("a", "b")).to_numpy()
    shipped = controlled & past["ship_date"].notna().to_numpy()
    due_on = np.maximum(days(past["order_date"]), days(past["ship_date"]) + DUE)
    return {
        **drawn_at(at_site.asked(of_line["site"], day)),
        "past_due": _met(sold.only(shipped), due_on, of_line["buyer"], day),
        "past_told": _met(sold.only(told), days(past["order_date"]), of_line["buyer"], day),
        "past_seen": _met(sold.only(seen), seen_on, of_line["buyer"], day),
    }


def _met(sold: Events, on: Ints, buyer: Ints, day: Ints) -> Ints:
    """Days before the order on which the customer had such an event, each on a day of its own."""
    return calendar(sold.code("buyer"), on[sold.at]).asked(buyer, day).days


def _of_the_payer(sold: Events, of_line: Mapping[str, Ints], day: Ints, known: Known) -> Facts:
    past = sold.past
    paid_by = payers(past)
    width = len(paid_by.cat.categories) + 1
    buyer, payer = sold.code("buyer"), np.asarray(paid_by.cat.codes, dtype=np.int64)[sold.at]
    stated = (buyer >= 0) & (payer >= 0)
    paid = calendar(np.where(stated, buyer, -1), sold.day).asked(of_line["buyer"], day)
    pair = calendar(np.where(stated, buyer * width + payer, -1), sold.day)
    met = np.where((of_line["buyer"] >= 0) & (of_line["payer"] >= 0), of_line["buyer"] * width + of_line["payer"], -1)
    concern = sold.only(_from_concern(past, known))
    return {
        "past_payer_named": of_line["payer"] != NOT_STATED,
        "past_paid": paid.days,
        "past_paid_so": pair.asked(met, day).days,
        "past_paid_from_concern": calendar(concern.code("buyer"), concern.day).asked(of_line["buyer"], day).days,
    }


def _from_concern(past: pd.DataFrame, known: Known) -> npt.NDArray[np.bool_]:
    """Rows that were paid from a country then in D:5, or from Macau."""
    if not past["payer_country"].notna().any():
        return np.zeros(len(past), dtype=bool)
    country = past["payer_country"].astype("str").astype("str")
    return in_d5_or_macau(country, past["order_date"], known).fillna(False).to_numpy(dtype=bool)


def _of_places(sold: Events, of_line: Mapping[str, Ints], day: Ints) -> Facts:
    """How the destination grew for all customers, and earlier lines of the parties to Russia or Belarus."""
    tpp = sold.amount(whole(sold.past["tpp_total"]))
    there = calendar(sold.code("destination_country"), sold.day, {"tpp": tpp})
    east = to_the_east(sold)
    earlier = [
        calendar(east.code(role), east.day).asked(of_line[role], day).days for role in ("buyer", "end_user_name")
    ]
    return {
        **grown(there.asked(of_line["destination_country"], day)),
        "past_to_russia": earlier[0] + earlier[1],
    }
