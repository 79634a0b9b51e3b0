"""What leaves the queue can be checked by a stranger, and carries no markup or formula of a customer's."""

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.review import acts, attachments, exports, log
from scoring.review.store import QueueRefused


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


def test_the_exported_log_can_be_recomputed_by_anybody(full: Any, tmp_path: Path) -> None:
    full.decided("A-1")
    head = log.head(full.store)
    exports.export_log(full.store, full.who["apu"], tmp_path / "log.jsonl")
    records = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    events = [each for each in records if each["record"] == "event"]
    before = "0" * 64
    for event in events:
        assert event["prev"] == before
        before = log.digest(event)
        assert event["hash"] == before
    assert head == f"{events[-1]['seq']}:{before}"
    assert all(log.sha256(each["body"]) == each["sha256"] for each in records if each["record"] == "frozen")


def test_the_export_is_an_event_too(full: Any, tmp_path: Path) -> None:
    exports.export_log(full.store, full.who["apu"], tmp_path / "log.jsonl", full.case("A-1"))
    assert full.kinds("A-1")[-1] == "exported"


def test_the_case_file_tells_the_whole_case(full: Any) -> None:
    full.decided("A-1")
    attachments.attach(full.store, full.who["ann"], full.case("A-1"), "contract.txt", b"A contract.")
    page = exports.case_file(full.store, full.who["apu"], full.case("A-1"))
    for told in ("Cleared", "The end user answered.", "Asked, and papers came back.", "contract.txt", "forwarder"):
        assert told in page
    assert "<script" not in page


def test_hostile_text_stays_text_in_the_case_file(full: Any) -> None:
    acts.comment(full.store, full.who["ann"], full.case("A-1"), "<script>alert('x')</script><img src=x onerror=y>")
    page = exports.case_file(full.store, full.who["apu"], full.case("A-1"))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_file_of_decisions_is_the_same_bytes_while_the_decisions_are_the_same(full: Any, tmp_path: Path) -> None:
    full.decided("A-3")
    for name in ("one.csv", "two.csv"):
        full.clock.later(days=1)
        assert exports.export_decisions(full.store, full.who["apu"], tmp_path / name) == 2
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    first = (tmp_path / "one.csv").read_text(encoding="utf-8-sig").splitlines()[1].replace('"', "").split(",")
    assert first[1:5] == ["A-3", "1", "cleared", "yes"]


def test_a_proposed_decision_does_not_reach_the_order_system(full: Any, tmp_path: Path) -> None:
    full.decided("A-2")
    assert exports.export_decisions(full.store, full.who["apu"], tmp_path / "out.jsonl") == 0


@pytest.mark.parametrize("who", ["ann", "vic"])
def test_who_may_not_export_gets_nothing(full: Any, tmp_path: Path, who: str) -> None:
    for way in (
        lambda: exports.export_log(full.store, full.who[who], tmp_path / "x"),
        lambda: exports.export_decisions(full.store, full.who[who], tmp_path / "x.csv"),
        lambda: exports.case_file(full.store, full.who[who], 1),
    ):
        with pytest.raises(QueueRefused, match="right to export"):
            way()
    assert not list(tmp_path.glob("x*"))
