"""The review queue from the command line: from an order file to outcomes that train a model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.parties.screening.lists import CLEARED
from features.parties.screening.store import FOLDER
from scoring.review import pairs
from training.simulate import simulate, write

BY = ("--by", "ann")
DECISION = {"confirmed_diversion": "refused", "confirmed_violation": "refused", "undetermined": "hold"}
CLEAR = ("cleared", "--label", "false_positive", "--reason", "end_use_shown", "--comment", "All papers came.")


@pytest.fixture
def queue(run: Callable[..., Any], orders: Callable[..., str]) -> Callable[..., Any]:
    """A scored file in the queue, and people; runs `diversion queue ARGUMENTS`."""
    file = orders({"value_usd": "9000", "quantity": "1", "part_number": "L4"}, {"value_usd": "9000000"})
    assert run("score", file, "--as-of", "2026-11-25", "--enqueue").err.count("queue: 2 opened") == 1
    run("queue", "user", "add", "ada", "--role", "admin")
    for name, role in (("ann", "analyst"), ("apu", "approver"), ("mia", "model_owner")):
        assert run("queue", "user", "add", name, "--role", role, "--by", "ada").code == 0
    return lambda *arguments: run("queue", *arguments)


def answered(queue: Callable[..., Any], order: str) -> None:
    """Answers every flag that the case shows."""
    for flag in json.loads(queue("show", order, *BY, "--json").out)["flags"]:
        assert queue("answer", order, flag["key"], "explained", *BY, "--note", "Asked.").code == 0


def test_a_case_goes_from_the_file_to_the_order_system(queue: Callable[..., Any], room: Path) -> None:
    order = json.loads(queue("next", *BY, "--json").out)["case"]["order_id"]
    answered(queue, order)
    decided = queue("decide", order, *CLEAR, *BY)
    assert decided.code == 0
    if "second person" in decided.out:
        assert queue("approve", order, "--by", "apu").code == 0
    assert queue("export", "decisions", "--out", "decisions.csv", "--by", "apu").code == 0
    assert order in (room / "decisions.csv").read_text(encoding="utf-8-sig")
    assert queue("export", "case", "--order", order, "--out", "case.html", "--by", "apu").code == 0
    assert "All papers came." in (room / "case.html").read_text(encoding="utf-8")
    assert queue("outcomes", "--out", "outcomes.csv", "--by", "mia").code == 0
    told = queue("verify")
    assert (told.code, "none altered" in told.out) == (0, True)


def test_many_cases_are_closed_only_when_the_plan_was_seen(queue: Callable[..., Any]) -> None:
    for order in ("A-1", "A-2"):
        answered(queue, order)
    made = ("--decision", "hold", "--label", "undetermined", "--reason", "no_answer", *BY)
    plan = queue("close-many", "A-1", "A-2", *made)
    assert (plan.code, "2 of 2 cases would be closed" in plan.err) == (0, True)
    assert "2 of 2" in queue("list", *BY, "--state", "open").err
    done = queue("close-many", "A-1", "A-2", *made, "--yes")
    assert (done.code, done.out) == (0, plan.out)
    assert "0 of 0" in queue("list", *BY, "--state", "open").err


def test_a_case_that_cannot_be_closed_with_the_others_says_why_and_makes_it_partial(queue: Callable[..., Any]) -> None:
    told = queue("close-many", "A-1", "--decision", "cleared", "--label", "false_positive", "--reason", "maybe", *BY)
    assert told.code == 1
    assert "A-1: stays open; " in told.out


def test_a_list_hit_is_settled_from_the_terminal(
    queue: Callable[..., Any], room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {"entry_key": "EL-1", "party": "p1", "party_print": "pp1", "entry_print": "ep1"}
    monkeypatch.setattr(pairs, "bodies", lambda connection, case: [{"body": {"hits": [shown]}}])
    told = queue("pair", "A-1", "EL-1", "p1", "confirmed", "--by", "apu", "--note", "The same firm.")
    assert told.code == 0, told.err
    assert "The same firm." in (room / "var" / FOLDER / CLEARED).read_text(encoding="utf-8")
    assert queue("pair", "A-1", "EL-2", "p1", "confirmed", "--by", "apu", "--note", "The same firm.").code == 2


def test_decisions_go_back_to_a_folder_of_the_order_system_once(queue: Callable[..., Any], room: Path) -> None:
    (room / "drop").mkdir()
    answered(queue, "A-1")
    assert queue("decide", "A-1", "hold", "--label", "undetermined", "--reason", "no_answer", *BY).code == 0
    back = ("hand-back", "--to", "drop", "--by", "apu")
    assert [queue(*back).out, queue(*back).out] == ["1 decisions handed back\n", "0 decisions handed back\n"]
    told = json.loads(next((room / "drop").iterdir()).read_text(encoding="utf-8"))["decisions"]
    assert [(row["order_id"], row["decision"], row["may_ship"]) for row in told] == [("A-1", "hold", "no")]


def test_decisions_that_nobody_takes_wait_and_make_it_partial(queue: Callable[..., Any], room: Path) -> None:
    (room / "secret").write_text("a secret that both sides keep to themselves\n", encoding="utf-8")
    answered(queue, "A-1")
    queue("decide", "A-1", "hold", "--label", "undetermined", "--reason", "no_answer", *BY)
    to = ("hand-back", "--by", "apu", "--to", "http://127.0.0.1:1/in")
    told = queue(*to, "--secret-file", "secret")
    assert (told.code, "1 wait for the next run: no answer" in told.err) == (1, True)
    assert queue(*to).code == 2
    assert queue(*to, "--secret-file", "nowhere").code == 2


def test_a_case_that_is_not_there_is_told_with_exit_2(queue: Callable[..., Any]) -> None:
    told = queue("show", "Z-9", *BY)
    assert (told.code, "the queue has no such order" in told.err) == (2, True)


def test_a_list_is_narrowed_to_a_chip(queue: Callable[..., Any]) -> None:
    found = [queue("list", *BY, "--chip", name).err for name in ("L4", "L40", "h100", "not known")]
    assert [told.split(" of ")[0] for told in found] == ["1", "0", "1", "0"]


def test_nothing_is_taken_out_before_its_day(queue: Callable[..., Any]) -> None:
    assert "0 cases" in queue("kept", "--by", "ada", "--on", "2090-01-01").err
    told = queue("take-out", "A-1", "--by", "ada", "--note", "Over.")
    assert told.code == 2
    assert "the case is open, not decided" in told.err


def test_what_breaks_a_rule_is_refused_with_exit_2(queue: Callable[..., Any]) -> None:
    told = queue("decide", "A-1", "cleared", "--label", "false_positive", "--reason", "end_use_shown", *BY)
    assert told.code == 2
    assert "comment: cleared needs one" in told.err


def test_a_wrong_head_makes_verify_fail_with_exit_3(queue: Callable[..., Any]) -> None:
    told = queue("verify", "--expect", f"1:{'0' * 64}")
    assert told.code == 3
    assert "not the one noted earlier" in told.out


def test_an_import_with_a_wrong_row_is_partial(queue: Callable[..., Any], room: Path) -> None:
    rows = "order_id,decision,label_class\nA-1,maybe,false_positive\n"
    (room / "decisions.csv").write_text(rows, encoding="utf-8")
    told = queue("import", "decisions.csv", *BY)
    assert told.code == 1
    assert "decisions.csv, row 2" in told.err


def test_a_list_shows_the_reason_for_each_place(queue: Callable[..., Any]) -> None:
    told = queue("list", *BY)
    assert told.out.count("score 0.") == 2
    assert "2 of 2 cases" in told.err


def test_the_first_person_must_be_an_administrator(run: Callable[..., Any]) -> None:
    assert run("queue", "user", "add", "ann", "--role", "analyst").code == 2


def test_a_store_that_cannot_be_used_is_refused_before_scoring(
    run: Callable[..., Any], orders: Callable[..., str], room: Path
) -> None:
    told = run("score", orders(), "--enqueue", "--db", "mysql://x@y/z")
    assert told.code == 2
    assert not (room / "orders.scored.csv").exists()


def test_an_address_without_enqueue_is_refused(run: Callable[..., Any], orders: Callable[..., str]) -> None:
    assert run("score", orders(), "--db", "postgresql://u@h/n").code == 2


def test_decisions_of_the_queue_train_a_model(run: Callable[..., Any], room: Path) -> None:
    """A simulated book is scored and queued, its outcomes are brought in by one reviewer, and a model is trained."""
    write(simulate(8_000, 3), room / "book")
    chosen = some_outcomes(room)
    scored = run("score", "book/orders.csv", "--out", "scored.csv", "--reasons", "none", "--enqueue", "--backtest")
    assert scored.code in (0, 1)
    run("queue", "user", "add", "ada", "--role", "admin")
    for name, role in (("ann", "analyst"), ("mia", "model_owner")):
        run("queue", "user", "add", name, "--role", role, "--by", "ada")
    for name, value in (("four_eyes_usd", "1e15"), ("four_eyes_tpp", "1e15"), ("four_eyes_band", "9")):
        assert run("queue", "limit", name, value, "--by", "ada").code == 0
    brought_in(room, chosen)
    imported = run("queue", "import", "decisions.jsonl", "--by", "ann")
    assert "decided" in imported.out
    assert run("queue", "outcomes", "--out", "outcomes.csv", "--by", "mia").code == 0
    given = ("--orders", "book/orders.csv", "--customers", "book/customers.csv", "--outcomes", "outcomes.csv")
    trained = run("train", *given, "--bag", "1", "--no-track", "--out", "model", "--as-of", "2026-11-25")
    assert trained.code == 0, trained.err
    assert (room / "model" / "model.json").exists()


def some_outcomes(room: Path) -> pd.DataFrame:
    """All confirmed outcomes of the simulated book and every tenth other; its order file is cut to their orders."""
    outcomes, lines = (
        pd.read_csv(room / "book" / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("outcomes", "orders")
    )
    confirmed = outcomes["label_class"] == "confirmed_diversion"
    chosen = pd.concat([outcomes[confirmed], outcomes[~confirmed].iloc[::10]])
    lines[lines["order_id"].isin(chosen["order_id"])].to_csv(room / "book" / "orders.csv", index=False)
    return chosen


def brought_in(room: Path, outcomes: pd.DataFrame) -> None:
    """Writes outcomes as decisions, each flag that their lines show answered."""
    flags = pd.read_csv(room / "scored.csv", dtype="str", keep_default_na=False).groupby("order_id")["red_flags"]
    shown = {order: sorted({key for cell in cells for key in cell.split("; ") if key}) for order, cells in flags}
    names = ("order_id", "line_no", "label_class", "verification", "decided_on")
    with (room / "decisions.jsonl").open("w", encoding="utf-8") as file:
        for row in outcomes.to_dict("records"):
            told = {name: row[name] for name in names} | {"decision": DECISION.get(row["label_class"], "cleared")}
            answers = {flag: ["explained", "Asked."] for flag in shown.get(row["order_id"], [])}
            file.write(
                json.dumps({**told, "reasons": ["withdrawn"], "comment": "As found.", "answers": answers}) + "\n"
            )


def test_what_reviewers_refused_is_known_when_the_next_file_is_scored(
    queue: Callable[..., Any], run: Callable[..., Any], orders: Callable[..., str], room: Path
) -> None:
    answered(queue, "A-1")
    refused = "order_id,decision,label_class,reasons,comment,decided_on\nA-1,refused,confirmed_diversion,"
    (room / "found.csv").write_text(refused + "false_statement,The site is empty.,2026-06-20\n", encoding="utf-8")
    assert queue("import", "found.csv", *BY).code == 0
    later = orders({"order_date": "2026-06-12"}, {"order_id": "B-1", "order_date": "2026-07-01"})
    run("score", later, "--as-of", "2026-11-25", "--out", "later.csv")
    told = pd.read_csv(room / "later.csv", dtype=str).set_index("order_id")["red_flags"].fillna("")
    assert ("near-refused-party" in told["B-1"], "near-refused-party" in told["A-1"]) == (True, False)
