"""A model named by its place in the registry: models:/diversion@champion, models:/diversion/3."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scoring.model import digest
from training.track import NAME, TrackingRefused, open_store

SCHEME = "models:/"


def folder(address: str, mlruns: Path) -> Path:
    """The model folder of a registered version or alias, as it was logged; raises TrackingRefused. Imports MLflow."""
    found = re.fullmatch(rf"models:/{NAME}(?:@(?P<alias>[^@/]+)|/(?P<version>[0-9]+))", address)
    if found is None:
        raise TrackingRefused(
            f"{address}: write models:/{NAME}@champion, models:/{NAME}@challenger or models:/{NAME}/3"
        )
    if not (mlruns / "mlflow.db").is_file():
        raise TrackingRefused(f"{mlruns}: no model was ever trained there; run 'diversion train', or give --mlruns")
    version = _version(open_store(mlruns), found["alias"], found["version"], address)
    if not {"path", "sha256"} <= version.tags.keys():
        raise TrackingRefused(f"{address}: was not logged by 'diversion train'; train it again")
    place = mlruns / str(version.tags["path"])
    if not place.is_dir() or digest(place) != version.tags["sha256"]:
        raise TrackingRefused(f"{place}: not the files that {address} was logged with; restore them, or train again")
    return place


def _version(client: Any, alias: str | None, number: str | None, address: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        if alias is not None:
            return client.get_model_version_by_alias(NAME, alias)
        return client.get_model_version(NAME, number)
    except MlflowException as fault:
        raise TrackingRefused(f"{address}: nothing of that name is registered; train or promote one first") from fault
