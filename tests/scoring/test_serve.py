"""The served model answers a single order as `diversion score` does, and says without a trace what is wrong with it."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from features.orders.fields import of_kind
from scoring.batch import score_frame
from scoring.champion import BASELINE
from scoring.model import Model
from scoring.result import COLUMNS
from scoring.version import distribution_version

Frames = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def served() -> Any:
    """The model as MLflow's server loads it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*Any type hint", UserWarning)  # MLflow 3.17 warns of its own classes
        from scoring.serve import Orders

    model = Orders()
    model.load_context(
        SimpleNamespace(model_config={"diversion": distribution_version()}, artifacts={"model": BASELINE})
    )
    return model


def test_a_single_order_gets_the_cells_that_a_file_of_it_gets(served: Any, orders: Frames, baseline: Model) -> None:
    one = orders()
    found = served.predict(None, one)
    assert tuple(found.columns) == COLUMNS
    asked = score_frame(one, baseline)[list(COLUMNS)]
    pd.testing.assert_frame_equal(found.fillna(""), asked.astype(object).fillna(""))


def test_a_cell_without_a_value_is_one_that_json_knows(served: Any, orders: Frames) -> None:
    (found,) = served.predict(None, orders({"quantity": "a dozen"})).to_dict("records")
    assert found["chips"] is None
    assert json.loads(json.dumps(found, allow_nan=False))["tpp_total"] is None


def test_an_order_that_lacks_columns_is_told_all_of_them(served: Any, orders: Frames) -> None:
    from scoring.serve import NotServed

    with pytest.raises(NotServed, match=r"columns missing: part_number, quantity;") as refused:
        served.predict(None, orders().drop(columns=["quantity", "part_number"]))
    assert refused.value.get_http_status_code() == 400


def test_a_cell_that_cannot_be_read_comes_back_as_a_problem_of_a_scored_line(served: Any, orders: Frames) -> None:
    (found,) = served.predict(None, orders({"quantity": "a dozen"})).to_dict("records")
    assert (found["status"], found["gate"]) == ("scored", "unknown")
    assert "'a dozen' is not a number" in found["problems"]


def test_an_empty_order_is_refused_with_the_remedy(served: Any, orders: Frames) -> None:
    from scoring.serve import NotServed

    blank = pd.DataFrame([dict.fromkeys((each.name for each in of_kind("orders")), "")])
    with pytest.raises(NotServed, match="no records; pass at least one") as refused:
        served.predict(None, blank)
    assert refused.value.get_http_status_code() == 400


def test_a_fault_of_ours_shows_no_cell_of_the_order(
    served: Any, orders: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scoring.serve as room

    def breaks(*_: object) -> None:
        raise ValueError("Norrhall Compute")

    monkeypatch.setattr(room, "score_frame", breaks)
    with pytest.raises(room.NotServed) as refused:
        room.Orders.predict(served, None, orders())
    assert refused.value.get_http_status_code() == 500
    assert "Norrhall" not in refused.value.serialize_as_json()
    assert refused.value.__suppress_context__


def test_the_server_of_mlflow_adds_nothing_to_what_is_said(served: Any) -> None:
    from scoring.serve import NotServed

    said = NotServed("columns missing: quantity")
    said.message = "Failed to predict data 'A-1 Norrhall Compute'"  # as its server does with what it catches
    assert said.message == "columns missing: quantity"


def test_a_single_order_by_the_registry_and_by_the_command_line_agree(orders: Frames, tmp_path: Path) -> None:
    import mlflow

    from diversion.asked import Asked
    from diversion.work import score_file
    from training.promote import promote
    from training.track import Run, log

    mlruns, home = tmp_path / "mlruns", tmp_path / "home"
    log(mlruns, BASELINE, Run("run-1", {}, {"model/auc": 0.5}, {}, pd.DataFrame({"x": [1.0]}), "ab" * 32, {}, "#\n"))
    promote(mlruns, home)
    try:
        answered = mlflow.pyfunc.load_model("models:/diversion@champion").predict(orders())
    finally:
        mlflow.set_tracking_uri(None)
        mlflow.set_registry_uri(None)
    orders().to_csv(tmp_path / "orders.csv", index=False)
    today, out = pd.Timestamp.today().date(), tmp_path / "scored.parquet"
    done = score_file(Asked(tmp_path / "orders.csv", None, today, home, mlruns, out), lambda _: None)
    written = pd.read_parquet(done.out)[list(COLUMNS)]
    pd.testing.assert_frame_equal(answered.fillna(""), written.fillna(""), check_dtype=False)
