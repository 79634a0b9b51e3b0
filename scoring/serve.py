"""The served model: raw order columns in, result columns out. MLflow runs this file; nothing else imports it.

Logged as models-from-code: the file is copied beside the model folder, the packages it imports are those installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import BAD_REQUEST, INTERNAL_ERROR
from mlflow.pyfunc.model import PythonModel

from features.orders.fields import of_kind
from features.orders.problems import OrdersRefused
from scoring.batch import score_frame
from scoring.model import ModelRefused, load
from scoring.result import COLUMNS
from scoring.version import distribution_version

MUST = tuple(each.name for each in of_kind("orders") if each.required == "must")


class NotServed(MlflowException):
    """What the server answers instead of a result, with the status that belongs to it.

    The server of MLflow puts a print of the orders before the message of what it catches, and shows the trace of all
    else: the message of this one stays as it was said.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name != "message" or "message" not in self.__dict__:
            super().__setattr__(name, value)


class Orders(PythonModel):
    """Scores order lines given as text, canonical column names; absent columns but MUST are not evaluated."""

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
        """The result columns of each row, in input order; raises NotServed, which holds no trace of what went wrong."""
        missing = [name for name in MUST if name not in model_input]
        if missing:
            raise NotServed(
                f"columns missing: {', '.join(missing)}; send each, empty where it is not known", BAD_REQUEST
            )
        try:
            scored = score_frame(model_input.reset_index(drop=True), self.model)
        except OrdersRefused as refusal:
            raise NotServed("; ".join(each.text() for each in refusal.problems), BAD_REQUEST) from None
        except Exception as fault:  # its message may hold cells of the order
            raise NotServed(f"internal fault ({type(fault).__name__}): report it", INTERNAL_ERROR) from None
        result: pd.DataFrame = scored[list(COLUMNS)]
        return result.astype(object).where(result.notna(), None)  # JSON has null, and no NaN


set_model(Orders())
