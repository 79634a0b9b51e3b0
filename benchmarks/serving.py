"""Seconds until `mlflow models serve` has answered a single order, with 1, 4 and 16 clients that ask without a pause.

The champion of a registry made for the run is served as a person would serve it, and stopped at the end. The floor is
1,000 lines by a fixed reference booster (300 trees, 63 leaves, 60 features) on one thread in the same run: the ratio
tells a slower model from a slower machine. CPU is that of the server, a request.

    python benchmarks/serving.py --requests 500 --keep
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import throughput  # type: ignore[import-not-found]  # a script beside this one

CLIENTS = (1, 4, 16)
READY = 120  # seconds that a server may take to start
REFERENCE_LINES = 1_000


def main() -> None:
    """Serves, asks, stops, and prints one row a number of clients."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=500, help="of each number of clients")
    asked.add_argument("--workers", type=int, default=1, help="processes of the server")
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    floor = reference()
    print(f"{'clients':>8} {'median s':>9} {'99 % s':>8} {'orders/s':>9} {'CPU s':>7} {'MiB':>6} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as room, serving(Path(room), given.workers) as (port, server):
        ask(port, 2 * given.workers, 1)
        for clients in CLIENTS:
            found = measured(port, server, given.requests, clients, floor)
            seen = found["score"]
            print(
                f"{clients:>8} {seen['median']:>9.3f} {seen['p99']:>8.3f} {1 / seen['seconds']:>9.2f} "
                f"{seen['cpu']:>7.3f} {seen['mib']:>6} {found['ratio']:>6.1f}",
                flush=True,
            )
            if given.keep:
                throughput.keep({"benchmark": "serving", **found})


def measured(port: int, server: int, requests: int, clients: int, floor: float) -> throughput.Seen:
    """The figures of `requests` orders by that many clients, in the shape of history.json; seconds are an order's."""
    cpu, start = used(server)[0], time.perf_counter()
    waited = ask(port, requests, clients)
    spent = time.perf_counter() - start
    told, mib = used(server)
    seen = {
        "seconds": round(spent / requests, 4),
        "median": round(float(np.median(waited)), 4),
        "p99": round(float(np.quantile(waited, 0.99)), 4),
        "cpu": round((told - cpu) / requests, 4),
        "mib": mib,
        "worker_mib": 0,
        "stages": {},
    }
    seconds = {"seconds": round(floor, 4), "cpu": round(floor, 4), "mib": 0, "worker_mib": 0, "stages": {}}
    ratio = round(seen["cpu"] / floor, 2)
    return {"lines": 1, "workers": clients, "floor": seconds, "score": seen, "ratio": ratio}


def ask(port: int, requests: int, clients: int) -> list[float]:
    """Seconds of each request; every client asks one after another on a connection of its own."""
    from training.track import EXAMPLE

    orders = [EXAMPLE | {"order_id": f"A-{number}", "quantity": str(1 + number % 64)} for number in range(requests)]
    shares = [orders[start::clients] for start in range(clients)]
    with ThreadPoolExecutor(clients) as room:
        return [each for waited in room.map(lambda share: _one_client(port, share), shares) for each in waited]


def _one_client(port: int, orders: list[dict[str, str]]) -> list[float]:
    line, waited = http.client.HTTPConnection("127.0.0.1", port, timeout=READY), []
    for order in orders:
        body = json.dumps({"dataframe_split": {"columns": list(order), "data": [list(order.values())]}})
        start = time.perf_counter()
        line.request("POST", "/invocations", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        told = answer.read()
        waited.append(time.perf_counter() - start)
        if answer.status != 200:
            raise SystemExit(f"the server answered {answer.status}: {told[:500]!r}")
    line.close()
    return waited


@contextmanager
def serving(room: Path, workers: int) -> Iterator[tuple[int, int]]:
    """Port and process of a server of the shipped model, as champion of a registry of its own."""
    registered(room)
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    beside = Path(sys.executable).parent
    call = [beside / "mlflow", "models", "serve", "-m", "models:/diversion@champion", "--env-manager", "local",
            "-h", "127.0.0.1", "-p", str(port), "-w", str(workers)]  # fmt: skip
    told = {"MLFLOW_TRACKING_URI": f"sqlite:///{room / 'mlruns' / 'mlflow.db'}", "MLFLOW_DISABLE_TELEMETRY": "true"}
    path = {"PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    with (room / "log").open("wb") as log:
        server = subprocess.Popen(call, env=os.environ | told | path, stderr=log, stdout=log, start_new_session=True)
    try:
        _wait(port, server, room / "log")
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(READY)


def registered(room: Path) -> None:
    """The shipped model as champion of a registry in that folder."""
    import pandas as pd

    from scoring.champion import BASELINE
    from training.promote import promote
    from training.track import Run, log

    told = Run("served", {}, {"model/auc": 0.5}, {}, pd.DataFrame({"x": [1.0]}), "ab" * 32, {}, "# card\n")
    log(room / "mlruns", BASELINE, told)
    promote(room / "mlruns", room / "home")


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(READY * 5):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/ping")
            line.getresponse()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
        finally:
            line.close()
    raise SystemExit(f"no server came up:\n{log.read_text(encoding='utf-8', errors='replace')}")


def used(server: int) -> tuple[float, int]:
    """CPU seconds so far and MiB now of the processes of a server's session (Linux)."""
    ticks = pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(told[3]) == server:
            ticks, pages = ticks + int(told[11]) + int(told[12]), pages + int(told[21])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * resource.getpagesize() // 2**20


def reference() -> float:
    """CPU seconds of the reference booster for REFERENCE_LINES, the least of five."""
    import lightgbm as lgb

    draw = np.random.default_rng(1)
    levels = draw.random((20_000, throughput.FEATURES))
    data = lgb.Dataset(levels, label=(levels[:, :9].sum(axis=1) + draw.normal(size=20_000) > 5.0).astype(float))
    settings = {"objective": "binary", "num_leaves": throughput.LEAVES, "verbosity": -1, "seed": 1, "num_threads": 1}
    booster, spent = lgb.train(settings, data, num_boost_round=throughput.TREES), []
    for _ in range(5):
        start = time.process_time()
        booster.predict(levels[:REFERENCE_LINES], num_threads=1)
        spent.append(time.process_time() - start)
    return min(spent)


if __name__ == "__main__":
    main()
