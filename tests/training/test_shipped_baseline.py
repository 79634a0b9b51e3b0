"""The model folder in scoring/baseline is what its card says: the command there makes it again."""

from datetime import date
from pathlib import Path

import pytest

from features.known import known_on
from features.matrix import build
from features.orders.book import read_customers, read_orders
from scoring.champion import BASELINE
from scoring.model import Model, load, margins
from training.train import train

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 11, 25)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `diversion train --as-of 2026-11-25 --no-track --out FOLDER` writes."""
    out = tmp_path_factory.mktemp("again") / "baseline"
    train(as_of=AS_OF, out=out, track=False)
    return out


def test_the_command_of_the_card_makes_the_shipped_model_again(again: Path) -> None:
    """Its files here; its scores to a billionth on any processor. Out of date? Run the command of the card."""
    shipped, made = load(BASELINE), load(again)
    assert (made.version, made.inputs, made.facts["fingerprint"]) == (
        shipped.version,
        shipped.inputs,
        shipped.facts["fingerprint"],
    )
    assert made.thresholds == pytest.approx(shipped.thresholds, abs=1e-9)
    assert example_margins(made) == pytest.approx(example_margins(shipped), abs=1e-9)


def test_the_card_names_its_own_command(again: Path) -> None:
    assert load(again).facts["command"] in (BASELINE / "card.md").read_text(encoding="utf-8")


def example_margins(model: Model) -> list[float]:
    orders = read_orders(ROOT / "examples" / "orders.csv").lines
    customers = read_customers(ROOT / "examples" / "customers.csv").lines
    return [float(margin) for margin in margins(model, build(orders, known_on(AS_OF, customers)), threads=1)]
