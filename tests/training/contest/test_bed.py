"""The lines a model is tried on are lines it never learnt from, read as anybody's."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.known import known_on
from scoring.champion import BASELINE
from scoring.model import Model, load
from training.contest.bed import Bed, drawn_orders, groups_of, orders, reviewed, scores, simulated, unseen
from training.simulate import simulate, write
from training.split import TEST_CUSTOMERS, dealt

AS_OF = date(2026, 11, 25)


@pytest.fixture(scope="module")
def model() -> Model:
    return load(BASELINE)


def learnt(model: Model, cut: str) -> Model:
    """A model that learnt from a user's orders before the cut."""
    facts = {**model.facts, "simulated": False, "seed": 1, "split": {"cut": cut}}
    return Model(**{**vars(model), "facts": facts})


@pytest.fixture(scope="module")
def bed(model: Model) -> Bed:
    return simulated([model], AS_OF, 2000)


def test_a_simulated_book_says_what_it_cannot_prove(bed: Bed) -> None:
    assert "did not get worse" in bed.told
    assert len(bed.matrix) == 2000
    assert bed.codes is not None


def test_the_book_is_drawn_with_a_seed_that_no_model_was_trained_on(model: Model, bed: Bed) -> None:
    taken = Model(**{**vars(model), "facts": {**model.facts, "seed": 41}})
    assert "(seed 41)" in bed.told
    assert "(seed 42)" in simulated([taken], AS_OF, 2000).told


def test_a_model_of_a_simulated_book_never_learnt_from_real_orders(model: Model) -> None:
    rows = pd.DataFrame({"customer": ["a"], "ordered_on": pd.to_datetime(["2020-01-01"])})
    assert unseen(rows, model).tolist() == [True]


def test_of_its_own_orders_only_the_test_side_is_unseen(model: Model) -> None:
    customers = [f"c{at}" for at in range(40)]
    rows = pd.DataFrame(
        {"customer": customers * 2, "ordered_on": pd.to_datetime(["2026-01-01"] * 40 + ["2026-06-01"] * 40)}
    )
    found = unseen(rows, learnt(model, "2026-03-01"))
    assert not found[:40].any()
    np.testing.assert_array_equal(found[40:], dealt(rows["customer"][40:], TEST_CUSTOMERS, 1, "test"))


def test_reviewed_orders_are_read_and_cut_to_what_neither_model_saw(model: Model, tmp_path: Path) -> None:
    write(simulate(2000, 3), tmp_path)
    files = [tmp_path / f"{name}.csv" for name in ("orders", "customers", "outcomes")]
    whole = reviewed(*files, [model], AS_OF)
    part = reviewed(*files, [model, learnt(model, "2026-03-01")], AS_OF)
    assert whole.codes is None
    assert 0 < len(part.matrix) < len(whole.matrix)
    assert (part.rows["ordered_on"] >= pd.Timestamp("2026-03-01")).all()
    decided = orders(part, scores(part, model, model))
    assert len(decided) == part.rows.loc[part.decided, "order_id"].nunique()


def test_later_orders_of_customers_that_a_model_learnt_from_stand_beside_and_never_among_the_others(
    model: Model, tmp_path: Path
) -> None:
    write(simulate(2000, 3), tmp_path)
    files = [tmp_path / f"{name}.csv" for name in ("orders", "customers", "outcomes")]
    part = reviewed(*files, [learnt(model, "2025-03-01")], AS_OF)
    assert part.again is not None
    assert not set(part.again.rows["customer"]) & set(part.rows["customer"])
    assert (part.again.rows["ordered_on"] >= pd.Timestamp("2025-03-01")).all()
    assert reviewed(*files, [model], AS_OF).again is None


def test_a_later_order_like_one_before_is_no_second_test(model: Model, tmp_path: Path) -> None:
    write(simulate(2000, 3), tmp_path)
    files = [tmp_path / f"{name}.csv" for name in ("orders", "customers", "outcomes")]
    told = pd.read_csv(files[0], dtype=str, keep_default_na=False)
    early = told[told["order_date"].between("2020-01-01", "2025-02-28")].head(100)
    copies = early.assign(order_id="X" + early["order_id"], order_date="2026-06-01")
    pd.concat([told, copies]).to_csv(files[0], index=False)
    part = reviewed(*files, [learnt(model, "2025-03-01")], AS_OF)
    assert part.again is not None
    assert part.rows["order_id"].str.startswith("X").any(), "a new customer's is a test"
    assert not part.again.rows["order_id"].str.startswith("X").any()


def test_public_cases_among_the_reviewed_orders_are_no_test(model: Model, tmp_path: Path) -> None:
    write(simulate(2000, 3), tmp_path)
    files = [tmp_path / f"{name}.csv" for name in ("orders", "customers", "outcomes")]
    told = pd.read_csv(files[2], dtype=str, keep_default_na=False)
    told.assign(source=["public", *["review"] * (len(told) - 1)]).to_csv(files[2], index=False)
    part = reviewed(*files, [model], AS_OF)
    assert set(part.rows.loc[part.decided, "source"]) == {"review"}


def test_a_drawn_order_stands_for_those_the_draw_passed_over_and_is_held_by_its_score(model: Model, bed: Bed) -> None:
    found = drawn_orders(bed, scores(bed, model, model), 0.5)
    decided = bed.rows[(bed.rows["source"] == "audit") & bed.decided]
    assert set(found.index) == set(decided["order_id"])
    first = decided.groupby("order_id")["propensity"].first()
    np.testing.assert_allclose(found["times"], 1 / first[found.index])
    assert 0 < found["challenger"].mean() < 1
    assert set(found["champion"]) <= {0.0, 1.0}


def test_an_order_of_a_simulated_book_is_judged_by_the_truth(model: Model, bed: Bed) -> None:
    found = orders(bed, scores(bed, model, model))
    assert bed.codes is not None
    assert found["label"].sum() == bed.rows.loc[bed.codes != "", "order_id"].nunique()
    assert (found.loc[found["look_alike"] == 1, "label"] == 0).all()
    assert list(found["champion"]) == list(found["challenger"])


GROUPS = [("CN", "D:5"), ("RU", "D:5"), ("IR", "E:1"), ("DE", "A:5"), ("FR", "A:5"), (None, "not known")]


@pytest.mark.parametrize(("country", "group"), GROUPS)
def test_a_country_counts_in_its_most_restricted_group(country: str | None, group: str) -> None:
    lines = pd.DataFrame(
        {"destination_country": [country], "buyer_country": ["DE"], "order_date": [pd.Timestamp(AS_OF)]}
    )
    found = groups_of(lines.astype({"destination_country": "str"}), known_on(AS_OF))
    assert found["destination"].tolist() == [group]
    assert found["buyer"].tolist() == ["A:5"]
