"""No flag of published guidance is rarer among diverted lines than among honest ones, unless a source says so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.matrix import FEATURES
from features.red_flags import red_flags
from training.material import codes_of, from_files, signals
from training.simulate import simulate, write
from training.simulate.world import world

LINES, SEEDS = 8_000, (1, 2, 3)
TELLING = 0.3
"""Weight (log-odds) from which a published flag is held to."""

FEWEST = 80
"""Lines that must show a flag before its rates are compared; a flag that fewer show is one the world hardly draws."""

OUR_OWN = ("public cases read by the project", "derived from public cases", "derived from published cases")
"""How the sources of flags begin that no official guidance publishes."""

EXCEPTIONS = {
    "destination-licence-group": "cases, T4: the end user on paper sits in a country where no licence is needed",
    "destination-d5-macau": "cases, T1 to T4 and T7: goods go to Malaysia, Thailand, Singapore, Taiwan or stay at home",
    "later-export-intended": "cases: diverters state own use and no transfer; who sells on openly says so",
}


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Of each flag the lines that show it, and their share among honest and diverted ones, of two books together."""
    books = [shown(tmp_path_factory.mktemp("book"), seed) for seed in SEEDS]
    yes, diverted = (pd.concat(parts, ignore_index=True) for parts in zip(*books, strict=True))
    return pd.DataFrame({"lines": yes.sum(), "honest": yes[~diverted].mean(), "diverted": yes[diverted].mean()})


def shown(folder: Path, seed: int) -> "tuple[pd.DataFrame, pd.Series[bool]]":
    """Which flags each line of a book shows, and whether it is diverted; every fourth order is, so that all show."""
    here = world()
    dense = replace(here, rates={**here.rates, "book": {**here.rates["book"], "diverted": 0.25}})
    book = simulate(LINES, seed, dense)
    write(book, folder)
    orders, customers, outcomes = (folder / f"{name}.csv" for name in ("orders", "customers", "outcomes"))
    material = from_files(orders, customers, outcomes, simulated=True)
    _, _, matrix = signals(material, date(2026, 11, 25))
    flags = matrix[[each.name for each in FEATURES if each.kind == "flag"]].fillna(False).astype(bool)
    return flags, codes_of(material.lines, book.truth) != ""


def published() -> dict[str, str]:
    """The features that measure a flag of official guidance with some weight, and the flag."""
    flags = {each.name: red_flags()[each.flag] for each in FEATURES if each.kind == "flag"}
    return {
        name: flag.key
        for name, flag in flags.items()
        if flag.log_odds >= TELLING and not flag.source.startswith(OUR_OWN)
    }


def test_no_published_flag_is_rarer_among_diverters_than_among_honest_buyers(rates: pd.DataFrame) -> None:
    asked = rates.loc[list(published())].assign(flag=list(published().values()))
    asked = asked[(asked["lines"] >= FEWEST) & ~asked["flag"].isin(EXCEPTIONS)]
    assert len(asked) >= 40
    opposite = asked[asked["diverted"] < asked["honest"]]
    assert opposite.empty, f"the world says the opposite of the guidance:\n{opposite}"


def test_an_exception_that_is_needed_no_more_is_taken_off(rates: pd.DataFrame) -> None:
    flag = {key: name for name, key in published().items()}
    told = rates.loc[[flag[key] for key in EXCEPTIONS]]
    assert (told["diverted"] < 1.5 * told["honest"]).all()


def test_no_flag_alone_tells_a_diverter(rates: pd.DataFrame) -> None:
    area = 0.5 + (rates["diverted"] - rates["honest"]).abs() / 2  # under the curve of a yes or no
    assert area.max() < 0.75
