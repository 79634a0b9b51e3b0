"""Trees grown by two workers say what those of one process say, and are held by the same model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.model import margins
from training import blocks
from training.fit import fit, fit_blocks
from training.on_dask import growing_at

pytestmark = pytest.mark.cluster
distributed = pytest.importorskip("distributed", reason="cluster: needs the dask extra")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two workers of one thread on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


@pytest.mark.filterwarnings("ignore")  # of the libraries: of ports and parameters that they choose themselves
def test_two_workers_grow_the_trees_of_one_machine(
    client: Any, world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 400)
    rows = world.matrix.assign(label=world.label, weight=world.weight, customer=world.customer)
    blocks.write(tmp_path / "matrix", [rows])
    matrix = blocks.of_parts(tmp_path / "matrix")
    parts = [matrix.column(name) for name in ("label", "weight", "customer")]
    with growing_at(client.scheduler.address) as grow:
        found = fit_blocks(world.inputs, matrix, *parts, seed=7, bag=2, grow=grow)
    here = fit(world.inputs, world.matrix, world.label, world.weight, world.customer, seed=7, bag=2)
    assert found.inputs == here.inputs
    assert [each.feature_name() for each in found.boosters] == [each.feature_name() for each in here.boosters]
    assert [each.num_trees() for each in found.boosters] == [each.num_trees() for each in here.boosters]
    said, ours = margins(found, world.matrix), margins(here, world.matrix)
    assert np.corrcoef(said, ours)[0, 1] > 0.99
    assert np.abs(said - ours).mean() < 0.1
