"""A list of invented parties, ready to be searched; a test adds the rows it is about."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.parties.screening import csl, own
from features.parties.screening.lists import Lists, searchable
from features.parties.screening.screen import screen
from features.reference.tables import Tables

CELLS = ("source", "list_code", "name", "alt_names", "countries", "addresses", "remarks", "license_requirement")
ENTITY = {"source": "Entity List (EL)", "list_code": "EL", "countries": "CN"}
DAY = "2026-11-25"


@pytest.fixture(scope="session")
def lists(tables: Tables) -> Callable[..., Lists]:
    """Searchable lists of these rows of the Consolidated Screening List; left out, one invented entity."""

    def build(*rows: dict[str, str]) -> Lists:
        told = rows or ({"name": "Velkorra Semiconductor Co., Ltd."},)
        frame = pd.DataFrame([ENTITY | row for row in told]).reindex(columns=[*CELLS, "start_date", "end_date"])
        return searchable(csl.from_table(frame.astype("str").fillna(""))[0], tables)

    return build


@pytest.fixture(scope="session")
def own_list(tables: Tables) -> Callable[..., Lists]:
    """Searchable lists of rows as a user writes them."""
    return lambda *rows: searchable(own.from_table(pd.DataFrame(rows, dtype="str").fillna(""), "watch")[0], tables)


@pytest.fixture(scope="session")
def hits() -> Callable[..., pd.DataFrame]:
    """The hits of parties, each given as its cells, on a day."""

    def build(held: Lists, *parties: dict[str, str], day: str = DAY) -> pd.DataFrame:
        told = pd.DataFrame([{"role": "buyer"} | each for each in parties])
        frame = told.reindex(columns=["role", "name", "address", "country"]).astype("str")
        return screen(frame, held, pd.Series(pd.Timestamp(day), index=frame.index))

    return build


@pytest.fixture(scope="session")
def kinds(hits: Callable[..., pd.DataFrame]) -> Callable[..., list[str]]:
    """The kinds of hit of one party, best first."""
    return lambda held, name=None, **cells: hits(held, {"name": name} | cells)["kind"].tolist()
