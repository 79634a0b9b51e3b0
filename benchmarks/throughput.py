"""Lines a second and memory of scoring, beside the least a machine must do for the same file in the same run.

The floor: parse the file as text with pyarrow, predict with a fixed reference booster (300 trees, 63 leaves, 60
features), write with pyarrow. Each side runs in a process of its own; ratios of one run are comparable, seconds of a
shared machine are not.

    python benchmarks/throughput.py 10000 100000
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREES, LEAVES, FEATURES = 300, 63, 60


def main() -> None:
    """Runs both sides at each size and prints one table."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    print(f"{'lines':>9} {'side':<22} {'seconds':>8} {'lines/s':>9} {'peak MiB':>9} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as room:
        for size in sizes:
            orders = book(size, Path(room))
            floor = alone("floor", orders)
            scored = alone("score", orders)
            for name, seen in (("floor", floor), ("diversion score", scored)):
                seconds = seen["seconds"]
                ratio = seconds / floor["seconds"]
                print(
                    f"{size:>9,} {name:<22} {seconds:>8.2f} {size / seconds:>9,.0f} {seen['mib']:>9,.0f} {ratio:>6.1f}"
                )


def book(lines: int, room: Path) -> Path:
    """A simulated order file of that many lines, with its customer master beside it."""
    from training.simulate import simulate, write

    folder = room / str(lines)
    write(simulate(lines, seed=1), folder)
    return folder / "orders.csv"


def alone(side: str, orders: Path) -> dict[str, float]:
    """Seconds (after imports) and peak memory of one side in a fresh process."""
    done = subprocess.run([sys.executable, __file__, "--side", side, str(orders)], check=True, capture_output=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def floor(orders: Path) -> float:
    """Parse as text, predict with the reference booster, write: seconds, the booster's training left out."""
    import lightgbm as lgb
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    draw = np.random.default_rng(1)
    levels = draw.random((20_000, FEATURES))
    data = lgb.Dataset(levels, label=(levels[:, :9].sum(axis=1) + draw.normal(size=20_000) > 5.0).astype(float))
    settings = {"objective": "binary", "num_leaves": LEAVES, "verbosity": -1, "seed": 1, "num_threads": 2}
    booster = lgb.train(settings, data, num_boost_round=TREES)
    start = time.perf_counter()
    with orders.open("rb") as file:
        names = file.readline().decode().strip().split(",")
    options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    table = arrow_csv.read_csv(orders, convert_options=options)
    scores = booster.predict(np.resize(levels, (table.num_rows, FEATURES)), num_threads=2)
    arrow_csv.write_csv(table.append_column("score", pa.array(scores)), orders.with_suffix(".floor.csv"))
    return time.perf_counter() - start


def score(orders: Path) -> float:
    """The product on the same file: seconds, imports left out as for the floor."""
    from datetime import date

    from diversion.work import score_file

    out, home = orders.with_suffix(".scored.csv"), orders.parent / "var"
    start = time.perf_counter()
    score_file(
        orders,
        orders.with_name("customers.csv"),
        out,
        None,
        date(2026, 11, 25),
        False,
        "needed",
        None,
        None,
        home,
        home / "mlruns",
        lambda _: None,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        seconds = {"floor": floor, "score": score}[sys.argv[2]](Path(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "mib": peak}))
    else:
        main()
