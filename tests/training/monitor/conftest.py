"""A small simulated book in four months of 500 lines each, measured once, and a model that knows it as its training."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.champion import BASELINE
from scoring.model import Model, load
from training.judge.world import simulated_world
from training.monitor.live import Live, live
from training.monitor.reference import reference

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08")


@dataclass(frozen=True)
class Watching:
    """The model with its reference, the facts and matrix of its lines."""

    model: Model
    facts: pd.DataFrame
    matrix: pd.DataFrame

    def seen(self) -> Live:
        return live(self.model, self.facts, self.matrix)


@pytest.fixture(scope="session")
def watching() -> Watching:
    world = simulated_world("home", 2000, 41, date(2026, 11, 25))
    order, _ = pd.factorize(world.facts["order_id"])
    months = pd.Series(np.array(MONTHS)[order % len(MONTHS)], index=world.facts.index)
    facts = world.facts.assign(order_date=pd.to_datetime(months + "-15"))
    model = load(BASELINE)
    known = {**model.facts, "reference": reference(model, facts, world.matrix)}
    return Watching(replace(model, facts=known), facts, world.matrix)
