"""How the cost of scoring grows with the file: the slope of CPU seconds over lines on a log-log plot.

A slope of 1 is proportional; start-up makes it smaller at the small end, a sort or a table that does not fit makes it
larger at the other. The slope of the upper half is told too, for start-up flatters the whole.

    python benchmarks/cost_curve.py 1000 10000 100000 1000000
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import throughput  # type: ignore[import-not-found]  # a script beside this one


def main() -> None:
    """Measures each size once and prints points and slopes."""
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000]
    points = []
    print(f"{'lines':>10} {'CPU s':>9} {'µs a line':>10} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as room:
        for size in sizes:
            seen = throughput.alone("score", throughput.book(size, Path(room)))
            points.append((math.log(size), math.log(seen["cpu"])))
            print(f"{size:>10,} {seen['cpu']:>9.2f} {1e6 * seen['cpu'] / size:>10.0f} {seen['mib']:>9,}", flush=True)
    print(f"slope: {slope(points):.2f}; of the upper half: {slope(points[len(points) // 2 - 1 :]):.2f}")


def slope(points: list[tuple[float, float]]) -> float:
    """The slope of the straight line through points of (log lines, log seconds)."""
    across, up = np.transpose(points)
    return float(np.polyfit(across, up, 1)[0])


if __name__ == "__main__":
    main()
