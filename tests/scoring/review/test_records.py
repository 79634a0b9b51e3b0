"""Records: documents, the five years, legal hold, settled list hits, and the store itself."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from features.parties.screening.cleared import DecisionsRefused
from features.parties.screening.lists import CLEARED, decisions
from features.parties.screening.store import FOLDER
from scoring.review import acts, attachments, bulk, cases, exports, log, pairs, retention
from scoring.review.metrics import metrics
from scoring.review.outcomes import outcomes
from scoring.review.store import QueueRefused, open_store, upgrade
from scoring.review.tables import CASES, DATA, FROZEN


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


def package(*names: str) -> bytes:
    """An office document with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name in ("[Content_Types].xml", *names):
            whole.writestr(name, "x")
    return out.getvalue()


def test_a_document_comes_back_as_it_was_and_its_reading_is_an_event(full: Any) -> None:
    case = full.case("A-1")
    attachments.attach(full.store, full.who["ann"], case, "C:\\papers\\end use.pdf", b"%PDF-1.7 text")
    kept = full.see("A-1").files[0]
    told = attachments.document(full.store, full.who["vic"], kept["id"])
    assert (told.name, told.type, told.content) == ("end use.pdf", "application/pdf", b"%PDF-1.7 text")
    assert full.kinds("A-1")[-1] == "file read"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("run.exe", b"MZ\x90", id="a program"),
        pytest.param("paper.pdf", b"MZ\x90", id="a program that is named a paper"),
        pytest.param("note.txt", b"#!/bin/sh", id="a script that is named a note"),
        pytest.param("book.xlsm", package(), id="a workbook that may hold macros"),
        pytest.param("book.xlsx", package("xl/vbaProject.bin"), id="a workbook with macros"),
        pytest.param("book.xlsx", b"PK\x03\x04 and no more", id="a broken workbook"),
        pytest.param("page.html", b"<script>", id="a page"),
        pytest.param("note.txt", b"", id="an empty file"),
        pytest.param("note.txt", b"x" * (attachments.LARGEST + 1), id="a file that is too large"),
    ],
)
def test_what_is_no_document_is_refused(full: Any, name: str, content: bytes) -> None:
    with pytest.raises(QueueRefused):
        attachments.attach(full.store, full.who["ann"], full.case("A-1"), name, content)


def test_a_workbook_without_macros_is_kept(full: Any) -> None:
    assert attachments.attach(full.store, full.who["ann"], full.case("A-1"), "book.xlsx", package("xl/workbook.xml"))


def test_the_five_years_run_from_the_latest_day_noted(full: Any) -> None:
    full.decided("A-4")
    retention.note_day(full.store, full.who["ann"], full.case("A-4"), "reexported", date(2027, 3, 1))
    retention.note_day(full.store, full.who["ann"], full.case("A-4"), "exported", date(2026, 12, 1))
    assert full.see("A-4").case["keep_until"] == "2032-03-01"


def test_a_case_under_legal_hold_is_never_told_to_be_over(full: Any) -> None:
    full.decided("A-4")
    over = date(2040, 1, 1)
    assert [each["order_id"] for each in exports.kept(full.store, full.who["apu"], over)] == ["A-4"]
    retention.hold(full.store, full.who["ada"], full.case("A-4"), True, "An agency asked.")
    assert exports.kept(full.store, full.who["apu"], over) == []
    with pytest.raises(QueueRefused, match="right to hold"):
        retention.hold(full.store, full.who["ann"], full.case("A-4"), False, "No longer.")


HIT = {
    "role": "buyer", "name": "Norrhall Compute", "kind": "possible", "entry_key": "EL-1", "party": "p1",
    "party_print": "pp1", "entry_print": "ep1",
}  # fmt: skip


@pytest.fixture
def hit(full: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The case of A-4, which shows a list hit."""
    before = cases.bodies

    def with_hit(connection: Any, case_id: int) -> Any:
        return [line | {"body": line["body"] | {"hits": [HIT]}} for line in before(connection, case_id)]

    monkeypatch.setattr(pairs, "bodies", with_hit)
    return full


def test_a_cleared_pair_goes_to_the_lists_of_the_home_with_its_end(hit: Any) -> None:
    until = date(2027, 11, 25)
    told = (hit.case("A-4"), "EL-1", "p1", "cleared", "Another firm in another town.", until)
    pairs.settle(hit.store, hit.who["apu"], *told)
    made = decisions(hit.store.home)
    assert [(each.party, each.entry_key, each.verdict, each.by, each.until) for each in made] == [
        ("p1", "EL-1", "cleared", "apu", until)
    ]
    assert hit.kinds("A-4")[-1] == "pair cleared"


@pytest.mark.parametrize(
    ("who", "changed", "fault"),
    [
        pytest.param("ann", {}, "right to approve", id="by an analyst"),
        pytest.param("apu", {"until": None}, "until", id="without an end"),
        pytest.param("apu", {"until": date(2028, 1, 1)}, "366 days", id="for more than a year"),
        pytest.param("apu", {"reason": " "}, "reason", id="without a reason"),
        pytest.param("apu", {"entry_key": "EL-2"}, "no such list hit", id="of an entry the case does not show"),
    ],
)
def test_a_pair_is_not_cleared(hit: Any, who: str, changed: dict[str, Any], fault: str) -> None:
    told = {"entry_key": "EL-1", "party": "p1", "verdict": "cleared", "reason": "Other.", "until": date(2027, 1, 1)}
    with pytest.raises(QueueRefused, match=fault):
        pairs.settle(hit.store, hit.who[who], hit.case("A-4"), **(told | changed))
    assert decisions(hit.store.home) == []


def reopened(room: Any) -> None:
    """Opens the store of a room once more, as the next command does."""
    db = room.store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    open_store(room.store.home, db if room.store.engine.name == "postgresql" else None).close()


def test_a_pair_settled_when_the_process_died_reaches_the_lists_when_the_queue_is_opened_again(
    hit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (hit.case("A-4"), "EL-1", "p1", "cleared", "Another firm\r\nin another town.", date(2027, 11, 25))
    with monkeypatch.context() as power_cut:
        power_cut.setattr(pairs, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pairs.settle(hit.store, hit.who["apu"], *told)
    assert (hit.kinds("A-4")[-1], decisions(hit.store.home)) == ("pair cleared", [])
    for _ in range(2):  # the second opening finds nothing to do
        reopened(hit)
        assert [(each.verdict, each.by) for each in decisions(hit.store.home)] == [("cleared", "apu")]


def test_what_was_said_last_of_a_pair_stands_even_when_it_was_said_before(hit: Any) -> None:
    for verdict in ("confirmed", "withdrawn", "confirmed"):
        told = (hit.case("A-4"), "EL-1", "p1", verdict, "Papers came.", None)
        pairs.settle(hit.store, hit.who["apu"], *told)
    assert [each.verdict for each in decisions(hit.store.home)] == ["confirmed", "withdrawn", "confirmed"]


def test_no_pair_is_settled_beside_a_damaged_file(hit: Any) -> None:
    place = hit.store.home / FOLDER / CLEARED
    place.parent.mkdir()
    place.write_text("broken", encoding="utf-8")
    with pytest.raises(DecisionsRefused):
        pairs.settle(hit.store, hit.who["apu"], hit.case("A-4"), "EL-1", "p1", "confirmed", "The same.", None)
    assert "pair confirmed" not in hit.kinds("A-4")


OVER = {"days": 366 * 6}
LETTER = "the buyer answered by letter"


@pytest.fixture
def over(full: Any) -> Any:
    """A-1, decided with texts and a document, and its five years gone by; A-4 was decided too."""
    case = full.answered("A-1")
    attachments.attach(full.store, full.who["ann"], case, "letter of Norrhall.pdf", b"%PDF-1.7 paper")
    acts.decide(full.store, full.who["ann"], case, replace(full.clean, comment=LETTER))
    full.decided("A-4")
    full.clock.later(**OVER)
    return full


def everything(room: Any, case: int) -> str:
    """All that the store holds of a case, in one text."""
    with room.store.reading() as connection:
        rows = [connection.execute(select(CASES).where(CASES.c.id == case)).all()]
        own = [each for each in DATA.tables.values() if "case_id" in each.c and each.name != "lines"]
        rows += [connection.execute(select(each).where(each.c.case_id == case)).all() for each in own]
        rows += [connection.execute(select(FROZEN).where(FROZEN.c.order_id == rows[0][0].order_id)).all()]
    return repr(rows).casefold()


def test_after_five_years_the_content_of_a_case_goes_and_its_hashes_stay(over: Any) -> None:
    case, before = over.case("A-1"), log.verify(over.store)
    kept = over.see("A-1").files[0]["id"]
    assert [text in everything(over, case) for text in (LETTER, "norrhall", "freightway")] == [True] * 3
    retention.take_out(over.store, over.who["ada"], case, "The years are over.")
    assert [text in everything(over, case) for text in (LETTER, "norrhall", "freightway")] == [False] * 3
    found = log.verify(over.store, before.head)
    assert (found.fault, found.taken_out > 5, found.events) == (None, True, before.events + 2)
    told = over.see("A-1")
    assert told.lines[0]["body"] is None
    assert [(each["decision"], each["by"]) for each in told.decisions] == [("cleared", "ann")]
    with pytest.raises(QueueRefused, match="taken out"):
        attachments.document(over.store, over.who["vic"], kept)
    assert over.see("A-4").lines[0]["body"]


def test_what_was_taken_out_leaves_every_way_out_of_the_queue_open(over: Any, tmp_path: Path) -> None:
    retention.take_out(over.store, over.who["ada"], over.case("A-1"), "The years are over.")
    assert exports.export_log(over.store, over.who["apu"], tmp_path / "log.jsonl") > 10
    assert exports.export_decisions(over.store, over.who["apu"], tmp_path / "decisions.csv") == 2
    assert "content taken out" in exports.case_file(over.store, over.who["apu"], over.case("A-1"))
    assert outcomes(over.store, over.who["mia"]).left_out["the content of the case was taken out"] == 1
    assert metrics(over.store, over.who["apu"])
    assert [each["order_id"] for each in exports.kept(over.store, over.who["apu"], date(2040, 1, 1))] == ["A-4"]


def test_an_order_that_comes_again_after_its_content_went_is_a_whole_case(
    over: Any, judge: Any, cells: list[dict[str, str]]
) -> None:
    retention.take_out(over.store, over.who["ada"], over.case("A-1"), "The years are over.")
    for quantity in ("2", "1"):  # the second record is the very one that was taken out
        judge({**cells[0], "order_id": "A-1", "quantity": quantity}).into(over.store)
        assert over.see("A-1").lines[0]["body"]["order"]["quantity"] == int(quantity)
        assert log.verify(over.store).fault is None


@pytest.mark.parametrize(
    ("who", "why", "before", "fault"),
    [
        pytest.param("apu", "Over.", lambda room: None, "right to hold", id="by an approver"),
        pytest.param("ada", " ", lambda room: None, "why", id="without a reason"),
        pytest.param(
            "ada", "Over.", lambda room: room.clock.later(days=-366 * 4), "to be kept until", id="within its years"
        ),
        pytest.param(
            "ada",
            "Over.",
            lambda room: retention.hold(room.store, room.who["ada"], room.case("A-1"), True, "An agency asked."),
            "legal hold",
            id="under legal hold",
        ),
        pytest.param(
            "ada",
            "Over.",
            lambda room: acts.reopen(room.store, room.who["apu"], room.case("A-1"), "new_information", "A call."),
            "open, not decided",
            id="while it is open",
        ),
    ],
)
def test_no_content_goes(over: Any, who: str, why: str, before: Any, fault: str) -> None:
    before(over)
    with pytest.raises(QueueRefused, match=fault):
        retention.take_out(over.store, over.who[who], over.case("A-1"), why)
    assert log.verify(over.store).taken_out == 0


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE decisions SET comment = '', label_class = 'undetermined'", id="a label with its comment"),
        pytest.param("UPDATE events SET body = 'other'", id="another text"),
        pytest.param("UPDATE events SET body = '' WHERE kind = 'content taken out'", id="the tombstone itself"),
        pytest.param("UPDATE answers SET note = ''", id="the answers of all cases"),
    ],
)
def test_a_tombstone_lets_nothing_else_change(over: Any, statement: str) -> None:
    over.answered("A-2")
    retention.take_out(over.store, over.who["ada"], over.case("A-1"), "The years are over.")
    with pytest.raises(DBAPIError, match="written once"), over.store.writing() as connection:
        connection.exec_driver_sql(statement)


def test_equal_cases_are_shown_first_and_then_closed_with_an_event_each(full: Any) -> None:
    wanted = [full.case(f"A-{at}") for at in (1, 2, 4, 5, 6)]
    plans = {each.order_id: each for each in bulk.preview(full.store, full.who["ann"], wanted, full.clean)}
    assert {order for order, plan in plans.items() if plan.faults} == {"A-1", "A-2"}  # their flags are not answered
    assert full.state("A-4") == "open"
    bulk.close(full.store, full.who["ann"], wanted, full.clean)
    assert [full.state(f"A-{at}") for at in (1, 4, 5, 6)] == ["open", "decided", "decided", "decided"]
    assert [full.kinds(f"A-{at}").count("decided") for at in (4, 5, 6)] == [1, 1, 1]


def test_bulk_closing_obeys_the_rules_of_the_desk(full: Any) -> None:
    plans = bulk.close(full.store, full.who["ann"], [full.case("A-4")], replace(full.clean, comment=""))
    assert plans[0].faults == ("comment: cleared needs one",)


def test_more_cases_than_one_act_closes_are_refused_whole(full: Any) -> None:
    with pytest.raises(QueueRefused, match="at most 500 cases at once"):
        bulk.preview(full.store, full.who["ann"], range(501), full.clean)


def test_a_plan_of_a_second_review_looks_like_one_of_a_first(full: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: True)
    assert full.decided("A-4") == "blind"
    plans = bulk.preview(full.store, full.who["bob"], [full.case("A-4"), full.case("A-5")], full.clean)
    assert {(each.state, each.faults) for each in plans} == {("decided", ())}
    assert bulk.close(full.store, full.who["ann"], [full.case("A-5")], full.clean)[0].state == "decided"


def test_the_revisions_make_the_tables_that_the_program_uses(room: Any) -> None:
    with room.store.reading() as connection:
        sqlite = connection.dialect.name == "sqlite"
        of_this_kind = {"include_object": lambda _, name, *__: sqlite or name != "cases_by_words"}
        assert compare_metadata(MigrationContext.configure(connection, opts=of_this_kind), DATA) == []


def test_a_store_of_a_newer_version_is_refused(room: Any) -> None:
    with room.store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '99'")
    db = room.store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with pytest.raises(QueueRefused, match="install a newer"):
        open_store(room.store.home, db if "postgresql" in db and room.store.engine.name == "postgresql" else None)


def test_upgrading_copies_the_file_first(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    backup = upgrade(tmp_path)
    assert backup is not None
    assert backup.stat().st_size > 0


@pytest.mark.parametrize(
    ("db", "fault"),
    [
        pytest.param("mysql://x@y/z", "only a postgresql://", id="another kind of server"),
        pytest.param("no address", "no address of a database", id="no address"),
        pytest.param("postgresql://u:secret@127.0.0.1:1/x", "no answer", id="a server that is not there"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused_without_its_password(tmp_path: Path, db: str, fault: str) -> None:
    with pytest.raises(QueueRefused, match=fault) as refused:
        open_store(tmp_path, db)
    assert "secret" not in str(refused.value)
