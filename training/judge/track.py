"""An evaluation beside the trainings: its figures as metrics, its page and its table as artifacts of one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from training.judge.run import Judgement
from training.track import NAME, open_store

AT_ONCE = 900  # MLflow takes at most 1,000 metrics in one call


def log(mlruns: Path, found: Judgement, html: str, params: Mapping[str, object]) -> str:
    """Logs the evaluation and gives the id of its run; raises TrackingRefused as `open_store` does."""
    open_store(mlruns)
    import mlflow

    mlflow.set_experiment(NAME)
    results = {f"alarm.{each.name}": each.result for each in found.alarms}
    with mlflow.start_run(run_name="evaluation", tags={"kind": "evaluation", **results}) as started:
        mlflow.log_params(dict(params))
        told = metrics(found)
        for begin in range(0, len(told), AT_ONCE):
            mlflow.log_metrics(dict(list(told.items())[begin : begin + AT_ONCE]))
        mlflow.log_text(html, "evaluation.html")
        mlflow.log_text(found.figures.to_csv(index=False, lineterminator="\n"), "figures.csv")
    return str(started.info.run_id)


def metrics(found: Judgement) -> dict[str, float]:
    """Every figure by bed/world/case/contender/metric, its interval by …_low and …_high; alarms evaluated: 0 or 1."""
    told: dict[str, float] = {}
    for row in found.figures.itertuples(index=False):
        parts = (row.bed, row.world, row.case, row.contender, row.metric)
        name = "/".join(re.sub(r"[^\w. -]", "_", str(part)) for part in parts if part)
        told |= {name: row.value, f"{name}_low": row.low, f"{name}_high": row.high}  # type: ignore[dict-item]
    told |= {f"alarms/{each.name}/failed": float(each.failed) for each in found.alarms if each.evaluated}
    told |= {f"seconds/{bed}": value for bed, value in found.seconds.items()}
    return {name: value for name, value in told.items() if np.isfinite(value)}
