"""Promotion: the challenger becomes the model that scores, and both the registry and the home say so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.atomic import whole_file
from scoring.model import ModelRefused, digest, load
from training.track import NAME, open_store

FORMAT = 1  # of champion.json and promotion.json


class PromoteRefused(Exception):
    """Nothing was promoted; says why and what to do."""


@dataclass(frozen=True)
class Promoted:
    """The version that scores from now on, the one before it (or None), and their metrics side by side."""

    version: str
    before: str | None
    metrics: pd.DataFrame


def compare(mlruns: Path, version: str | None = None) -> Promoted:
    """What a promotion would do, without doing it: metrics (rows) of champion and challenger (columns).

    Without a version the one with alias `challenger` is taken. A metric that only one has is missing in the other.
    Raises PromoteRefused, or TrackingRefused for a folder that was moved.
    """
    client = _opened(mlruns)
    aliases = _aliases(client, mlruns)
    chosen = version or aliases.get("challenger")
    if chosen is None:
        raise PromoteRefused(f"{mlruns}: no challenger to promote; train one with 'diversion train', or name a version")
    before = aliases.get("champion")
    names = {"champion": before, "challenger": chosen}
    metrics = {name: _metrics(client, mlruns, number) for name, number in names.items() if number is not None}
    return Promoted(chosen, before, pd.DataFrame(metrics, columns=list(names), dtype="float64").sort_index())


def promote(mlruns: Path, home: Path, version: str | None = None) -> Promoted:
    """Makes the challenger, or the given version, the champion; an earlier version is given to go back.

    Moves the alias, then writes `champion.json` in mlruns and `promotion.json` in home: killed in between, scoring
    refuses or uses the old model, and the same promotion run again mends it. Raises PromoteRefused when the model
    folder is damaged, and as `compare` does.
    """
    found = compare(mlruns, version)
    client = open_store(mlruns)
    chosen = _version(client, mlruns, found.version)
    path, sha256 = chosen.tags["path"], chosen.tags["sha256"]
    _refuse_damaged(mlruns / path, found.version, sha256)
    pointer = {"format": FORMAT, "name": NAME, "version": found.version, "sha256": sha256}
    client.set_registered_model_alias(NAME, "champion", found.version)
    _write(mlruns / "champion.json", {**pointer, "run": chosen.run_id, "path": path})
    home.mkdir(parents=True, exist_ok=True)
    _write(home / "promotion.json", pointer)
    if _aliases(client, mlruns).get("challenger") == found.version:
        client.delete_registered_model_alias(NAME, "challenger")
    return found


def _opened(mlruns: Path) -> Any:
    """The client of a store that exists: looking for a model must not make an empty one."""
    if not (mlruns / "mlflow.db").is_file():
        raise PromoteRefused(f"{mlruns}: no model was ever trained there; run 'diversion train', or give --mlruns")
    return open_store(mlruns)


def _aliases(client: Any, mlruns: Path) -> dict[str, str]:
    """Version by alias; aliases that are not set are absent."""
    from mlflow.exceptions import MlflowException

    try:
        model = client.get_registered_model(NAME)
    except MlflowException as fault:
        raise PromoteRefused(f"{mlruns}: no model named {NAME} is registered; run 'diversion train'") from fault
    return {str(alias): str(number) for alias, number in model.aliases.items()}


def _version(client: Any, mlruns: Path, number: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        found = client.get_model_version(NAME, number)
    except MlflowException as fault:
        raise PromoteRefused(f"{mlruns}: version {number} of {NAME} is not registered; name one that is") from fault
    if not {"path", "sha256"} <= found.tags.keys():
        raise PromoteRefused(f"{mlruns}: version {number} was not logged by 'diversion train'; train it again")
    return found


def _metrics(client: Any, mlruns: Path, number: str) -> dict[str, float]:
    run = client.get_run(_version(client, mlruns, number).run_id)
    return {str(name): float(value) for name, value in run.data.metrics.items()}


def _refuse_damaged(folder: Path, number: str, sha256: str) -> None:
    """Refuses a folder that is missing, that does not load, or that is not the one that was logged."""
    remedy = "restore it from a backup, or train again"
    if not folder.is_dir():
        raise PromoteRefused(f"{folder}: the folder of version {number} is missing; {remedy}")
    try:
        load(folder)
    except ModelRefused as fault:
        raise PromoteRefused(f"version {number}: {fault}") from fault
    if digest(folder) != sha256:
        raise PromoteRefused(f"{folder}: not the files that version {number} was logged with; {remedy}")


def _write(path: Path, document: dict[str, object]) -> None:
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
