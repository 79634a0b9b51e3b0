"""The order history under the home: one Parquet file a recording, typed order fields only, never changed again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.orders.cleaning import missing_column
from features.orders.fields import of_kind
from features.past.identity import NO_KEY, Codes, contents, keys

FOLDER = "history"
FORMAT = 1
MARK = b"diversion.history"  # metadata of each file: its format
REMEDY = "restore it from a backup, or move it out of the folder and record its orders again"


class HistoryRefused(Exception):
    """The history cannot be read, or these orders cannot be recorded; says why and what to do."""


@dataclass(frozen=True)
class Stored:
    """Every stored line with its typed order fields, and content, recorded_on, batch (1, 2, …); and what names it."""

    lines: pd.DataFrame
    version: str


@dataclass(frozen=True)
class Recorded:
    """How many lines were added, were there already, and could not be kept."""

    added: int
    already: int
    changed: int
    left_out: int


def batches(home: Path) -> list[Path]:
    """The files of the history, oldest first."""
    return sorted((home / FOLDER).glob("[0-9]*.parquet"))


def load(home: Path) -> Stored:
    """The history under a home, without a row when there is none; raises HistoryRefused naming the file at fault."""
    files = batches(home)
    frames = [_read(path, number) for number, path in enumerate(files, start=1)]
    version = hashlib.sha256("\n".join(path.name for path in files).encode()).hexdigest()[:12] if files else ""
    if not frames:
        return Stored(_typed(pd.DataFrame({"content": [], "recorded_on": [], "batch": []})), version)
    return Stored(_typed(pd.concat(frames, ignore_index=True)), version)


def record(home: Path, lines: pd.DataFrame, day: date) -> Recorded:
    """Adds typed lines to the history, each once: a line that says the same as before adds nothing.

    Left out are lines without order id or order date, and those whose key another line of the file has with other
    cells. A key with other cells than before is a new version, known from `day`. Whole or not at all.
    """
    key, content = keys(lines), contents(lines)
    fit = (key != NO_KEY) & lines["order_date"].notna().to_numpy() & ~conflicting(key, content)
    once = ~pd.Series(key).duplicated().to_numpy()
    before = _told(home)
    stored = keys(before)
    told = pd.MultiIndex.from_arrays([stored, before["content"].to_numpy(dtype=np.uint64)])
    already = pd.MultiIndex.from_arrays([key, content]).isin(told)
    new = fit & once & ~already
    if new.any():
        _write(home, lines[new].assign(content=content[new]), day, len(batches(home)) + 1)
    return Recorded(
        added=int(new.sum()),
        already=int((fit & once & already).sum()),
        changed=int(np.isin(key[new], stored).sum()),
        left_out=int((~fit).sum()),
    )


def _told(home: Path) -> pd.DataFrame:
    """Key and content of every stored line."""
    frames = [_read(path, number, ["order_id", "line_no", "content"]) for number, path in enumerate(batches(home), 1)]
    empty = pd.DataFrame({"order_id": [], "line_no": [], "content": []})
    return (pd.concat(frames, ignore_index=True) if frames else empty).astype({"order_id": "str", "line_no": "str"})


def conflicting(key: Codes, content: Codes) -> npt.NDArray[np.bool_]:
    """Which lines share their key with a line of other cells."""
    pairs = pd.DataFrame({"key": key, "content": content})
    several = pairs.drop_duplicates()["key"]
    twice = several[several.duplicated(keep=False)].unique()
    return np.asarray(np.isin(key, twice) & (key != NO_KEY))


def _write(home: Path, lines: pd.DataFrame, day: date, number: int) -> None:
    """One new file, named by its number and content, so that two writers at once never take each other's place."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    kept = lines[[name for name in lines if name == "content" or (name in _fields() and lines[name].notna().any())]]
    table = pa.Table.from_pandas(kept, preserve_index=False)
    table = table.replace_schema_metadata({MARK: str(FORMAT).encode(), b"recorded_on": day.isoformat().encode()})
    digest = hashlib.sha256(lines["content"].to_numpy(dtype=np.uint64).tobytes()).hexdigest()[:8]
    handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=folder)
    os.close(handle)
    try:
        pq.write_table(table, temporary, compression="zstd")
        with Path(temporary).open("r+b") as written:
            os.fsync(written.fileno())
        Path(temporary).replace(folder / f"{number:06d}-{digest}.parquet")
    finally:
        Path(temporary).unlink(missing_ok=True)


def _read(path: Path, number: int, columns: list[str] | None = None) -> pd.DataFrame:
    try:
        told = pq.read_schema(path).metadata or {}
        form, day = int(told[MARK]), date.fromisoformat(told[b"recorded_on"].decode())
        if form > FORMAT:
            raise HistoryRefused(f"{path}: was written in format {form}; install a newer diversion")
        frame: pd.DataFrame = pq.read_table(path, columns=columns).to_pandas(ignore_metadata=True)
    except (OSError, pa.ArrowInvalid, KeyError, ValueError) as fault:
        raise HistoryRefused(f"{path}: is damaged or no history of orders; {REMEDY}") from fault
    return frame.assign(recorded_on=pd.Timestamp(day), batch=number)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every order field a column of its type."""
    absent = {kind: missing_column(kind, len(frame)) for kind in {field.type for field in of_kind("orders")}}
    columns = {
        field.name: frame[field.name].astype(absent[field.type].dtype) if field.name in frame else absent[field.type][:]
        for field in of_kind("orders")
    }
    ours = frame[["content", "recorded_on", "batch"]]
    ours = ours.astype({"content": "uint64", "recorded_on": "datetime64[us]", "batch": "int64"})
    return pd.DataFrame(columns | {name: ours[name] for name in ours}, copy=False)


def _fields() -> frozenset[str]:
    return frozenset(field.name for field in of_kind("orders"))
