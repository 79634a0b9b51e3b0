"""LightGBM's threads wait without spinning, whatever door the process came in by, and are no more than its cores."""

import os
import shutil
import subprocess
import sys

import pytest

SEES = """
import importlib, importlib.abc, os, sys

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "lightgbm":
            print(os.environ.get("OMP_WAIT_POLICY"))

sys.meta_path.insert(0, Watch())
importlib.import_module(sys.argv[1])
assert "lightgbm" in sys.modules
"""


def ran(*call: str, **told: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | told
    return subprocess.run(call, check=True, capture_output=True, text=True, env=environment)  # noqa: S603


@pytest.mark.parametrize(
    "door",
    [
        pytest.param("diversion.work", id="the command line"),
        pytest.param("scoring.pieces", id="a process that scores parts"),
        pytest.param("training.fit", id="training alone"),
        pytest.param("training.train", id="the verb train"),
        pytest.param("scoring.serve", id="a served model"),
    ],
)
def test_how_to_wait_is_said_before_lightgbm_is_loaded(door: str) -> None:
    assert ran(sys.executable, "-c", SEES, door).stdout.splitlines() == ["PASSIVE"]


def test_what_a_person_said_in_the_environment_stands() -> None:
    assert ran(sys.executable, "-c", SEES, "scoring.model", OMP_WAIT_POLICY="ACTIVE").stdout.split() == ["ACTIVE"]


@pytest.mark.skipif(sys.platform != "linux", reason="only GNU's OpenMP shows what it was told")
def test_openmp_itself_was_told_in_time() -> None:
    told = ran(sys.executable, "-c", "import scoring.model", OMP_DISPLAY_ENV="TRUE").stderr
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in told


@pytest.mark.skipif(shutil.which("taskset") is None, reason="no taskset on this system")
def test_a_process_tied_to_one_core_predicts_on_one_thread() -> None:
    core = min(os.sched_getaffinity(0))
    says = "from scoring.model import cores_for, usable_cores; print(usable_cores(), cores_for(1_000_000))"
    assert ran("taskset", "-c", str(core), sys.executable, "-c", says).stdout.split() == ["1", "1"]


def test_a_single_order_wakes_no_second_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from scoring import model

    monkeypatch.setattr(model, "usable_cores", lambda: 8)
    assert (model.cores_for(1), model.cores_for(100_000)) == (1, 8)
