"""Counts over a scored file: orders, lines, dollars and chips; flags seen and not evaluated; questions; problems."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from features.gate import GATES
from features.orders.book import Book
from features.orders.problems import Level, Problem
from scoring.batch import Scored
from scoring.explain import cited
from scoring.flags import measured
from scoring.model import BANDS
from scoring.ranked import ACTIONS, order_of

FROM_WORST = {"action": ACTIONS, "gate": tuple(reversed(GATES)), "band": tuple(reversed(BANDS))}
FLAGS, QUESTIONS, PROBLEMS = 15, 8, 12  # rows of each table; the rest is counted


@dataclass(frozen=True)
class Total:
    """One value of action, gate or band: orders whose worst line has it; lines that have it, and their sums."""

    value: str
    orders: int
    lines: int
    usd: float
    chips: float


@dataclass(frozen=True)
class FlagCount:
    """One red flag: orders with a yes; lines it applies to, and those of them where it could not be evaluated."""

    title: str
    source: str
    fields: str
    seen: int
    open_lines: int
    applies: int

    @property
    def open_share(self) -> float:
        """Share (0–1) of the lines it applies to on which it could not be evaluated."""
        return self.open_lines / self.applies if self.applies else 0.0


def totals(book: Book, scored: Scored, column: str) -> tuple[Total, ...]:
    """A row for each value of `action`, `gate` or `band`, worst first."""
    values = FROM_WORST[column]
    rank = scored.results.loc[scored.lines.index, column].map(values.index).astype("int64")
    worst = rank.groupby(order_of(book, scored.lines)).min().value_counts()
    found = []
    for at, value in enumerate(values):
        lines = scored.lines[rank == at]
        sums = (float(lines[name].sum()) for name in ("usd", "chips"))
        found.append(Total(value, int(worst.get(at, 0)), len(lines), *sums))
    return tuple(found)


def flag_counts(book: Book, scored: Scored) -> tuple[FlagCount, ...]:
    """Every measured flag, in the order of the matrix."""
    order = order_of(book, scored.lines)
    found = []
    for feature, flag in measured():
        value = scored.matrix[feature.name]
        applies = scored.lines["chip_class"].isin(flag.classes) & scored.lines["leg"].isin(flag.legs)
        seen = int(order[value.fillna(False).astype(bool)].nunique())
        left = int((value.isna() & applies).sum())
        found.append(FlagCount(flag.title, cited(flag), ", ".join(feature.fields), seen, left, int(applies.sum())))
    return tuple(found)


def asked(book: Book, scored: Scored) -> tuple[tuple[str, int], ...]:
    """The questions of the lines that do not simply release, with the number of orders that each is asked of."""
    results = scored.results.loc[scored.lines.index]
    held = results["action"] != "release"
    order = order_of(book, scored.lines)[held]
    texts = results.loc[held, ["ask_1", "ask_2", "ask_3"]]
    pairs = pd.concat([pd.DataFrame({"order": order, "ask": texts[name]}) for name in texts]).dropna().drop_duplicates()
    count = pairs["ask"].astype("str").value_counts()
    return tuple(
        sorted(((str(ask), int(number)) for ask, number in count.items()), key=lambda pair: (-pair[1], pair[0]))
    )


def problems(book: Book) -> tuple[tuple[str, str, int], ...]:
    """Kinds of problem: level, the first of them as a sentence, and how many there are; those that cost most first."""
    kinds: dict[tuple[Level, str | None, str], list[Problem]] = {}
    for each in book.problems:
        kinds.setdefault((each.level, each.column, each.what), []).append(each)
    severity = list(Level)
    told = [(level.value, found[0].text(), sum(each.alike for each in found)) for (level, _, _), found in kinds.items()]
    return tuple(sorted(told, key=lambda each: (-severity.index(Level(each[0])), -each[2])))
