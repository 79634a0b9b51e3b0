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

from features.parties.screening.lists import decisions
from scoring.review import acts, attachments, bulk, cases, exports, pairs, retention
from scoring.review.store import QueueRefused, open_store, upgrade
from scoring.review.tables import DATA


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


def test_the_revisions_make_the_tables_that_the_program_uses(room: Any) -> None:
    with room.store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), DATA) == []


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
