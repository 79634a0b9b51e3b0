"""What changed from one version of a list to the next, and the lists narrowed to it: only that is screened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from features.parties.screening.cleared import entry_prints
from features.parties.screening.entries import Listed
from features.parties.screening.lists import Lists, searchable


@dataclass(frozen=True)
class Difference:
    """What changed from one version to the next: rows of entries in the new one, and keys that are gone."""

    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[str, ...]


def difference(old: Listed, new: Listed) -> Difference:
    """Entries by key: new ones, those of which a name, address, country, type or remark changed, and removed ones."""
    before = dict(zip(old.entries["key"], entry_prints(old), strict=True))
    after = dict(zip(new.entries["key"], entry_prints(new), strict=True))
    rows = {key: at for at, key in enumerate(new.entries["key"])}
    added = tuple(rows[key] for key in after if key not in before)
    changed = tuple(rows[key] for key in after if key in before and after[key] != before[key])
    return Difference(added, changed, tuple(sorted(before.keys() - after.keys())))


def only(lists: Lists, rows: Iterable[int]) -> Lists:
    """The same lists narrowed to some entries: what an update must be screened against."""
    kept = np.array(sorted(rows), dtype=np.int64)
    numbers = {int(row): at for at, row in enumerate(kept)}
    frames = []
    for frame in (lists.listed.names, lists.listed.addresses):
        own = frame[frame["entry"].isin(numbers)]
        frames.append(own.assign(entry=own["entry"].map(numbers).astype("int32")).reset_index(drop=True))
    listed = Listed(lists.listed.entries.iloc[kept].reset_index(drop=True), *frames)
    made = searchable(listed, lists.tables)
    return replace(lists, listed=listed, names=made.names, places=made.places, history=None)
