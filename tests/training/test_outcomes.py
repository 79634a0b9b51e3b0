"""What the outcome file may hold, and what of it teaches the model."""

from pathlib import Path

import pandas as pd
import pytest

from training.outcomes import COLUMNS, SAID, WORDS, OutcomesRefused, labels, read

PLAIN = {
    "order_id": "O1",
    "line_no": "1",
    "decision": "cleared",
    "label_class": "false_positive",
    "verification": "delivery",
    "source": "review",
    "propensity": "0.2",
    "ordered_on": "2025-01-10",
    "decided_on": "2025-02-01",
    "reviewer": "R03",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "outcomes.csv"
    lines = [",".join(COLUMNS), *(",".join({**PLAIN, **row}[name] for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_cells_become_words_numbers_and_days_and_keys_stay_text(tmp_path: Path) -> None:
    table = read(written(tmp_path, {"order_id": "007", "line_no": "010"}))
    assert table.loc[2, ["order_id", "line_no"]].tolist() == ["007", "010"]
    assert table.loc[2, "propensity"] == 0.2
    assert table.loc[2, "ordered_on"] == pd.Timestamp("2025-01-10")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        pytest.param({"decision": "fine"}, "decision", id="an unknown decision is refused"),
        pytest.param({"label_class": "guilty"}, "label_class", id="an unknown label is refused"),
        pytest.param({"verification": ""}, "verification", id="a verification left out is refused, not taken as none"),
        pytest.param({"source": "hearsay"}, "source", id="an unknown source is refused"),
        pytest.param({"propensity": "0"}, "propensity", id="a chance of nothing cannot have been reviewed"),
        pytest.param({"propensity": "1.2"}, "propensity", id="a chance above one is refused"),
        pytest.param({"propensity": "nan"}, "propensity", id="a chance that is no number is refused"),
        pytest.param({"decided_on": "01/02/2025"}, "decided_on", id="a day that is not ISO is refused"),
        pytest.param({"decided_on": "2025-02-30"}, "decided_on", id="a day that does not exist is refused"),
        pytest.param({"decided_on": "2025-01-09"}, "decided_on", id="a decision before its order is refused"),
        pytest.param({"reviewer": "someone@example.com"}, "reviewer", id="a reviewer by name is refused"),
        pytest.param({"order_id": " "}, "order_id", id="a key left empty is refused"),
    ],
)
def test_a_broken_cell_is_named(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    with pytest.raises(OutcomesRefused) as refusal:
        read(written(tmp_path, {"order_id": "O0"}, cells))
    (problem,) = refusal.value.problems
    assert (problem.file, problem.row, problem.column) == ("outcomes.csv", 3, column)
    assert problem.remedy


@pytest.mark.parametrize(
    ("cells", "column", "ours"),
    [
        pytest.param({"decision": "OK"}, "decision", "cleared", id="OK is cleared"),
        pytest.param({"decision": " No issue "}, "decision", "cleared", id="no issue is cleared"),
        pytest.param({"decision": "License-Required"}, "decision", "licence_required", id="another spelling"),
        pytest.param({"label_class": "False positive"}, "label_class", "false_positive", id="capitals and blanks"),
        pytest.param({"label_class": "Inconclusive"}, "label_class", "undetermined", id="inconclusive is undetermined"),
        pytest.param({"verification": "Site visit"}, "verification", "end_use", id="a site visit is end use"),
        pytest.param({"source": "random"}, "source", "audit", id="a random draw is the audit"),
    ],
)
def test_other_words_are_mapped_to_ours(tmp_path: Path, cells: dict[str, str], column: str, ours: str) -> None:
    assert read(written(tmp_path, cells))[column].item() == ours


def test_a_reviewers_own_word_is_read_once_it_was_said_and_refused_before_with_the_remedy(tmp_path: Path) -> None:
    path = written(tmp_path, {"label_class": "Bogus-Hit"})
    with pytest.raises(OutcomesRefused, match="diversion wording 'WORD=ONE'"):
        read(path)
    assert read(path, {"label_class": {"bogus hit": "false_positive"}})["label_class"].item() == "false_positive"


def test_no_word_of_ours_and_none_that_everybody_says_can_be_given_another_meaning(tmp_path: Path) -> None:
    path = written(tmp_path, {"label_class": "violation", "decision": "cleared"})
    own = {"label_class": {"violation": "false_positive"}, "decision": {"cleared": "refused"}}
    assert read(path, own)[["label_class", "decision"]].iloc[0].tolist() == ["confirmed_violation", "cleared"]


def test_every_word_is_mapped_to_one_of_ours_and_no_word_of_ours_to_another() -> None:
    for column, told in SAID.items():
        assert set(told.values()) <= set(WORDS[column])
        assert not {word.replace("_", " ") for word in WORDS[column]} & set(told)


def test_cleared_is_a_decision_and_no_finding(tmp_path: Path) -> None:
    with pytest.raises(OutcomesRefused):
        read(written(tmp_path, {"label_class": "cleared"}))


def test_a_public_case_weighs_a_half_a_row_and_two_rows_at_most(tmp_path: Path) -> None:
    for lines, weight in ((1, 0.5), (2, 1.0), (5, 1.0)):
        told = ({"line_no": str(n), "source": "public", "label_class": "confirmed_diversion"} for n in range(lines))
        assert labels(read(written(tmp_path, *told))).rows["weight"].sum() == pytest.approx(weight)


def test_all_faults_are_told_at_once_and_the_message_holds_no_cell(tmp_path: Path) -> None:
    with pytest.raises(OutcomesRefused) as refusal:
        read(written(tmp_path, {"decision": "secret-a"}, {"source": "secret-b"}, {"propensity": "secret-c"}))
    assert [problem.row for problem in refusal.value.problems] == [2, 3, 4]
    assert "secret" not in str(refusal.value)


def test_two_decisions_of_one_day_that_disagree_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"label_class": "confirmed_diversion"})
    with pytest.raises(OutcomesRefused, match="disagree"):
        read(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "has no column order_id", id="an empty file"),
        pytest.param(",".join(COLUMNS) + "\n", "holds no outcome", id="headings alone"),
        pytest.param("order_id,line_no\nO1,1\n", "has no column decision", id="columns missing"),
        pytest.param(",".join(COLUMNS) + "\nO1,1\n", "the row has 2 cells", id="a row too short"),
    ],
)
def test_a_file_that_is_no_outcome_file_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OutcomesRefused, match=says):
        read(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(OutcomesRefused, match=r"nowhere\.csv: cannot be read"):
        read(tmp_path / "nowhere.csv")


def test_blank_rows_and_a_byte_order_mark_keep_the_spreadsheet_row(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"order_id": "O2"})
    heading, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"\ufeff{heading}\n\n{first}\n,,,,,,,,,\n{second}\n", encoding="utf-8")
    assert read(path).index.tolist() == [3, 5]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"label_class": "confirmed_diversion", "verification": "none"}, (1, 1.0), id="confirmed is 1"),
        pytest.param({}, (0, 1.0), id="false positive verified on delivery is 0"),
        pytest.param({"verification": "end_use"}, (0, 1.0), id="false positive verified in use is 0"),
        pytest.param({"verification": "paper"}, (0, 0.7), id="cleared on paper weighs less"),
        pytest.param({"verification": "none"}, (0, 0.7), id="cleared unverified weighs less"),
        pytest.param({"verification": "paper", "source": "audit"}, (0, 1.0), id="the drawn sample weighs 1"),
    ],
)
def test_a_line_that_teaches(tmp_path: Path, cells: dict[str, str], expected: tuple[int, float]) -> None:
    rows = labels(read(written(tmp_path, cells))).rows
    assert (rows["label"].item(), rows["weight"].item()) == expected


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"label_class": "justified_alert"}, "justified_alert", id="justified but not confirmed"),
        pytest.param({"label_class": "undetermined"}, "undetermined", id="undetermined"),
        pytest.param({"label_class": "confirmed_violation"}, "confirmed_violation", id="another violation"),
        pytest.param({"decision": "licence_required"}, "licence_required", id="a licence was required"),
        pytest.param({"decision": "duplicate"}, "duplicate", id="a duplicate"),
    ],
)
def test_a_line_that_is_counted_and_not_learnt(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    found = labels(read(written(tmp_path, cells)))
    assert found.rows.empty
    assert found.left_out == {reason: 1}


def test_the_lines_of_an_order_share_the_weight_of_one_decision(tmp_path: Path) -> None:
    rows = labels(
        read(written(tmp_path, *({"line_no": str(line), "verification": "none"} for line in range(1, 5))))
    ).rows
    assert rows["weight"].sum() == pytest.approx(0.7)


def test_a_line_decided_twice_counts_as_last_decided(tmp_path: Path) -> None:
    later = {"label_class": "confirmed_diversion", "decided_on": "2025-06-01"}
    found = labels(read(written(tmp_path, later, {})))
    assert found.rows["label"].tolist() == [1]
    assert found.left_out == {"decided again later": 1}
