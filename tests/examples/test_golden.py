"""The example order file gives the same result, cell for cell; scores agree to 1e-9 on other processors.

A change that is meant is accepted by: python tests/golden/make.py
"""

import runpy
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "orders.scored.csv"
MAKE = runpy.run_path(str(GOLDEN.with_name("make.py")))
CLOSE = ["score"]  # the one column whose last digits may differ between processor architectures
REASONS = [f"reason_{place}" for place in range(1, 6)]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example scored with the shipped baseline, into a folder of its own."""
    found: Path = MAKE["scored"](tmp_path_factory.mktemp("golden"))
    return found


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_cell_of_the_example_is_as_it_was(scored: Path) -> None:
    ours, golden = read(scored)[MAKE["KEPT"]], read(GOLDEN)
    assert list(ours.columns) == list(golden.columns)
    pd.testing.assert_frame_equal(ours.drop(columns=CLOSE), golden.drop(columns=CLOSE))


def test_scores_agree_to_a_billionth(scored: Path) -> None:
    ours, golden = (read(path)["score"].astype(float) for path in (scored, GOLDEN))
    pd.testing.assert_series_equal(ours, golden, atol=1e-9, rtol=0)


def test_the_users_own_columns_come_first_and_untouched(scored: Path) -> None:
    """But for the apostrophe before a "+" of a phone number: text never becomes a formula."""
    given = read(ROOT / "examples" / "orders.csv")
    back = read(scored).iloc[:, : given.shape[1]].replace(r"^'(?=[=+@-])", "", regex=True)
    pd.testing.assert_frame_equal(back, given)


def test_a_proven_straw_purchase_inside_the_country_shows_who_pays_and_where_it_goes(scored: Path) -> None:
    """The largest proven US scheme sold at home, where no export rule runs: the gate is clear, the signals are not."""
    straw = read(scored).query("origin.str.startswith('AI-03-a')", engine="python")
    assert set(straw["gate"]) == {"clear"}
    for told in straw["red_flags"]:
        assert {"payer-d5-macau", "payer-not-named-party", "vague-delivery"} <= set(told.split("; "))


def test_an_order_before_the_controls_is_no_alarm(scored: Path) -> None:
    before = read(scored).query("origin.str.startswith('OK-14')", engine="python")
    assert set(before["band"]) == {"low"}
    assert not set(before["action"]) & {"stop", "licence", "review"}
