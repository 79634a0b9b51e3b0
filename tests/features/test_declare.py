"""A declaration that contradicts the catalogue, the vocabulary or the monotone model is refused by name."""

import pandas as pd
import pytest

from features import (
    ai_training,
    carriage,
    conduct,
    contact,
    destination_tier,
    end_user,
    mismatches,
    payment,
    prices,
    quantities,
    site,
    standing,
    transshipment,
    weights,
)
from features.declare import DeclarationRefused, Feature, any_of, check, feature, three_valued
from features.known import Known
from features.matrix import FEATURES

PLAIN = {
    "kind": "flag",
    "unit": "yes/no",
    "risk": "rises",
    "flag": "repackaging",
    "fields": ("repackaging_requested",),
    "revision": 1,
}
YES_NO_OPEN = pd.Series([True, False, None], dtype="boolean")


def declared(docstring: str | None = "Neutral packing is asked for.", **changes: object) -> Feature:
    def neutral_packing(lines: pd.DataFrame, known: Known) -> pd.Series:
        return lines["repackaging_requested"]

    neutral_packing.__doc__ = docstring
    return feature(**(PLAIN | changes))(neutral_packing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"flag": "odd-smell"}, "red flag 'odd-smell' is not", id="a flag nobody published"),
        pytest.param({"fields": ("colour",)}, "field 'colour' is not", id="a field outside the vocabulary"),
        pytest.param({"docstring": None}, "has no docstring", id="a feature that does not say what it means"),
        pytest.param({"docstring": "  \n "}, "has no docstring", id="a docstring without a first line"),
        pytest.param({"kind": "number"}, "finite neutral level", id="a number without a level for missing values"),
        pytest.param(
            {"kind": "number", "neutral": float("nan")}, "finite neutral level", id="a neutral level that is missing"
        ),
        pytest.param({"neutral": 0.5}, "finite neutral level", id="a flag with a neutral level"),
        pytest.param(
            {"kind": "number", "neutral": 1.0, "risk": "unsigned", "fields": ("part_number", "buyer_country")},
            "unsigned, yet it reads more than the part and dates",
            id="an unsigned reading of a party",
        ),
        pytest.param({"risk": "falls"}, "only ever raises risk", id="a red flag that lowers risk"),
        pytest.param({"risk": "unsigned", "fields": ()}, "only ever raises risk", id="a red flag without a direction"),
    ],
)
def test_a_contradiction_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(DeclarationRefused, match=f"neutral_packing: .*{says}"):
        check((declared(**changes),))  # type: ignore[arg-type]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(DeclarationRefused) as refused:
        check((*FEATURES, declared(flag="odd-smell", fields=("colour",))))
    assert str(refused.value).count("neutral_packing") == 2


def test_a_feature_declared_twice_is_refused() -> None:
    with pytest.raises(DeclarationRefused, match="passes_a_hub: declared twice"):
        check((*FEATURES, transshipment.passes_a_hub))


def test_a_flag_is_measured_by_one_flag_feature_only() -> None:
    with pytest.raises(DeclarationRefused, match=r"repackaging: measured by more than one flag \(repackaging_is_req.*"):
        check((*FEATURES, declared()))


def test_a_number_may_share_a_flag_with_a_flag_feature() -> None:
    check((*FEATURES, declared(kind="number", neutral=1.0)))


def test_forty_five_signals_are_declared() -> None:
    assert len(FEATURES) >= 45


def test_a_flag_that_nothing_measures_must_say_why() -> None:
    less = tuple(each for each in FEATURES if each.flag != "repackaging")
    with pytest.raises(DeclarationRefused, match="red flag repackaging: no feature measures it"):
        check(less)


def test_a_flag_said_to_be_unseen_cannot_be_measured() -> None:
    with pytest.raises(DeclarationRefused, match="red flag vessel-behaviour: says it is unseen"):
        check((*FEATURES, declared(flag="vessel-behaviour")))


def test_an_unsigned_number_may_read_the_part_and_the_day() -> None:
    check((*FEATURES, declared(kind="number", neutral=1.0, risk="unsigned", fields=("part_number", "order_date"))))


def test_the_shipped_features_pass() -> None:
    check(FEATURES)


@pytest.mark.parametrize(
    ("module", "least"),
    [
        (destination_tier, 8),
        (transshipment, 7),
        (carriage, 7),
        (end_user, 11),
        (standing, 5),
        (contact, 4),
        (conduct, 6),
        (site, 8),
        (ai_training, 4),
        (payment, 8),
        (mismatches, 6),
        (prices, 2),
        (weights, 1),
        (quantities, 4),
    ],
)
def test_every_group_of_signals_is_there(module: object, least: int) -> None:
    features: tuple[Feature, ...] = module.FEATURES  # type: ignore[attr-defined]
    assert len(features) >= least
    assert set(features) <= set(FEATURES)


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: each.name)
def test_a_meaning_is_one_sentence_that_says_when_it_is_not_evaluated(each: Feature) -> None:
    assert each.meaning.endswith(".")
    assert any(words in each.meaning for words in ("not evaluated", "missing")), each.meaning


def test_three_values_are_yes_no_and_not_evaluated() -> None:
    yes = pd.Series([True, False, True, None], dtype="boolean")
    evaluated = pd.Series([True, True, False, None], dtype="boolean")
    pd.testing.assert_series_equal(
        three_valued(yes, evaluated), pd.Series([True, False, None, None], dtype="boolean"), check_names=False
    )


def test_any_of_is_yes_by_one_yes_and_no_only_by_all() -> None:
    table = pd.DataFrame([(a, b) for a in YES_NO_OPEN for b in YES_NO_OPEN], dtype="boolean")
    expected = [True, True, True, True, False, None, True, None, None]
    assert any_of([table[0], table[1]]).tolist() == pd.Series(expected, dtype="boolean").tolist()
