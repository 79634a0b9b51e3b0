"""One run a training, a registered model that scores raw orders, and a promotion that scoring can follow."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.orders.fields import of_kind
from scoring.champion import BASELINE, chosen
from scoring.model import Model, digest, load, margins, save
from scoring.version import distribution_version
from training import promotions
from training.contest.check import held, unevaluated
from training.evaluate import HeldOut
from training.figures import figures
from training.fit import fit
from training.gates import Trial
from training.promote import Approval, PromoteRefused, challenger, compare, promote, rollback
from training.track import Logged, Run, TrackingRefused, log, open_store


@pytest.fixture(scope="module")
def model(world) -> Model:
    made = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7, bag=1)
    return replace(made, version="run-1", thresholds=(0.0, 1.0, 2.0), facts={"boosters": 1, "simulated": True})


@pytest.fixture
def mlruns(tmp_path: Path) -> Iterator[Path]:
    import mlflow

    yield tmp_path / "mlruns"
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


def logged(mlruns: Path, model: Model, world, precision: float = 0.5) -> Logged:
    held_out = HeldOut(
        pd.DataFrame({"order_id": world.label.index.astype(str), "label": world.label, "weight": world.weight}).assign(
            model=margins(model, world.matrix)
        ),
        ("model",),
        np.full(len(world.label), 0.1),
    )
    folder = mlruns.parent / "model"
    save(model, folder, "# card\n")
    run = Run(
        version=model.version,
        params={"seed": 7},
        metrics={"model/precision_reviewing_1_percent": precision},
        figures=figures(model, held_out),
        data=world.matrix[["days_known"]],
        fingerprint="ab" * 32,
        tags={"simulated": "true"},
        card="# card\n",
    )
    return log(mlruns, folder, run)


def test_a_run_is_logged_registered_promoted_and_found_after_a_move(mlruns: Path, model: Model, world) -> None:
    first = logged(mlruns, model, world)
    client = open_store(mlruns)
    run = client.get_run(first.run)
    assert run.data.params["seed"] == "7"
    assert run.inputs.dataset_inputs[0].dataset.digest == ("ab" * 32)[:36]
    assert {each.path for each in client.list_artifacts(first.run, "figures")} == {
        "figures/calibration.png",
        "figures/gain.png",
        "figures/precision_and_recall.png",
    }
    assert {path.name for path in mlruns.iterdir()} == {"mlflow.db", "artifacts"}

    home = mlruns.parent / "home"
    found = promote(mlruns, home)
    assert (found.version, found.before) == ("1", None)
    pointer = json.loads((mlruns / "champion.json").read_text(encoding="utf-8"))
    assert pointer["path"] == first.path
    assert not Path(pointer["path"]).is_absolute()
    assert pointer["sha256"] == digest(mlruns / pointer["path"])
    recorded = json.loads((home / "promotion.json").read_text(encoding="utf-8"))
    assert recorded == {"format": 1, "name": "diversion", "version": "1", "sha256": pointer["sha256"]}
    with pytest.raises(PromoteRefused, match="no challenger"):
        promote(mlruns, home)

    second = logged(mlruns, replace(model, version="run-2"), world, precision=0.6)
    side_by_side = compare(mlruns).metrics
    assert side_by_side.loc["model/precision_reviewing_1_percent"].to_dict() == {"champion": 0.5, "challenger": 0.6}
    assert promote(mlruns, home).before == "1"
    assert promote(mlruns, home, version="1").version == "1"  # the way back

    (mlruns / second.path / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PromoteRefused, match="version 2"):
        promote(mlruns, home, version="2")
    assert json.loads((mlruns / "champion.json").read_text(encoding="utf-8"))["version"] == "1"

    moved = mlruns.parent / "elsewhere" / "mlruns"
    shutil.copytree(mlruns, moved)
    pointer = json.loads((moved / "champion.json").read_text(encoding="utf-8"))
    np.testing.assert_array_equal(margins(load(moved / pointer["path"]), world.matrix), margins(model, world.matrix))
    with pytest.raises(TrackingRefused, match="was moved here"):
        open_store(moved)


def test_the_registered_model_names_its_columns_and_refuses_another_version(
    mlruns: Path, model: Model, world, monkeypatch
) -> None:
    logged(mlruns, model, world)
    import mlflow

    info = mlflow.models.get_model_info("models:/diversion@challenger")
    assert info.signature.inputs.input_names() == [each.name for each in of_kind("orders")]
    assert not info.signature.inputs.required_input_names()  # scoring.serve says what is missing
    assert info.flavors["python_function"]["config"]["diversion"] == distribution_version()
    monkeypatch.setattr("scoring.version.distribution_version", lambda: "99.0")
    with pytest.raises(Exception, match=r"diversion 99\.0 is running"):
        mlflow.pyfunc.load_model("models:/diversion@challenger")


FAILED = Trial((held("brier", 0.5, "at most 0", False, "worse"), unevaluated("shadow", "", "none")), ("a book",), 0.02)
PASSED = Trial((held("brier", 0.0, "at most 0", True, "same"),), ("a book",), 0.02)


def test_a_promotion_over_a_failed_gate_is_on_record_with_the_person_who_answers(
    mlruns: Path, model: Model, world
) -> None:
    first, home = logged(mlruns, model, world), mlruns.parent / "home"
    assert challenger(mlruns, "1")[1] == digest(mlruns / first.path)
    for unsigned in (Approval(FAILED, "2026-11-25"), Approval(FAILED, "2026-11-25", by="R01")):
        with pytest.raises(PromoteRefused, match="named person"):
            promote(mlruns, home, approval=unsigned)
    assert not (mlruns / "champion.json").exists()
    promote(mlruns, home, approval=Approval(FAILED, "2026-11-25", by="R01", reason="quiet in shadow"))
    approved = json.loads((mlruns / "champion.json").read_text(encoding="utf-8"))["approved"]
    client = open_store(mlruns)
    run, version = client.get_run(first.run), client.get_model_version("diversion", "1")
    assert (approved["by"], approved["reason"]) == ("R01", "quiet in shadow")
    assert version.tags["gates_sha256"] == approved["gates"]
    assert version.tags["gates_by"] == "R01"
    assert run.data.tags["gate.brier"] == "fail"
    assert run.data.tags["gate.shadow"] == "not evaluated"
    assert run.data.metrics["gate/brier"] == 0.5
    (report,) = client.list_artifacts(first.run, "gates")
    text = Path(client.download_artifacts(first.run, report.path)).read_bytes()
    assert hashlib.sha256(text).hexdigest() == approved["gates"]
    assert json.loads(text)["checks"][1]["figure"] is None
    (event,) = promotions.events(mlruns)
    assert (event.failed, event.open) == (("brier",), ("shadow",))


def test_a_rollback_brings_back_the_version_before_and_then_the_shipped_model(
    mlruns: Path, model: Model, world
) -> None:
    home = mlruns.parent / "home"
    for number in ("1", "2"):
        logged(mlruns, replace(model, version=f"run-{number}"), world)
        promote(mlruns, home, number, Approval(PASSED, "2026-11-25"))
    assert rollback(mlruns, home, on="2026-11-26", by="R02", reason="hits fell") == "1"
    assert chosen(None, home, mlruns).model.version == "run-1"
    client = open_store(mlruns)
    assert client.get_model_version_by_alias("diversion", "champion").version in (1, "1")
    assert client.get_model_version("diversion", "1").tags["rolled_back_to"] == "2026-11-26 R02 hits fell"
    assert rollback(mlruns, home, on="2026-11-27") == promotions.BASELINE
    assert chosen(None, home, mlruns).folder == BASELINE
    with pytest.raises(PromoteRefused, match="no promoted version stands"):
        rollback(mlruns, home, on="2026-11-28")
    assert [each.event for each in promotions.events(mlruns)] == ["promoted", "promoted", "rolled back", "rolled back"]


def test_a_damaged_version_is_never_gone_back_to(mlruns: Path, model: Model, world) -> None:
    home = mlruns.parent / "home"
    places = [logged(mlruns, replace(model, version=f"run-{number}"), world).path for number in (1, 2)]
    for number in ("1", "2"):
        promote(mlruns, home, number)
    (mlruns / places[0] / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PromoteRefused, match="version 1"):
        rollback(mlruns, home, on="2026-11-26")
    assert chosen(None, home, mlruns).model.version == "run-2"


def test_nothing_to_promote_is_said_and_no_store_is_made(tmp_path: Path) -> None:
    with pytest.raises(PromoteRefused, match="no model was ever trained"):
        promote(tmp_path / "mlruns", tmp_path / "home")
    assert not list(tmp_path.iterdir())
