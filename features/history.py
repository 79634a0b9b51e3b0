"""Signals of the customer's own past, as of the order date: when it began, how often, how much, in which steps."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.history_facts import BURST, MONTH, YEAR, is_advanced, of_the_past, remembered
from features.known import Known
from features.quantities import TPP_OF_AN_ORDER

FIRST_CONTROLS = "october-2022"  # of the table control_dates
BEFORE_CONTROLS = 180
"""Days that the past must reach back before the controls to say that a customer bought nothing then."""

LONG_SILENCE = 365  # days; a yearly budget brings an honest buyer back sooner
FEWEST_DAYS = 3  # earlier days with orders from which a customer has habits
JUMP = 5.0  # times the largest day so far
BURST_TIMES = 2.0  # times what the customer usually takes in as many days
TPP_OF_A_YEAR = 9_000_000.0
"""What a missing sum counts as: no safer than the median of honest stated values (simulated order book)."""

MOST = 20.0  # times; more is no larger still
SPLIT_LIMIT = TPP_OF_AN_ORDER
"""TPP: an order of common size. Several smaller ones in a month that are more together look like one cut in parts."""

BUYER = ("buyer_id", "buyer_name", "buyer_country", "order_date")
HOW_MUCH = (*BUYER, "part_number", "quantity")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="new-to-advanced-chips",
    fields=(*BUYER, "customer_since"),
    revision=1,
)
def began_after_the_controls(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer's first controlled item came after the controls of October 2022; not evaluated for other items.

    Yes if it is a customer since then, or if the past reaches back before the controls and shows none; no for an order
    before the controls, and for a buyer that had such items then. Not evaluated where the past begins too late to tell.
    """
    told = remembered(lines, known)
    controls = pd.Timestamp(str(known.tables.frames["control_dates"].set_index("name").loc[FIRST_CONTROLS, "date"]))
    since_rule = told["order_date"].sub(controls).dt.days
    new = told["buyer_customer_since"] >= controls
    bought_before = told["past_since_advanced"] > since_rule if not known.past.empty else new & False
    none_seen = (told["past_days"] >= since_rule + BEFORE_CONTROLS) & ~bought_before
    early = since_rule <= 0
    yes = (new | none_seen) & ~bought_before & ~early
    return three_valued(yes, is_advanced(told) & since_rule.notna() & (yes | bought_before | early))


@feature(kind="flag", unit="yes/no", risk="rises", flag="long-silence", fields=BUYER, revision=1)
@of_the_past
def returns_after_a_long_silence(told: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer's last order lies over a year back; not evaluated for a buyer without an earlier order."""
    since = told["past_since_last"]
    return three_valued(since > LONG_SILENCE, since.notna())


@feature(kind="number", unit="1", risk="rises", flag="order-rhythm", fields=BUYER, revision=1, neutral=2.0)
@of_the_past
def times_faster_than_its_rhythm(told: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer's usual days between orders over the days since its last one; missing under three earlier days."""
    usual = (told["past_since_first"] - told["past_since_last"]) / (told["past_order_days"] - 1)
    return (usual / told["past_since_last"]).where(told["past_order_days"] >= FEWEST_DAYS).clip(upper=MOST)


@feature(kind="number", unit="1", risk="rises", flag="volume-jump", fields=HOW_MUCH, revision=1, neutral=1.0)
@of_the_past
def tpp_over_its_largest_day(told: pd.DataFrame, known: Known) -> pd.Series:
    """TPP of the order over the buyer's largest day so far; missing without an earlier day with chips."""
    return _times(told["past_order_tpp"], told["past_most_tpp"])


@feature(kind="number", unit="1", risk="rises", flag="quantity-jump", fields=HOW_MUCH, revision=1, neutral=1.0)
@of_the_past
def chips_over_its_largest_day(told: pd.DataFrame, known: Known) -> pd.Series:
    """Chips of the order over those of the buyer's largest day so far; missing without an earlier day with chips."""
    return _times(told["past_order_chips"], told["past_most_chips"])


@feature(kind="flag", unit="yes/no", risk="rises", flag="volume-jump", fields=HOW_MUCH, revision=1)
@of_the_past
def orders_far_more_than_before(told: pd.DataFrame, known: Known) -> pd.Series:
    """The order holds five times the TPP of the buyer's largest day so far; not evaluated under three earlier days."""
    times = _times(told["past_order_tpp"], told["past_most_tpp"])
    return three_valued(times >= JUMP, times.notna() & (told["past_order_days"] >= FEWEST_DAYS))


@feature(
    kind="number", unit="TPP", risk="rises", flag="volume-of-a-year", fields=HOW_MUCH, revision=1, neutral=TPP_OF_A_YEAR
)
@of_the_past
def tpp_of_the_customers_year(told: pd.DataFrame, known: Known) -> pd.Series:
    """TPP of the order and of the year before it; missing where the past is shorter than that, unless it is much."""
    total = told["past_order_tpp"] + told["past_tpp_year"]
    return total.where((told["past_days"] >= YEAR) | (total > TPP_OF_A_YEAR))


@feature(
    kind="flag", unit="yes/no", risk="rises", flag="split-orders", fields=(*HOW_MUCH, "ult_consignee_name"), revision=1
)
@of_the_past
def splits_an_order(told: pd.DataFrame, known: Known) -> pd.Series:
    """Small orders of one month, by the buyer or to the consignee, are a large one together; not evaluated without TPP.

    At least two earlier days; none of this order and of their mean reaches the size of a common order, all do. No only
    where the past reaches back a month.
    """
    now = told["past_order_tpp"]
    split = any_of(_is_split(now, told[f"past_{who}_tpp"], told[f"past_{who}_days"]) for who in ("month", "sent"))
    return three_valued(split, now.notna() & (split | (told["past_days"] >= MONTH)))


def _is_split(now: pd.Series, tpp: pd.Series, days: pd.Series) -> pd.Series:
    small = (now <= SPLIT_LIMIT) & (tpp <= SPLIT_LIMIT * days)
    return small & (days >= 2) & (now + tpp > SPLIT_LIMIT) & (now > 0)


@feature(kind="flag", unit="yes/no", risk="rises", flag="burst-before-rule", fields=HOW_MUCH, revision=1)
@of_the_past
def hurries_before_a_rule_date(told: pd.DataFrame, known: Known) -> pd.Series:
    """Before an announced rule the buyer takes twice its usual TPP; not evaluated without a year of its own.

    In the weeks before a date of the table rule_dates; no while none is near.
    """
    near = rule_is_near(told["order_date"], known)
    now = told["past_order_tpp"] + told["past_tpp_recent"]
    usual = (told["past_tpp_usual"] * BURST / YEAR).where(lambda tpp: tpp > 0)
    return three_valued(near & (now > BURST_TIMES * usual), near.notna() & (~near.fillna(True) | (now / usual).notna()))


def rule_is_near(dates: pd.Series, known: Known) -> pd.Series:
    """Whether a rule announced by then was to take effect within the days of a burst; missing before the table."""
    rules = known.tables.frames["rule_dates"]
    near = pd.Series(False, index=dates.index)
    for start, end, effective in zip(rules["start"], rules["end"], pd.to_datetime(rules["effective"]), strict=True):
        opens = max(start, effective - pd.Timedelta(days=BURST))
        near |= (dates >= opens) & (dates <= min(end, effective - pd.Timedelta(days=1)))
    known_from = pd.Timestamp(known.tables.cards["rule_dates"].known_from)
    return three_valued(near, dates >= known_from)


@feature(
    kind="number", unit="1", risk="rises", flag="outgrows-destination",
    fields=(*HOW_MUCH, "destination_country"), revision=1, neutral=1.5,
)  # fmt: skip
@of_the_past
def outgrows_its_destination(told: pd.DataFrame, known: Known) -> pd.Series:
    """Growth of the buyer's TPP over that of all orders to its destination; missing where one had none before.

    From half year to half year: a hub that grows for all is no sign.
    """
    own = (told["past_order_tpp"] + told["past_tpp_half"]) / _positive(told["past_tpp_half_before"])
    all_there = _positive(told["past_place_half"]) / _positive(told["past_place_half_before"])
    return (own / all_there).clip(upper=MOST)


def _times(now: pd.Series, largest: pd.Series) -> pd.Series:
    return (now / _positive(largest)).clip(upper=MOST)


def _positive(amounts: pd.Series) -> pd.Series:
    return amounts.where(amounts > 0)


FEATURES = (
    began_after_the_controls,
    returns_after_a_long_silence,
    times_faster_than_its_rhythm,
    tpp_over_its_largest_day,
    chips_over_its_largest_day,
    orders_far_more_than_before,
    tpp_of_the_customers_year,
    splits_an_order,
    hurries_before_a_rule_date,
    outgrows_its_destination,
)
