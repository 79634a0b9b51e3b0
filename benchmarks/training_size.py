"""Memory and seconds of training at size: line and bag of boosters, from a measured matrix in Parquet parts.

The matrix is that of a simulated book, repeated under new customers with its numbers moved a little: it is as wide and
as blank as a real one, and says nothing of quality. The floor is LightGBM alone on the same rows, one booster of as
many trees without constraints, by the same bins, in the same run. Each side runs in a process of its own.

    nice -n 10 python benchmarks/training_size.py 500000 1000000 --keep
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import throughput  # type: ignore[import-not-found]  # a script beside this one

BOOK = 30_000  # simulated lines; every one teaches here, with the outcome that the simulator knows or draws
SHARE = 0.03  # of confirmed lines among those that no reviewer decided
MOVED = 0.05  # of a number, up or down
BAG = 1  # boosters timed: each of the others costs as much again


def main() -> None:
    """Prints one row a size and side."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", nargs="*", type=int, default=[500_000])
    asked.add_argument("--room", type=Path, help="folder that keeps the matrices for the next run")
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    print(f"{'rows':>10} {'side':<8} {'seconds':>8} {'CPU s':>8} {'rows/s':>9} {'peak MiB':>9} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as room:
        for rows in given.rows:
            folder = made(rows, given.room or Path(room))
            floor, score = (alone(side, folder) for side in ("floor", "train"))
            found = {"benchmark": "training", "lines": rows, "workers": 1, "floor": floor, "score": score}
            found["ratio"] = round(score["cpu"] / floor["cpu"], 2)
            for side, seen, ratio in (("floor", floor, 1.0), ("train", score, found["ratio"])):
                print(
                    f"{rows:>10,} {side:<8} {seen['seconds']:>8.1f} {seen['cpu']:>8.1f} "
                    f"{rows / seen['cpu']:>9,.0f} {seen['mib']:>9,} {ratio:>6.2f}",
                    flush=True,
                )
            print(" " * 11 + ", ".join(f"{stage} {cpu:.1f}" for stage, cpu in score["stages"].items()), flush=True)
            if given.keep:
                throughput.keep(found)


def made(rows: int, room: Path) -> Path:
    """A folder of parts with that many rows."""
    from training.blocks import write

    folder = room / f"matrix-{rows}"
    if not folder.exists():
        write(folder, repeated(rows))
    return folder


def repeated(rows: int) -> Iterator[pd.DataFrame]:
    """The matrix of one simulated book again and again, under new customers and with its numbers moved."""
    from training.material import from_simulator, signals

    material = from_simulator(BOOK, seed=1)
    _, _, matrix = signals(material, date(2026, 11, 25))
    draw, told = np.random.default_rng(1), material.rows
    numbers = matrix.select_dtypes("float64").columns
    for turn, start in enumerate(range(0, rows, len(matrix))):
        again = matrix.copy()
        again[numbers] *= draw.uniform(1 - MOVED, 1 + MOVED, (len(again), len(numbers)))
        drawn = pd.Series(draw.random(len(again)) < SHARE, index=again.index).astype("float64")
        again["label"] = told["label"].astype("float64").fillna(drawn)
        again["weight"] = told["weight"].astype("float64").fillna(1.0)
        again["customer"] = told["customer"].fillna("").astype(str) + f"-{turn}"
        yield again.head(rows - start)


def alone(side: str, folder: Path) -> throughput.Seen:
    """Seconds, CPU seconds, peak memory and stages of one side in a fresh process."""
    call = [sys.executable, __file__, "--side", side, str(folder)]
    done = subprocess.run(call, check=True, capture_output=True, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    return dict(json.loads(done.stdout.splitlines()[-1]))


def train(folder: Path) -> dict[str, float]:
    """The product: line and BAG boosters."""
    from features.matrix import FEATURES
    from training import fit as room
    from training.baseline import guidance
    from training.blocks import of_parts

    begun = [("read", time.process_time())]
    matrix = of_parts(folder)
    parts = [matrix.column(name) for name in ("label", "weight", "customer")]

    def lined(*given: object) -> object:
        begun.append(("line", time.process_time()))
        found = corrected(*given)
        begun.append(("trees", time.process_time()))
        return found

    corrected, room.corrected = room.corrected, lined  # type: ignore[assignment]
    room.fit_blocks(guidance(FEATURES), matrix, *parts, seed=1, bag=BAG)
    ends = [at for _, at in begun[1:]] + [time.process_time()]
    return {stage: round(end - at, 1) for (stage, at), end in zip(begun, ends, strict=True)}


def floor(folder: Path) -> dict[str, float]:
    """One booster without line, constraints, weights or draws."""
    import lightgbm as lgb

    from features.matrix import FEATURES
    from training.baseline import guidance
    from training.blocks import dataset, of_parts
    from training.fit import SETTINGS, TREES

    start = time.process_time()
    matrix = of_parts(folder)
    drawn = np.ones(len(matrix), dtype=bool)
    data = dataset(matrix, guidance(FEATURES), drawn, label=matrix.column("label"), params=SETTINGS)
    lgb.train({**SETTINGS, "seed": 1}, data, num_boost_round=TREES)
    return {"trees": round(time.process_time() - start, 1)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        start = time.perf_counter()
        stages = {"floor": floor, "train": train}[sys.argv[2]](Path(sys.argv[3]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {"seconds": round(time.perf_counter() - start, 1), "cpu": round(used.ru_utime + used.ru_stime, 1)}
        print(json.dumps({**told, "mib": round(used.ru_maxrss / 1024), "worker_mib": 0, "stages": stages}))
    else:
        main()
