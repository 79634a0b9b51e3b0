"""What the gate and the serial numbers read of other orders: sums by day and numbers asked for, as rows of a past.

Rows of a line's own order stand in its own part of the file; of all others only this travels there.
"""

from __future__ import annotations

import pandas as pd

from features.gate_limits import COUNTED_COLUMNS, NOT_COUNTED, WHOSE, counted_rows, past_rows
from features.history_changes import SHIPPING
from features.known import Known
from features.past.by_key import HOME, empty, filled, numbered
from features.past.narrow import category, text

OTHERS = "\0 another order"
"""Order of the rows that stand for those of other parts: no order of a file is named so."""

SUBJECTS = tuple(column for whose, column in WHOSE.items() if whose != "order")
EVERYBODY = ("destination_country",)
"""Asked by every part: a rule may ask for a country that no line goes to."""

WHO = "who"
SUBJECT, NUMBER = ["column", "subject"], ["serial"]
"""By what sums and serial numbers are asked for."""

SERIAL = "serial_numbers"
STATE = ("order_date", "counted", "replaced_on", "order_status", "quantity")

OWN = tuple(dict.fromkeys((HOME, "key", *COUNTED_COLUMNS, *STATE, SERIAL, *SHIPPING)))
"""What judgement reads of earlier lines of the same orders."""


def sums(past: pd.DataFrame, known: Known) -> pd.DataFrame:
    """TPP that counts for a ceiling by `column`, `subject`, HOME and `order_date`, from the first ceiling's day on."""
    rows = past_rows(past)
    if rows is None:
        return pd.DataFrame()
    added = rows["tpp_total"].where(~rows["order_status"].isin(NOT_COUNTED)).clip(lower=0.0).fillna(0.0)
    told = rows.assign(tpp_total=added, home=past.loc[_stands(past), HOME].to_numpy())
    told = told[(told["order_date"] >= known.tables.frames["tpp_limits"]["start"].min()) & (added > 0)]
    each = [told.rename(columns={name: "subject"}).assign(column=name) for name in SUBJECTS]
    by = ["column", "subject", HOME, "order_date"]
    found: pd.DataFrame = pd.concat(each).dropna(subset=["subject"])
    return found.groupby(by, sort=False, as_index=False).agg({"tpp_total": "sum"})


def subjects(lines: pd.DataFrame, home: int) -> pd.DataFrame:
    """Whose TPP the lines of a part ask for: column, subject, HOME."""
    rows = counted_rows(lines)
    each = [pd.DataFrame({"column": n, "subject": rows[n]}) for n in SUBJECTS if n not in EVERYBODY]
    return pd.concat(each).dropna().drop_duplicates().assign(**{HOME: home})


def named(told: pd.DataFrame, asked: pd.DataFrame, by: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both with WHO: a number for what they are told and asked `by`, so that texts are compared once for all parts."""
    number = numbered(pd.concat([told[by], asked[by]]))
    return told.assign(**{WHO: number[: len(told)]}), asked.assign(**{WHO: number[len(told) :]})


def sums_for(part: int, told: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Of a bucket's sums (`named` by SUBJECT) those that a part asks for, of all orders but its own: rows of a past."""
    wanted = told[WHO].isin(asked.loc[asked[HOME] == part, WHO])
    own = told[(told[HOME] != part) & (told["column"].isin(EVERYBODY) | wanted)]
    own = own.groupby(["column", "subject", "order_date"], sort=False, as_index=False).agg({"tpp_total": "sum"})
    cells = {name: category(own["subject"].where(own["column"] == name)) for name in SUBJECTS}
    return pd.DataFrame({**cells, "order_date": own["order_date"], "tpp_total": own["tpp_total"], "counted": True})


def serials(rows: pd.DataFrame) -> pd.DataFrame:
    """Each serial number of the rows: `serial`, HOME and, of rows of the past, STATE."""
    told = rows[[name for name in (*STATE, HOME) if name in rows]].assign(serial=_text(rows[SERIAL]))
    told = told.dropna(subset=["serial"])
    each = told.assign(serial=told["serial"].str.upper().str.split(";")).explode("serial")
    return each.assign(serial=each["serial"].str.strip().astype("str")).reset_index(drop=True)


def serials_for(part: int, told: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Of a bucket's serial numbers (`named` by NUMBER) those that a part asks for and others state: rows of a past."""
    own = told[(told[HOME] != part) & told[WHO].isin(asked.loc[asked[HOME] == part, WHO])]
    cells = {SERIAL: category(own["serial"]), "order_status": category(_text(own["order_status"]))}
    return own[[name for name in STATE if name not in cells]].assign(**cells)


def days_told(past: pd.DataFrame) -> pd.DataFrame:
    """First days of rows of a past: of `all`, of those `counted` for a ceiling, of those with a `serial` number."""
    first = {
        "all": past["order_date"].min(),
        "counted": past.loc[_stands(past), "order_date"].min(),
        "serial": past.loc[past[SERIAL].notna(), "order_date"].min(),
    }
    return pd.DataFrame({name: pd.Series([day], dtype="datetime64[us]") for name, day in first.items()})


def whole(own: list[pd.DataFrame], others: list[pd.DataFrame], first: pd.DataFrame) -> pd.DataFrame:
    """The past that a part needs: rows of its own orders, what came of others, and first days of the whole past."""
    days = [*first.dropna(axis=1).items()]
    marks = empty(len(days)).assign(
        order_date=[day.iloc[0] for _, day in days],
        counted=[name == "counted" for name, _ in days],
        **{SERIAL: category(pd.Series([OTHERS if name == "serial" else None for name, _ in days], dtype="str"))},
    )
    came = [filled([rows]).assign(order_id=OTHERS) for rows in others if len(rows)]
    read = [name for name in OWN if name != HOME]
    return filled([rows[read] for rows in (marks.assign(order_id=OTHERS), *came, *own)])


def _stands(past: pd.DataFrame) -> pd.Series:
    """Rows that count for a ceiling: dated, and the last version."""
    return past["order_date"].notna() & past["counted"] & past["replaced_on"].isna()


def _text(values: pd.Series) -> pd.Series:
    return text(values) if isinstance(values.dtype, pd.CategoricalDtype) else values
