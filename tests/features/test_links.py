"""The fast answers about links against slow ones, on small books drawn at random."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.known import Known
from features.lines import with_facts
from features.links import AT_MOST, Coded
from features.links_facts import COLUMNS, linked
from features.links_groups import connected, month_begins
from features.links_seen import FIRST_DAY, NEVER, days_of, seen
from features.links_ties import hops, others_in_the_group, ties
from features.links_web import HOPS, web
from features.past.columns import ROLES
from features.past.narrow import narrow

TRACE_KINDS = (("buyer", "address"), ("buyer", "phone"))
FIRMS = AT_MOST + 4
NOBODY_BAD = np.full(FIRMS, NEVER)
FIRST = int((np.datetime64("2026-01-25") - FIRST_DAY).astype(int))


@dataclass(frozen=True)
class Row:
    """One line: its day, its buyer, the buyer's address and telephone (-1: none)."""

    day: int
    buyer: int
    address: int
    phone: int

    def traces(self) -> list[tuple[str, int]]:
        return [(kind, code) for kind, code in (("a", self.address), ("p", self.phone)) if code >= 0]


rows = st.builds(
    Row,
    day=st.integers(FIRST, FIRST + 75),
    buyer=st.integers(0, FIRMS - 1),
    address=st.integers(-1, 2),
    phone=st.integers(-1, 3),
)
books = st.lists(rows, min_size=1, max_size=40)
badness = st.lists(st.sampled_from([NEVER, FIRST, FIRST + 15, FIRST + 40]), min_size=FIRMS, max_size=FIRMS)


def as_codes(book: list[Row]) -> Coded:
    nobody = np.full(len(book), -1)
    buyer = np.array([row.buyer for row in book])
    shifted = np.array([row.phone + 4 if row.phone >= 0 else -1 for row in book])
    return Coded(
        day=np.array([row.day for row in book]),
        parties={role: buyer if role == "buyer" else nobody for role in ROLES},
        traces={TRACE_KINDS[0]: np.array([row.address for row in book]), TRACE_KINDS[1]: shifted},
        customer=buyer,
        part=nobody,
        identity=np.zeros(8, dtype=bool),
        names=np.arange(FIRMS),
        titles=pd.Index([f"firm{each}|DE" for each in range(FIRMS)]),
    )


def met_before(book: list[Row], day: int) -> dict[tuple[str, int], dict[int, int]]:
    """For each trace the parties that were met there before a day, with their first day."""
    met: dict[tuple[str, int], dict[int, int]] = {}
    for row in book:
        for trace in row.traces():
            if row.day < day:
                there = met.setdefault(trace, {})
                there[row.buyer] = min(there.get(row.buyer, NEVER), row.day)
    return met


def links_before(book: list[Row], day: int) -> dict[tuple[str, int], dict[int, int]]:
    """The same without those that came when the trace had too many already."""
    return {
        trace: {one: since for one, since in there.items() if sum(each <= since for each in there.values()) <= AT_MOST}
        for trace, there in met_before(book, day).items()
    }


def without_hubs(book: list[Row], row: Row) -> Row:
    """The line without those of its traces at which too many others were met."""
    met = met_before(book, row.day)
    kept = dict(trace for trace in row.traces() if len(met.get(trace, {}).keys() - {row.buyer}) < AT_MOST)
    return replace(row, address=kept.get("a", -1), phone=kept.get("p", -1))


def reached(start: Iterable[int], own: Row, graph: dict[tuple[str, int], dict[int, int]], steps: int) -> set[int]:
    """Parties within some steps of a line: the first step may use the line's own traces."""
    near, last = set(start), set(start)
    for step in range(steps):
        traces = {trace for trace, there in graph.items() if last & there.keys()}
        if step == 0:
            traces |= set(own.traces())
        last = {party for trace in traces for party in graph.get(trace, {})} - near
        near |= last
    return near


@settings(max_examples=60, deadline=None)
@given(books, badness)
def test_distance_to_a_refused_party_is_that_of_a_search_line_by_line(book: list[Row], bad: list[int]) -> None:
    past = as_codes(book)
    woven = web(past, np.array(bad))
    fast = hops(past, woven, ties(past, woven.found))
    for row, distance in zip(book, fast, strict=True):
        graph = links_before(book, row.day)
        guilty = {party for party, since in enumerate(bad) if since < row.day}
        own = without_hubs(book, row)
        steps = (step for step in range(HOPS) if reached([row.buyer], own, graph, step) & guilty)
        assert distance == next(steps, HOPS)


@settings(max_examples=60, deadline=None)
@given(books)
def test_the_group_of_a_line_is_that_of_a_search_at_the_beginning_of_its_month(book: list[Row]) -> None:
    past = as_codes(book)
    woven = web(past, NOBODY_BAD)
    fast = others_in_the_group(past, woven, ties(past, woven.found))
    for row, size in zip(book, fast, strict=True):
        begin = int(month_begins(np.array([row.day]))[0])
        graph = links_before(book, begin)
        assert size == len(reached([row.buyer], without_hubs(book, row), graph, 20) - {row.buyer})


@settings(max_examples=60, deadline=None)
@given(books)
def test_counts_are_those_of_a_loop(book: list[Row]) -> None:
    past = as_codes(book)
    address, buyer = past.traces["buyer", "address"], past.customer
    once, twice = (seen(address, buyer, past.day, nth=nth).others(address, buyer, past.day) for nth in (1, 2))
    for row, one, two in zip(book, once, twice, strict=True):
        days = {
            other: {
                each.day for each in book if (each.address, each.buyer) == (row.address, other) and each.day < row.day
            }
            for other in range(FIRMS)
            if other != row.buyer and row.address >= 0
        }
        assert one == sum(len(each) >= 1 for each in days.values())
        assert two == sum(len(each) >= 2 for each in days.values())


def test_a_trace_of_many_parties_links_only_the_first() -> None:
    crowd = [Row(FIRST + each, each % 8, 0, -1) for each in range(8)]
    assert web(as_codes(crowd), NOBODY_BAD).found.linked.all()
    many = as_codes([Row(FIRST + each, each, 0, -1) for each in range(AT_MOST + 2)])
    assert web(many, NOBODY_BAD).found.linked.tolist() == [True] * AT_MOST + [False] * 2


def test_parties_that_fill_a_trace_on_one_day_are_all_too_many() -> None:
    many = as_codes([Row(FIRST, each, 0, -1) for each in range(AT_MOST + 1)])
    assert not web(many, NOBODY_BAD).found.linked.any()


def test_a_date_is_a_day_and_a_missing_one_is_never() -> None:
    days = days_of(pd.Series(pd.to_datetime(["1850-01-01", "2026-06-01", "", "1600-01-01", "2400-01-01"])))
    assert days.tolist() == [0, 64434, NEVER, 0, NEVER - 1]


@pytest.fixture(scope="module")
def book(orders: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> tuple[pd.DataFrame, Known]:
    """Lines of eight firms that share addresses, telephones and consignees, and decisions on every fifth."""
    draw = np.random.default_rng(3)
    firms, days = draw.integers(0, 8, 60), pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(0, 500, 60), "D")
    cells = [
        {
            "line_no": "1",
            "order_date": str(day.date()),
            "buyer_id": "",
            "buyer_name": f"Firm {firm}",
            "ult_consignee_name": f"Hall {draw.integers(3)}",
            "buyer_address": f"{draw.integers(1, 4)} Shared Lane",
            "contact_phone": f"+49 555 010{draw.integers(4)}",
            "contact_email": f"a@firm{firm}.example",
        }
        for firm, day in zip(firms, days, strict=True)
    ]
    lines = with_facts(orders(*cells), known())
    decided = lines.iloc[::5]
    decisions = pd.DataFrame(
        {
            "order_id": decided["order_id"],
            "line_no": decided["line_no"],
            "decision": "refused",
            "label_class": "justified_alert",
            "decided_on": decided["order_date"] + pd.Timedelta(days=20),
        }
    )
    return lines, replace(known(), decisions=decisions)


def with_past(lines: pd.DataFrame, known: Known) -> Known:
    past = narrow(lines, known.tables).sort_values(["order_date", "key"])
    return replace(known, past=past.reset_index(drop=True))


def facts(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    return linked(lines, known)[list(COLUMNS)]


def test_later_lines_change_nothing(book: tuple[pd.DataFrame, Known]) -> None:
    lines, known = book
    whole = facts(lines, with_past(lines, known))
    early = lines["order_date"] <= pd.Timestamp("2025-09-01")
    assert early.any()
    assert not early.all()
    pd.testing.assert_frame_equal(facts(lines[early], with_past(lines[early], known)), whole[early])


def test_the_order_of_lines_changes_nothing(book: tuple[pd.DataFrame, Known]) -> None:
    lines, known = book
    whole = facts(lines, with_past(lines, known))
    mixed = lines.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(facts(mixed, with_past(mixed, known)), whole.loc[mixed.index])


def test_a_line_alone_is_told_the_same_as_in_its_book(book: tuple[pd.DataFrame, Known]) -> None:
    lines, known = book
    here = with_past(lines, known)
    whole = facts(lines, here)
    for place in (0, 17, 59):
        pd.testing.assert_frame_equal(facts(lines.iloc[[place]], here), whole.iloc[[place]])


def test_a_line_known_late_counts_only_from_then_on(book: tuple[pd.DataFrame, Known]) -> None:
    lines, known = book
    here = with_past(lines, known)
    late = replace(here, past=here.past.assign(known_on=pd.Timestamp("2027-01-01").as_unit("us")))
    told = facts(lines, late)
    assert (told["net_covered"] == 0.0).all()
    assert (told["net_customers"] == 0.0).all()


NODES = 24


@given(st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=40))
@settings(deadline=None, max_examples=200)
def test_nodes_are_in_one_group_exactly_where_edges_lead_from_one_to_the_other(found: list[tuple[int, int]]) -> None:
    one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
    root = connected(NODES, one, other)
    groups = [{node} for node in range(NODES)]
    for begin, end in found:
        joined = groups[begin] | groups[end]
        for node in joined:
            groups[node] = joined
    assert root.tolist() == [min(group) for group in groups]


def test_a_long_chain_in_any_order_is_one_group() -> None:
    chain = np.random.default_rng(1).permutation(5_000)
    assert not connected(5_000, chain[:-1], chain[1:]).any()
