"""How the review queue bears load: 100,000 cases, many reviewers at once, a process killed in the middle of decisions.

    python benchmarks/review_queue.py --cases 100000 --reviewers 20 --seconds 120 --kills 50 [--db postgresql://…]

Prints medians of the pages as a browser gets them (whole HTTP requests to `diversion serve`) and of the calls behind
them, what parallel reviewers did (from the log: who held a case while another did, why a case was given out again),
and what a store looks like after kill -9. With --kill-server 50 it is the web server that is killed while four systems
decide by the API; then every decision it acknowledged must be kept. Figures depend on the machine and its other work.
"""

# Over 250 lines: one store is filled once, and then borne down on in five ways.

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, insert, select

from scoring.review import acts, cases, log, people, taking
from scoring.review.desk import Decision
from scoring.review.ranking import BANDS, due, place, value
from scoring.review.store import QueueRefused, Store, open_store
from scoring.review.tables import CASES, DECISIONS, EVENTS, FROZEN, LINES

CLEAN = Decision("cleared", "false_positive", "paper", ("end_use_shown",), "All papers came.")
OPENED = datetime(2026, 11, 1, tzinfo=UTC)
REPEATS = 60
BODY = log.canonical({
    "format": 1, "place": "orders.csv row 2", "order": {"buyer_name": "Norrhall Compute", "part_number": "H100 SXM5"},
    "parties": {}, "flags": [], "hits": [], "contributions": [], "result": {},
})  # fmt: skip


def fill(store: Store, count: int) -> None:
    """Puts invented open cases into the store, with their events, 5,000 at a time."""
    draw = random.Random(1)  # noqa: S311
    frozen = log.sha256(BODY)
    with store.writing() as connection:
        connection.execute(insert(FROZEN).values(sha256=frozen, order_id="SO-1", body=BODY))
    for start in range(0, count, 5000):
        ids = range(start + 1, min(start + 5000, count) + 1)
        with store.writing() as connection:
            rows = [case(number, draw) for number in ids]
            connection.execute(insert(CASES), rows)
            connection.execute(insert(LINES), [line(row, frozen) for row in rows])
            body = {"cause": "new", "state": "open", "lines": ["1"], "frozen": {"1": frozen}}
            log.extend(connection, log.SYSTEM, [("opened", number, body) for number in ids], store.now())


def case(number: int, draw: random.Random) -> dict[str, object]:
    """An invented case."""
    band = draw.choices(BANDS, (70, 20, 8, 2))[0]
    score, usd = draw.random() ** 3, draw.lognormvariate(10, 1)
    ships = (OPENED + timedelta(days=draw.randrange(90))).date().isoformat() if draw.random() < 0.7 else None
    return {
        "id": number, "order_id": f"SO-{number}", "queue": "diversion", "state": "open", "level": 0, "round": 1,
        "action": "ask", "band": band, "score": score, "usd": usd, "tpp": None,
        **place(band, score, value([{"usd": usd, "tpp": None}]), due(ships, band, OPENED.date())), "ships": ships,
        "ordered": "2026-10-01", "buyer": f"Buyer {number % 997}", "destination": "SG", "chips": "| H100 SXM5 |",
        "words": f"so-{number} buyer {number % 997} norrhall compute h100 sxm5", "segment": "a to SG for not stated",
        "slot": draw.choices(("exploited", "coverage", "random"), (80, 10, 10))[0], "propensity": 1.0, "cause": "new",
        "opened_at": "2026-11-01T00:00:00.000000Z", "scored_at": "2026-11-01T00:00:00.000000Z", "legal_hold": False,
    }  # fmt: skip


def line(case: dict[str, object], frozen: str) -> dict[str, object]:
    """Its only line."""
    return {
        "case_id": case["id"], "line_no": "1", "action": "ask", "band": case["band"], "gate": "unknown",
        "score": case["score"], "usd": case["usd"],
        "place": "orders.csv row 2", "judgement": "0", "inputs": "{}", "frozen": frozen,
    }  # fmt: skip


def median_ms(act: Callable[[], Any], after: Callable[[Any], object] = lambda _: None) -> str:
    """Median and slowest of many calls, in milliseconds; what is done `after` each is not counted."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        done = act()
        times.append((time.perf_counter() - begun) * 1000)
        after(done)
    return f"median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms"


def work(home: str, db: str | None, name: str, until: float, got: multiprocessing.Queue[list[int]]) -> None:
    """One reviewer: take the next, read it, decide it, until the time is over."""
    store = open_store(Path(home), db)
    actor, mine = people.actor(store, name), []
    while time.time() < until and (found := taking.take_next(store, actor)) is not None:
        mine.append(found)
        cases.read(store, actor, found)
        if acts.decide(store, actor, found, CLEAN) == "proposed":
            continue
    got.put(mine)


def parallel(store: Store, db: str | None, reviewers: int, seconds: float) -> None:
    """Many reviewers at once, each a process."""
    got: multiprocessing.Queue[list[int]] = multiprocessing.Queue()
    before, until = events_of_taking(store), time.time() + seconds
    workers = [
        multiprocessing.Process(target=work, args=(str(store.home), db, f"r{at}", until, got))
        for at in range(reviewers)
    ]
    for each in workers:
        each.start()
    taken = [number for _ in workers for number in got.get()]
    for each in workers:
        each.join()
    told = events_of_taking(store) - before
    two, again = from_the_log(store)
    print(
        f"{reviewers} reviewers, {seconds:.0f} s: {len(taken):,} cases taken, read and decided, {told:,} events of it; "
        f"{two} times two people held one case; given out again after: "
        + (", ".join(f"{kind} {number:,}" for kind, number in again.most_common()) or "nothing")
    )


ENDS = ("proposed", "decided", "approved", "sent back", "escalated", "snoozed", "second review agrees",
        "second review differs", "put back", "assigned", "reopened", "woken")  # fmt: skip
"""Events after which nobody holds a case any more."""


def from_the_log(store: Store) -> tuple[int, Counter[str]]:
    """How often a person was given a case that another held at that moment, which is the only fault; and, for each
    case given out again to another, the event that had set it free since, or that its lock was over."""
    held: dict[int, tuple[str, str]] = {}  # case to who has it, and until when
    freed: dict[int, str] = {}
    two, again = 0, Counter[str]()
    with store.reading() as connection:
        for event in log.events_of(connection):
            case_id, kind = event["case_id"], event["kind"]
            if kind in ENDS and case_id in held:
                del held[case_id]
                freed[case_id] = kind
            if kind not in ("taken", "locked"):
                continue
            who, until = held.get(case_id, (event["actor"], ""))
            two += who != event["actor"] and until > event["at"]
            if who != event["actor"] or case_id in freed:
                again[freed.pop(case_id, "its lock was over")] += 1
            held[case_id] = (event["actor"], event["body"]["until"])
    return two, again


def events_of_taking(store: Store) -> int:
    """How often a case was given out."""
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).where(EVENTS.c.kind == "taken")).scalar_one())


def killed(store: Store, db: str | None, times: int) -> None:
    """A process that decides without pause, killed at a random moment, again and again; then the log is verified."""
    draw = random.Random(2)  # noqa: S311
    for at in range(times):
        got: multiprocessing.Queue[list[int]] = multiprocessing.Queue()
        victim = multiprocessing.Process(target=work, args=(str(store.home), db, f"r{at % 20}", time.time() + 60, got))
        victim.start()
        time.sleep(1.0 + draw.random())
        os.kill(int(victim.pid or 0), signal.SIGKILL)
        victim.join()
    found = log.verify(store)
    print(f"killed {times} times: {found.events:,} events, {found.fault or 'none altered, nothing half written'}")


SERVE = "from diversion.cli import main; main()"
SENT = {"decision": "cleared", "label_class": "false_positive", "verification": "paper",
        "reasons": ["end_use_shown"], "comment": "All papers came."}  # fmt: skip


def post(port: int, token: str, path: str, body: object) -> tuple[int, dict[str, object]]:
    """Status and answer of one call of the API; OSError or HTTPException when the server is gone."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        line.request("POST", f"/api/v1{path}", json.dumps(body), headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def decide_by_api(port: int, who: str, token: str, told: list[tuple[int, str]], refused: list[object]) -> None:
    """Takes and decides until the server is gone; `told` are the decisions that it acknowledged."""
    try:
        while True:
            status, taken = post(port, token, "/next", {})
            if status != 200 or taken["case_id"] is None:
                refused.append(taken)
                return
            case_id = int(str(taken["case_id"]))
            status, answer = post(port, token, f"/cases/{case_id}/decide", SENT)
            if status == 200:
                told.append((case_id, who))
            else:
                refused.append(answer)
    except (OSError, http.client.HTTPException, ValueError):
        return  # killed, perhaps in the middle of an answer


def served(store: Store, db: str | None) -> None:
    """What a reviewer's browser waits for: whole requests to the real server, one after the other."""
    port = free_port()
    server = serving(store, db, port)
    actor = people.actor(store, "r1")
    secret = people.opened(store, actor.name, "session")
    session = people.session(store, secret)
    csrf = session.csrf if session else ""

    def ask(path: str, **fields: str) -> str:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": f"desk={secret}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST" if fields else "GET", path, urlencode(fields) if fields else None, headers)
        answer = line.getresponse()
        answer.read()
        if answer.status not in (200, 303):
            raise OSError(f"{path}: {answer.status}")
        line.close()
        return answer.headers["location"] or ""

    def rest(place: str) -> None:
        until = date.today() + timedelta(days=9)
        acts.snooze(store, actor, int(place.rpartition("/")[2]), "waiting_for_customer", until)

    try:
        for path in ("/queue", "/queue?words=buyer+77", "/queue?chip=H100", "/queue?start=90000", "/metrics"):
            print(f"page {path}:", median_ms(partial(ask, path)))
        print("page, take next:", median_ms(lambda: ask("/take", csrf=csrf), rest))
        print("page of a case:", median_ms(lambda: ask("/case/1")))
    finally:
        server.kill()
        server.wait()


def serving(store: Store, db: str | None, port: int) -> subprocess.Popen[bytes]:
    """A server of this store that takes calls."""
    place = ["--home", str(store.home), "--port", str(port), *(["--db", db] if db else [])]
    server = subprocess.Popen([sys.executable, "-c", SERVE, "serve", *place], stderr=subprocess.DEVNULL)
    wait_for(port, server)
    return server


def server_killed(store: Store, db: str | None, tokens: dict[str, str], times: int) -> None:
    """The web server is killed among decisions again and again; after each the log is verified."""
    draw, told, refused, faults = random.Random(3), list[tuple[int, str]](), list[object](), list[str]()  # noqa: S311
    before = decided(store)
    for _ in range(times):
        port = free_port()
        server = serving(store, db, port)
        clients = [threading.Thread(target=decide_by_api, args=(port, *each, told, refused)) for each in tokens.items()]
        for each in clients:
            each.start()
        time.sleep(0.3 + draw.random())
        server.kill()
        server.wait()
        for each in clients:
            each.join()
        fault = log.verify(store).fault
        faults += [fault] if fault else []
    kept = decided(store) - before
    print(
        f"server killed {times} times: {len(told):,} decisions acknowledged, {len(set(told) - kept)} of them lost; "
        f"{len(kept - set(told)):,} kept whose answer did not arrive; {len(refused)} refused; "
        f"verify after each: {'; '.join(faults) or 'none altered'}"
    )


def decided(store: Store) -> set[tuple[int, str]]:
    """Case and person of each decision that the store keeps; a second review is a decision of another person."""
    with store.reading() as connection:
        return {(row.case_id, row.by) for row in connection.execute(select(DECISIONS.c.case_id, DECISIONS.c.by))}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server takes calls; raises OSError when it ended, or takes longer than a minute."""
    until = time.time() + 60
    while time.time() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise OSError("the server does not come up")


def main() -> None:
    """Fills a store, measures, lets many work, kills, verifies."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--reviewers", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--kill-server", type=int, default=0)
    asked.add_argument("--db")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as room:
        store = open_store(Path(room), given.db)
        people.add(store, log.SYSTEM, "ada", "admin")
        admin = people.actor(store, "ada")
        for at in range(max(given.reviewers, 20)):
            people.add(store, admin, f"r{at}", "analyst")
        begun = time.perf_counter()
        fill(store, given.cases)
        print(f"{given.cases:,} cases put in: {time.perf_counter() - begun:.0f} s")
        first = people.actor(store, "r0")
        waiting = cases.Filter(state=("waiting",))
        print("list page:", median_ms(lambda: cases.search(store, first, waiting)))
        by_name = cases.Filter(words="buyer 77", state=("waiting",))
        print("list page, by words:", median_ms(lambda: cases.search(store, first, by_name)))

        def take() -> None:
            found = taking.take_next(store, first)
            if found is None:
                raise QueueRefused("nothing waits")
            acts.snooze(store, first, found, "waiting_for_customer", date.today() + timedelta(days=9))

        print("take next and put to rest:", median_ms(take))
        served(store, given.db)
        parallel(store, given.db, given.reviewers, given.seconds)
        begun = time.perf_counter()
        found = log.verify(store)
        print(
            f"verify: {found.events:,} events in {time.perf_counter() - begun:.1f} s: {found.fault or 'none altered'}"
        )
        if given.kills:
            killed(store, given.db, given.kills)
        if given.kill_server:
            names = [people.actor(store, f"r{at}") for at in range(4)]
            tokens = {each.name: people.new_token(store, each, "benchmark", ["read", "work"]) for each in names}
            server_killed(store, given.db, tokens, given.kill_server)
        store.close()


if __name__ == "__main__":
    main()
