"""From orders with known outcomes to a model folder that scores."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.matrix import FEATURES
from scoring.model import BANDS, check_features, digest, load
from scoring.result import COLUMNS
from training.case_files import CASES
from training.fit import TrainingRefused
from training.material import Before, from_files, from_simulator, signals
from training.outcomes import OutcomesRefused
from training.promote import promote
from training.recipe import HELP
from training.simulate import simulate, write
from training.train import Trained, judged, train

AS_OF = date(2026, 11, 25)
LINES = 8000  # fewer hold too few confirmed diversions to learn from
SEED = 5


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@pytest.fixture(scope="module")
def trained(room: Path) -> Iterator[Trained]:
    import mlflow

    yield train(as_of=AS_OF, lines=LINES, seed=SEED, bag=2, out=room / "model", mlruns=room / "mlruns")
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.fixture(scope="module")
def book(room: Path) -> Path:
    write(simulate(LINES, SEED), room / "book")
    return room / "book"


def test_the_folder_is_a_model_of_this_versions_features(trained: Trained, room: Path) -> None:
    model = load(room / "model")
    check_features(model, FEATURES)
    assert len(model.boosters) == 2
    assert model.version.startswith("simulated-")
    assert model.facts["simulated"] is True
    assert list(model.thresholds) == sorted(model.thresholds)


def test_no_promise_of_the_recipe_is_broken_on_the_test_side(trained: Trained) -> None:
    told = {each["name"]: each["result"] for each in trained.model.facts["standing"]["checks"]}
    assert told["raising_a_flag"] == "pass"
    assert told["leaving_a_cell_blank"] != "fail"


def test_the_same_command_gives_the_same_bytes(trained: Trained, room: Path) -> None:
    train(as_of=AS_OF, lines=LINES, seed=SEED, bag=2, out=room / "again", track=False)
    assert digest(room / "again") == digest(room / "model")


def test_the_folder_names_no_machine_and_no_moment(trained: Trained, room: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((room / "model").iterdir()))
    assert str(room) not in text
    assert trained.logged is not None
    assert trained.logged.run not in text


def test_the_card_says_simulated_what_made_it_and_what_it_found(trained: Trained, room: Path) -> None:
    card = (room / "model" / "card.md").read_text(encoding="utf-8")
    assert card == trained.card
    assert "simulated" in card
    assert "Not evaluated on any real diversion" in card
    assert f"diversion train --lines {LINES} --seed {SEED} --as-of 2026-11-25 --bag 2" in card
    assert f"{trained.metrics['model/average_precision']:.3f}" in card


def test_later_orders_of_customers_it_learnt_from_are_a_second_number(trained: Trained, room: Path) -> None:
    told = {name for name in trained.metrics if name.startswith("known_customers/")}
    assert {"known_customers/orders", "known_customers/average_precision_low"} <= told
    again, test = trained.metrics["known_customers/confirmed_orders"], trained.metrics["test/confirmed_orders"]
    assert 0 < again != test
    assert "Later orders of customers it learnt from" in trained.card


def test_with_many_confirmed_lines_the_run_tries_the_guidance(monkeypatch, trained: Trained) -> None:
    monkeypatch.setattr("training.train.MANY", 10)
    monkeypatch.setattr("training.recipe.MANY", 10)
    tried = train(as_of=AS_OF, lines=LINES, seed=SEED, bag=1, track=False)
    assert HELP not in trained.metrics
    assert tried.metrics[f"{HELP}_low"] <= tried.metrics[HELP] <= tried.metrics[f"{HELP}_high"]
    assert "by it, on unseen customers" in tried.model.facts["lines"]["what decides"]


@pytest.fixture(scope="module")
def taught_cases(room: Path) -> Trained:
    return train(as_of=AS_OF, lines=LINES, seed=SEED, bag=1, cases=CASES, out=room / "taught", track=False)


def test_a_model_says_which_public_cases_taught_it_and_goes_by_a_name_of_its_own(
    trained: Trained, taught_cases: Trained
) -> None:
    told, weights = taught_cases.model.facts["public_cases"], taught_cases.model.facts["weights"]
    assert 0 < told["cases"] <= 20
    assert weights["public"] == pytest.approx(told["weight"] + told["weight of twins"], abs=1e-3)
    assert {name: weights[name] for name in trained.model.facts["weights"]} == trained.model.facts["weights"]
    assert "public_cases" not in trained.model.facts
    assert taught_cases.model.version != trained.model.version
    assert taught_cases.model.facts["command"].endswith("--bag 1 --public-cases --out FOLDER")
    assert f"{told['cases']} in {told['rows']} rows" in taught_cases.card


def test_public_cases_are_on_no_side_of_a_test(trained: Trained, taught_cases: Trained) -> None:
    assert taught_cases.split.test.equals(trained.split.test)
    assert taught_cases.split.cut == trained.split.cut
    counted = {name: count for name, count in trained.metrics.items() if name.startswith("test/")}
    assert {name: taught_cases.metrics[name] for name in counted} == counted
    assert taught_cases.model.facts["lines"] == trained.model.facts["lines"]


def test_files_give_the_model_of_their_book_under_a_name_of_their_own(trained: Trained, book: Path) -> None:
    own = train(
        book / "orders.csv", book / "customers.csv", book / "outcomes.csv", as_of=AS_OF, seed=SEED, bag=2, track=False
    )
    assert own.model.version == f"run-{own.model.facts['fingerprint'][:8]}"
    assert own.model.thresholds == trained.model.thresholds
    assert "--orders orders.csv --customers customers.csv --outcomes outcomes.csv" in own.model.facts["command"]
    assert "Trained on simulated orders" not in own.card
    assert "share of simulated lines: none" in own.card


def test_the_registered_model_is_opened_by_alias_and_scores_raw_order_columns(
    trained: Trained, room: Path, book: Path
) -> None:
    import mlflow

    served = mlflow.pyfunc.load_model("models:/diversion@challenger")
    orders = pd.read_csv(book / "orders.csv", dtype="str", keep_default_na=False, nrows=50)
    known = [name for name in orders.columns if name in served.metadata.signature.inputs.input_names()]
    result = served.predict(orders[known])
    assert list(result.columns) == list(COLUMNS)
    assert len(result) == 50
    assert set(result["band"]) <= set(BANDS)
    assert result["score"].between(0, 1).all()
    promoted = promote(room / "mlruns", room / "home")
    pointer = json.loads((room / "mlruns" / "champion.json").read_text(encoding="utf-8"))
    assert (promoted.version, pointer["sha256"]) == ("1", digest(room / "model"))


def test_what_reviewers_found_is_known_from_the_day_they_found_it(book: Path) -> None:
    material = from_files(book / "orders.csv", book / "customers.csv", book / "outcomes.csv")
    assert material.decisions is not None
    assert list(material.decisions) == ["order_id", "line_no", "decision", "label_class", "decided_on"]
    assert material.decisions["decided_on"].notna().all()


def test_the_truth_of_a_simulated_book_reaches_no_signal_and_no_label() -> None:
    """The judge may read it; with another truth everything that is measured or taught stays the same."""
    drawn = from_simulator(300, SEED)
    assert (drawn.truth != "").any()
    other = replace(drawn, truth=drawn.truth[::-1].set_axis(drawn.truth.index))
    (_, facts, matrix), (_, told, again) = (signals(each, AS_OF) for each in (drawn, other))
    pd.testing.assert_frame_equal(matrix, again)
    pd.testing.assert_frame_equal(facts, told)
    assert "typologies" not in {*facts, *matrix, *drawn.rows}


def test_an_alarm_is_on_record_with_its_result_and_so_are_past_and_lists(trained: Trained) -> None:
    facts = trained.model.facts
    assert {each["result"] for each in facts["alarms"].values()} <= {"pass", "not evaluated"}
    assert (facts["past"], facts["screened"]) == ("this file alone", "no list")


def test_earlier_orders_are_the_past_of_what_is_learnt(book: Path) -> None:
    material = from_files(book / "orders.csv", book / "customers.csv", book / "outcomes.csv")
    late = material.lines["order_date"] > material.lines["order_date"].median()
    part = replace(material, lines=material.lines[late], rows=material.rows[late])
    _, _, alone = signals(part, AS_OF)
    known, _, told = signals(part, AS_OF, Before(book / "no home", (book / "orders.csv",)))
    _, _, whole = signals(material, AS_OF)
    pd.testing.assert_frame_equal(told, whole.loc[told.index])
    assert not alone.equals(told)
    assert known.past_version.endswith("earlier lines")


def test_outcomes_of_other_orders_are_refused(book: Path, tmp_path: Path) -> None:
    other = pd.read_csv(book / "outcomes.csv", dtype="str", keep_default_na=False).assign(order_id="X")
    other.drop_duplicates(["order_id", "line_no"]).to_csv(tmp_path / "outcomes.csv", index=False)
    with pytest.raises(TrainingRefused, match="no outcome belongs"):
        train(book / "orders.csv", None, tmp_path / "outcomes.csv", as_of=AS_OF, track=False)


def test_too_few_confirmed_diversions_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(TrainingRefused, match="confirmed diversions in the training period"):
        train(as_of=AS_OF, lines=400, out=tmp_path / "model", mlruns=tmp_path / "mlruns")
    assert not list(tmp_path.iterdir())


def test_a_test_period_without_a_confirmed_diversion_is_refused(trained: Trained) -> None:
    matrix = pd.DataFrame({each.name: pd.Series([pd.NA, pd.NA], dtype="Float64") for each in trained.model.inputs})
    rows = pd.DataFrame({"order_id": ["a", "b"], "label": [0.0, 0.0], "weight": [1.0, 1.0]})
    with pytest.raises(TrainingRefused, match="nothing to judge a model on"):
        judged(trained.model, matrix, rows)


def test_orders_without_outcomes_are_refused(book: Path) -> None:
    with pytest.raises(TrainingRefused, match="needed together"):
        train(book / "orders.csv", as_of=AS_OF)


def test_an_outcome_file_that_breaks_its_contract_is_refused(book: Path) -> None:
    with pytest.raises(OutcomesRefused):
        train(book / "orders.csv", None, book / "truth.csv", as_of=AS_OF)


def test_a_folder_that_is_no_model_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TrainingRefused, match="no model folder"):
        train(as_of=AS_OF, lines=400, out=tmp_path)
    assert (tmp_path / "letters.txt").exists()
