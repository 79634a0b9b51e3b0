"""`promote` stops at its gates unless a named person answers; `rollback` goes back in one command."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from diversion import promoted
from diversion.promoted import capacity
from scoring.champion import BASELINE
from scoring.own_bands import OwnBands, save
from training.contest.check import Check, held, unevaluated
from training.gates import Trial
from training.interleaved import Tally
from training.outcomes import COLUMNS as OUTCOMES
from training.shadow import Shadow, keep
from training.track import Run as Logging
from training.track import log
from training.wording import add

Run = Callable[..., Any]
GOOD, BAD = held("brier", 0.0, "at most 0", True, "same"), held("brier", 0.1, "at most 0", False, "worse")
OPEN = unevaluated("shadow", "at least 28 days", "never")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A registry with a version 1; making one costs seconds."""
    import mlflow

    place = tmp_path_factory.mktemp("store") / "mlruns"
    told = Logging("run-1", {}, {"model/auc": 0.5}, {}, pd.DataFrame({"x": [1.0]}), "ab" * 32, {}, "# card\n")
    log(place, BASELINE, told)
    yield place
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.fixture
def registry(store: Path) -> Iterator[Path]:
    """The registry as if nothing had been promoted."""
    yield store
    for name in ("champion.json", "promotions.jsonl"):
        (store / name).unlink(missing_ok=True)


def finding(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    """Every trial finds these."""
    monkeypatch.setattr(promoted, "tried", lambda *_, **__: Trial(checks, ("a book",), 0.02))


STOPPED = [
    pytest.param((GOOD, BAD), (), "brier failed", id="a failed gate"),
    pytest.param((GOOD, BAD), ("--acknowledge", "--by", "R01"), "brier failed", id="a failed gate acknowledged"),
    pytest.param((GOOD, OPEN), (), "shadow not evaluated", id="a gate not evaluated"),
    pytest.param((GOOD, OPEN), ("--by", "R01"), "--acknowledge says that R01 knows", id="a name without a word"),
]


@pytest.mark.parametrize(("checks", "said", "told"), STOPPED)
def test_a_gate_that_stops_exits_3_and_promotes_nothing(
    run: Run,
    registry: Path,
    monkeypatch: pytest.MonkeyPatch,
    checks: tuple[Check, ...],
    said: tuple[str, ...],
    told: str,
) -> None:
    finding(monkeypatch, *checks)
    ran = run("promote", "--yes", "--version", "1", "--mlruns", str(registry), *said)
    assert ran.code == 3
    assert told in ran.err
    assert ran.err.endswith("nothing was promoted\n")
    assert not (registry / "champion.json").exists()


PASSING = [
    pytest.param((GOOD,), (), id="every gate passes"),
    pytest.param((GOOD, OPEN), ("--acknowledge", "--by", "R01"), id="an open gate that a named person knows of"),
    pytest.param((BAD, OPEN), ("--override", "quiet", "--by", "R01"), id="a failed gate that a named person overrides"),
]


@pytest.mark.parametrize(("checks", "said"), PASSING)
def test_what_passes_or_is_answered_for_scores_and_is_rolled_back_in_one_command(
    run: Run, orders: Callable[..., str], registry: Path, monkeypatch: pytest.MonkeyPatch, checks: Any, said: Any
) -> None:
    finding(monkeypatch, *checks)
    ran = run("promote", "--yes", "--version", "1", "--mlruns", str(registry), *said)
    assert ran.code == 0, ran.err
    approved = json.loads((registry / "champion.json").read_text(encoding="utf-8"))["approved"]
    assert approved["by"] == ("R01" if said else "")
    assert "(champion)" in run("score", orders(), "--mlruns", str(registry)).err.splitlines()[0]
    back = run("rollback", "--by", "R02", "--reason", "trial over", "--mlruns", str(registry))
    assert back.code == 0
    assert "shipped baseline" in back.err
    assert "shipped baseline" in run("score", "orders.csv", "--mlruns", str(registry)).err.splitlines()[0]
    assert run("rollback", "--mlruns", str(registry)).code == 2


@pytest.mark.parametrize("said", [("--override", "x"), ("--acknowledge",), ("--orders", "orders.csv")])
def test_half_a_sentence_is_refused(run: Run, registry: Path, said: tuple[str, ...]) -> None:
    assert run("promote", "--yes", "--version", "1", "--mlruns", str(registry), *said).code == 2
    assert not (registry / "champion.json").exists()


def test_the_first_promotion_is_tried_against_the_shipped_model(
    run: Run, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.gates.HONEST", 20)
    monkeypatch.setattr("training.gates.DRAWN", 1)
    ran = run(
        "promote", "--yes", "--version", "1", "--mlruns", str(registry), "--lines", "2000", "--as-of", "2026-11-25"
    )
    assert ran.code == 3
    assert "agreement with" in ran.out
    assert "average precision" in ran.out
    assert "public cases" in ran.out
    assert "a simulated book of 2,000 lines" in ran.err


def test_a_promotion_mends_a_lost_pointer(run: Run, registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, GOOD)
    run("promote", "--yes", "--version", "1", "--mlruns", str(registry))
    (registry / "champion.json").unlink()
    ran = run("promote", "--yes", "--version", "1", "--mlruns", str(registry))
    assert ran.code == 0
    assert "nothing to compare with" in ran.err
    assert (registry / "champion.json").exists()


def test_the_capacity_is_that_of_the_bands_fitted_here(tmp_path: Path) -> None:
    assert capacity(tmp_path) == 0.02
    save(
        OwnBands("m", "s", (0.0, 1.0, 2.0), (0.0, 1.0, 2.0), 5.0, 1000, 10, "2026-01-01", "2026-03-01", "f", ""),
        tmp_path,
    )
    assert capacity(tmp_path) == 0.05


def test_a_standing_order_goes_back_after_the_second_alarm_and_says_by_whose_word_and_why(
    run: Run, orders: Callable[..., str], registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding(monkeypatch, GOOD)
    loud = held("score", 0.9, "at most 0.2", False, "another population")
    monkeypatch.setattr("training.monitor.watch.drifted", lambda *_: [loud])
    run("promote", "--yes", "--version", "1", "--mlruns", str(registry))
    watch = ("monitor", orders(), "--mlruns", str(registry), "--roll-back-after", "2")
    assert run(*watch).code == 2
    assert run(*watch, "--by", "R01", "--model", str(BASELINE)).code == 2
    first, second = (run(*watch, "--by", "R01", "--as-of", day) for day in ("2026-02-02", "2026-02-09"))
    assert (first.code, second.code) == (3, 3)
    assert "rolled back" not in first.err
    assert "rolled back: the shipped baseline" in second.err
    event = json.loads((registry / "promotions.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (event["event"], event["by"]) == ("rolled back", "R01 (standing order)")
    assert event["reason"] == "score: alarm in 2 watches running (2026-02-02, 2026-02-09)"
    run(*watch, "--by", "R01", "--as-of", "2026-02-16")
    third = run(*watch, "--by", "R01", "--as-of", "2026-02-23")
    assert third.code == 3
    assert "not rolled back" in third.err


def test_outcomes_of_the_picked_orders_are_counted_by_file_in_the_words_of_the_home(tmp_path: Path) -> None:
    columns = [f"{who}_{what}" for who in ("champion", "challenger") for what in ("band", "place")]
    found = Shadow(pd.DataFrame(columns=columns), {"lines": 2, "first": "", "last": ""}, [("A-1", "A-2")])
    keep(found, tmp_path, "batch", "c", "d", date(2026, 2, 2))
    row = "1,cleared,{found},paper,review,1,2026-02-01,2026-02-03,R01"
    lines = ["A-1," + row.format(found="bogus"), "A-2," + row.format(found="confirmed_diversion")]
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text("\n".join([",".join(OUTCOMES), *lines]) + "\n", encoding="utf-8")
    add(tmp_path, ["bogus=false_positive"])
    files = (outcomes, None, outcomes)
    assert promoted.picks_found(tmp_path, "c", "d", files, None) == Tally(1, 0, 1)
    assert promoted.picks_found(tmp_path, "c", "d", None, None) == Tally()
    assert promoted.picks_found(tmp_path, "c", "another", files, None) == Tally()
