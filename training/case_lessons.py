"""Public cases as training rows, each with benign twins; they teach and are never a test.

Proven diversions alone teach; look-alikes, weak and grey stories do not. Cases and twins stand in one honest book
(`case_book`), so that the past answers both alike, whatever orders they are taught beside. Both sides of a story weigh
by one rule: half a row, two rows a case at most, so four twins together weigh what a case of two rows does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from features.known import Known
from scoring.model import Input
from training.blocks import Matrix, joined, of_frame
from training.calibrate import refuse_few
from training.case_book import in_place, told, with_twins
from training.case_files import PROVEN, PublicCases
from training.fit import refuse_labels
from training.outcomes import PUBLIC, PUBLIC_ROWS
from training.recipe import MINIMUM_POSITIVES
from training.simulate.book import honest_book
from training.simulate.filling import placed

BOOK = 24_000
"""Lines of the honest book: that in which cases are ranked (`public_cases`)."""


@dataclass(frozen=True)
class CaseLessons:
    """What cases and twins teach, and their matrix, of one index (0, 1, …).

    `rows` has case_id (of a twin, that of its case), twin, ordered_on, and as `labels.lessons` label, weight, customer
    and source. A case with its twins is one customer: no fold and no bag parts them.
    """

    rows: pd.DataFrame
    matrix: pd.DataFrame
    digest: str

    def of(self, chosen: pd.Series) -> CaseLessons:
        """Those of the chosen rows."""
        rows, matrix = (each[chosen.to_numpy()].reset_index(drop=True) for each in (self.rows, self.matrix))
        return replace(self, rows=rows, matrix=matrix)

    def before(self, day: pd.Timestamp) -> CaseLessons:
        """Those ordered before a day, as of any order of a training."""
        return self.of(self.rows["ordered_on"] < day)

    def told(self) -> dict[str, Any]:
        """The entry `public_cases` of a model's facts: what taught it, in counts."""
        case, twin = (self.rows[self.rows["twin"] == side] for side in (False, True))
        return {
            "cases": int(self.rows["case_id"].nunique()),
            "rows": len(case),
            "weight": round(float(case["weight"].sum()), 4),
            "rows of twins": len(twin),
            "weight of twins": round(float(twin["weight"].sum()), 4),
            "fingerprint": self.digest,
        }


def case_lessons(cases: PublicCases, *, as_of: date, seed: int, known: Known | None = None) -> CaseLessons:
    """The proven cases and their twins, filled and measured in an honest book of that seed.

    `known` tells the lists that they are screened against, if any.
    """
    proven = cases.orders[cases.orders["use"].isin(PROVEN)].reset_index(drop=True)
    masters = cases.customers[cases.customers["customer_id"].isin(proven["buyer_id"])].reset_index(drop=True)
    book = honest_book(BOOK, seed, cases.window)
    both, customers, donors = with_twins(placed(proven, masters, book, seed), book, seed)
    here = told(book, as_of)[2]
    here = here if known is None else replace(here, lists=known.lists)
    side = in_place(book, here, both, customers, donors)
    return CaseLessons(_rows(both), side.matrix.reset_index(drop=True), _digest(cases))


def _rows(both: pd.DataFrame) -> pd.DataFrame:
    twin = both["twin_of"].notna()
    case = both["twin_of"].where(twin, both["case_id"])
    size = case.groupby([case, twin]).transform("size")
    return pd.DataFrame(
        {
            "case_id": case,
            "twin": twin,
            "ordered_on": pd.to_datetime(both["order_date"]).astype("datetime64[us]"),
            "label": 1.0 - twin,
            "weight": PUBLIC * (PUBLIC_ROWS / size).clip(upper=1.0),
            "customer": "public case " + case,
            "source": "public",
        }
    )


def _digest(cases: PublicCases) -> str:
    """The identity of the encoded cases."""
    text = "\n".join(each.to_csv(index=False, lineterminator="\n") for each in (cases.orders, cases.customers))
    return hashlib.sha256(text.encode()).hexdigest()


Parts = tuple[tuple[Input, ...], Matrix, pd.Series, pd.Series, pd.Series]
"""Inputs, matrix, label, weight and customer: what a fit learns from."""


def parts_of(
    inputs: tuple[Input, ...], matrix: Matrix, taught: pd.DataFrame, stories: CaseLessons | None, seed: int
) -> Parts:
    """The lessons (as `labels.lessons`, with their matrix), then the stories.

    Raises TrainingRefused where the lessons alone are too few: no story makes up for an outcome that is missing.
    """
    if stories is not None:
        refuse_labels(taught["label"], taught["weight"], MINIMUM_POSITIVES)
        refuse_few(taught["label"], taught["customer"], seed)
        matrix = joined(matrix, of_frame(stories.matrix))
    rows = with_stories(taught, stories).reset_index(drop=True)
    return inputs, matrix, rows["label"], rows["weight"], rows["customer"]


def with_stories(taught: pd.DataFrame, stories: CaseLessons | None) -> pd.DataFrame:
    """The lessons with those of the stories below them."""
    return taught if stories is None else pd.concat([taught, stories.rows[list(taught)]])
