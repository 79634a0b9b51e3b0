"""A job on a Dask cluster: every step of every number is a task, and rows pass between workers, not through us.

A worker that is lost takes its results with it; the scheduler makes them again elsewhere, from the files of the job.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from scoring.cluster.job import job
from scoring.cluster.steps import STEPS, Passed, Step, places, taken
from scoring.result import ResultRefused

RETRIES = 3  # of a task that a worker could not do: a full disk, a share that was away for a moment


def results(room: Path, scheduler: str) -> Iterator[pa.Table]:
    """The result of each part, in order, from the workers of the scheduler at `tcp://…`; raises ResultRefused.

    Workers need this distribution installed, and the folder of the job under the same path.
    """
    with client_at(scheduler) as client:
        import dask

        parts = range(job(room).parts)
        came = [[dask.delayed([])] for _ in parts]
        for step in STEPS:
            made = [dask.delayed(_sent, nout=len(parts))(step, room, number, came[number]) for number in parts]
            came = [[each[number] for each in made] for number in parts]
        yield from _in_order(client.compute([dask.delayed(_table)(each) for each in came], retries=RETRIES))


def client_at(scheduler: str) -> Any:
    """A client of the scheduler, to be closed by the caller; raises ResultRefused where there is none, or no Dask."""
    try:
        from dask.distributed import Client
    except ImportError as fault:
        raise ResultRefused("--scheduler needs Dask: pip install 'diversion[dask]'") from fault
    try:
        return Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise ResultRefused(f"{scheduler}: no Dask scheduler answers; start one, or correct the address") from fault


def _sent(step: Step, room: Path, number: int, came: list[list[Passed]]) -> list[list[Passed]]:
    """What goes to each number, after a step of one."""
    made = taken(step, room, number, [each for some in came for each in some])
    return [places([made], to) for to in range(job(room).parts)]


def _table(came: list[list[Passed]]) -> pa.Table:
    """The result among what the last step passed on."""
    return next(thing for some in came for _, kind, thing in some if kind == "result")


def _in_order(futures: list[Any]) -> Iterator[pa.Table]:
    """The tables as they are asked for; a future that was read is let go, so that its worker can forget it."""
    from dask.distributed import KilledWorker

    while futures:
        try:
            yield futures[0].result()
        except KilledWorker as fault:
            remedy = "give workers more memory, or make parts smaller with --chunk"
            raise ResultRefused(f"a part took down one worker after the other; {remedy}") from fault
        futures.pop(0).release()
