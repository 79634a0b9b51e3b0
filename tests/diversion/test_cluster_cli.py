"""`diversion score --scheduler`: what it refuses before it reads, and the bytes that a cluster writes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from diversion import cluster_cli
from diversion.cli import app
from features.orders.long import SMALL, read_long
from scoring.cluster import here

LINE = {
    "order_id": "A-1", "line_no": "1", "order_date": pd.Timestamp(2026, 1, 12), "seller_country": "US",
    "buyer_name": "Norrhall Compute", "buyer_country": "SG", "destination_country": "SG", "part_number": "H100 SXM5",
    "quantity": 8.0,
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command in an empty home; a cluster is this process."""
    monkeypatch.setattr(cluster_cli, "_results", lambda scheduler, room: here.results(room))
    home = ["--as-of", "2026-11-25", "--home", str(tmp_path / "var"), "--mlruns", str(tmp_path / "mlruns")]
    return lambda *words: CliRunner().invoke(app, ["score", *map(str, words), *home]).exit_code


@pytest.fixture
def lines() -> pd.DataFrame:
    """Nine orders of three days."""
    days = pd.to_datetime(["2026-01-12", "2026-01-13", "2026-02-02"] * 3)
    return pd.DataFrame([LINE | {"order_id": f"A-{at}"} for at in range(9)]).assign(order_date=days)


@pytest.mark.parametrize("small", [pytest.param(SMALL, id="read whole"), pytest.param(0, id="read in batches")])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_cluster_writes_the_bytes_of_one_process(
    run: Callable[..., int],
    lines: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    small: int,
) -> None:
    monkeypatch.setattr("diversion.files.read_long", partial(read_long, small=small))
    file, one, other = tmp_path / "orders.csv", tmp_path / f"one.{suffix}", tmp_path / f"other.{suffix}"
    lines.to_csv(file, index=False)
    assert run(file, "--out", one) == 0
    assert run(file, "--out", other, "--scheduler", "tcp://here", "--chunk", "4") == 0
    assert one.read_bytes() == other.read_bytes()


def test_a_folder_gives_a_folder_and_leaves_nothing_beside_it(
    run: Callable[..., int], lines: pd.DataFrame, tmp_path: Path
) -> None:
    data = tmp_path / "orders"
    data.mkdir()
    for number in range(2):
        lines[number::2].to_parquet(data / f"{number}.parquet", index=False)
    assert run(data, "--scheduler", "tcp://here") == 0
    out = tmp_path / "orders.scored"
    told = [pd.read_parquet(out / f"part-0000{number}.parquet") for number in range(2)]
    assert [each["order_id"].tolist() for each in told] == [lines["order_id"][at::2].tolist() for at in range(2)]
    assert all((each["status"] == "scored").all() for each in told)
    assert not list(tmp_path.glob(".partial-*"))


@pytest.mark.parametrize("option", ["--enqueue", "--record", "--resume"])
def test_what_a_cluster_does_not_do_is_refused(
    run: Callable[..., int], lines: pd.DataFrame, tmp_path: Path, option: str
) -> None:
    lines.to_csv(tmp_path / "orders.csv", index=False)
    assert run(tmp_path / "orders.csv", "--scheduler", "tcp://here", option) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv"]
