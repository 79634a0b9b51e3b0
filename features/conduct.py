"""Signals of how the buyer behaves: statements of end use, haste, packing, what is declined, whom the goods go to."""

from __future__ import annotations

import pandas as pd

from features.declare import feature, three_valued
from features.known import Known
from features.lines import asked_once
from features.parties.names import is_placeholder, name_keys

A_YEAR = pd.Timedelta(days=365)
"""Age from which an end-use statement counts as old (the founders' judgement: most are given for a year)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="end-use-withheld",
    fields=("end_use_statement",),
    revision=1,
)
def end_use_statement_is_missing(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The seller's files say that there is no end-use statement; not evaluated when the cell is empty."""
    stated = lines["end_use_statement"]
    return three_valued(stated == "none", stated.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="end-use-statement-old",
    fields=("end_use_statement_date", "order_date", "ship_date"),
    revision=1,
)
def end_use_statement_is_old(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The statement was signed over a year before the order, or after shipment; not evaluated without its date."""
    signed, ordered, shipped = lines["end_use_statement_date"], lines["order_date"], lines["ship_date"]
    gone = (lines["order_status"] == "shipped").fillna(False)
    late = three_valued(gone & (signed > shipped), ~gone | shipped.notna())
    return three_valued(signed < ordered - A_YEAR, signed.notna() & ordered.notna()) | late.where(signed.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="end-use-vague",
    fields=("end_use_text",),
    revision=1,
)
def end_use_is_a_placeholder(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end use names no use ("various", "TBD", "computer parts"); not evaluated when the cell is empty.

    Words of the table vague_end_uses on the date of the order.
    """

    def says_nothing(text: pd.Series, day: pd.Series) -> pd.Series:
        row = known.tables.on("vague_end_uses", name_keys(text), day)
        return three_valued(
            is_placeholder(text) | row["source"].notna(), text.notna() & (row["known"] | is_placeholder(text))
        )

    return asked_once(says_nothing, lines["end_use_text"], lines["order_date"])


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="hurry",
    fields=("urgency_flag",),
    revision=1,
)
def in_a_hurry(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The customer presses for unusually fast delivery; not evaluated when not stated."""
    return lines["urgency_flag"].astype("boolean")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="repackaging",
    fields=("repackaging_requested",),
    revision=1,
)
def repackaging_is_requested(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Neutral packing or removed labels are asked for; not evaluated when not stated."""
    return lines["repackaging_requested"].astype("boolean")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="declines-installation",
    fields=("installation_declined", "support_declined"),
    revision=1,
)
def declines_installation_or_support(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Installation, training or support normally taken is declined; not evaluated while one is not stated."""
    return lines["installation_declined"].astype("boolean") | lines["support_declined"].astype("boolean")


FEATURES = (
    end_use_statement_is_missing,
    end_use_statement_is_old,
    end_use_is_a_placeholder,
    in_a_hurry,
    repackaging_is_requested,
    declines_installation_or_support,
)
