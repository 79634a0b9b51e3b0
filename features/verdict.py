"""The growing answer of the gate: the worst result of each line, every reason, and the inputs that are lacking."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

GATES = ("clear", "unknown", "licence", "stop")
"""From best to worst: the worst of a line's results is its gate, and every reason is kept."""

NOTHING_FOUND = (
    " | No embargo, destination, headquarters, ownership, end-use or letter rule in the tables asks for a licence"
)
Mask = npt.NDArray[np.bool_]


class Verdict:
    """Worst rank, reasons and missing inputs of each line, and where no licence exception may be used."""

    def __init__(self, index: pd.Index) -> None:
        self.index = index
        self.rank = np.zeros(len(index), dtype=np.int8)
        self.reasons = np.full(len(index), "", dtype=object)
        self.lacks = np.full(len(index), "", dtype=object)
        self.no_exception = np.zeros(len(index), dtype=bool)

    def add(self, result: str, hit: Mask, says: str, value: pd.Series | None = None, party: str = "") -> None:
        """Adds one reason where `hit`; `{value}` and `{party}` of the sentence are filled in."""
        if not hit.any():
            return
        if result != "note":
            self.rank = np.where(hit, np.maximum(self.rank, GATES.index(result)), self.rank)
        at = np.flatnonzero(hit)
        told = pd.Series("", index=range(len(at))) if value is None else value.iloc[at].fillna("not named")
        codes, distinct = pd.factorize(told)
        said = [says.replace("{value}", str(each)).replace("{party}", party) for each in distinct]
        for place, code in zip(at, codes, strict=True):
            if said[code] not in self.reasons[place]:
                self.reasons[place] += " | " + said[code]

    def lack(self, hit: Mask, *fields: str) -> None:
        """Names the input fields whose absence keeps the gate open where `hit`, each once."""
        for name in fields:
            new = np.array([f";{name};" not in f"{lacking};" for lacking in self.lacks[hit]], dtype=bool)
            self.lacks[np.flatnonzero(hit)[new]] += f";{name}"

    def frame(self) -> pd.DataFrame:
        """gate, gate_reasons, gate_lacks and no_exception, index of the lines."""
        reasons = np.where(self.reasons == "", NOTHING_FOUND, self.reasons)
        text = {"gate_reasons": reasons, "gate_lacks": self.lacks}
        columns = {name: pd.Series(cells, index=self.index, dtype="str") for name, cells in text.items()}
        return pd.DataFrame(
            {
                "gate": pd.Series(np.array(GATES)[self.rank], index=self.index, dtype="str"),
                "gate_reasons": columns["gate_reasons"].str[3:],
                "gate_lacks": columns["gate_lacks"].str[1:],
                "no_exception": self.no_exception,
            }
        )
