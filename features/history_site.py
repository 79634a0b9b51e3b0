"""Signals of what became of earlier goods: power of the site they fill, proof that they stand there, serial numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.declare import feature, three_valued
from features.history_facts import YEAR, of_the_past
from features.known import Known
from features.lines import of_the_site
from features.past.asof import Calendar, Ints, calendar, days
from features.past.narrow import text
from features.site import MOST, megawatts, of_the_order

AT_THE_SITE = ("dc_power_mw", "quantity", "dc_location", "dc_name", "end_user_name", "order_date")


@feature(kind="flag", unit="yes/no", risk="rises", flag="site-outgrown", fields=AT_THE_SITE, revision=1)
@of_the_past
def the_site_cannot_power_all_orders(told: pd.DataFrame, known: Known) -> pd.Series:
    """Earlier orders for the site and this one draw more than its megawatts; not evaluated without power or chip.

    No only where the past reaches back a year.
    """
    share, reach = _share(told, known)
    return three_valued(share > 1.0, share.notna() & ((share > 1.0) | reach))


@feature(kind="number", unit="1", risk="rises", flag="site-outgrown", fields=AT_THE_SITE, revision=1, neutral=0.4)
@of_the_past
def power_all_orders_need(told: pd.DataFrame, known: Known) -> pd.Series:
    """Megawatts that all orders for the site draw over those it has; missing where the past is shorter than a year.

    Unless they are too many already.
    """
    share, reach = _share(told, known)
    return share.where(reach | (share > 1.0)).clip(upper=MOST)


def _share(told: pd.DataFrame, known: Known) -> tuple[pd.Series, pd.Series]:
    """Power drawn over power stated, and whether the past is long enough to say that it is little."""
    needed = megawatts(told, known.tables)
    drawn = (told["past_site_mw"] + of_the_order(needed, told)).where(needed.notna())
    return drawn / of_the_site(told, "dc_power_mw"), told["past_days"] >= YEAR


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="never-seen-in-place",
    fields=("buyer_id", "buyer_name", "post_delivery_check_date", "location_verification", "ship_date", "order_date"),
    revision=1,
)  # fmt: skip
@of_the_past
def earlier_goods_were_never_seen_in_place(told: pd.DataFrame, known: Known) -> pd.Series:
    """Items shipped to the buyer over half a year before were never checked in place; not evaluated if none were due.

    Controlled items; nor evaluated where no earlier line of the buyer says whether somebody checked.
    """
    evaluated = (told["past_due"] > 0) & ((told["past_told"] > 0) | (told["past_seen"] > 0))
    return three_valued(told["past_seen"] == 0, evaluated)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="serial-repeated",
    fields=("serial_numbers", "order_date"),
    revision=1,
)
def a_serial_number_was_shipped_before(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A serial number of the line stands on an earlier one and did not come back; not evaluated without such numbers.

    Nor where no earlier line states any.
    """
    stated = lines["serial_numbers"].notna() & lines["order_date"].notna()
    if not stated.any() or not known.past["serial_numbers"].notna().any():
        return three_valued(stated, pd.Series(False, index=lines.index))
    sold, of_past = _each(text(known.past["serial_numbers"]))
    asked, of_line = _each(lines["serial_numbers"].where(stated))
    codes, _ = pd.factorize(np.append(of_past, of_line))
    codes = codes.astype(np.int64)
    day = days(lines["order_date"])
    out = _shipped(known.past, sold, codes[: len(sold)]).asked(codes[len(sold) :], day[asked]).total("out")
    told_before = days(known.past["order_date"])[sold].min() < day
    again = pd.Series(False, index=lines.index)
    again.iloc[np.unique(asked[out > 0])] = True
    return three_valued(again, stated & told_before)


def _each(cells: pd.Series) -> tuple[Ints, npt.NDArray[np.object_]]:
    """The place of each serial number among the rows, and the number in capitals."""
    split = cells.reset_index(drop=True).dropna().str.upper().str.split(";").explode().str.strip()
    return split.index.to_numpy(dtype=np.int64), split.to_numpy(dtype=object)


def _shipped(past: pd.DataFrame, row: Ints, serial: Ints) -> Calendar:
    """Numbers that went out less those that came back, by day."""
    counts = (
        past["counted"] & past["replaced_on"].isna() & ~past["order_status"].isin(("quote", "cancelled"))
    ).to_numpy()
    back = ((past["quantity"] < 0) | (past["order_status"] == "returned")).to_numpy()
    sign = np.where(counts, np.where(back, -1, 1), 0)[row]
    return calendar(serial, days(past["order_date"])[row], {"out": sign})


FEATURES = (
    the_site_cannot_power_all_orders,
    power_all_orders_need,
    earlier_goods_were_never_seen_in_place,
    a_serial_number_was_shipped_before,
)
