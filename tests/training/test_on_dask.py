"""Trees grown by two workers say what those of one process say, and are held by the same model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scoring.model import margins
from scoring.result import ResultRefused
from training import blocks
from training.fit import fit, fit_blocks
from training.on_dask import growing_at

pytestmark = pytest.mark.cluster
distributed = pytest.importorskip("distributed", reason="cluster: needs the dask extra")
dask = pytest.importorskip("dask", reason="cluster: needs the dask extra")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Two workers of one thread on this machine, and no client of theirs in this process."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore")  # of the libraries: of ports and parameters that they choose themselves
def test_two_workers_grow_the_trees_of_one_machine(
    scheduler: str, world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 400)
    soft = world.label.astype("float64").mask(world.label.index % 10 == 3, 0.02)  # an order that nobody reviewed
    rows = world.matrix.assign(label=soft, weight=world.weight, customer=world.customer)
    blocks.write(tmp_path / "matrix", [rows])
    matrix = blocks.of_parts(tmp_path / "matrix")
    parts = [matrix.column(name) for name in ("label", "weight", "customer")]
    with growing_at(scheduler) as grow:
        found = fit_blocks(world.inputs, matrix, *parts, seed=7, bag=2, grow=grow)
    here = fit(world.inputs, world.matrix, soft, world.weight, world.customer, seed=7, bag=2)
    assert found.inputs == here.inputs
    assert [each.feature_name() for each in found.boosters] == [each.feature_name() for each in here.boosters]
    assert [each.num_trees() for each in found.boosters] == [each.num_trees() for each in here.boosters]
    said, ours = margins(found, world.matrix), margins(here, world.matrix)
    assert np.corrcoef(said, ours)[0, 1] > 0.99
    assert np.abs(said - ours).mean() < 0.1


def test_a_scheduler_that_does_not_answer_is_refused() -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(ResultRefused, match="no Dask scheduler answers"),
        growing_at("tcp://127.0.0.1:1"),
    ):
        pass


def test_without_a_scheduler_this_process_grows_the_trees() -> None:
    with growing_at(None) as grow:
        assert grow is None
