"""A job on a Spark cluster: `mapInPandas` for each step, and Spark's own shuffle of the rows between two steps.

What is shuffled are blocks, a pickle of all rows that one number passes on to another; Spark sees no cell.
"""

from __future__ import annotations

import os
import pickle  # between processes of one job
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from scoring.atomic import whole_file
from scoring.cluster.job import job
from scoring.cluster.steps import STEPS, Passed, places, taken
from scoring.result import ResultRefused

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BLOCKS = "number long, block binary"
REFUSED = re.compile(r"[\w.]*Refused: ")  # the last line of a refusal's traceback
A_BATCH = 8  # blocks that Arrow hands over at a time: one holds a share of a part, and a batch must stay under 2 GB


def session(master: str) -> SparkSession:
    """A session of the Spark master; its workers run the interpreter that runs this, if nothing else was set."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise ResultRefused(f"--scheduler {master} needs Spark: pip install 'diversion[spark]', and Java 17") from fault
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    found: SparkSession = SparkSession.builder.master(master).appName("diversion").getOrCreate()
    return found


def results(room: Path, spark: SparkSession) -> Iterator[pa.Table]:
    """The result of each part, in order; raises ResultRefused.

    Executors need this distribution installed, and the folder of the job under the same path.
    """
    from pyspark.errors import PySparkException

    parts = job(room).parts
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", A_BATCH)
    blocks = spark.createDataFrame([(number, pickle.dumps([])) for number in range(parts)], BLOCKS)
    for number in range(len(STEPS)):
        dealt = blocks.repartition(parts, "number")
        blocks = dealt.mapInPandas(partial(_sent, str(room), number), BLOCKS)
    try:
        blocks.collect()
    except PySparkException as fault:
        said = [line for line in str(fault).splitlines() if REFUSED.match(line.strip())]
        why = said[-1].split(": ", 1)[1] if said else "a step failed on an executor; its log says where"
        raise ResultRefused(f"Spark: {why}") from None
    for number in range(parts):
        with pa.OSFile(str(_place(room, number))) as file:
            yield pa.ipc.open_file(file).read_all()


def _place(room: Path, number: int) -> Path:
    return room / f"{number:06d}.result"


def _sent(room: str, step: int, batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """What the numbers of a partition pass on after a step, a block for each number that something goes to."""
    came: dict[int, list[Passed]] = {}
    for batch in batches:
        for number, block in zip(batch["number"], batch["block"], strict=True):
            came.setdefault(int(number), []).extend(_read(block))
    for number in sorted(came):
        made = taken(STEPS[step], Path(room), number, came.pop(number))
        made = [each for each in made if not _kept(Path(room), *each)]
        for to in sorted({number, *(to for to, _, _ in made)}):
            yield pd.DataFrame({"number": [to], "block": [pickle.dumps(places([made], to), protocol=5)]})


def _read(block: bytes) -> list[Passed]:
    found: list[Passed] = pickle.loads(block)  # noqa: S301  (see the import)
    return found


def _kept(room: Path, number: int, kind: str, thing: object) -> bool:
    """Whether it is a result, which is put by in the folder of the job: sorting results would make them twice."""
    if not isinstance(thing, pa.Table):
        return False
    with (
        whole_file(_place(room, number)) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, thing.schema) as file,
    ):
        file.write_table(thing)
    return True
