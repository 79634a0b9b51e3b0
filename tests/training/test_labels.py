"""How much a line teaches: by source, age, copies and reviewers."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.fit import TrainingRefused
from training.labels import lessons, near_copies, refuse_lone_reviewers, weighed

CUT = pd.Timestamp("2026-01-01")
PLAIN = {"label": 0.0, "weight": 1.0, "customer": "c", "source": "review", "reviewed": True, "ordered_on": "2025-01-01"}


def rows(*changes: dict[str, object]) -> pd.DataFrame:
    """Lines of orders of their own, none a copy of another, unless told otherwise."""
    told = [{**PLAIN, "order_id": f"O{at}", "copy": at, **each} for at, each in enumerate(changes)]
    return pd.DataFrame(told).astype({"ordered_on": "datetime64[us]", "label": "float64", "weight": "float64"})


UNSEEN = {"label": None, "weight": None, "source": None, "reviewed": False}


@pytest.mark.parametrize(
    ("cells", "taught"),
    [
        pytest.param(UNSEEN, [0.05], id="never reviewed and old teaches little"),
        pytest.param({**UNSEEN, "ordered_on": "2025-10-01"}, [], id="never reviewed and young teaches nothing"),
        pytest.param({**UNSEEN, "ordered_on": None}, [], id="never reviewed and undated teaches nothing"),
        pytest.param(
            {**UNSEEN, "customer": "caught"}, [], id="never reviewed, of a customer that diverted, teaches nothing"
        ),
        pytest.param({**UNSEEN, "reviewed": True}, [], id="reviewed without a result is not taken as clean"),
        pytest.param({}, [1.0], id="reviewed keeps its weight"),
    ],
)
def test_a_line_weighs_by_what_is_known_of_it(cells: dict[str, object], taught: list[float]) -> None:
    found = lessons(rows({"customer": "caught", "label": 1.0}, cells), CUT).iloc[1:]
    assert found["weight"].tolist() == taught
    assert (found["label"] == 0).all()


def test_the_lines_of_an_order_nobody_reviewed_share_its_weight() -> None:
    found = lessons(rows({**UNSEEN, "order_id": "A"}, {**UNSEEN, "order_id": "A"}), CUT)
    assert found["weight"].sum() == pytest.approx(0.05)


def test_copies_with_one_outcome_vote_once_and_with_two_outcomes_once_each() -> None:
    found = lessons(rows({"copy": 1}, {"copy": 1}, {"copy": 1, "label": 1.0}, {"copy": 2}), CUT)
    assert found["weight"].tolist() == [0.5, 0.5, 1.0, 1.0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(["review", "audit"])), max_size=30))
def test_however_often_a_line_is_repeated_its_copies_weigh_as_much_as_one(told: list[tuple[int, bool, str]]) -> None:
    lines = [{"copy": copy, "label": float(label), "source": source} for copy, label, source in told]
    found = lessons(rows(*lines, {"copy": 9}), CUT)
    kinds = pd.MultiIndex.from_tuples([*[(copy, label, source) for copy, label, source in told], (9, False, "review")])
    assert found["weight"].groupby(kinds).sum().to_numpy() == pytest.approx(1.0)


@pytest.mark.parametrize("confirmed", [1, 25, 50, 51, 100, 199])
def test_each_more_confirmed_case_leaves_the_simulated_orders_no_more_weight(confirmed: int) -> None:
    def share(cases: int) -> float:
        real = [{"label": float(at < cases)} for at in range(200)]
        told = weighed(lessons(rows(*real, *[{"source": "simulated"}] * 500), CUT))
        return told["simulated"] / told["review"]

    assert share(confirmed) <= share(confirmed - 1) <= 0.1 + 1e-9
    assert (share(confirmed) < share(confirmed - 1)) == (confirmed > 50)


@pytest.mark.parametrize(
    ("confirmed", "most"),
    [
        pytest.param(10, 0.1, id="few confirmed: a tenth of the reviewed weight"),
        pytest.param(100, 0.05, id="a hundred confirmed: half of that"),
    ],
)
def test_simulated_orders_weigh_a_tenth_at_most_and_less_with_more_cases(confirmed: int, most: float) -> None:
    real = [{"label": float(at < confirmed)} for at in range(200)]
    found = lessons(rows(*real, *[{"source": "simulated"}] * 500), CUT)
    told = weighed(found)
    assert told["simulated"] / told["review"] == pytest.approx(most)


def test_public_cases_push_no_simulated_order_out() -> None:
    public = {"source": "public", "weight": 0.5, "label": 1.0}
    found = weighed(lessons(rows({"source": "simulated"}, {"source": "simulated", "label": 1.0}, public), CUT))
    assert found == {"public": 0.5, "simulated": 2.0}
    real = [{"label": 1.0}] * 10
    told = weighed(lessons(rows(*real, *[{"source": "simulated"}] * 50, *[public] * 40), CUT))
    assert told["simulated"] == pytest.approx(1.0)


def test_a_book_that_is_all_simulated_keeps_its_weights() -> None:
    found = lessons(rows({"source": "simulated"}, {"source": "simulated", "label": 1.0}), CUT)
    assert weighed(found) == {"simulated": 2.0}


SAME = ("part_number", "item_description", "quantity", "unit_price", "currency", "destination_country")
WHOSE = ("buyer_name", "ult_consignee_name", "end_user_name", "end_use_text")
CELLS = dict.fromkeys(SAME, "Alpha") | dict.fromkeys(WHOSE, "Beta")


@pytest.mark.parametrize(
    ("cells", "same"),
    [
        pytest.param({"buyer_name": "B-E-T-A"}, True, id="however a name is written"),
        pytest.param({"order_date": "2026-05-05", "order_id": "X"}, True, id="on another day under another number"),
        pytest.param({"quantity": "9"}, False, id="another quantity is another order"),
        pytest.param({"end_user_name": None}, False, id="an end user left out is another order"),
    ],
)
def test_near_copies_are_told(cells: dict[str, object], same: bool) -> None:
    first, second = near_copies(pd.DataFrame([CELLS, {**CELLS, **cells}]))
    assert (first == second) == same


def outcomes(*told: tuple[str, str, int], source: str = "review") -> pd.DataFrame:
    """Reviewer, class and number of his decisions."""
    listed = [(reviewer, found) for reviewer, found, count in told for _ in range(count)]
    return pd.DataFrame(listed, columns=["reviewer", "label_class"]).assign(source=source)


DIVERSION, FALSE = "confirmed_diversion", "false_positive"


def test_one_of_several_reviewers_who_alone_confirms_is_refused_by_his_pseudonym() -> None:
    with pytest.raises(TrainingRefused, match="all 25 confirmed diversions were decided by R01 alone"):
        refuse_lone_reviewers(outcomes(("R01", DIVERSION, 25), ("R02", FALSE, 9), ("R03", FALSE, 30)))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(outcomes(("R01", DIVERSION, 25), ("R01", FALSE, 30)), id="one person who decides everything"),
        pytest.param(outcomes(("R01", DIVERSION, 24), ("R02", DIVERSION, 1), ("R02", FALSE, 9)), id="two who confirm"),
        pytest.param(outcomes(("R01", DIVERSION, 3), ("R02", FALSE, 9)), id="too few decisions to tell"),
        pytest.param(outcomes(("", DIVERSION, 30), ("R02", FALSE, 30)), id="nobody named"),
        pytest.param(outcomes(("R1", DIVERSION, 30), ("R2", FALSE, 30), source="simulated"), id="simulated"),
    ],
)
def test_other_shares_of_the_work_are_taken(told: pd.DataFrame) -> None:
    refuse_lone_reviewers(told)
    assert len(told)
