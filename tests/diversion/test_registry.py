"""`--model models:/diversion@champion`: the registry is asked only then, and scoring follows the folder it names."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scoring.champion import BASELINE
from training.promote import promote
from training.track import Run as Logging
from training.track import log

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def mlruns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A registry whose version 1 is the champion and whose version 2 the challenger."""
    import mlflow

    place = tmp_path_factory.mktemp("store") / "mlruns"
    told = Logging("run-1", {}, {"model/auc": 0.5}, {}, pd.DataFrame({"x": [1.0]}), "ab" * 32, {}, "# card\n")
    log(place, BASELINE, told)
    promote(place, place.parent / "home")
    log(place, BASELINE, told)
    yield place
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.mark.parametrize("address", ["@champion", "@challenger", "/1", "/2"])
def test_a_registered_model_scores(run: Run, orders: Callable[..., str], mlruns: Path, address: str) -> None:
    ran = run("score", orders(), "--model", f"models:/diversion{address}", "--mlruns", str(mlruns))
    assert ran.code == 0, ran.err
    assert ran.err.splitlines()[0].startswith("model baseline-4")
    assert ran.err.splitlines()[0].endswith("as asked")


def test_explain_follows_it_too(run: Run, orders: Callable[..., str], mlruns: Path) -> None:
    named = ("--model", "models:/diversion@champion", "--mlruns", str(mlruns))
    assert run("explain", orders(), "--order", "A-1", *named).code == 0


UNKNOWN = [
    pytest.param("models:/diversion@best", "nothing of that name is registered", id="an alias nobody set"),
    pytest.param("models:/diversion/9", "nothing of that name is registered", id="a version nobody logged"),
    pytest.param("models:/other@champion", "write models:/diversion@champion", id="a model that is not ours"),
    pytest.param("models:/diversion", "write models:/diversion@champion", id="neither alias nor version"),
]


@pytest.mark.parametrize(("address", "said"), UNKNOWN)
def test_an_address_that_leads_nowhere_is_refused(
    run: Run, orders: Callable[..., str], room: Path, mlruns: Path, address: str, said: str
) -> None:
    ran = run("score", orders(), "--model", address, "--mlruns", str(mlruns))
    assert ran.code == 2
    assert said in ran.err
    assert [path.name for path in room.iterdir()] == ["orders.csv"]


def test_looking_for_a_model_makes_no_store(run: Run, orders: Callable[..., str], room: Path) -> None:
    ran = run("score", orders(), "--model", "models:/diversion@champion")
    assert ran.code == 2
    assert "no model was ever trained there" in ran.err
    assert [path.name for path in room.iterdir()] == ["orders.csv"]


def test_a_folder_that_is_not_what_was_logged_is_refused(
    run: Run, orders: Callable[..., str], mlruns: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (card,) = sorted(mlruns.rglob("card.md"))[:1]
    kept = tmp_path_factory.mktemp("kept") / "card.md"
    shutil.copy(card, kept)
    try:
        for each in mlruns.rglob("card.md"):
            each.write_text("# changed\n", encoding="utf-8")
        ran = run("score", orders(), "--model", "models:/diversion/1", "--mlruns", str(mlruns))
    finally:
        for each in mlruns.rglob("card.md"):
            shutil.copy(kept, each)
    assert ran.code == 2
    assert "not the files that models:/diversion/1 was logged with" in ran.err
