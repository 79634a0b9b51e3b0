"""Two workers of a Dask cluster say what one process says, also when one of them dies in the middle."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scoring.cluster import dask_runner, here, job
from scoring.model import Model
from scoring.result import ResultRefused
from scoring.streamed import READ, shelved

distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")
dask = pytest.importorskip("dask", reason="the dask extra is not installed")
cloudpickle = pytest.importorskip("cloudpickle", reason="the dask extra is not installed")

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets of a worker that was killed
]


class DiesOnce(distributed.WorkerPlugin):  # type: ignore[misc]
    """Kills its worker at the end of a task, once in all: whoever leaves the mark first, `after` tasks of its own."""

    name = "dies-once"

    def __init__(self, mark: Path, after: int) -> None:
        self.mark, self.left = mark, after

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        self.left -= finish == "memory"
        if self.left <= 0 and not self.mark.exists():
            self.mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A scheduler and two workers of one thread, processes of this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def room(world: Any, baseline: Model, tmp_path: Path) -> Path:
    """A job in three parts."""
    (tmp_path / READ).mkdir()
    job.write(tmp_path, shelved(world.book, 90, tmp_path), world.known, baseline, earlier=world.before)
    return tmp_path


def test_two_workers_say_what_one_process_says_though_one_is_killed(cluster: Any, room: Path, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with distributed.Client(cluster, set_as_default=False) as client:
        client.register_plugin(DiesOnce(mark, after=12))
        told = pa.concat_tables(dask_runner.results(room, cluster.scheduler_address))
        assert int(mark.read_text()) not in client.run(os.getpid).values(), "a worker died and another took its place"
    assert told.equals(pa.concat_tables(here.results(room)))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nothing://127.0.0.1"])
def test_an_address_where_nobody_answers_is_refused(tmp_path: Path, address: str) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ResultRefused, match="no Dask scheduler answers"),
    ):
        list(dask_runner.results(tmp_path, address))
