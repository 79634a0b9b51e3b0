"""Files are read for training by the profile and the words of their source, as scoring reads them."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.orders.profiles import Profile
from training.fit import TrainingRefused
from training.material import Before, from_files, signals
from training.outcomes import OutcomesRefused
from training.simulate import simulate, write
from training.wording import add

AS_OF = date(2026, 11, 25)
FILES = ("orders.csv", "customers.csv", "outcomes.csv")
OURS = {"Feld 7": "order_id", "Feld 9": "order_date"}
PROFILE = Profile("werk", 1, mapping=OURS, customers=Profile("werk", 1, mapping={"Feld 2": "party_name"}))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in our words."""
    place = tmp_path_factory.mktemp("book")
    write(simulate(600, 3), place)
    return place


@pytest.fixture(scope="module")
def source(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book as a source writes it: headings of its own, and a word for a false positive."""
    place = tmp_path_factory.mktemp("source")
    orders, customers, outcomes = (pd.read_csv(book / name, dtype=str, keep_default_na=False) for name in FILES)
    orders.rename(columns={ours: theirs for theirs, ours in OURS.items()}).to_csv(place / FILES[0], index=False)
    customers.rename(columns={"party_name": "Feld 2"}).to_csv(place / FILES[1], index=False)
    outcomes["label_class"] = outcomes["label_class"].replace("false_positive", "Fehlalarm")
    outcomes.to_csv(place / FILES[2], index=False)
    return place


def test_a_profile_and_words_make_the_material_of_our_own_words(book: Path, source: Path, tmp_path: Path) -> None:
    add(tmp_path, ["fehlalarm=false_positive"])
    before = Before(tmp_path, (source / "orders.csv",), PROFILE)
    ours, theirs = from_files(*map(book.joinpath, FILES)), from_files(*map(source.joinpath, FILES), before=before)
    pd.testing.assert_frame_equal(ours.rows, theirs.rows)
    same = Before(tmp_path, (book / "orders.csv",))
    pd.testing.assert_frame_equal(signals(ours, AS_OF, same)[2], signals(theirs, AS_OF, before)[2])


def test_without_the_words_or_the_profile_the_source_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OutcomesRefused, match="diversion wording"):
        from_files(*map(source.joinpath, FILES), before=Before(tmp_path, profile=PROFILE))
    add(tmp_path, ["fehlalarm=false_positive"])
    with pytest.raises(TrainingRefused, match="no outcome belongs"):
        from_files(*map(source.joinpath, FILES), before=Before(tmp_path))
