"""Spark says what one process says: the command with a Spark master writes the bytes that it writes without one.

Collected only where Spark and Java are installed (`conftest.py`).
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.cluster

MAIN = "import warnings; warnings.filterwarnings('ignore'); from diversion.cli import main; main()"


def scored(world: Any, out: Path, *options: str) -> bytes:
    """The result of the command on the orders of a world, in a process of its own."""
    home = ["--home", str(out.parent / "var"), "--mlruns", str(out.parent / "mlruns")]
    given = ["--customers", str(world.room / "customers.csv"), "--as-of", "2026-11-25", "--out", str(out), *home]
    command = [sys.executable, "-c", MAIN, "score", str(world.room / "orders.csv"), *given, *options]
    local = {"SPARK_LOCAL_IP": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, env={**os.environ, **local}, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr[-2000:]
    return out.read_bytes()


def test_a_spark_master_changes_no_byte_of_the_result(world: Any, tmp_path: Path) -> None:
    whole = scored(world, tmp_path / "whole.csv")
    assert scored(world, tmp_path / "spark.csv", "--scheduler", "local[2]", "--chunk", "130") == whole
