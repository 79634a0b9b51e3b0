"""What a model's reader may ask of how it was made; no clock, no path, no run, so that same inputs give same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scoring.version import distribution_version
from training.alarms import Alarm
from training.bands import CAPACITY
from training.fit import SETTINGS, TREES
from training.material import Material
from training.recipe import stage
from training.split import Split

LIBRARIES = ("lightgbm", "numpy", "pandas", "scikit-learn")
BASELINE = "baseline-4+simulated"
"""Version of the model shipped for a cold start; the number rises when another one is shipped."""


@dataclass(frozen=True)
class Made:
    """The arguments of the training: orders, customers (or None) and outcomes, or no files when simulated."""

    files: tuple[Path, Path | None, Path] | tuple[()]
    lines: int
    seed: int
    bag: int
    as_of: date
    base_rate: float | None = None
    history: tuple[Path, ...] = ()
    profile: str = ""
    on_cluster: bool = False
    public: bool = False

    def command(self) -> str:
        """The command that makes the same folder again; files by name only, for a folder names no machine.

        Trees that a cluster grew are the same but for their last digits. Blocks change no byte and are not named.
        """
        if self.files:
            orders, customers, outcomes = self.files
            master = "" if customers is None else f" --customers {customers.name}"
            earlier = "".join(f" --history {each.name}" for each in self.history)
            said = f" --profile {self.profile}" if self.profile else ""
            source = f"--orders {orders.name}{master} --outcomes {outcomes.name}{earlier}{said}"
        else:
            source = f"--lines {self.lines}"
        told = "" if self.base_rate is None else f" --base-rate {self.base_rate}"
        told += " --blocks FOLDER --scheduler ADDRESS" if self.on_cluster else ""
        told += " --public-cases" if self.public else ""
        return f"diversion train {source} --seed {self.seed} --as-of {self.as_of} --bag {self.bag}{told} --out FOLDER"


def version_of(material: Material, shipped: bool) -> str:
    """The model's name: the shipped baseline's, or the data's it was trained on; `shipped` when made as it was."""
    origin = "simulated" if material.simulated else "run"
    return BASELINE if shipped else f"{origin}-{material.fingerprint[:8]}"


def facts(
    material: Material,
    made: Made,
    lists_version: str,
    sides: Split,
    metrics: Mapping[str, float],
    alarms: Iterable[Alarm],
) -> dict[str, Any]:
    """The facts of model.json."""
    label, days = material.rows["label"], material.rows.loc[sides.train, "ordered_on"].dropna()
    confirmed = int((label[sides.train] == 1).sum())
    first, last = (f"{day:%Y-%m-%d}" for day in (days.min(), days.max()))
    return {
        "simulated": material.simulated,
        "command": made.command(),
        "seed": made.seed,
        "as_of": made.as_of.isoformat(),
        "boosters": made.bag,
        "trees": TREES,
        "settings": dict(SETTINGS),
        "fingerprint": material.fingerprint,
        "lists_version": lists_version,
        "versions": {"diversion": distribution_version(), **{name: version(name) for name in LIBRARIES}},
        "lines": {
            "lines": len(label),
            "lines learnt from": int(label[sides.train].notna().sum()),
            "confirmed lines learnt from": confirmed,
            "what decides": stage(confirmed, metrics),
            "test lines decided": int(label[sides.test].notna().sum()),
        },
        "left_out": material.left_out,
        "labelled": dict(material.labelled),
        "split": {
            "cut": sides.cut.date().isoformat(),
            "days": sides.days,
            "first": first,
            "last": last,
            "left_out": sides.left_out,
        },
        "base_rate": "weighted share of confirmed diversions among the lines the probabilities were fitted on"
        if made.base_rate is None
        else "as given when trained",
        "review_capacity": CAPACITY,
        "metrics": dict(metrics),
        "alarms": {each.name: each.told() for each in alarms},
    }
