"""What to ask next: first what keeps the gate open, then what could move the score most, then what was seen."""

import numpy as np
import pandas as pd
import pytest

from features.matrix import FEATURES
from features.orders.fields import fields
from features.red_flags import red_flags
from scoring.ask import questions
from scoring.flags import answers, measured
from scoring.model import Model, filled, margins
from scoring.moves import STATED, asked_fields, moves

NAMES = tuple(each.name for each, _ in measured())


def told(model: Model, *rows: dict[str, object], lacks: list[str], index: pd.Index, **cells: object) -> pd.DataFrame:
    """The questions of lines in which every flag says no and every number is honest, but those named.

    `cells` are what the orders state besides class and leg; a field that is not among them is absent.
    """
    clean = {each.name: (False if each.kind == "flag" else each.neutral) for each in FEATURES}
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
    matrix = pd.DataFrame([clean | row for row in rows], index=index).astype(kinds)
    stated = {"chip_class": "a", "leg": "export"} | cells
    lines = pd.DataFrame([stated] * len(rows), index=index)
    found = answers(matrix, lines["chip_class"], lines["leg"])
    return questions(model, matrix, lines, found, pd.Series(lacks, index=index, dtype="str"))


def asked(model: Model, lacks: str = "", cells: dict[str, object] | None = None, **said: object) -> list[str]:
    """The questions of one line."""
    row = told(model, said, lacks=[lacks], index=pd.Index([7]), **(cells or {})).loc[7]
    assert row.index.tolist() == ["ask_1", "ask_2", "ask_3"]
    return row.dropna().tolist()


def question_of(name: str) -> str:
    """The question for the first field that a feature reads."""
    (feature,) = [each for each, _ in measured() if each.name == name]
    return fields()[feature.fields[0]].question


def test_nothing_is_asked_of_a_line_that_is_known(baseline: Model) -> None:
    assert asked(baseline) == []


def test_what_keeps_the_gate_open_is_asked_first(baseline: Model) -> None:
    told = asked(baseline, "hq_country;ultimate_parent_country", passes_a_hub=None)
    assert told == [
        fields()["hq_country"].question,
        fields()["ultimate_parent_country"].question,
        question_of("passes_a_hub"),
    ]


def test_three_questions_are_asked_and_no_more(baseline: Model) -> None:
    assert len(asked(baseline, "destination_country", **dict.fromkeys(NAMES))) == 3


def moved(model: Model, name: str, others: dict[str, object]) -> float:
    """What a yes instead of a no adds to the margin of the line whose other answers are these."""
    clean = {each.name: (False if each.kind == "flag" else each.neutral) for each in FEATURES} | others
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
    yes, no = margins(model, pd.DataFrame([clean | {name: True}, clean | {name: False}]).astype(kinds))
    return float(yes - no)


@pytest.mark.parametrize("business", [False, True], ids=["an ordinary business", "a business that needs no such chips"])
def test_the_input_that_could_move_this_line_most_is_asked_first(baseline: Model, business: bool) -> None:
    """Trees and guidance count together, with the other answers of this very line."""
    missing = ("passes_a_hub", "paid_in_full_in_advance", "payer_is_no_party_of_the_order", "repackaging_is_requested")
    said = dict.fromkeys(missing) | {"business_does_not_use_such_chips": business}
    order = sorted(missing, key=lambda name: -moved(baseline, name, said))
    assert asked(baseline, **said) == [question_of(name) for name in order[:3]]


def test_the_first_questions_are_those_of_the_moves_of_every_missing_input(baseline: Model) -> None:
    """Moves that cannot be among the first are not computed: the questions are the same as if they were."""
    draw = np.random.default_rng(5)
    columns = {}
    for each in FEATURES:
        drawn = draw.integers(0, 2, 300) if each.kind == "flag" else draw.gamma(1.0, 3.0 + (each.neutral or 0.0), 300)
        answer = pd.Series(drawn).astype("boolean" if each.kind == "flag" else "float64")
        columns[each.name] = answer.mask(pd.Series(draw.random(300) < 0.4))
    matrix = pd.DataFrame(columns)
    lines = pd.DataFrame({"chip_class": ["a", "unknown", "neither"] * 100, "leg": ["export"] * 300})
    asks = asked_fields(matrix, lines)
    order = np.argsort(-moves(baseline, filled(baseline.inputs, matrix), asks), axis=1, kind="stable")
    wanted = []
    for row, falling in zip(asks, order, strict=True):
        named = [fields()[FEATURES[at].fields[row[at]]].question for at in falling if row[at] != STATED]
        wanted.append(list(dict.fromkeys(named))[:3])
    found = answers(matrix, lines["chip_class"], lines["leg"])
    assert questions(baseline, matrix, lines, found, pd.Series([""] * 300)).to_numpy().tolist() == wanted


def test_a_number_that_is_missing_is_asked_for(baseline: Model) -> None:
    assert asked(baseline, age_of_the_youngest_party=None) == [fields()["incorporation_date"].question]


def test_the_field_asked_for_is_one_the_order_does_not_state(baseline: Model) -> None:
    told = asked(baseline, cells={"hs_code": "847330"}, tariff_code_does_not_fit_the_part=None)
    assert told == [fields()["schedule_b"].question]


def test_a_flag_whose_fields_are_all_stated_asks_nothing(baseline: Model) -> None:
    assert asked(baseline, cells={"repackaging_requested": "N"}, repackaging_is_requested=None) == []


def test_a_question_is_asked_once(baseline: Model) -> None:
    told = asked(baseline, "hq_country;hq_country", **dict.fromkeys(NAMES))
    assert len(told) == len(set(told))


def test_a_flag_that_was_seen_brings_its_own_question(baseline: Model) -> None:
    assert asked(baseline, passes_a_hub=True) == [red_flags()["abnormal-route"].ask]


def test_missing_inputs_go_before_flags_that_were_seen(baseline: Model) -> None:
    told = asked(baseline, passes_a_hub=True, paid_in_full_in_advance=None)
    assert told == [question_of("paid_in_full_in_advance"), red_flags()["abnormal-route"].ask]


def test_nothing_is_asked_about_a_flag_that_does_not_apply(baseline: Model) -> None:
    assert asked(baseline, cells={"chip_class": "neither"}, a_party_is_headquartered_in_d5_or_macau=None) == []


def test_each_line_gets_its_own_questions(baseline: Model) -> None:
    """Lines of one pattern differ in what keeps their gate open; the index of the lines is kept."""
    index = pd.Index([30, 10, 20])
    found = told(baseline, {}, {}, {}, lacks=["hq_country", "", "eccn"], index=index)
    assert found.index.equals(index)
    assert found["ask_1"].fillna("").tolist() == [fields()["hq_country"].question, "", fields()["eccn"].question]


def test_a_line_is_asked_the_same_alone_and_among_others(baseline: Model) -> None:
    rows: list[dict[str, object]] = [
        {"passes_a_hub": None, "paid_in_full_in_advance": None, "age_of_the_youngest_party": age} for age in (0.5, 9.0)
    ]
    both = told(baseline, *rows, *rows, lacks=[""] * 4, index=pd.RangeIndex(4))
    for at, row in enumerate(rows * 2):
        alone = told(baseline, row, lacks=[""], index=pd.RangeIndex(1))
        assert alone.loc[0].tolist() == both.loc[at].tolist()


def test_no_lines_are_no_questions(baseline: Model) -> None:
    matrix = pd.DataFrame({each.name: pd.Series(dtype="boolean") for each in FEATURES})
    lines = pd.DataFrame({"chip_class": pd.Series(dtype="str"), "leg": pd.Series(dtype="str")})
    found = answers(matrix, lines["chip_class"], lines["leg"])
    assert questions(baseline, matrix, lines, found, pd.Series(dtype="str")).shape == (0, 3)
