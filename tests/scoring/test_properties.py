"""What holds for every order under the shipped model: risk only raises it, and silence never beats a clean answer."""

from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features.known import Known, known_on
from features.matrix import FEATURES, build
from features.orders.book import Book, from_frame
from scoring.model import Model, load, margins, save

FEW = settings(deadline=None, max_examples=10)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a failure names its cases; shrinking takes minutes
ROWS = 300
NUMBERS = {
    "countries_after_the_seller": (0.0, 1.0, 2.0, 3.0, 5.0),
    "age_of_the_youngest_party": (0.0, 0.5, 1.5, 3.0, 6.0, 12.0, 40.0),
    "tpp_of_the_line": (0.0, 1e3, 2e4, 1.2e5, 2.5e5, 1e6, 5e6, 1e8),
    "destination_diffusion_tier": (1.0, 2.0, 3.0),
}
AROUND_NEUTRAL = (0.0, 0.01, 0.1, 0.5, 1.0, 2.0, 10.0, 100.0)  # times the neutral level of any other number
LEVELS = {
    each.name: (False, None, True)
    if each.neutral is None
    else (None, *NUMBERS.get(each.name, tuple(times * each.neutral for times in AROUND_NEUTRAL)))
    for each in FEATURES
}
KINDS = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
ROUNDING = 1e-9  # sums of trees in another order of addition


def drawn(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Random lines: every feature at any of its levels, the honest ones as likely as all others together."""
    draw = np.random.default_rng(seed)
    columns = {}
    for name, levels in LEVELS.items():
        picks = np.where(draw.random(rows) < 0.5, 0, draw.integers(0, len(levels), rows))
        columns[name] = pd.Series([levels[pick] for pick in picks], dtype=KINDS[name])
    return pd.DataFrame(columns)


def at(matrix: pd.DataFrame, name: str, level: object) -> pd.DataFrame:
    """The same lines with one feature at one level."""
    return matrix.assign(**{name: pd.Series(level, index=matrix.index, dtype=KINDS[name])})


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: f"{each.name} {each.risk}")
def test_more_risk_never_lowers_the_margin(baseline: Model, each: object) -> None:
    name, rises = each.name, each.risk == "rises"  # type: ignore[attr-defined]
    stated = sorted(level for level in LEVELS[name] if level is not None)
    steps = [False, None, True] if each.kind == "flag" else stated if rises else stated[::-1]  # type: ignore[attr-defined]
    matrix = drawn(1)
    found = [margins(baseline, at(matrix, name, level)) for level in steps]
    for lower, higher in pairwise(found):
        assert (higher >= lower - ROUNDING).all()


@pytest.mark.parametrize("each", FEATURES, ids=lambda each: each.name)
def test_an_unknown_value_never_scores_below_the_best_honest_answer(baseline: Model, each: object) -> None:
    name = each.name  # type: ignore[attr-defined]
    matrix = drawn(2)
    unknown = margins(baseline, at(matrix, name, None))
    stated = [margins(baseline, at(matrix, name, level)) for level in LEVELS[name] if level is not None]
    assert (unknown >= np.min(stated, axis=0) - ROUNDING).all()


@FEW
@given(seed=st.integers(0, 2**32), names=st.lists(st.sampled_from(list(LEVELS)), min_size=1, max_size=3, unique=True))
def test_three_unknown_values_never_score_below_the_best_honest_answers(
    baseline: Model, seed: int, names: list[str]
) -> None:
    best = {
        each.name: False if each.kind == "flag" else LEVELS[each.name][1 if each.risk == "rises" else -1]
        for each in FEATURES
    }
    unknown = clean = drawn(seed)
    for name in names:
        unknown, clean = at(unknown, name, None), at(clean, name, best[name])
    assert (margins(baseline, unknown) >= margins(baseline, clean) - ROUNDING).all()


@FEW
@given(seed=st.integers(0, 2**32), size=st.integers(2, 10))
def test_a_line_alone_scores_as_in_any_batch(baseline: Model, seed: int, size: int) -> None:
    matrix = drawn(seed, size)
    batch = margins(baseline, matrix)
    alone = [margins(baseline, matrix.iloc[[place]], threads=1)[0] for place in range(size)]
    backwards = margins(baseline, matrix.iloc[::-1], threads=1)[::-1]
    assert batch.tolist() == alone == backwards.tolist()


def test_saved_and_loaded_it_scores_the_same(baseline: Model, tmp_path: Path) -> None:
    save(baseline, tmp_path / "copy", "card")
    copy = load(tmp_path / "copy")
    matrix = drawn(3)
    assert margins(copy, matrix).tolist() == margins(baseline, matrix).tolist()
    save(copy, tmp_path / "again", "card")
    for path in (tmp_path / "copy").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


# From cells, not from features: what a customer leaves blank

HONEST = {
    "order_date": "2026-06-12",
    "buyer_country": "DE",
    "ult_consignee_country": "DE",
    "end_user_country": "DE",
    "destination_country": "DE",
    "transit_countries": "none",
    "payer_name": "Norrhall Compute",
    "payer_country": "DE",
    "forwarder_name": "Ostwind Spedition",
    "contact_email": "orders@norrhall.example",
    "delivery_place_type": "data_centre",
    "ult_consignee_address": "4 Rosengasse, Ulm",
    "incoterm": "DAP",
    "routed_transaction": "N",
    "payment_terms": "net 30",
    "payment_prepaid_share": "0",
    "payment_method": "wire",
    "installation_declined": "N",
    "support_declined": "N",
    "repackaging_requested": "N",
    "dc_power_mw": "50",
    "dc_infrastructure_confirmed": "visited",
    "part_number": "NVIDIA H100 SXM5 80GB",
    "item_description": "GPU module",
    "eccn": "3A090.a",
    "hs_code": "847330",
    "quantity": "8",
    "unit_price": "30000",
    "currency": "USD",
}
"""The plain line (tests/scoring/conftest.py) as an honest customer of Germany fills it in."""

SUSPICIOUS = {
    "end_user_country": "HK",
    "transit_countries": "SG",
    "payer_name": "Pearl Bridge Trading",
    "payer_country": "HK",
    "contact_email": "mei@gmail.com",
    "delivery_place_type": "warehouse",
    "incoterm": "EXW",
    "routed_transaction": "Y",
    "payment_prepaid_share": "1",
    "installation_declined": "Y",
    "repackaging_requested": "Y",
    "dc_power_mw": "0.01",
    "dc_infrastructure_confirmed": "no",
    "item_description": "adapter cable",
    "eccn": "EAR99",
    "hs_code": "850440",
    "quantity": "400",
    "unit_price": "100",
}
PLACES = ("DE", "HK", "SG", "US", "CN")
ANSWERS = {name: tuple(dict.fromkeys((HONEST[name], SUSPICIOUS.get(name, HONEST[name])))) for name in HONEST}
ANSWERS |= {name: PLACES for name in HONEST if name.endswith("_country")}
ANSWERS |= {"part_number": (HONEST["part_number"], "NVIDIA T4", "XQ-1"), "currency": ("USD", "EUR")}
ANSWERS |= {"transit_countries": ("none", "FR", "SG")}
ANSWERS |= {"unit_price": ("30000", "9000", "100")}  # the second is low, and no flag
ANSWERS |= {"order_date": (HONEST["order_date"], "2024-06-12", "2021-06-16"), "quantity": ("1", "8", "400")}
"""Possible answers in each cell; which of them is best depends on the other cells."""

BAD = st.sets(st.sampled_from(sorted(SUSPICIOUS)))
BLANKS = st.lists(st.sampled_from(sorted(HONEST)), min_size=1, max_size=3, unique=True)
MASTER = {"customer_id": "C-1", "legal_name": "Norrhall Compute", "party_country": "DE", "hq_country": "DE"}
MASTER |= {"ultimate_parent_country": "DE", "incorporation_date": "2004-05-01", "business_type": "cloud"}
MASTER |= {"website": "norrhall.example", "address_type": "office"}


def scored(orders: Callable[..., Book], model: Model, known: Known, *rows: dict[str, str]) -> list[float]:
    return margins(model, build(orders(*rows).lines, known)).tolist()


@pytest.fixture(scope="session")
def met() -> Known:
    """A master that knows the honest customer in full."""
    return known_on(pd.Timestamp("2026-11-25").date(), from_frame(pd.DataFrame([MASTER]), "customers").lines)


def below_the_best(
    book: Callable[..., Book], model: Model, known: Known, cases: list[tuple[set[str], list[str]]]
) -> list[tuple[set[str], list[str]]]:
    """Of cases (cells answered suspiciously, cells left blank) those whose blanks score below the best answers."""
    rows, answered, case_of = [], [], []
    for number, (bad, names) in enumerate(cases):
        row = HONEST | {name: SUSPICIOUS[name] for name in bad}
        rows.append(row | dict.fromkeys(names, ""))
        answers = [dict(zip(names, each, strict=True)) for each in product(*(ANSWERS[name] for name in names))]
        answered += [row | each for each in answers]
        case_of += [number] * len(answers)
    blank = pd.Series(scored(book, model, known, *rows))
    best = pd.Series(scored(book, model, known, *answered)).groupby(case_of).min()
    return [cases[at] for at in blank.index[blank < best - ROUNDING]]


def test_no_blank_beside_any_one_suspicious_cell_scores_below_the_best_answer_in_its_place(
    book: Callable[..., Book], baseline: Model, met: Known
) -> None:
    cases = [({bad}, [name]) for bad in sorted(SUSPICIOUS) for name in sorted(HONEST) if name != bad]
    assert below_the_best(book, baseline, met, cases) == []


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of the fixtures, when it fails
@settings(deadline=None, max_examples=4, phases=NO_SHRINKING)
@given(cases=st.lists(st.tuples(BAD, BLANKS), min_size=4, max_size=12))
def test_up_to_three_blanks_never_score_below_the_best_answers_in_their_place(
    book: Callable[..., Book], baseline: Model, met: Known, cases: list[tuple[set[str], list[str]]]
) -> None:
    assert below_the_best(book, baseline, met, cases) == []


def test_no_single_blank_of_the_honest_line_lowers_its_score(
    book: Callable[..., Book], baseline: Model, met: Known
) -> None:
    clean, *blank = scored(book, baseline, met, HONEST, *(HONEST | {name: ""} for name in HONEST))
    assert {name: margin for name, margin in zip(HONEST, blank, strict=True) if margin < clean - ROUNDING} == {}


@pytest.mark.parametrize("name", sorted(set(MASTER) - {"customer_id", "legal_name", "party_country"}))
def test_a_blank_of_the_master_never_scores_below_the_honest_answer(
    book: Callable[..., Book], baseline: Model, met: Known, name: str
) -> None:
    frame = pd.DataFrame([MASTER | {name: ""}])
    silent = known_on(met.as_of, from_frame(frame, "customers").lines)
    assert scored(book, baseline, silent, HONEST)[0] >= scored(book, baseline, met, HONEST)[0] - ROUNDING


def test_a_customer_who_is_not_in_the_master_never_scores_below_a_clean_one(
    book: Callable[..., Book], baseline: Model, met: Known
) -> None:
    nobody = known_on(met.as_of, None)
    assert scored(book, baseline, nobody, HONEST)[0] >= scored(book, baseline, met, HONEST)[0] - ROUNDING
