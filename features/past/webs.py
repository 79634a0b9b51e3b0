"""Webs: parties that hang together over any number of ties; what lies in another web says nothing of a line.

Names and traces alike are known by the number of their text (64 bits). Two that meet by chance make one web of two,
which costs memory and changes nothing: what is asked of the ties is asked of their texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.links_groups import connected
from features.links_seen import Bools, Ints
from features.past.narrow import category

Numbers = npt.NDArray[np.uint64]
ENDS = ("trace", "party")


@dataclass(frozen=True)
class Webs:
    """The number of each text that is tied, ascending, and its web: 12 bytes each."""

    text: Numbers
    web: npt.NDArray[np.int32]

    def met(self, texts: Iterable[pd.Series]) -> Bools:
        """Whether each web (by its number) holds one of the texts."""
        found = np.zeros(len(self.text), dtype=bool)
        for each in texts:
            place, tied = self._places(_numbered(category(each.dropna()).cat.categories))
            found[self.web[place[tied]]] = True
        return found

    def within(self, ties: pd.DataFrame, met: Bools) -> pd.DataFrame:
        """The ties (columns ENDS and others) that lie in webs that were met."""
        place, _ = self._places(_numbered(ties["party"]))
        return ties[met[self.web[place]]]

    def _places(self, numbers: Numbers) -> tuple[Ints, Bools]:
        place = np.searchsorted(self.text, numbers).clip(max=max(len(self.text) - 1, 0))
        return place, self.text[place] == numbers if len(self.text) else np.zeros(len(numbers), dtype=bool)


def webs(ties: Iterable[pd.DataFrame]) -> Webs:
    """The webs of tables of ties, one after the other: 16 bytes a tie are held."""
    ends = [tuple(_numbered(each[name]) for name in ENDS) for each in ties]
    one, other = (np.concatenate([np.zeros(0, np.uint64), *(each[at] for each in ends)]) for at in (0, 1))
    text, node = np.unique(np.concatenate([one, other]), return_inverse=True)
    web = connected(len(text), node[: len(one)], node[len(one) :])
    return Webs(text, web.astype(np.int32))


def _numbered(texts: Any) -> Numbers:
    return pd.util.hash_array(np.asarray(texts, dtype=object))
