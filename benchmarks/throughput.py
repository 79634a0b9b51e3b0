"""Lines a second and memory of scoring, beside the least a machine must do for the same file in the same run.

The floor: parse the file as text with pyarrow, predict with a fixed reference booster (300 trees, 63 leaves, 60
features), write with pyarrow. Each side runs in a process of its own; ratios of one run are comparable, seconds of a
shared machine are not. `--keep` adds the figures to history.json, so that a regression is seen.

    python benchmarks/throughput.py 10000 100000 --workers 1 --keep
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
from datetime import date
from pathlib import Path
from typing import Any

TREES, LEAVES, FEATURES = 300, 63, 60
HISTORY = Path(__file__).with_name("history.json")
PASTS = ("by size", "in memory", "on disk")
"""Where the past of a book lies: as `streamed.IN_MEMORY` says, or either way at any size."""

Seen = dict[str, Any]


def main() -> None:
    """Runs both sides at each size and prints one table, with the CPU seconds of each stage below."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("lines", nargs="*", type=int, default=[10_000, 100_000])
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--room", type=Path, help="folder that keeps the simulated books for the next run")
    asked.add_argument("--past", choices=PASTS, default=PASTS[0], help="the way of a long book, or of a short one")
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    head()
    with tempfile.TemporaryDirectory() as room:
        for size in given.lines:
            found = measured(size, given.workers, given.room or Path(room), given.past)
            show(found)
            if given.keep:
                keep(found)


def head() -> None:
    """The first row of the table."""
    print(f"{'lines':>9} {'side':<16} {'seconds':>8} {'CPU s':>8} {'lines/s':>9} {'peak MiB':>9} {'x CPU':>6}")


def measured(size: int, workers: int, room: Path, past: str = PASTS[0]) -> Seen:
    """Both sides at one size: figures, and the ratios of their seconds and of their CPU seconds."""
    orders = book(size, room)
    floor, score = alone("floor", orders, workers), alone("score", orders, workers, past)
    ratio, of_cpu = (round(score[what] / floor[what], 2) for what in ("seconds", "cpu"))
    return {
        "lines": size,
        "workers": workers,
        "past": past,
        "floor": floor,
        "score": score,
        "ratio": ratio,
        "ratio_cpu": of_cpu,
    }


def show(found: Seen) -> None:
    """Two rows of the table, and the CPU seconds of the stages."""
    for side, ratio in (("floor", 1.0), ("score", found["ratio_cpu"])):
        seen, size = found[side], found["lines"]
        print(
            f"{size:>9,} {side:<16} {seen['seconds']:>8.2f} {seen['cpu']:>8.2f} {size / seen['seconds']:>9,.0f} "
            f"{seen['mib']:>9,.0f} {ratio:>6.1f}"
        )
    print("          " + ", ".join(f"{stage} {cpu:.2f}" for stage, cpu in found["score"]["stages"].items()), flush=True)


def keep(found: Seen) -> None:
    """The figures at the end of history.json, with the day and the version."""
    from importlib.metadata import version

    told = json.loads(HISTORY.read_text(encoding="utf-8")) if HISTORY.exists() else []
    told.append({"day": date.today().isoformat(), "version": version("diversion"), "cores": os.cpu_count(), **found})
    HISTORY.write_text("[\n" + ",\n".join(map(json.dumps, told)) + "\n]\n", encoding="utf-8", newline="\n")


def book(lines: int, room: Path) -> Path:
    """A simulated order file of that many lines, with its customer master beside it."""
    from training.simulate import simulate, write

    folder = room / str(lines)
    if not folder.exists():
        write(simulate(lines, seed=1), folder)
    return folder / "orders.csv"


def alone(side: str, orders: Path, workers: int = 1, past: str = PASTS[0]) -> Seen:
    """Seconds (after imports), CPU seconds, peak memory and stages of one side in a fresh process."""
    call = [sys.executable, __file__, "--side", side, str(orders), str(workers), past]
    done = subprocess.run(call, check=True, capture_output=True, env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"})
    return dict(json.loads(done.stdout.splitlines()[-1]))


def floor(orders: Path, workers: int, past: str) -> dict[str, float]:
    """Parse as text, predict with the reference booster on `workers` threads, write; the training is left out."""
    import lightgbm as lgb
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    draw = np.random.default_rng(1)
    levels = draw.random((20_000, FEATURES))
    data = lgb.Dataset(levels, label=(levels[:, :9].sum(axis=1) + draw.normal(size=20_000) > 5.0).astype(float))
    settings = {"objective": "binary", "num_leaves": LEAVES, "verbosity": -1, "seed": 1, "num_threads": 1}
    booster = lgb.train(settings, data, num_boost_round=TREES)
    clock = Clock()
    with orders.open("rb") as file:
        names = file.readline().decode().strip().split(",")
    options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    table = arrow_csv.read_csv(orders, convert_options=options)
    scores = booster.predict(np.resize(levels, (table.num_rows, FEATURES)), num_threads=workers)
    arrow_csv.write_csv(table.append_column("score", pa.array(scores)), orders.with_suffix(".floor.csv"))
    return clock.stages()


def score(orders: Path, workers: int, past: str) -> dict[str, float]:
    """The product on the same file."""
    from diversion.asked import Asked
    from diversion.work import score_file
    from scoring import streamed
    from scoring.ways import Ways

    streamed.IN_MEMORY = {"by size": streamed.IN_MEMORY, "in memory": sys.maxsize, "on disk": 0}[past]
    home, clock = orders.parent / "var", Clock()
    customers, out = orders.with_name("customers.csv"), orders.with_suffix(".scored.csv")
    asked = Asked(orders, customers, date(2026, 11, 25), home, home / "mlruns", out)
    score_file(asked, lambda _: None, watch=clock, parts=Ways(workers=workers))
    return clock.stages()


class Clock:
    """Hears each stage as it begins; CPU seconds are those of this process, workers not counted."""

    def __init__(self) -> None:
        self.begun = [("read", time.process_time())]
        self.start = time.perf_counter()

    def __call__(self, stage: str) -> None:
        self.begun.append((stage, time.process_time()))

    def stages(self) -> dict[str, float]:
        """CPU seconds by stage, and the wall-clock seconds of all as "seconds"."""
        ends = [at for _, at in self.begun[1:]] + [time.process_time()]
        spent = {stage: round(end - at, 2) for (stage, at), end in zip(self.begun, ends, strict=True)}
        return {"seconds": round(time.perf_counter() - self.start, 2), **spent}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        stages = {"floor": floor, "score": score}[sys.argv[2]](Path(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        workers_cpu = used[1].ru_utime + used[1].ru_stime
        cpu = round(sum(stages.values()) - stages["seconds"] + workers_cpu, 2)
        mib = round(used[0].ru_maxrss / 1024)  # of this process; a worker's own peak is told beside it
        seen = {"seconds": stages.pop("seconds"), "cpu": cpu, "mib": mib, "worker_mib": round(used[1].ru_maxrss / 1024)}
        print(json.dumps({**seen, "stages": stages | {"workers": round(workers_cpu, 2)}}))
    else:
        main()
