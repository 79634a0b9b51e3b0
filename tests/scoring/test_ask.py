"""What to ask next: first what keeps the gate open, then what could move the score most, then what was seen."""

import pandas as pd

from features.orders.fields import fields
from features.red_flags import red_flags
from scoring.ask import questions
from scoring.flags import measured, patterns
from scoring.model import Model

NAMES = tuple(each.name for each, _ in measured())


def asked(model: Model, lacks: str = "", chip_class: str = "a", **answers: bool | None) -> list[str]:
    """The questions of a line in which every flag says no, but those named."""
    answer = dict.fromkeys(NAMES, False) | answers
    matrix = pd.DataFrame({name: pd.array([answer[name]], "boolean") for name in NAMES}, index=[7])
    found = patterns(matrix, pd.Series(chip_class, index=[7]), pd.Series("export", index=[7]))
    row = questions(model, found, pd.Series(lacks, index=[7], dtype="str")).loc[7]
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


def test_the_input_that_could_move_the_score_most_is_asked_first(baseline: Model) -> None:
    moves = {each.name: each.offsets[2] - each.offsets[0] for each in baseline.inputs}
    applying = [each.name for each, flag in measured() if "a" in flag.classes and "export" in flag.legs]
    heaviest = max(applying, key=lambda name: moves[name])
    assert asked(baseline, **dict.fromkeys(NAMES))[0] == question_of(heaviest)


def test_a_question_is_asked_once(baseline: Model) -> None:
    told = asked(baseline, "hq_country;hq_country", **dict.fromkeys(NAMES))
    assert len(told) == len(set(told))


def test_a_flag_that_was_seen_brings_its_own_question(baseline: Model) -> None:
    assert asked(baseline, passes_a_hub=True) == [red_flags()["abnormal-route"].ask]


def test_missing_inputs_go_before_flags_that_were_seen(baseline: Model) -> None:
    told = asked(baseline, passes_a_hub=True, paid_in_full_in_advance=None)
    assert told == [question_of("paid_in_full_in_advance"), red_flags()["abnormal-route"].ask]


def test_nothing_is_asked_about_a_flag_that_does_not_apply(baseline: Model) -> None:
    assert asked(baseline, chip_class="neither", a_party_is_headquartered_in_d5_or_macau=None) == []


def test_each_line_gets_its_own_questions(baseline: Model) -> None:
    """Lines of one pattern differ in what keeps their gate open; the index of the lines is kept."""
    index = pd.Index([30, 10, 20])
    matrix = pd.DataFrame({name: pd.array([False] * 3, "boolean") for name in NAMES}, index=index)
    found = patterns(matrix, pd.Series("a", index=index), pd.Series("export", index=index))
    told = questions(baseline, found, pd.Series(["hq_country", "", "eccn"], index=index, dtype="str"))
    assert told.index.equals(index)
    assert told["ask_1"].fillna("").tolist() == [fields()["hq_country"].question, "", fields()["eccn"].question]
