"""Seconds and memory of reading orders, beside the plain parse of the same file as text in the same run.

Each side runs in a process of its own; ratios of one run are comparable, seconds of a shared machine are not.

    python benchmarks/reading.py 1000000 100000        # lines of the CSV file and of the workbook
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

COLUMNS = 25
SEED = 1
SIMULATED = 50_000  # lines made by the simulator, which takes longer than all that is measured


def main() -> None:
    """Runs every side on both files and prints one table."""
    lines, rows = [int(size) for size in sys.argv[1:]] or [1_000_000, 100_000]
    print(f"{'file':<28} {'side':<16} {'seconds':>8} {'peak MiB':>9} {'x plain':>8}")
    with tempfile.TemporaryDirectory() as room:
        orders = book(lines, Path(room))
        compare(orders, f"CSV, {lines:,} lines", ("pandas", "pyarrow", "ours"))
        compare(workbook(orders, rows), f"XLSX, {rows:,} lines", ("calamine", "ours"))


def compare(file: Path, title: str, sides: tuple[str, ...]) -> None:
    """One line a side; the ratio is to pandas for text and to calamine for workbooks, the first of the sides."""
    seen = {side: alone(side, file) for side in sides}
    for side, found in seen.items():
        ratio = found["seconds"] / seen[sides[0]]["seconds"]
        print(f"{title:<28} {side:<16} {found['seconds']:>8.2f} {found['mib']:>9,.0f} {ratio:>8.2f}", flush=True)


def book(lines: int, room: Path) -> Path:
    """An order file of that many lines and 25 columns: the fullest of a simulated book, repeated under new orders."""
    from training.simulate import simulate

    orders = simulate(min(lines, SIMULATED), seed=SEED).orders
    filled = orders.replace("", None).notna().mean()
    fullest = set(filled.sort_values(ascending=False, kind="stable").index[:COLUMNS])
    part = orders[[name for name in orders.columns if name in fullest]]
    path = room / "orders.csv"
    for at, start in enumerate(range(0, lines, len(part))):
        again = part.assign(order_id=part["order_id"] + f"-{at}").head(lines - start)
        again.to_csv(path, index=False, header=at == 0, mode="a")
    return path


def workbook(orders: Path, rows: int) -> Path:
    """The first lines of an order file as a workbook, numbers as numbers."""
    import pandas as pd

    frame = pd.read_csv(orders, dtype="str", keep_default_na=False, nrows=rows)
    for name in ("quantity", "unit_price", "line_value"):
        if name in frame:
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    path = orders.with_suffix(".xlsx")
    frame.to_excel(path, index=False, engine="xlsxwriter")
    return path


def alone(side: str, file: Path) -> dict[str, float]:
    """Seconds (after imports, the file in the page cache) and peak memory of one side in a fresh process."""
    file.read_bytes()
    done = subprocess.run([sys.executable, __file__, "--side", side, str(file)], check=True, capture_output=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def by_pandas(file: Path) -> float:
    """Every cell as text with pandas' own parser."""
    import pandas as pd

    start = time.perf_counter()
    pd.read_csv(file, dtype="str", keep_default_na=False)
    return time.perf_counter() - start


def by_pyarrow(file: Path) -> float:
    """Every cell as text with pyarrow, left in Arrow's memory."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    start = time.perf_counter()
    with file.open("rb") as stream:
        names = stream.readline().decode().strip().split(",")
    options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    arrow_csv.read_csv(file, convert_options=options)
    return time.perf_counter() - start


def by_calamine(file: Path) -> float:
    """Every cell of the first worksheet as Python values."""
    from python_calamine import CalamineWorkbook

    start = time.perf_counter()
    CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return time.perf_counter() - start


def by_us(file: Path) -> float:
    """Raw table, typed lines, problems and questions."""
    from features.orders.book import read_orders

    start = time.perf_counter()
    read_orders(file)
    return time.perf_counter() - start


SIDES: dict[str, Callable[[Path], float]] = {
    "pandas": by_pandas,
    "pyarrow": by_pyarrow,
    "calamine": by_calamine,
    "ours": by_us,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        seconds = SIDES[sys.argv[2]](Path(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "mib": peak}))
    else:
        main()
