"""One readable MLflow run a training, and a registered model that takes raw order columns.

Everything lies under the given folder: `mlflow.db`, and `artifacts/` (MLflow stores absolute paths to it; scoring
follows `champion.json` and so does not mind a move). MLflow is imported inside the functions: it costs seconds.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import pandas as pd
from matplotlib.figure import Figure

import scoring
from features.orders.fields import of_kind
from scoring.model import digest
from scoring.result import COLUMNS
from scoring.version import NOT_INSTALLED, distribution_version

NAME = "diversion"  # of the experiment and of the registered model
NUMBERS = ("score", "completeness", "chips", "tpp_total")  # the result columns that are no text
EXAMPLE = {  # an invented line, so that the served model's page shows what to send
    "order_id": "A-1001",
    "order_date": "2026-03-02",
    "buyer_name": "Norrhall Data AB",
    "buyer_country": "SE",
    "ult_consignee_name": "Norrhall Data AB",
    "part_number": "900-21010-0000-000",
    "quantity": "8",
    "destination_country": "SE",
}
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",  # MLflow otherwise reports usage to its makers
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}


class TrackingRefused(Exception):
    """The tracking folder cannot be used; says why and what to do."""


@dataclass(frozen=True)
class Run:
    """What one training leaves to read; `data` is the matrix learnt from, `fingerprint` the identity of its files."""

    version: str
    params: Mapping[str, object]
    metrics: Mapping[str, float]
    figures: Mapping[str, Figure]
    data: pd.DataFrame
    fingerprint: str
    tags: Mapping[str, str]
    card: str


@dataclass(frozen=True)
class Logged:
    """Where it was logged: run, registered version, and the model folder relative to the tracking folder (POSIX)."""

    run: str
    version: str
    path: str


def open_store(mlruns: Path) -> Any:
    """MLflow's client on this folder; the store is made when missing. Sets MLflow's own address to it.

    Raises TrackingRefused when the folder was moved: MLflow would go on writing to its old place.
    """
    os.environ.update(ENVIRONMENT)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    import mlflow

    root = mlruns.resolve()
    root.mkdir(parents=True, exist_ok=True)
    address = f"sqlite:///{(root / 'mlflow.db').as_posix()}"
    mlflow.set_tracking_uri(address)
    mlflow.set_registry_uri(address)
    client = mlflow.MlflowClient(address, address)
    artifacts = (root / "artifacts").as_uri()
    experiment = client.get_experiment_by_name(NAME)
    if experiment is None:
        client.create_experiment(NAME, artifact_location=artifacts)
    elif experiment.artifact_location != artifacts:
        raise TrackingRefused(
            f"{mlruns}: was moved here from {local_path(experiment.artifact_location).parent}, where MLflow would go "
            "on writing: move it back, or name a new folder with --mlruns; the promoted model still scores"
        )
    return client


def log(mlruns: Path, folder: Path, run: Run) -> Logged:
    """Logs the run and its model folder and registers the model as `challenger`; raises TrackingRefused."""
    client = open_store(mlruns)
    import mlflow
    from mlflow.data.pandas_dataset import from_pandas

    mlflow.set_experiment(NAME)
    with mlflow.start_run(run_name=run.version, tags={**run.tags, "mlflow.note.content": run.card}) as started:
        mlflow.log_params(dict(run.params))
        mlflow.log_metrics(dict(run.metrics))
        data = from_pandas(run.data, name="training lines", digest=run.fingerprint[:36])
        mlflow.log_input(data, context="training")
        mlflow.log_text(run.card, "card.md")
        for name, figure in run.figures.items():
            mlflow.log_figure(figure, f"figures/{name}")
        logged = _log_model(folder)
    assert logged.signature is not None, "logged without a signature"  # noqa: S101  (MLflow drops a faulty one)
    assert logged.signature.inputs.input_names() == [each.name for each in of_kind("orders")]  # noqa: S101
    return _registered(client, mlruns, logged, started.info.run_id, digest(folder), run)


def local_path(uri: str) -> Path:
    """The path of a file URI."""
    return Path(url2pathname(urlparse(uri).path))


def _log_model(folder: Path) -> Any:
    """The model folder as a pyfunc made from `scoring/serve.py`; MLflow's description of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*Any type hint", UserWarning)  # MLflow 3.17 warns of its own classes
        import mlflow.pyfunc

    running = distribution_version()
    ours = NAME if running == NOT_INSTALLED else f"{NAME}=={running}"
    return mlflow.pyfunc.log_model(
        name=NAME,
        python_model=str(Path(scoring.__file__).parent / "serve.py"),
        artifacts={"model": str(folder)},
        model_config={"diversion": running},
        pip_requirements=[ours, f"mlflow=={version('mlflow')}"],
        signature=_signature(),
        input_example=pd.DataFrame([EXAMPLE]),
    )


def _signature() -> Any:
    """Order columns in, as text, and result columns out; `scoring.serve` says which are missing, not MLflow."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    taken: list[ColSpec | TensorSpec] = [ColSpec("string", each.name, required=False) for each in of_kind("orders")]
    given: list[ColSpec | TensorSpec] = [ColSpec("double" if name in NUMBERS else "string", name) for name in COLUMNS]
    return ModelSignature(inputs=Schema(taken), outputs=Schema(given))


def _registered(client: Any, mlruns: Path, logged: Any, run: str, sha256: str, described: Run) -> Logged:
    """The registered version with alias and tags; the folder's place is stored relative, so it survives a move."""
    place = local_path(client.get_logged_model(logged.model_id).artifact_location)
    inside = logged.flavors["python_function"]["artifacts"]["model"]["path"]
    path = (place / inside).relative_to(mlruns.resolve()).as_posix()
    if not client.search_registered_models(f"name = '{NAME}'"):
        client.create_registered_model(NAME)
    source = f"models:/{logged.model_id}"
    number = str(client.create_model_version(NAME, source, run_id=run, model_id=logged.model_id).version)
    for key, value in {"path": path, "sha256": sha256, "model_version": described.version, **described.tags}.items():
        client.set_model_version_tag(NAME, number, key, value)
    client.set_registered_model_alias(NAME, "challenger", number)
    return Logged(run, number, path)
