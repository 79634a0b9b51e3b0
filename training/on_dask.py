"""The trees of a matrix that no single machine holds, by LightGBM's estimator for Dask over the same Parquet parts.

The line is fitted in the calling process, a part at a time, as everywhere; the workers grow the trees, each of them
holding its own parts. Their sums come together over the network in no promised order: such a model scores as one of a
single machine does, but not with its bytes. Every worker needs this distribution and the folder at the same path, and
LightGBM's workers listen on ports of their own: keep the cluster among machines that may see the orders. Needs the
extra `dask`.

    diversion train --orders … --outcomes … --blocks FOLDER --scheduler tcp://…
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import lightgbm as lgb
import numpy as np

from scoring.cluster.dask_runner import client_at
from scoring.model import Floats, Input, filled
from training.blocks import Drawn, Matrix, Reader
from training.fit import Grow


@contextmanager
def growing_at(scheduler: str | None) -> Iterator[Grow | None]:
    """`growing` on the workers of the Dask scheduler at `tcp://…`; None, for this process, where none is named.

    Raises ResultRefused where no scheduler answers.
    """
    if scheduler is None:
        yield None
        return
    with client_at(scheduler) as client, client.as_current():  # LightGBM waits by the client that is current
        yield growing(client)


def growing(client: Any) -> Grow:
    """What `fit.fit_blocks` grows its boosters by: the workers of a Dask client."""

    def grown(
        parameters: dict[str, object],
        trees: int,
        inputs: tuple[Input, ...],
        matrix: Matrix,
        drawn: Drawn,
        rows: Mapping[str, Floats],
    ) -> lgb.Booster:
        import dask.array as da  # type: ignore[import-not-found, unused-ignore]
        from dask import delayed  # type: ignore[import-not-found, unused-ignore]

        shares = np.split(drawn, matrix.starts[1:-1])
        counts = [int(share.sum()) for share in shares]
        held = [
            da.from_delayed(delayed(_levels)(read, inputs, share), (count, len(inputs)), np.float64)
            for read, share, count in zip(matrix.readers, shares, counts, strict=True)
            if count
        ]
        chunks = (tuple(filter(None, counts)),)
        label, weight, start = (da.from_array(rows[name], chunks) for name in ("label", "weight", "init_score"))
        model = lgb.DaskLGBMRegressor(client=client, n_estimators=trees, tree_learner="data", **_local(parameters))
        names = [each.name for each in inputs]
        model.fit(da.concatenate(held), label, sample_weight=weight, init_score=start, feature_name=names)
        return lgb.Booster(model_str=model.booster_.model_to_string())

    return grown


def _levels(read: Reader, inputs: tuple[Input, ...], drawn: Drawn) -> Floats:
    """The drawn rows of one block, read by the worker that will hold them."""
    return filled(inputs, read([each.name for each in inputs]))[drawn]


def _local(parameters: dict[str, object]) -> dict[str, Any]:
    """The parameters without those that the estimator sets itself, from its workers."""
    return {name: value for name, value in parameters.items() if name != "num_threads"}
