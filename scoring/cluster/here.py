"""A job on this machine alone, in this process: what the clusters do, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from scoring.cluster.job import job
from scoring.cluster.steps import STEPS, Passed, places, taken


def results(room: Path) -> Iterator[pa.Table]:
    """The result of each part, in order."""
    came: list[list[Passed]] = [[] for _ in range(job(room).parts)]
    for step in STEPS:
        made = [taken(step, room, number, each) for number, each in enumerate(came)]
        came = [places(made, number) for number in range(len(came))]
    yield from (table for each in came for _, kind, table in each if kind == "result")
