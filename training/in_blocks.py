"""Order files measured part by part into a folder of blocks, and what a training reads of it.

The folder holds `matrix/` (Parquet parts, rows in the order of the file), `lines.parquet` (what is known of every line,
and the few facts of it that are told later), `decided.parquet` (the cells of the lines that reviewers decided) and
`blocks.json`, which says what it was made of. A folder made of the same is read again; any other is refused.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from features.known import Known
from features.matrix import FEATURES, measure
from features.orders.book import NO_PROFILE, read_customers
from features.orders.long import LongBook, cut, read_long
from features.orders.profiles import Profile
from features.orders.reading import opened
from features.orders.shelf import Shelf
from features.past.gathered import Earlier
from scoring.atomic import PARTIAL, whole_folder
from scoring.first_pass import Prepared, prepared
from scoring.parts import RECORD, in_order
from scoring.version import distribution_version
from scoring.ways import PART, Ways
from training.blocks import Matrix, of_parts, write
from training.evaluate import AMOUNTS
from training.fit import TrainingRefused
from training.labels import labelled, near_copies, refuse_lone_reviewers
from training.material import Before, Material, decisions, fingerprint, known_of, told_before, without_past
from training.outcomes import KEY, Labels, labels, read
from training.wording import load

FORMAT = 1
TOLD = (
    *AMOUNTS, "chip_class", "leg", "seller_country", "destination_country", "buyer_country", "order_date",
)  # fmt: skip
"""Facts of every line that the card and the watch over later months tell; all others are left in the parts."""

ROWS_OF = (*KEY, "order_date", "buyer_id", "buyer_name")
"""Cells that `material.known_of` reads of every line."""


def in_blocks(
    orders: Path, customers: Path | None, outcomes: Path, folder: Path, as_of: date, before: Before | None = None
) -> tuple[Material, Known, pd.DataFrame, Matrix]:
    """As `material.from_files` and `material.signals`, with the matrix left on disk; `folder` is made if it is missing.

    `lines` of the material are those that reviewers decided; the facts have TOLD alone; `known` holds no past any more.
    Raises as those two do, and TrainingRefused where `folder` was made of anything else.
    """
    profile = NO_PROFILE if before is None else before.profile
    master = None if customers is None else read_customers(customers, profile=profile.customers or NO_PROFILE)
    decided = read(outcomes) if before is None else read(outcomes, load(before.home))
    found = labels(decided)
    refuse_lone_reviewers(found.outcomes)
    owners = None if master is None else master.lines
    known = without_past(owners, decisions(decided), as_of, before)
    earlier = told_before(before, known)
    with opened(orders, "orders") as file:
        digests = (file.sha256, master.sha256 if master else "", hashlib.sha256(outcomes.read_bytes()).hexdigest())
    made_of = _made_of(digests, known, earlier, profile)
    if folder.exists():
        _refuse_others(folder, made_of)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder) as place:
            _make(place, orders, profile, known, earlier, found, made_of)
    whole = pq.read_table(folder / "lines.parquet").to_pandas()
    told, rows = whole[list(TOLD)], whole.drop(columns=list(TOLD))
    lines, left_out = pq.read_table(folder / "decided.parquet").to_pandas(), _described(folder)["left_out"]
    known = replace(known, past_version=earlier.version)
    parts = (lines, owners, rows, left_out, fingerprint(digests), False, known.decisions)
    return Material(*parts, labelled=labelled(decided)), known, told, of_parts(folder.resolve() / "matrix")


def _made_of(digests: tuple[str, str, str], known: Known, earlier: Earlier, profile: Profile) -> dict[str, Any]:
    """All that the cells of the blocks depend on, by the name that a refusal gives it."""
    return {
        "format": FORMAT,
        "diversion": distribution_version(),
        **dict(zip(("orders", "customers", "outcomes"), digests, strict=True)),
        "profile": hashlib.sha256(repr(profile).encode()).hexdigest(),
        "as of": known.as_of.isoformat(),
        "tables": known.tables.version,
        "lists": known.lists.version if known.lists else "no list",
        "earlier lines": earlier.version,
        "features": {each.name: each.revision for each in FEATURES},
    }


def _refuse_others(folder: Path, made_of: Mapping[str, Any]) -> None:
    described = _described(folder).get("made of", {})
    other = [name for name, value in made_of.items() if described.get(name) != value]
    if other:
        raise TrainingRefused(
            f"{folder}: holds blocks made of other {', '.join(other)}; name a new folder, or remove this one"
        )


def _described(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "blocks.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise TrainingRefused(
            f"{folder}: something that is no folder of blocks stands there; name a new one"
        ) from fault
    return found


def _make(
    place: Path,
    orders: Path,
    profile: Profile,
    known: Known,
    earlier: Earlier,
    found: Labels,
    made_of: Mapping[str, Any],
) -> None:
    """Reads the orders twice: for the past of the whole file, then measured part after part."""
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=place.parent) as room:
        book = read_long(orders, PART, Path(room), profile=profile)
        long = book if isinstance(book, LongBook) else cut(book, pa.table({}), frozenset(), PART, Path(room))
        _told_once(long.shelf)
        copies = pd.concat([near_copies(lines) for lines in long.lines()]).sort_index()
        cells = pd.concat([lines[list(ROWS_OF)] for lines in long.lines(*ROWS_OF)]).sort_index()
        rows, left_out = known_of(cells, copies, found)
        del copies, cells
        first = prepared(long, known, earlier, Path(room), Ways())
        bare = replace(known, lists=None, past_version=earlier.version)  # lists are searched by now
        told: list[pd.DataFrame] = []
        decided: list[pd.DataFrame] = []
        parts = _measured(first, bare, rows.index[rows["label"].notna()], told, decided)
        write(place / "matrix", (each.drop_columns([RECORD]).to_pandas() for each in in_order(parts, long.size)))
    _put(pd.concat(decided).sort_index(), place / "decided.parquet")
    _put(rows.join(pd.concat(told)), place / "lines.parquet")
    text = json.dumps({"made of": made_of, "left_out": left_out}, indent=1, sort_keys=True) + "\n"
    (place / "blocks.json").write_text(text, encoding="utf-8", newline="\n")


def _told_once(shelf: Shelf) -> None:
    """Of a line told again only the last stays: the outcome is of what it became."""
    keys = pd.concat([shelf.lines(number, KEY).assign(part=number) for number in range(shelf.count)]).sort_index()
    gone = keys[keys.duplicated(KEY, keep="last")]
    for number in gone["part"].unique():
        places = pa.feather.read_table(shelf.place(number, "places"), memory_map=False)
        lines = shelf.lines(number)
        shelf.put(number, places, lines.drop(index=gone.index[gone["part"] == number]), [])


def _measured(
    first: Prepared, known: Known, taught: pd.Index, told: list[pd.DataFrame], decided: list[pd.DataFrame]
) -> Iterator[tuple[int, Any]]:
    """The matrix of part after part with the record of each row.

    TOLD of its lines is added to `told`, and the cells of those that are `taught` to `decided`.
    """
    for number in first.numbers:
        part, lines, past = first.load(number)
        told.append(lines[list(TOLD)].copy())
        decided.append(part.lines.loc[part.lines.index.isin(taught)].copy())
        matrix = measure(lines, replace(known, past=past))
        yield number, pa.Table.from_pandas(matrix.assign(**{RECORD: matrix.index}), preserve_index=False)


def _put(frame: pd.DataFrame, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(frame), path)
