"""A flag is seen, not seen or not evaluated; completeness is the share of weight that could be evaluated."""

import numpy as np
import pandas as pd
import pytest

from features.red_flags import red_flags
from scoring.flags import answers, completeness, measured, not_evaluated, seen

FLAGS = tuple(flag for _, flag in measured())
NAMES = tuple(each.name for each, _ in measured())


def states(rows: int = 1, **said: bool | None) -> pd.DataFrame:
    """A matrix in which every flag says no, but those named; the index is no range."""
    answer = dict.fromkeys(NAMES, False) | said
    frame = pd.DataFrame({name: pd.array([answer[name]] * rows, "boolean") for name in NAMES})
    return frame.set_axis(range(10, 10 + rows))


def of(matrix: pd.DataFrame, chip_class: str = "a", leg: str = "export") -> tuple[str, str, float]:
    """What the first row says: flags seen, not evaluated, completeness."""
    index = matrix.index
    found = answers(matrix, pd.Series(chip_class, index=index), pd.Series(leg, index=index))
    return (
        seen(found, index).iloc[0],
        not_evaluated(found, index).iloc[0],
        float(completeness(found, index).iloc[0]),
    )


def weight(chip_class: str, leg: str, names: tuple[str, ...] = NAMES) -> float:
    """Declared weight of the flags of these features that apply."""
    chosen = [flag for each, flag in measured() if each.name in names]
    return sum(flag.log_odds for flag in chosen if chip_class in flag.classes and leg in flag.legs)


def test_every_flag_feature_is_measured_and_no_number() -> None:
    assert "tpp_of_the_line" not in NAMES
    assert {flag.key for flag in FLAGS} <= red_flags().keys()


def test_a_line_of_noes_has_no_flag_and_is_complete() -> None:
    assert of(states()) == ("", "", 1.0)


def test_flags_seen_are_told_heaviest_first() -> None:
    told, _, _ = of(states(paid_in_full_in_advance=True, a_forwarder_is_the_last_named_party=True, passes_a_hub=True))
    keys = told.split("; ")
    weights = [red_flags()[key].log_odds for key in keys]
    assert len(keys) == 3
    assert weights == sorted(weights, reverse=True)


def test_a_flag_not_evaluated_is_told_with_its_fields() -> None:
    _, told, share = of(states(passes_a_hub=None))
    (feature,) = [each for each, _ in measured() if each.name == "passes_a_hub"]
    assert told == f"{feature.flag} ({', '.join(feature.fields)})"
    assert share == pytest.approx(1 - weight("a", "export", ("passes_a_hub",)) / weight("a", "export"))


def test_a_line_of_which_nothing_is_known_has_no_completeness() -> None:
    seen_flags, told, share = of(states(**dict.fromkeys(NAMES)))
    assert seen_flags == ""
    assert len(told.split("; ")) == sum("a" in flag.classes and "export" in flag.legs for flag in FLAGS)
    assert share == 0.0


def test_a_flag_that_does_not_apply_is_not_missed() -> None:
    """Headquarters decide nothing about a chip below the limits, nor on a domestic leg."""
    cells = states(a_party_is_headquartered_in_d5_or_macau=None)
    assert of(cells, "neither")[1:] == ("", 1.0)
    assert of(cells, leg="domestic")[1:] == ("", 1.0)
    assert of(cells)[1] != ""
    assert of(cells)[2] < 1.0


def test_a_flag_that_is_seen_is_told_even_where_it_does_not_apply() -> None:
    assert of(states(a_party_is_headquartered_in_d5_or_macau=True), "neither")[0] == "headquarters-d5-macau"


def test_a_yes_is_as_complete_as_a_no() -> None:
    assert of(states(passes_a_hub=True))[2] == 1.0


def test_a_row_says_the_same_alone_and_among_others() -> None:
    """Rows that differ in one state, in class or in leg keep their own texts; the order of rows is kept."""
    draw = np.random.default_rng(7)
    rows = 200
    drawn = pd.DataFrame(
        {name: pd.array(draw.choice([0, 1, -1], rows), "Int8").astype("Int8") for name in NAMES}
    ).replace(-1, pd.NA)
    matrix = drawn.astype("boolean").set_axis(range(1000, 1000 + rows))
    classes = pd.Series(draw.choice(["a", "b", "neither", "unknown"], rows), index=matrix.index)
    legs = pd.Series(draw.choice(["export", "domestic", "reexport", "transfer"], rows), index=matrix.index)
    found = answers(matrix, classes, legs)
    together = list(
        zip(
            seen(found, matrix.index),
            not_evaluated(found, matrix.index),
            completeness(found, matrix.index),
            strict=True,
        )
    )
    alone = [of(matrix.loc[[at]], classes[at], legs[at]) for at in matrix.index]
    assert together == alone


def test_no_lines_have_no_texts() -> None:
    matrix = states(rows=0)
    found = answers(matrix, pd.Series(dtype="str"), pd.Series(dtype="str"))
    assert seen(found, matrix.index).empty
    assert not_evaluated(found, matrix.index).empty
    assert completeness(found, matrix.index).empty
