"""The judge on one small drawn world: what each bed promises, the page, and what is tracked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.matrix import FEATURES
from scoring.model import contributions
from training.alarms import side_of
from training.baseline import guidance
from training.contenders import product
from training.fit import TrainingRefused
from training.judge import Bench, Judgement, World, beds, blanks, judge, simulated_world
from training.judge.page import page, weakest
from training.judge.report import public_cases
from training.judge.teach import Lot, scored, scorers, taught
from training.judge.track import log, metrics
from training.judge.world import rotations, unseen_customers, without

AS_OF = date(2026, 11, 25)
LINES, SEED = 12000, 5  # fewer hold too few confirmed diversions to learn from
BENCH = Bench(guidance(FEATURES), partial(product, bag=1), seed=1, draws=30)


@pytest.fixture(scope="module")
def home() -> World:
    return simulated_world("home", LINES, SEED, AS_OF)


@pytest.fixture(scope="module")
def lots(home: World) -> list[Lot]:
    return [taught(BENCH, home, side) for side in rotations(home, 1)]


@pytest.fixture(scope="module")
def found(home: World) -> Judgement:
    return judge(BENCH, [home, replace(home, name="twin")], None, as_of=AS_OF)


def figure(found: Judgement, bed: str, contender: str, metric: str, case: str | None = None) -> float:
    table = found.figures
    rows = table[(table["bed"] == bed) & (table["contender"] == contender) & (table["metric"] == metric)]
    return float(rows.loc[rows["case"] == case if case else rows.index, "value"].iloc[0])


def test_every_order_of_the_test_period_is_judged_once_by_a_model_that_never_saw_its_customer(home: World) -> None:
    sides = rotations(home, 1)
    tested = pd.concat([pd.Series(side.test) for side in sides])
    assert not tested.duplicated().any()
    assert set(tested) == set(home.rows.index[home.rows["ordered_on"] >= sides[0].cut])
    for side in sides:
        train, test = home.rows.loc[side.train], home.rows.loc[side.test]
        assert not set(train["customer"]) & set(test["customer"])
        assert test["ordered_on"].min() - train["ordered_on"].max() > pd.Timedelta(days=side.days)


def test_the_truth_is_not_among_what_is_taught(home: World) -> None:
    rows = home.taught(rotations(home, 1)[0].train)
    assert set(rows.matrix.columns) == {each.name for each in FEATURES}
    assert rows.label.equals(home.rows.loc[rows.label.index, "label"].astype(int))
    assert not rows.label.eq(home.diverted.loc[rows.label.index].astype(int)).all()


def test_a_typology_left_out_is_on_no_training_line_whatever_else_the_line_shows(home: World) -> None:
    mixed = replace(home, codes=home.codes.where(home.codes == "", home.codes + ";T9"))
    assert "T9" in mixed.typologies()
    side = rotations(mixed, 1)[0]
    left = without(side, mixed.shows("T9"))
    assert not mixed.diverted.loc[left.train].any()
    assert left.test.equals(side.test)


def test_rare_kinds_are_judged_on_every_order_of_customers_never_taught(home: World) -> None:
    sides = unseen_customers(home, 1)
    assert sorted(np.concatenate([side.test for side in sides])) == sorted(home.rows.index)
    for side in sides:
        customers = (set(home.rows.loc[rows, "customer"].fillna("")) for rows in (side.train, side.test))
        assert not set.intersection(*customers)


def test_every_bed_is_there_with_every_contender(found: Judgement) -> None:
    table = found.figures
    assert set(table["bed"]) == {
        beds.TRUTH,
        beds.REVIEWED,
        beds.QUARTER,
        beds.KIND,
        beds.BLANKED,
        beds.OTHER,
        beds.ALARM,
    }
    for bed in (beds.TRUTH, beds.OTHER, beds.BLANKED):
        assert {*BENCH.names, "random"} <= set(table.loc[table["bed"] == bed, "contender"])
    assert (table["low"].isna() | (table["low"] <= table["high"])).all()
    assert set(found.seconds) >= {beds.TRUTH, beds.KIND, beds.BLANKED, beds.OTHER, beds.ALARM}


def test_what_is_judged_is_better_than_a_random_order_and_worse_when_cells_are_blank(found: Judgement) -> None:
    seen, random, blank = (
        figure(found, bed, name, "average_precision")
        for bed, name in ((beds.TRUTH, "model"), (beds.TRUTH, "random"), (beds.BLANKED, "model"))
    )
    assert random < seen
    assert blank < seen


def test_the_fields_of_the_three_most_telling_inputs_are_blanked_but_never_the_key(
    home: World, lots: list[Lot]
) -> None:
    lot = lots[0]
    index = lot.side.test[home.diverted.loc[lot.side.test].to_numpy()]
    order = home.rows.loc[index, "order_id"]
    fields = blanks.telling_fields(lot, home.matrix.loc[index], order)
    assert set(fields) == set(order)
    assert not any(blanks.KEPT & each for each in fields.values())
    single = order[order.map(order.value_counts()) == 1].index[0]
    parts = contributions(lot.model, home.matrix.loc[[single]], threads=1).drop(columns="intercept").iloc[0]
    most = parts[parts > 0].nlargest(3).index
    read = {name for each in FEATURES if each.name in most for name in each.fields}
    assert fields[order[single]] == read - blanks.KEPT


def test_blanking_nothing_gives_the_matrix_again(home: World, lots: list[Lot]) -> None:
    orders = home.rows.loc[lots[0].side.test, "order_id"]
    index = orders.index[orders.isin(orders.unique()[:20])]  # whole orders: some features sum over their lines
    nothing = {"end_user_name": pd.Series(False, index=index)}
    pd.testing.assert_frame_equal(blanks.blanked(home, index, nothing), home.matrix.loc[index])


def test_a_contender_taught_too_little_has_no_score_and_no_figure(home: World) -> None:
    few = home.taught(home.rows.index[home.rows["label"].eq(0)][:50])
    made = scorers(BENCH, replace(few, label=few.label.where(few.label.index != few.label.index[0], 1)))
    assert made["model"] is None
    assert scored(made, home.matrix.head(3))["model"].isna().all()


def test_a_side_without_a_decided_order_is_refused(home: World) -> None:
    with pytest.raises(TrainingRefused, match="no decided order"):
        side_of(home.lines, home.matrix, home.rows, home.rows.index[:0])


def test_the_page_is_whole_the_same_again_and_begins_with_the_worst(found: Judgement) -> None:
    html = page(found, "diversion evaluate <script>")
    assert html == page(found, "diversion evaluate <script>")
    assert "<script>" not in html
    assert "http" not in html.replace("http-equiv", "")
    first = next(weakest(found))
    assert html.index("Worst first") < html.index("Flattery alarms") < html.index("By quarter")
    assert first.split(":")[0] in html
    assert html.count("data:image/svg+xml") == 4


def test_the_page_shows_a_failed_alarm_first(found: Judgement) -> None:
    failed = replace(found, alarms=(replace(found.alarms[0], failed=True), *found.alarms[1:]))
    assert next(weakest(failed)).startswith(f"Alarm {found.alarms[0].name}")


@pytest.fixture
def mlruns(tmp_path: Path) -> Iterator[Path]:
    import mlflow

    yield tmp_path / "mlruns"
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


def test_the_evaluation_is_a_run_with_its_figures_and_page(found: Judgement, mlruns: Path) -> None:
    from mlflow import MlflowClient

    run = log(mlruns, found, "<p>page</p>", {"lines": LINES})
    client = MlflowClient(f"sqlite:///{(mlruns.resolve() / 'mlflow.db').as_posix()}")
    logged = client.get_run(run).data
    told = metrics(found)
    assert logged.params["lines"] == str(LINES)
    assert logged.metrics.keys() == told.keys()
    assert "out_of_time/home/model/average_precision_low" in told
    assert {each.path for each in client.list_artifacts(run)} == {"evaluation.html", "figures.csv"}
    assert np.isfinite(list(told.values())).all()


def test_a_folder_without_public_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingRefused, match=r"no cases\.csv"):
        public_cases(tmp_path)
