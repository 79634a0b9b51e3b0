"""What the past says of lines, asked key by key: rows and lines dealt out to buckets by a hash of their keys.

A column of a family is right where all rows of the past that share the line's key are together; nothing else of the
past is read for it, so that each bucket answers alone. What travels of the rows, and what is asked, says the family.
"""

# Over 150 lines: the dealing, the rows that travel, and the answers on their way back.

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from features.hashed import keys_of
from features.known import Known
from features.links_seen import NEVER, Ints
from features.past.columns import DTYPES
from features.past.narrow import category, narrow, stacked

HOME, LINE = "home", "line"
"""Which part of the file a line stands in, and the number of its question there: where an answer goes."""

BESIDES = ("list_gate", "buyer_customer_since")
NOBODY = pd.Series(dtype="str")

ASKED = 150_000
"""Questions that are answered together: more need more memory, fewer go over the rows of the bucket more often."""

Answer = Callable[[pd.DataFrame, pd.DataFrame, Known, pd.Series], pd.DataFrame]


@dataclass(frozen=True)
class Family:
    """Columns that stand on one key, or on several, whose answers are then added up or compared.

    `asks` are the columns besides the keys that a question has; `told` are the rows that travel of a past, and `joined`
    makes one of those that say the same to the answer, whichever buckets they came from. A key that belongs to another
    bucket is blank.
    """

    name: str
    keys: tuple[str, ...]
    asks: tuple[str, ...]
    told: Callable[[pd.DataFrame, Known], pd.DataFrame]
    joined: Callable[[pd.DataFrame], pd.DataFrame]
    gives: tuple[str, ...]
    answer: Answer
    several: Literal["sum", "max"] = "max"


def asked(lines: pd.DataFrame, known: Known, home: int) -> pd.DataFrame:
    """The lines (with their facts) as they ask: rows of the past with BESIDES and HOME; index kept."""
    besides: dict[str, Any] = {**lines[list(BESIDES)], HOME: home}
    return narrow(lines, known.tables).assign(**besides)


def questions(family: Family, asks: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """The different questions of lines (of `asked`), numbered as LINE, and the number of the question of each line."""
    table = asks[list(dict.fromkeys((*family.keys, *family.asks)))]
    number = numbered(table)
    first = np.unique(number, return_index=True)[1]
    where: dict[str, Any] = {HOME: asks[HOME].iloc[first], LINE: np.arange(len(first))}
    return table.iloc[first].assign(**where), number


def numbered(rows: pd.DataFrame) -> Ints:
    """A number for each row, the same for rows of the same cells, counted in the order of their first appearance."""
    number = np.zeros(len(rows), dtype=np.int64)
    for name in rows:
        code, distinct = pd.factorize(rows[name])
        number = pd.factorize(number * (len(distinct) + 1) + code)[0].astype(np.int64)
    return number


def dealt(rows: pd.DataFrame, keys: tuple[str, ...], buckets: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """The rows of each bucket to which one of their keys belongs; questions without a key go to that of their home."""
    place = {key: bucket(rows[key], buckets) for key in keys}
    if LINE in rows:
        nowhere = np.max([*place.values()], axis=0) < 0
        place[keys[0]] = np.where(nowhere, rows[HOME] % buckets, place[keys[0]])
    if len(keys) == 1:
        yield from cut(rows, place[keys[0]])
        return
    for number in range(buckets):
        here = {key: each == number for key, each in place.items()}
        met = np.logical_or.reduce([*here.values()])
        if met.any():
            own = rows[met]
            yield number, light(own.assign(**{key: own[key].where(each[met]) for key, each in here.items()}))


def cut(rows: pd.DataFrame, place: Ints) -> Iterator[tuple[int, pd.DataFrame]]:
    """The rows of each place, in their order; those of a negative place are left out."""
    order = np.argsort(place, kind="stable")
    numbers, begins = np.unique(place[order], return_index=True)
    ordered, ends = rows.take(order), np.append(begins, len(rows))[1:]
    for number, begin, end in zip(numbers.tolist(), begins, ends[: len(begins)], strict=True):
        if number >= 0:
            yield number, light(ordered.iloc[begin:end])


def bucket(keys: pd.Series, buckets: int) -> Ints:
    """The bucket of each key, the same in every process; -1 where there is none."""
    values = keys if isinstance(keys.dtype, pd.CategoricalDtype) else category(keys)
    hashed = keys_of(values.cat.categories) % np.uint64(buckets)
    return np.append(hashed.astype(np.int64), -1)[values.cat.codes]


def light(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without categories that none of them has, for rows that travel."""
    named = [name for name in rows if isinstance(rows[name].dtype, pd.CategoricalDtype)]
    return rows.assign(**{str(name): rows[name].cat.remove_unused_categories() for name in named}) if named else rows


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


def gathered(family: Family, came: Iterable[pd.DataFrame], known: Known) -> pd.DataFrame:
    """The rows of a past that came to a bucket, in memory those that differ: what came is joined as it grows."""
    whole = [family.told(empty(0), known)]
    least = 0
    for rows in came:
        whole.append(rows)
        if sum(map(len, whole)) > 2 * least + ASKED:
            whole = [family.joined(stacked(whole))]
            least = len(whole[0])
    return family.joined(stacked(whole))


def answered(
    family: Family, past: pd.DataFrame, lines: Iterable[pd.DataFrame], known: Known, refused: pd.Series
) -> Iterator[pd.DataFrame]:
    """HOME, LINE and the columns that a bucket's rows give, some questions after the others.

    `refused` is the day of each refused or listed party.
    """
    for some in _together(lines):
        asks = stacked(some)
        found = family.answer(past, asks, known, refused)
        yield pd.concat([asks[[HOME, LINE]], found.set_axis(asks.index)[list(family.gives)]], axis=1)


def _together(lines: Iterable[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
    some: list[pd.DataFrame] = []
    for each in lines:
        some.append(each)
        if sum(map(len, some)) >= ASKED:
            yield some
            some = []
    if some:
        yield some


def together(family: Family, answers: Iterable[pd.DataFrame], numbers: Ints, lines: pd.Index) -> pd.DataFrame:
    """The answers of all buckets for the lines of a part, `numbers` being those of their questions."""
    whole = pd.concat([*answers]).set_index(LINE)[list(family.gives)]
    if len(family.keys) > 1:
        whole = whole.groupby(level=0).agg(family.several)
    return whole.reindex(numbers).set_axis(lines)


def met_on(past: pd.DataFrame) -> pd.Series:
    """The day on which each row was known: it counts for later days."""
    return past["order_date"].where(past["order_date"] > past["known_on"], past["known_on"])


def since(titles: pd.Index, refused: pd.Series) -> Ints:
    """The day from which each party counts as refused or listed; NEVER if not."""
    return refused.reindex(titles).fillna(NEVER).to_numpy(dtype=np.int64)
