"""The command run in this process, in an empty folder of its own, as a person would call it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from diversion import cli

ORDER = {
    "order_id": "A-1",
    "line_no": "1",
    "order_date": "2026-01-12",
    "seller_country": "US",
    "buyer_name": "Norrhall Compute",
    "buyer_country": "SG",
    "ult_consignee_name": "Norrhall Compute",
    "end_user_name": "Norrhall Compute",
    "destination_country": "SG",
    "part_number": "H100 SXM5",
    "quantity": "8",
}


@dataclass(frozen=True)
class Ran:
    """What a run answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `diversion ARGUMENTS`; no traceback may ever be shown."""

    def command(*arguments: str) -> Ran:
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["diversion", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return command


@pytest.fixture(scope="session")
def text() -> Callable[..., str]:
    """The text of a CSV file with a plain order line for each dictionary of changed cells."""

    def build(*changes: dict[str, str]) -> str:
        lines = [ORDER | {"order_id": f"A-{at}"} | cells for at, cells in enumerate(changes or ({},), start=1)]
        headings = list(dict.fromkeys(name for line in lines for name in line))
        rows = [",".join(line.get(name, "") for name in headings) for line in lines]
        return "\n".join([",".join(headings), *rows]) + "\n"

    return build


@pytest.fixture
def orders(room: Path, text: Callable[..., str]) -> Callable[..., str]:
    """Writes orders.csv with these lines and gives its name."""

    def build(*changes: dict[str, str]) -> str:
        (room / "orders.csv").write_text(text(*changes), encoding="utf-8")
        return "orders.csv"

    return build
