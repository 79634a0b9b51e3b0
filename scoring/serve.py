"""The served model: raw order columns in, result columns out. MLflow runs this file; nothing else imports it.

Logged as models-from-code: the file is copied beside the model folder, the packages it imports are those installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from scoring.batch import score_frame
from scoring.model import ModelRefused, load
from scoring.result import COLUMNS
from scoring.version import distribution_version


class Orders(PythonModel):
    """Scores order lines given as text, canonical column names; absent optional columns are not evaluated."""

    def load_context(self, context: Any) -> None:
        """Loads the model folder; raises ModelRefused under another version of `diversion` than logged it."""
        logged, running = context.model_config["diversion"], distribution_version()
        if logged != running:
            raise ModelRefused(
                f"this model was logged by diversion {logged}, but diversion {running} is running: "
                f"install diversion {logged}, or train and promote again"
            )
        self.model = load(Path(context.artifacts["model"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """The result columns of each row, in input order."""
        scored: pd.DataFrame = score_frame(model_input.reset_index(drop=True), self.model)[list(COLUMNS)]
        return scored


set_model(Orders())
