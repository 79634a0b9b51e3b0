"""A book dealt out by keys says of every line what the whole book in one place says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.gate import gate
from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.links_facts import linked
from features.matrix import measure
from features.orders.book import Book, from_frame
from features.past import by_key
from features.past.gathered import Earlier, with_own
from scoring.cluster import here as here_runner
from scoring.cluster import job, steps
from scoring.model import Model
from scoring.result import ResultRefused
from scoring.streamed import READ, shelved

CELLS = {
    "order_date": ["2022-03-01", "2023-10-20", "2025-04-20", "2025-05-05", "2026-01-12", "2026-01-13", ""],
    "buyer_id": ["", "C-1", "C-2", "C-3"],
    "buyer_name": ["Norrhall", "Vesthavn", "Pearl", "Kaiser", "Ulmen"],
    "ult_consignee_name": ["Norrhall", "Vesthavn", "Pearl", "Kaiser", ""],
    "end_user_name": ["Norrhall", "Vesthavn", "Pearl", ""],
    "forwarder_name": ["", "Vesthavn", "Swift", "Kaiser"],
    "payer_name": ["Norrhall", "Pearl", "", "TBD"],
    "payer_country": ["", "CN", "DE", "KH"],
    "destination_country": ["DE", "SG", "RU", "HK"],
    "buyer_address": ["", "4 Rosengasse, Ulm", "7 Hafenweg, Hamburg", "1 Quay, Hong Kong"],
    "contact_phone": ["", "+49 731 55512", "+852 5551 2345"],
    "contact_email": ["", "a@norrhall.example", "b@pearl.example"],
    "dc_location": ["", "4 Rosengasse, Ulm", "7 Hafenweg, Hamburg"],
    "dc_power_mw": ["", "0.05", "2"],
    "quantity": ["8", "20", "400", "-8", ""],
    "part_number": ["NVIDIA H100 SXM5 80GB", "DGX H100", "L4", "CBL-1"],
    "order_status": ["", "shipped", "cancelled", "quote"],
    "ship_date": ["", "2025-05-20"],
    "location_verification": ["", "none", "technical"],
    "serial_numbers": ["", "S1;S2", "S2", "S3"],
    "order_id": [f"O-{number}" for number in range(60)],
}  # fmt: skip


def in_one(book: Book, known: Known, before: Earlier) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What the past says of each line, all features, and the gate, in one piece."""
    lines = with_facts(book.lines, known)
    whole = with_own(before, lines, known)
    told = linked(remembered(lines, whole), whole)
    return told.drop(columns=lines.columns), measure(told, whole), gate(told, whole)


def dealt_out(
    book: Book, known: Known, before: Earlier, model: Model, size: int, room: Path, buckets: int = job.BUCKETS
) -> Any:
    """The same, part by part."""
    (room / READ).mkdir()
    parts = job.write(room, shelved(book, size, room), known, model, earlier=before, buckets=buckets).parts
    came: list[Any] = [[] for _ in range(parts)]
    for step in steps.STEPS[:-1]:
        made = [steps.taken(step, room, number, each) for number, each in enumerate(came)]
        came = [steps.places(made, number) for number in range(parts)]
    tables: tuple[list[Any], ...] = ([], [], [])
    for each in came:
        held: steps.Held = {}
        for _, kind, thing in each:
            held.setdefault(kind, []).append(thing)
        lines, here = steps.informed(job.job(room), held)
        own = held["lines"][0].columns
        for table, made in zip(tables, (lines.drop(columns=own), measure(lines, here), gate(lines, here)), strict=True):
            table.append(made)
    return [pd.concat(each).sort_index() for each in tables]


def same(one: Any, other: Any) -> None:
    for each, there in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(each[there.columns].sort_index(), there, check_exact=True)


@pytest.fixture(scope="module")
def large(simulated: Callable[[int], Any]) -> Any:
    """A world of several thousand lines, and what one piece says of it."""
    made = simulated(2_500)
    return made, in_one(made.book, made.known, made.before)


@pytest.mark.parametrize("size", [pytest.param(2_501, id="1"), pytest.param(1_000, id="3"), pytest.param(360, id="7")])
def test_a_simulated_book_is_the_same_in_any_number_of_parts(
    large: Any, baseline: Model, tmp_path: Path, size: int
) -> None:
    world, whole = large
    same(whole, dealt_out(world.book, world.known, world.before, baseline, size, tmp_path))


@pytest.mark.parametrize("seed", range(3))
def test_any_book_of_few_firms_is_the_same_in_parts(
    orders: Callable[..., pd.DataFrame], with_history: Any, known: Known, baseline: Model, tmp_path: Path, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    rows = [{name: str(draw.choice(cells)) for name, cells in CELLS.items()} for _ in range(150)]
    book = from_frame(orders(*(row | {"line_no": str(at)} for at, row in enumerate(rows))))
    here, before = with_history(book, known, tmp_path / "home")
    (tmp_path / "job").mkdir()
    same(in_one(book, here, before), dealt_out(book, here, before, baseline, 40, tmp_path / "job"))


SKEWED = {"destination_country": "HK", "forwarder_name": "Swift", "part_number": "DGX H100", "buyer_name": "Pearl"}


@pytest.mark.parametrize("asked", [pytest.param(10, id="few at a time"), pytest.param(by_key.ASKED, id="at once")])
def test_a_book_of_which_most_lines_share_country_forwarder_part_and_buyer_is_the_same_in_parts(
    orders: Callable[..., pd.DataFrame],
    with_history: Any,
    known: Known,
    baseline: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: int,
) -> None:
    monkeypatch.setattr(by_key, "ASKED", asked)
    draw = np.random.default_rng(7)
    rows = [{name: str(draw.choice(cells)) for name, cells in CELLS.items()} for _ in range(150)]
    rows = [row | (SKEWED if draw.random() < 0.9 else {}) | {"line_no": str(at)} for at, row in enumerate(rows)]
    book = from_frame(orders(*rows))
    here, before = with_history(book, known, tmp_path / "home")
    (tmp_path / "job").mkdir()
    same(in_one(book, here, before), dealt_out(book, here, before, baseline, 40, tmp_path / "job", buckets=3))


def test_lines_of_one_day_have_no_past(
    orders: Callable[..., pd.DataFrame], known: Known, baseline: Model, tmp_path: Path
) -> None:
    book = from_frame(orders({}, {"buyer_name": "Pearl"}, {"order_date": ""}))
    same(in_one(book, known, Earlier()), dealt_out(book, known, Earlier(), baseline, 2, tmp_path))


def test_an_order_in_two_files_is_refused(
    orders: Callable[..., pd.DataFrame], known: Known, baseline: Model, tmp_path: Path
) -> None:
    for name, day in (("a", "2026-01-12"), ("b", "2026-02-12")):
        orders({"order_date": day}).to_parquet(tmp_path / f"{name}.parquet")
    room = tmp_path / "job"
    room.mkdir()
    files = (tmp_path / "a.parquet", tmp_path / "b.parquet")
    job.write(room, files, known, baseline)
    with pytest.raises(ResultRefused, match="write each order into one file"):
        list(here_runner.results(room))
