"""A world to judge in: order lines with reviewers' outcomes, and the hidden truth that only a judge may read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from features.known import Known
from training.contenders import Taught
from training.material import Material, from_files, signals
from training.outcomes import KEY
from training.simulate import SimulatedBook, simulate, write
from training.simulate.world import world as settings
from training.split import OUTCOME_DAYS, Split, check, first_test_day, folds

ROTATIONS = 3


@dataclass(frozen=True)
class World:
    """Lines, their matrix and facts (both built once), what reviewers found, and the truth; one index.

    `rows` is as `Material.rows`; `codes` holds the typology codes of each line joined by ";", blank when honest;
    `attempts` says after how many tries of its ring a line was ordered, 1 the first, 0 when honest.
    """

    name: str
    lines: pd.DataFrame
    known: Known
    facts: pd.DataFrame
    matrix: pd.DataFrame
    rows: pd.DataFrame
    codes: pd.Series
    attempts: pd.Series

    @property
    def diverted(self) -> pd.Series:
        """Whether each line is part of a diversion, found or not."""
        return self.codes != ""

    def shows(self, code: str) -> pd.Series:
        """Whether each line shows the typology."""
        return (";" + self.codes + ";").str.contains(f";{code};", regex=False)

    def typologies(self) -> tuple[str, ...]:
        """All codes of this world, sorted."""
        return tuple(sorted(set(self.codes[self.diverted].str.split(";").explode())))

    def taught(self, index: pd.Index) -> Taught:
        """The decided rows among these, as reviewers labelled them."""
        rows = self.rows.loc[index]
        rows = rows[rows["label"].notna()]
        return Taught(self.matrix.loc[rows.index], rows["label"].astype(int), rows["weight"], rows["customer"])


def simulated_world(name: str, lines: int, seed: int, as_of: date) -> World:
    """A drawn order book of the world of that name, written to files and read back by the ordinary readers."""
    return world_of_book(name, simulate(lines, seed, settings(name)), as_of)


def world_of_book(name: str, book: SimulatedBook, as_of: date) -> World:
    """The world of a drawn book: its three files as anybody's, and its truth."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        write(book, room)
        material = from_files(room / "orders.csv", room / "customers.csv", room / "outcomes.csv", simulated=True)
    return world_of(name, material, book.truth.astype("str").set_index(KEY), as_of)


def world_of(name: str, material: Material, truth: pd.DataFrame, as_of: date) -> World:
    """The world of read material; `truth` holds typologies and attempt by order_id and line_no, as text."""
    known, facts, matrix = signals(material, as_of)
    keys = pd.MultiIndex.from_frame(material.lines[KEY].astype(str))
    told = truth[["typologies", "attempt"]].reindex(keys).fillna("").set_axis(material.lines.index)
    attempts = told["attempt"].replace("", "0").astype(int)
    return World(name, material.lines, known, facts, matrix, material.rows, told["typologies"], attempts)


def rotations(world: World, seed: int, number: int = ROTATIONS) -> list[Split]:
    """Splits out of time with the gap, in which each customer is in the test of exactly one.

    So every order of the test period is judged once, by a model that never saw its customer.
    """
    rows = world.rows
    cut = first_test_day(rows)
    fold = folds(rows["customer"], number, seed)
    early = (rows["ordered_on"] < cut - pd.Timedelta(days=OUTCOME_DAYS)) & ~(rows["decided_on"] >= cut)
    after = rows["ordered_on"] >= cut
    made = [
        Split(rows.index[early & (fold != part)], rows.index[after & (fold == part)], cut, OUTCOME_DAYS, {})
        for part in range(number)
    ]
    for each in made:
        check(each, rows)
    return made


def unseen_customers(world: World, seed: int, number: int = ROTATIONS) -> list[Split]:
    """Splits by customer alone, all months on both sides: three times the test orders, for kinds that are rare."""
    rows = world.rows
    fold = folds(rows["customer"], number, seed)
    first = pd.Timestamp(rows["ordered_on"].min())
    return [Split(rows.index[fold != part], rows.index[fold == part], first, 0, {}) for part in range(number)]


def without(made: Split, left_out: pd.Series) -> Split:
    """The split whose training holds none of the lines left out (a truth a line)."""
    return replace(made, train=made.train[~left_out.loc[made.train].to_numpy()])
