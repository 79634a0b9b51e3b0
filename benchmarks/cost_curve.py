"""How the cost of scoring grows with the file: one table of sizes and stages, and its slope on a log-log plot.

Each size is scored once beside the floor (`throughput.py`): lines a second, CPU seconds, peak memory, ratio, stages. A
slope of 1 is proportional; start-up makes it smaller at the small end, a sort or a table that does not fit makes it
larger at the other. The slope of the upper half is told too, for start-up flatters the whole, and that of the memory:
0 where it does not grow with the file. `--keep` adds all figures to history.json.

    python benchmarks/cost_curve.py 1000 10000 100000 1000000 --keep
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import throughput  # type: ignore[import-not-found]  # a script beside this one


def main() -> None:
    """Measures each size once and prints table and slopes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("lines", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--room", type=Path, help="folder that keeps the simulated books for the next run")
    asked.add_argument("--past", choices=throughput.PASTS, default=throughput.PASTS[0])
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as room:
        throughput.head()
        seen = []
        for size in given.lines:
            seen.append(throughput.measured(size, given.workers, given.room or Path(room), given.past))
            throughput.show(seen[-1])
            if given.keep:
                throughput.keep(seen[-1])
    if len(seen) < 2:
        return
    for what, name in (("cpu", "CPU seconds"), ("mib", "peak memory")):
        points = [(found["lines"], found["score"][what]) for found in seen]
        print(f"slope of {name}: {slope(points):.2f}; of the upper half: {slope(points[(len(points) - 1) // 2 :]):.2f}")


def slope(points: list[tuple[int, float]]) -> float:
    """The slope of the straight line through points of (lines, cost), both as logarithms."""
    across, up = np.log(np.transpose(points))
    return float(np.polyfit(across, up, 1)[0])


if __name__ == "__main__":
    main()
