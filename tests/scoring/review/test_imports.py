"""Decisions made elsewhere come in under the rules of the desk, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.review import acts, log
from scoring.review.imports import import_decisions
from scoring.review.store import QueueRefused

HEADING = "order_id,line_no,decision,label_class,verification,reasons,comment,answers\n"
CLEARED = "{},,cleared,false_positive,paper,end_use_shown,All papers came.,\n"


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


@pytest.fixture
def bring(full: Any, tmp_path: Path) -> Any:
    """Imports a text as a file and gives what became of it."""

    def run(text: str, name: str = "decisions.csv", who: str = "ann") -> Any:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return import_decisions(full.store, full.who[who], file)

    return run


def test_a_row_decides_all_open_lines_of_its_order(full: Any, bring: Any) -> None:
    assert bring(HEADING + CLEARED.format("A-3")).decided == 1
    assert [each["line_no"] for each in full.see("A-3").decisions] == ["1", "2"]


def test_the_same_file_twice_changes_nothing(full: Any, bring: Any) -> None:
    text = HEADING + CLEARED.format("A-3") + CLEARED.format("A-4")
    bring(text)
    before = log.head(full.store)
    assert bring(text).already == 2
    assert log.head(full.store) == before


def test_lines_that_are_decided_alike_are_one_decision(full: Any, bring: Any) -> None:
    rows = "".join(f"A-3,{line},cleared,false_positive,,end_use_shown,All papers came.,\n" for line in (1, 2))
    assert bring(HEADING + rows).decided == 1
    assert full.kinds("A-3").count("decided") == 1


def test_answers_to_flags_come_with_the_row(full: Any, bring: Any) -> None:
    flags = [flag["key"] for flag in full.see("A-1").flags]
    row = {
        "order_id": "A-1", "decision": "cleared", "label_class": "false_positive", "reasons": ["end_use_shown"],
        "comment": "All papers came.", "answers": {flag: ["explained", "A contract was shown."] for flag in flags},
    }  # fmt: skip
    assert bring(json.dumps(row), "decisions.jsonl").decided == 1
    told = "\n".join(f"{flag} = explained: A contract was shown." for flag in flags)
    assert bring(HEADING + f'A-1,,cleared,false_positive,,end_use_shown,All papers came.,"{told}"\n').already == 1


def test_a_decision_above_the_limits_waits_for_a_second_person(full: Any, bring: Any) -> None:
    full.answered("A-2")
    assert bring(HEADING + CLEARED.format("A-2")).proposed == 1
    assert bring(HEADING + CLEARED.format("A-2")).already == 1
    assert full.state("A-2") == "proposed"


def test_a_proposal_that_was_sent_back_comes_in_as_a_new_one(full: Any, bring: Any) -> None:
    full.answered("A-2")
    bring(HEADING + CLEARED.format("A-2"))
    acts.send_back(full.store, full.who["apu"], full.case("A-2"), "Ask the bank.")
    assert bring(HEADING + CLEARED.format("A-2")).proposed == 1
    assert bring(HEADING + CLEARED.format("A-2")).already == 1
    acts.approve(full.store, full.who["apu"], full.case("A-2"))
    assert bring(HEADING + CLEARED.format("A-2")).already == 1
    assert full.kinds("A-2").count("proposed") == 2


def test_who_makes_the_blind_second_review_is_not_told_by_an_import_what_the_first_decided(
    full: Any, bring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: True)
    full.decided("A-4")
    assert bring(HEADING + CLEARED.format("A-4"), who="ann").problems[0].text().count("for another person") == 1
    assert bring(HEADING + CLEARED.format("A-4"), who="bob").decided == 1
    assert full.kinds("A-4")[-1].startswith("second review")


def test_every_row_that_breaks_a_rule_is_named_and_the_others_come_in(full: Any, bring: Any) -> None:
    rows = [
        CLEARED.format("A-4"),
        CLEARED.format("Z-9"),
        "A-5,,cleared,false_positive,,end_use_shown,,\n",
        "A-6,,maybe,false_positive,,end_use_shown,x,\n",
        "A-7,,,false_positive,,,,\n",
        'A-8,,cleared,false_positive,,end_use_shown,x,"payer"\n',
    ]
    done = bring(HEADING + "".join(rows))
    assert done.decided == 1
    assert [problem.row for problem in done.problems] == [3, 4, 5, 6, 7]
    assert "cleared needs one" in done.problems[1].text()
    assert full.state("A-5") == "open"


def test_a_decided_order_is_not_decided_otherwise_by_a_file(full: Any, bring: Any) -> None:
    full.decided("A-4")
    done = bring(HEADING + "A-4,,refused,undetermined,,no_answer,No answer came.,\n")
    assert "is decided" in done.problems[0].text()


@pytest.mark.parametrize(
    ("text", "name", "fault"),
    [
        pytest.param(
            "a,b\n1,2\n", "decisions.csv", "has no column order_id, decision, label_class", id="other columns"
        ),
        pytest.param("[1]\n", "decisions.jsonl", "no CSV or JSON lines file", id="a list for a record"),
        pytest.param("{", "decisions.jsonl", "no CSV or JSON lines file", id="half a record"),
    ],
)
def test_a_file_that_is_none_is_refused(bring: Any, text: str, name: str, fault: str) -> None:
    with pytest.raises(QueueRefused, match=fault):
        bring(text, name)
