"""The judge on one small drawn world: what each bed promises, the page, and what is tracked."""

import math
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
from training.case_files import CASES, public_cases
from training.contenders import product
from training.fit import TrainingRefused
from training.judge import Bench, Judgement, World, beds, blanks, judge, simulated_world
from training.judge.elsewhere import AT_HOME, EASY, INSIDE, LEARNERS, elsewhere, taught_at_home, too_easy
from training.judge.figure import table
from training.judge.page import page
from training.judge.report import sizes
from training.judge.teach import Lot, scored, scorers, taught
from training.judge.track import log, metrics
from training.judge.world import rotations, unseen_customers, without
from training.judge.worst import weakest
from training.simulate.world import worlds as names

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
        beds.GUIDED,
        beds.OTHER,
        beds.ALARM,
    }
    for bed in (beds.TRUTH, beds.OTHER, beds.BLANKED, beds.GUIDED):
        assert {*BENCH.names, "random"} <= set(table.loc[table["bed"] == bed, "contender"])
    assert (table["low"].isna() | (table["low"] <= table["high"])).all()
    assert set(found.seconds) >= {beds.TRUTH, beds.KIND, beds.BLANKED, beds.OTHER, beds.ALARM}


def test_every_other_world_is_judged_by_those_taught_at_home_and_by_those_taught_inside(found: Judgement) -> None:
    other = found.figures[found.figures["bed"] == beds.OTHER]
    assert set(other["case"]) == {AT_HOME, INSIDE}
    for case in (AT_HOME, INSIDE):
        assert set(other.loc[other["case"] == case, "contender"]) == {*BENCH.names, "random", "test"}
        assert figure(found, beds.OTHER, "test", "lines", case) == LINES
        assert figure(found, beds.OTHER, "random", "average_precision", case) < 0.1


def test_taught_inside_the_same_world_finds_what_it_finds_at_home(found: Judgement) -> None:
    at_home = figure(found, beds.TRUTH, "model", "average_precision")
    assert figure(found, beds.OTHER, "model", "average_precision", INSIDE) == pytest.approx(at_home)


def test_alerts_per_1000_orders_have_an_interval_at_home_and_elsewhere(found: Judgement) -> None:
    rows = found.figures[found.figures["metric"] == "alerts_per_1000_orders"]
    assert list(zip(rows["bed"], rows["case"], strict=True)) == [(beds.TRUTH, ""), (beds.OTHER, AT_HOME)]
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert rows["low"].gt(0).all()


def test_attempts_changed_after_a_refusal_are_counted_beside_first_ones(home: World, found: Judgement) -> None:
    orders = home.rows.loc[home.rows["ordered_on"] >= rotations(home, 1)[0].cut, "order_id"]
    attempt = home.attempts.loc[orders.index].groupby(orders).max()
    assert figure(found, beds.TRUTH, "test", "first_attempts") == (attempt == 1).sum() > 0
    assert figure(found, beds.TRUTH, "test", "later_attempts") == (attempt > 1).sum() > 0
    first, later, both = (
        figure(found, beds.TRUTH, "model", name)
        for name in ("first_attempts_found", "later_attempts_found", "found_reviewing_1_percent")
    )
    assert min(first, later) <= both <= max(first, later)


def test_a_world_that_teaches_too_little_is_still_judged_by_those_taught_at_home(home: World) -> None:
    few = home.rows["label"].where(home.rows["label"] != 1)
    poor = replace(home, name="poor", rows=home.rows.assign(label=few))
    rows = table(elsewhere(BENCH, taught_at_home(BENCH, home), poor))
    has = {case: set(part["contender"]) for case, part in rows.groupby("case")}
    assert "model" in has[AT_HOME]
    assert not {"model", "plain_lightgbm", "logistic_regression"} & has[INSIDE]
    assert {"counted_flags", "guidance"} <= has[INSIDE]
    assert "Too few confirmed diversions to teach the model inside: poor." in list(
        weakest(Judgement(rows, (), few, {}))
    )


@pytest.mark.parametrize(
    ("lowest", "failed"),
    [
        pytest.param(0.95, True, id="a world in which every contender finds nearly all is too easy"),
        pytest.param(EASY, False, id="a world in which one contender does not is kept"),
    ],
)
def test_a_world_is_too_easy_when_all_are_above_the_limit(found: Judgement, lowest: float, failed: bool) -> None:
    rows = found.figures[(found.figures["bed"] == beds.OTHER) & (found.figures["metric"] == "average_precision")]
    rows = rows.assign(value=rows["value"].where(~rows["contender"].isin(LEARNERS), 0.97))
    rows.loc[rows["contender"] == "counted_flags", "value"] = lowest
    (alarm,) = too_easy(rows)
    assert (alarm.name, alarm.value, alarm.failed) == ("too_easy_twin", lowest, failed)


def test_no_world_judged_here_is_too_easy(found: Judgement) -> None:
    easy = [each for each in found.alarms if each.name.startswith("too_easy")]
    assert [each.name for each in easy] == ["too_easy_home", "too_easy_twin"]
    assert not any(each.failed for each in easy)


def test_every_named_world_is_drawn_and_only_home_and_the_rare_one_in_full() -> None:
    assert sizes(400) == {name: 400 if name in ("home", "rare") else 200 for name in names()}


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
    assert f"twin ({LINES} lines, " in html
    assert html.count("data:image/svg+xml") == 4


def test_the_page_shows_a_failed_alarm_first(found: Judgement) -> None:
    failed = replace(found, alarms=(replace(found.alarms[0], failed=True), *found.alarms[1:]))
    assert next(weakest(failed)).startswith(f"Alarm {found.alarms[0].name}")


def test_an_alarm_that_was_not_evaluated_is_not_shown_as_passed(found: Judgement) -> None:
    open_one = replace(found.alarms[0], value=math.nan, failed=False, evaluated=False, says="too few customers")
    told = replace(found, alarms=(open_one, *found.alarms[1:]))
    assert f"Alarm {open_one.name} was not evaluated: too few customers." in list(weakest(told))
    cells = ("–", f"{open_one.limit:.3f}", "not evaluated", "too few customers")
    assert "".join(f"<td>{cell}</td>" for cell in cells) in page(told, "")
    assert f"alarms/{open_one.name}/failed" not in metrics(told)


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


def test_the_public_cases_come_with_the_packages() -> None:
    assert len(public_cases(CASES).orders) > 50


def test_a_folder_without_public_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingRefused, match=r"no cases\.csv"):
        public_cases(tmp_path)
