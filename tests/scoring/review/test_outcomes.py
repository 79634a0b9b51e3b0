"""What reviewers found goes back into training as the outcome contract asks for it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoring.review import acts, log, sample
from scoring.review.outcomes import outcomes
from scoring.review.store import QueueRefused
from scoring.review.words import words
from training import outcomes as contract


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


def drawn(room: Any) -> str:
    """An order of the standing sample that was drawn at random."""
    with room.store.reading() as connection:
        return str(connection.exec_driver_sql("SELECT order_id FROM cases WHERE slot = 'random'").scalars().first())


def test_the_words_of_the_desk_are_those_of_the_contract() -> None:
    assert set(words()["decision"]) == set(contract.WORDS["decision"]) - {"escalated"}  # an act of its own here
    for name in ("label_class", "verification"):
        assert tuple(words()[name]) == contract.WORDS[name]


def test_training_reads_what_the_queue_writes(full: Any, tmp_path: Path) -> None:
    full.decided("A-1")
    full.decided("A-3")
    full.decided(drawn(full))
    file = tmp_path / "outcomes.csv"
    file.write_text(outcomes(full.store, full.who["mia"]).text(), encoding="utf-8")
    read = contract.read(file)
    assert list(read.columns) == list(contract.COLUMNS)
    assert set(zip(read["order_id"], read["line_no"], strict=True)) > {("A-1", "1"), ("A-3", "1"), ("A-3", "2")}
    assert len(contract.labels(read).rows) == 4


def test_source_and_propensity_say_how_a_case_came_to_be_reviewed(full: Any) -> None:
    full.decided("A-1")
    full.decided(drawn(full))
    rows = {row["order_id"]: row for row in outcomes(full.store, full.who["mia"]).rows}
    assert (rows["A-1"]["source"], rows["A-1"]["propensity"]) == ("review", "1")
    told = rows[drawn(full)]
    assert told["source"] == "audit"
    assert 0 < float(told["propensity"]) < 1


def test_a_reviewer_leaves_the_queue_as_a_pseudonym(full: Any) -> None:
    full.decided("A-1")
    text = outcomes(full.store, full.who["mia"]).text()
    assert "ann" not in text
    assert contract.PSEUDONYM.fullmatch(outcomes(full.store, full.who["mia"]).rows[0]["reviewer"])


def test_only_the_decision_that_stands_is_told(full: Any) -> None:
    full.decided("A-1")
    acts.reopen(full.store, full.who["apu"], full.case("A-1"), "wrong_decision", "It was too quick.")
    assert outcomes(full.store, full.who["mia"]).rows == ()
    other = replace(full.clean, decision="refused", label_class="confirmed_diversion", reasons=("false_statement",))
    full.decided("A-1", other)
    rows = outcomes(full.store, full.who["mia"]).rows
    assert [row["label_class"] for row in rows] == ["confirmed_diversion"]


def test_a_proposed_decision_is_not_told(full: Any) -> None:
    full.decided("A-2")
    assert outcomes(full.store, full.who["mia"]).rows == ()


def test_a_general_prohibition_10_case_never_trains_and_is_counted(room: Any, dozen: Any) -> None:
    marked = replace(dozen.scored, judged=dozen.scored.judged.assign(gp10=dozen.scored.lines["order_id"] == "A-4"))
    replace(dozen, scored=marked).into(room.store)
    room.decided("A-4")
    found = outcomes(room.store, room.who["mia"])
    assert (found.rows, found.left_out) == ((), {"General Prohibition 10": 1})


def test_the_same_decisions_give_the_same_bytes(full: Any) -> None:
    full.decided("A-1")
    assert outcomes(full.store, full.who["mia"]).text() == outcomes(full.store, full.who["mia"]).text()


def test_that_outcomes_left_the_queue_is_an_event_with_their_hash(full: Any) -> None:
    full.decided("A-1")
    text = outcomes(full.store, full.who["mia"]).text()
    with full.store.reading() as connection:
        last = list(log.events_of(connection))[-1]
    assert (last["kind"], last["actor"], last["body"]["sha256"]) == ("outcomes exported", "mia", log.sha256(text))


def test_an_analyst_does_not_take_outcomes_out(full: Any) -> None:
    with pytest.raises(QueueRefused, match="right to outcomes"):
        outcomes(full.store, full.who["ann"])


def test_a_decision_made_elsewhere_counts_from_its_own_day(full: Any) -> None:
    full.decided("A-1", replace(full.clean, on="2026-03-02"))
    assert outcomes(full.store, full.who["mia"]).rows[0]["decided_on"] == "2026-03-02"
    assert full.see("A-1").decisions[0]["at"].startswith("2026-11-25")


def test_a_tenth_of_all_reviews_is_random() -> None:
    assert sample.CYCLE.count("random") / len(sample.CYCLE) == sample.RANDOM >= 0.05
