"""Columns kept as bits and amounts add up to what the plain columns do."""

import numpy as np
import pytest

from training import design as room
from training.design import design


@pytest.fixture
def columns() -> list[np.ndarray]:
    """Ninety rows of two steps and two amounts, one of each first."""
    draw = np.random.default_rng(1)
    return [draw.random(90) < 0.5, draw.normal(size=90), draw.random(90) < 0.1, draw.normal(size=90)]


@pytest.mark.parametrize(
    "turn", [7, 8, 90, 8192], ids=["turns of no whole byte", "whole bytes", "one turn", "room left"]
)
def test_the_sums_of_a_design_are_those_of_all_its_rows(
    columns: list[np.ndarray], monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    monkeypatch.setattr(room, "TURN", turn)
    rows, draw = np.column_stack(columns).astype(float), np.random.default_rng(2)
    square, plain = draw.random(90), draw.normal(size=90)
    found = design([[each[:50] for each in columns], [each[50:] for each in columns]])
    squares, sums = found.sums(square, plain)
    np.testing.assert_allclose(squares, (rows.T * square) @ rows)
    np.testing.assert_allclose(sums, rows.T @ plain)
    np.testing.assert_allclose(found.times(np.arange(4.0)), rows @ np.arange(4.0))


def test_columns_of_one_kind_alone_make_a_design(columns: list[np.ndarray]) -> None:
    for kind in (columns[::2], columns[1::2]):
        np.testing.assert_allclose(design([kind]).times(np.array([1.0, 2.0])), kind[0] + 2.0 * kind[1])


def test_a_step_takes_one_bit_a_row(columns: list[np.ndarray]) -> None:
    assert [each.steps.nbytes for each in design([columns]).turns] == [2 * 12]
