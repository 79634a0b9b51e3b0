"""Promotion: the challenger becomes the model that scores, and both the registry and the home say so."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.atomic import whole_file
from scoring.model import Model, ModelRefused, digest, load
from training import promotions
from training.gates import Trial
from training.promotions import BASELINE, Event
from training.track import NAME, open_store

FORMAT = 1  # of champion.json, promotion.json and the gate report


class PromoteRefused(Exception):
    """Nothing was promoted; says why and what to do."""


@dataclass(frozen=True)
class Promoted:
    """The version that scores from now on, the one before it (or None), and their metrics side by side."""

    version: str
    before: str | None
    metrics: pd.DataFrame


@dataclass(frozen=True)
class Approval:
    """Who answers for a promotion: `on` the day, `by` a name and `reason` where gates fail or are not evaluated."""

    trial: Trial
    on: str
    by: str = ""
    reason: str = ""


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


def challenger(mlruns: Path, version: str) -> tuple[Model, str]:
    """The model of a version as it was logged, and the sha256 of its folder; raises PromoteRefused."""
    chosen = _version(_opened(mlruns), mlruns, version)
    folder = mlruns / chosen.tags["path"]
    _refuse_damaged(folder, version, chosen.tags["sha256"])
    return load(folder), str(chosen.tags["sha256"])


def promote(mlruns: Path, home: Path, version: str | None = None, approval: Approval | None = None) -> Promoted:
    """Makes the challenger, or the given version, the champion, and keeps the gate report where one was approved.

    Keeps the report with the version's run, moves the alias, writes `champion.json` in mlruns and `promotion.json` in
    home, then adds to the list of promotions: killed in between, scoring refuses or uses the old model, and the same
    promotion run again mends it. Raises PromoteRefused when the model folder is damaged, when a gate
    failed or was not evaluated and nobody answers for it, and as `compare` does.
    """
    found = compare(mlruns, version)
    client = open_store(mlruns)
    chosen = _version(client, mlruns, found.version)
    _refuse_damaged(mlruns / chosen.tags["path"], found.version, chosen.tags["sha256"])
    event = _event(client, chosen, found, approval)
    _scores(client, mlruns, home, chosen, event)
    if _aliases(client, mlruns).get("challenger") == found.version:
        client.delete_registered_model_alias(NAME, "challenger")
    return found


def rollback(mlruns: Path, home: Path, *, on: str, by: str = "", reason: str = "") -> str:
    """Brings back the version that scored before, and says which; under the first it is the shipped model.

    Raises PromoteRefused when no promoted version stands, or when the version before is damaged.
    """
    client = _opened(mlruns)
    standing = promotions.before(promotions.events(mlruns))
    if standing is None:
        raise PromoteRefused(f"{mlruns}: no promoted version stands; name one with 'diversion promote --version'")
    event = Event("rolled back", standing, on, by, reason)
    if standing == BASELINE:
        _nothing_promoted(client, mlruns, home, event)
        return standing
    chosen = _version(client, mlruns, standing)
    _refuse_damaged(mlruns / chosen.tags["path"], standing, chosen.tags["sha256"])
    client.set_model_version_tag(NAME, standing, "rolled_back_to", " ".join(filter(None, (on, by, reason))))
    _scores(client, mlruns, home, chosen, event)
    return standing


def _scores(client: Any, mlruns: Path, home: Path, chosen: Any, event: Event) -> None:
    """The version scores from now on: alias, list of promotions, and both pointers."""
    number, path, sha256 = str(chosen.version), chosen.tags["path"], chosen.tags["sha256"]
    pointer = {"format": FORMAT, "name": NAME, "version": number, "sha256": sha256}
    client.set_registered_model_alias(NAME, "champion", number)
    approved = {"on": event.on, "by": event.by, "reason": event.reason, "gates": event.gates}
    _write(mlruns / "champion.json", {**pointer, "run": chosen.run_id, "path": path, "approved": approved})
    home.mkdir(parents=True, exist_ok=True)
    _write(home / "promotion.json", pointer)
    promotions.add(mlruns, event)  # last: a killed rollback is run again, and goes back no further


def _nothing_promoted(client: Any, mlruns: Path, home: Path, event: Event) -> None:
    """As before the first promotion: no alias, no pointer; the home first, or it would refuse to score."""
    for path in (home / "promotion.json", mlruns / "champion.json"):
        path.unlink(missing_ok=True)
    if "champion" in _aliases(client, mlruns):
        client.delete_registered_model_alias(NAME, "champion")
    promotions.add(mlruns, event)


def _event(client: Any, chosen: Any, found: Promoted, approval: Approval | None) -> Event:
    """The promotion as recorded; its gate report is an artifact of the version's run, its gates metrics and tags."""
    if approval is None:
        return Event("promoted", found.version, "")
    trial = approval.trial
    failed, unknown = (tuple(each.name for each in some) for some in (trial.failed, trial.open))
    if ((failed or unknown) and not approval.by) or (failed and not approval.reason):
        raise PromoteRefused("gates failed or were not evaluated: a named person has to answer for it, with a reason")
    signed = {"on": approval.on, "by": approval.by, "reason": approval.reason}
    told = {"format": FORMAT, "version": found.version, "before": found.before, **trial.told(), "signed": signed}
    text = json.dumps(told, indent=1, sort_keys=True) + "\n"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    client.log_text(chosen.run_id, text, f"gates/{sha256[:16]}.json")
    for each in trial.checks:
        client.set_tag(chosen.run_id, f"gate.{each.name}", each.result)
        if math.isfinite(each.figure):
            client.log_metric(chosen.run_id, f"gate/{each.name}", each.figure)
    for key, value in {"gates_sha256": sha256, **{f"gates_{key}": value for key, value in signed.items()}}.items():
        client.set_model_version_tag(NAME, found.version, key, value)
    return Event("promoted", found.version, approval.on, approval.by, approval.reason, sha256, failed, unknown)


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
