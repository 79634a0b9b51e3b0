"""Seconds that each feature takes for a million lines, and what the facts of lines and parties cost before them.

A simulated book of a tenth of the lines is read, repeated ten times and measured; the time is that of one run on a
machine that others may use.

    python benchmarks/feature_times.py 100000
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from features.known import Known, known_on
from features.lines import with_facts
from features.matrix import FEATURES
from features.orders.book import read_customers, read_orders
from training.simulate import simulate, write

REPEATED = 10
MILLION = 1_000_000


def main() -> None:
    """Prints one row a feature, the slowest first, after the row of the shared facts."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    orders, known = book(size)
    share = MILLION / len(orders)
    start = time.perf_counter()
    lines = with_facts(orders, known)
    facts = time.perf_counter() - start
    times = {each.name: seconds(lambda each=each: each(lines, known)) for each in FEATURES}
    print(f"{'feature':<56} {'s per 1M lines':>14}")
    print(f"{'(facts of lines and parties, once for all features)':<56} {facts * share:>14.2f}")
    for name, taken in sorted(times.items(), key=lambda pair: -pair[1]):
        print(f"{name:<56} {taken * share:>14.2f}")
    print(f"{f'(all {len(times)} features)':<56} {sum(times.values()) * share:>14.2f}")


def book(size: int) -> tuple[pd.DataFrame, Known]:
    """Typed lines of a simulated book, repeated under other order numbers, and its customer master."""
    with tempfile.TemporaryDirectory() as room:
        write(simulate(size, seed=1), Path(room))
        lines = read_orders(Path(room) / "orders.csv").lines
        master = read_customers(Path(room) / "customers.csv").lines
    copies = [lines.assign(order_id=lines["order_id"] + f"-{copy}") for copy in range(REPEATED)]
    return pd.concat(copies, ignore_index=True), known_on(date(2026, 11, 25), master)


def seconds(measure: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    measure()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
