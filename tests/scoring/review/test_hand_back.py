"""Decisions go back to the order system: once, signed, and never one that does not stand any more."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scoring.review import acts, log
from scoring.review.hand_back import hand_back, signature
from scoring.review.store import QueueRefused

SECRET = "a secret that both sides keep to themselves"  # noqa: S105


@pytest.fixture(autouse=True)
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


@dataclass
class Receiver:
    """An order system: what it was sent, and what it answers."""

    address: str = ""
    answer: int = 200
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def decisions(self) -> list[list[str]]:
        """Order, decision and may_ship of each row, of one delivery after the other."""
        told = [row for _, body in self.got for row in json.loads(body)["decisions"]]
        return [[row["order_id"], row["decision"], row["may_ship"]] for row in told]


@pytest.fixture
def erp() -> Iterator[Receiver]:
    """An order system on this machine."""
    room = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            room.got.append((dict(self.headers), body))
            self.send_response(room.answer)
            self.send_header("Location", f"{room.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    room.address = f"http://127.0.0.1:{server.server_address[1]}/decisions"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield room
    server.shutdown()
    thread.join()
    server.server_close()


def handed(room: Any, to: object) -> tuple[int, int, str | None]:
    """What a run delivered, what waits, and why."""
    done = hand_back(room.store, room.who["apu"], str(to), SECRET)
    return done.delivered, done.pending, done.fault


def events(room: Any) -> list[str]:
    """The deliveries that the log tells of."""
    with room.store.reading() as connection:
        return [each["kind"] for each in log.events_of(connection) if each["kind"].startswith("hand")]


def test_each_decision_goes_once_and_only_new_ones_go_with_the_next_run(full: Any, erp: Receiver) -> None:
    full.decided("A-3")
    assert [handed(full, erp.address), handed(full, erp.address)] == [(2, 0, None), (0, 0, None)]
    full.decided("A-4")
    assert handed(full, erp.address) == (1, 0, None)
    assert erp.decisions() == [["A-3", "cleared", "yes"]] * 2 + [["A-4", "cleared", "yes"]]
    assert events(full) == ["handed back", "handed back"]
    assert log.verify(full.store).fault is None


def test_the_post_is_signed_and_says_by_its_key_which_delivery_it_is(full: Any, erp: Receiver) -> None:
    full.decided("A-4")
    handed(full, erp.address)
    headers, body = erp.got[0]
    assert headers["X-Signature-256"] == signature(body, SECRET)
    assert signature(body, SECRET + "!") != signature(body, SECRET)
    assert len(headers["Idempotency-Key"]) == 64
    assert "ann" not in body
    assert SECRET not in body + json.dumps(headers)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(500, id="the receiver has a fault"),
        pytest.param(302, id="the receiver sends it elsewhere, where nothing is posted"),
        pytest.param(404, id="the receiver has no such place"),
    ],
)
def test_what_was_not_taken_waits_and_goes_again_under_the_same_key(full: Any, erp: Receiver, answer: int) -> None:
    full.decided("A-4")
    erp.answer = answer
    assert handed(full, erp.address) == (0, 1, f"answer {answer}")
    erp.answer = 204
    assert handed(full, erp.address) == (1, 0, None)
    keys = [headers["Idempotency-Key"] for headers, _ in erp.got]
    assert (len(keys), len(set(keys))) == (2, 1)
    assert events(full) == ["hand-back failed", "handed back"]


def test_a_receiver_that_is_not_there_is_told_without_an_address(full: Any, erp: Receiver) -> None:
    full.decided("A-4")
    closed = erp.address.replace(erp.address.split(":")[2].split("/")[0], "1")
    assert handed(full, closed) == (0, 1, "no answer (ConnectionRefusedError)")


def test_a_decision_that_fell_is_told_and_what_follows_it_too(full: Any, erp: Receiver) -> None:
    full.decided("A-4")
    handed(full, erp.address)
    acts.reopen(full.store, full.who["apu"], full.case("A-4"), "new_information", "The bank called.")
    assert [handed(full, erp.address), handed(full, erp.address)] == [(1, 0, None), (0, 0, None)]
    full.decided("A-4")
    handed(full, erp.address)
    assert erp.decisions() == [["A-4", "cleared", "yes"], ["A-4", "reopened", "no"], ["A-4", "cleared", "yes"]]
    ids = [json.loads(body)["decisions"][0]["decision_id"] for _, body in erp.got]
    assert len(set(ids)) == 3


def test_a_decision_that_fell_before_it_was_delivered_is_never_sent(full: Any, erp: Receiver) -> None:
    full.decided("A-4")
    erp.answer = 503
    handed(full, erp.address)
    acts.reopen(full.store, full.who["apu"], full.case("A-4"), "new_information", "The bank called.")
    erp.answer, erp.got = 200, []
    assert (handed(full, erp.address), erp.got) == ((0, 0, None), [])


def test_a_proposal_is_no_decision(full: Any, erp: Receiver) -> None:
    full.decided("A-2")
    assert handed(full, erp.address) == (0, 0, None)


def test_a_folder_gets_one_file_a_delivery_and_each_receiver_is_told_for_itself(
    full: Any, erp: Receiver, tmp_path: Path
) -> None:
    full.decided("A-4")
    handed(full, erp.address)
    (tmp_path / "out").mkdir()
    assert [handed(full, tmp_path / "out"), handed(full, tmp_path / "out")] == [(1, 0, None), (0, 0, None)]
    files = list((tmp_path / "out").iterdir())
    assert [json.loads(each.read_text(encoding="utf-8"))["decisions"][0]["order_id"] for each in files] == ["A-4"]


@pytest.mark.parametrize(
    ("to", "secret", "fault"),
    [
        pytest.param("http://erp.example/in", SECRET, "http only to this machine", id="others could read along"),
        pytest.param("https://u:p@erp.example/in", SECRET, "alone", id="a password in the address"),
        pytest.param("https://erp.example/in?key=1", SECRET, "alone", id="a key in the address"),
        pytest.param("https://erp.example/in", "short", "--secret-file", id="a secret that can be guessed"),
        pytest.param("ftp://erp.example/in", SECRET, "neither", id="another kind of address"),
        pytest.param("no-such-folder", SECRET, "neither", id="a folder that is not there"),
    ],
)
def test_an_address_that_could_leak_is_refused(full: Any, to: str, secret: str, fault: str) -> None:
    with pytest.raises(QueueRefused, match=fault):
        hand_back(full.store, full.who["apu"], to, secret)


def test_who_may_not_export_hands_nothing_back(full: Any, tmp_path: Path) -> None:
    with pytest.raises(QueueRefused, match="right to export"):
        hand_back(full.store, full.who["ann"], str(tmp_path), SECRET)
