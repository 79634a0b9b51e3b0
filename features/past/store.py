"""The order history under the home: one Parquet file a recording, typed order fields only, never changed again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
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
GROUP = 65_536  # lines of a row group of Parquet
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
    """As `record_parts`, of lines that are all in memory."""
    return record_parts(home, lambda: [lines], day)


def record_parts(home: Path, parts: Callable[[], Iterable[pd.DataFrame]], day: date) -> Recorded:
    """Adds typed lines to the history, each once: a line that says the same as before adds nothing.

    `parts` gives the lines some at a time and is called twice, so that nobody has to hold them all: the file is the
    same wherever a part ends.

    Left out are lines without order id or order date, and those whose key another line of the file has with other
    cells. A key with other cells than before is a new version, known from `day`. Whole or not at all.
    """
    seen = _seen(parts())
    key, content = seen.key, seen.content
    fit = (key != NO_KEY) & seen.dated & ~conflicting(key, content)
    once = ~pd.Series(key).duplicated().to_numpy()
    before = _told(home)
    stored = keys(before)
    told = pd.MultiIndex.from_arrays([stored, before["content"].to_numpy(dtype=np.uint64)])
    already = pd.MultiIndex.from_arrays([key, content]).isin(told)
    new = fit & once & ~already
    if new.any():
        chosen = _chosen(parts(), new, content, [name for name in _fields() if name in seen.stated])
        _write(home, chosen, content[new], day, len(batches(home)) + 1)
    return Recorded(
        added=int(new.sum()),
        already=int((fit & once & already).sum()),
        changed=int(np.isin(key[new], stored).sum()),
        left_out=int((~fit).sum()),
    )


@dataclass(frozen=True)
class _Seen:
    """Of each line its key, its content and whether it is dated (17 bytes); the fields that any line states."""

    key: Codes
    content: Codes
    dated: npt.NDArray[np.bool_]
    stated: frozenset[str]


def _seen(parts: Iterable[pd.DataFrame]) -> _Seen:
    key, content, dated = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)], [np.empty(0, np.bool_)]
    stated: set[str] = set()
    for lines in parts:
        key.append(keys(lines))
        content.append(contents(lines))
        dated.append(lines["order_date"].notna().to_numpy())
        stated.update(name for name in _fields() if name in lines and lines[name].notna().any())
    return _Seen(np.concatenate(key), np.concatenate(content), np.concatenate(dated), frozenset(stated))


def _chosen(
    parts: Iterable[pd.DataFrame], new: npt.NDArray[np.bool_], content: Codes, stated: list[str]
) -> Iterator[pa.Table]:
    """The new lines with the fields that are stated and their content, some at a time."""
    begin = 0
    for lines in parts:
        own = slice(begin, begin + len(lines))
        kept = lines.loc[new[own], stated].assign(content=content[own][new[own]])
        yield pa.Table.from_pandas(kept, preserve_index=False).replace_schema_metadata()
        begin += len(lines)


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


def _write(home: Path, parts: Iterator[pa.Table], content: Codes, day: date, number: int) -> None:
    """One new file, named by its number and content, so that two writers at once never take each other's place."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(content.tobytes()).hexdigest()[:8]
    handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=folder)
    os.close(handle)
    try:
        _write_lines(parts, temporary, {MARK: str(FORMAT).encode(), b"recorded_on": day.isoformat().encode()})
        with Path(temporary).open("r+b") as written:
            os.fsync(written.fileno())
        Path(temporary).replace(folder / f"{number:06d}-{digest}.parquet")
    finally:
        Path(temporary).unlink(missing_ok=True)


def _write_lines(parts: Iterator[pa.Table], path: str, metadata: dict[bytes, bytes]) -> None:
    """The lines in groups of GROUP, wherever a part ends."""
    left = next(parts)
    with pq.ParquetWriter(path, left.schema.with_metadata(metadata), compression="zstd") as file:
        for table in chain(parts, [None]):
            while left.num_rows >= GROUP or (table is None and left.num_rows):
                file.write_table(left.slice(0, GROUP).combine_chunks())
                left = left.slice(GROUP)
            if table is not None:
                left = pa.concat_tables([left, table])


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


def _fields() -> tuple[str, ...]:
    return tuple(field.name for field in of_kind("orders"))
