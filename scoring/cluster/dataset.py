"""A folder of Parquet files as one order book: every file by the same mapping and answers, whole orders in each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.orders.fields import fields
from features.orders.mapping import heading_key, map_headings
from features.orders.problems import Problem, refused
from features.orders.profiles import Profile

OPEN = {"date": "day-first", "number": "decimal-point"}
"""Types whose texts are read as the whole column shows them, and an answer that settles it for every file alike."""


def files(folder: Path, profile: Profile) -> tuple[Path, ...]:
    """The Parquet files of a folder and those below it, by name; raises OrdersRefused.

    What one file would decide for itself (which field a heading is, the order of day and month) must be settled for
    all: by the types of the columns, or by the profile or an answer.
    """
    found = tuple(sorted(path for path in folder.rglob("*.parquet") if not path.name.startswith((".", "_"))))
    if not found:
        raise refused(folder.name, "holds no Parquet file", "name a folder of .parquet files, or one order file")
    try:
        schemas = [pq.read_schema(path) for path in found]
    except (pa.ArrowException, OSError):
        raise refused(folder.name, "holds a Parquet file that is damaged", "write the data set again") from None
    for path, schema in zip(found, schemas, strict=True):
        if not schema.equals(schemas[0], check_metadata=False):
            what = f"has other columns or types than {found[0].name}"
            raise refused(path.name, what, "write all files of the data set with the same columns and types")
    for problem in _unsettled(found[0].name, schemas[0], profile):
        raise refused(problem.file, problem.what, problem.remedy)
    return found


def _unsettled(file: str, schema: pa.Schema, profile: Profile) -> Iterator[Problem]:
    headings = tuple(schema.names)
    mapped = map_headings(headings, "orders", file, profile.mapping)
    said = {heading_key(name) for name in profile.answers}
    for at in mapped.ambiguous:
        what = f"column '{headings[at]}' could be several fields"
        yield _problem(file, what, f"say which: --answer {headings[at]}=FIELD, or in a profile")
    for name, at in mapped.positions.items():
        kind = fields()[name].type
        text = not (pa.types.is_temporal(schema.types[at]) or pa.types.is_primitive(schema.types[at]))
        if kind in OPEN and text and not said & {heading_key(name), heading_key(headings[at])}:
            what = f"column '{headings[at]}' holds text where a {kind} is read, and each file could read it otherwise"
            yield _problem(file, what, f"write it as a {kind}, or say how: --answer {name}={OPEN[kind]}")


def _problem(file: str, what: str, remedy: str) -> Problem:
    found: Problem = refused(file, what, remedy).problems[0]
    return found
