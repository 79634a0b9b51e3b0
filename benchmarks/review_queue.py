"""How the review queue bears load: 100,000 cases, many reviewers at once, a process killed in the middle of decisions.

    python benchmarks/review_queue.py --cases 100000 --reviewers 20 --seconds 30 --kills 50 [--db postgresql://…]

Prints medians of the list page and of take-next, what parallel reviewers did (no case twice, log verified), and what a
store looks like after kill -9. Figures depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from scoring.review import acts, cases, log, people, taking
from scoring.review.desk import Decision
from scoring.review.ranking import BANDS, due, place, value
from scoring.review.store import QueueRefused, Store, open_store
from scoring.review.tables import CASES, EVENTS, FROZEN, LINES

CLEAN = Decision("cleared", "false_positive", "paper", ("end_use_shown",), "All papers came.")
OPENED = datetime(2026, 11, 1, tzinfo=UTC)
REPEATS = 60
BODY = log.canonical({"format": 1, "order": {"buyer_name": "Norrhall Compute"}, "flags": [], "hits": [], "result": {}})


def fill(store: Store, count: int) -> None:
    """Puts invented open cases into the store, with their events, 5,000 at a time."""
    draw = random.Random(1)  # noqa: S311
    frozen = log.sha256(BODY)
    with store.writing() as connection:
        connection.execute(insert(FROZEN).values(sha256=frozen, body=BODY))
    for start in range(0, count, 5000):
        ids = range(start + 1, min(start + 5000, count) + 1)
        with store.writing() as connection:
            connection.execute(insert(CASES), [case(number, draw) for number in ids])
            connection.execute(insert(LINES), [line(number, frozen) for number in ids])
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
        **place(band, score, value(usd, None), due(ships, band, OPENED.date())), "ships": ships,
        "ordered": "2026-10-01", "buyer": f"Buyer {number % 997}", "destination": "SG",
        "words": f"so-{number} buyer {number % 997} norrhall compute h100 sxm5", "segment": "a to SG for not stated",
        "slot": draw.choices(("exploited", "coverage", "random"), (80, 10, 10))[0], "propensity": 1.0, "cause": "new",
        "opened_at": "2026-11-01T00:00:00.000000Z", "scored_at": "2026-11-01T00:00:00.000000Z", "legal_hold": False,
    }  # fmt: skip


def line(number: int, frozen: str) -> dict[str, object]:
    """Its only line."""
    return {
        "case_id": number, "line_no": "1", "action": "ask", "band": "low", "gate": "unknown", "score": 0.1,
        "place": "orders.csv row 2", "judgement": "0", "inputs": "{}", "frozen": frozen,
    }  # fmt: skip


def median_ms(act: Callable[[], object]) -> str:
    """Median and slowest of many calls, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
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
    until = time.time() + seconds
    workers = [
        multiprocessing.Process(target=work, args=(str(store.home), db, f"r{at}", until, got))
        for at in range(reviewers)
    ]
    for each in workers:
        each.start()
    taken = [number for _ in workers for number in got.get()]
    for each in workers:
        each.join()
    with store.reading() as connection:
        told = connection.execute(select(func.count()).where(EVENTS.c.kind == "taken")).scalar_one()
    print(
        f"{reviewers} reviewers, {seconds:.0f} s: {len(taken):,} cases taken, read and decided; "
        f"{len(taken) - len(set(taken))} twice; {told:,} events of taking"
    )


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


def main() -> None:
    """Fills a store, measures, lets many work, kills, verifies."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--reviewers", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--kills", type=int, default=50)
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
        parallel(store, given.db, given.reviewers, given.seconds)
        begun = time.perf_counter()
        found = log.verify(store)
        print(
            f"verify: {found.events:,} events in {time.perf_counter() - begun:.1f} s: {found.fault or 'none altered'}"
        )
        killed(store, given.db, given.kills)
        store.close()


if __name__ == "__main__":
    main()
