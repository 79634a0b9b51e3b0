"""`diversion lists` and the screening of a file of parties, as a person would call them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from diversion.cli import app
from diversion.lists_cli import lists, screen_file
from features.parties.screening.reading import ListRefused

LIST = "source,list_code,name,alt_names,countries\n" + "".join(f"Entity List (EL),EL,Velkorra {name},,CN\n" for name in
                                                            ("Works", "Optics", "Line", "Mills", "Cars"))  # fmt: skip


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `diversion lists ARGUMENTS` in an empty folder that holds csl.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "csl.csv").write_text(LIST, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(lists, list(arguments))


def test_a_list_is_imported_and_told(call: Callable[..., Result]) -> None:
    told = call("import", "csl.csv")
    assert told.exit_code == 0
    assert told.stdout.startswith(f"csl {date.today()} ")
    assert "5 entries of 1 lists, sha256 " in told.stdout
    status = call("status")
    assert (status.exit_code, "in use" in status.stdout) == (0, True)


def test_a_list_that_is_a_week_old_fails_the_check_and_leaves_the_parties_unscreened(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    call("import", "csl.csv", "--dated", "2026-11-18")
    told = call("status")
    assert (told.exit_code, "parties without a hit count as not screened" in told.stdout) == (3, True)
    (tmp_path / "parties.csv").write_text("name\nVelkorra Works\n", encoding="utf-8")
    said: list[str] = []
    whole = screen_file(tmp_path / "parties.csv", None, tmp_path / "var", date(2026, 11, 25), said.append)
    assert not whole
    assert said[1].startswith("csl 2026-11-18 ")
    assert "is 7 days old" in said[1]


def test_without_a_list_status_says_that_nothing_is_screened(call: Callable[..., Result]) -> None:
    told = call("status")
    assert (told.exit_code, "nothing is screened" in told.stdout) == (1, True)


def test_a_shrunken_list_needs_a_reason(call: Callable[..., Result], tmp_path: Path) -> None:
    call("import", "csl.csv")
    (tmp_path / "csl.csv").write_text("\n".join(LIST.split("\n")[:3]) + "\n", encoding="utf-8")
    refused = call("import", "csl.csv")
    assert isinstance(refused.exception, ListRefused)
    assert call("import", "csl.csv", "--accept-shrink", "removed in August").exit_code == 0
    assert "taken although smaller: removed in August" in call("status").stdout


def test_an_update_from_another_host_is_refused(call: Callable[..., Result]) -> None:
    told = call("update", "--url", "https://example.org/list.json")
    assert isinstance(told.exception, ListRefused)


def test_calibrate_shows_names_and_orders_at_each_threshold(call: Callable[..., Result], tmp_path: Path) -> None:
    call("import", "csl.csv")
    (tmp_path / "clean.csv").write_text("order_id,name\nA,Norrhall\nA,Velkora Optics\nB,Tarn\n", encoding="utf-8")
    told = call("calibrate", "clean.csv")
    row = next(line for line in told.stdout.splitlines() if "in use" in line)
    assert row.split() == ["0.77", "names", "1", "33.33%", "orders", "1", "50.00%", "(in", "use)"]


def test_a_file_of_parties_is_screened(call: Callable[..., Result], tmp_path: Path) -> None:
    call("import", "csl.csv")
    cells = "role,name,country\nbuyer,Velkorra Works Ltd,China\npayer,=Norrhall,DE\nforwarder,\U0001f600,\n"
    (tmp_path / "parties.csv").write_text(cells, encoding="utf-8")
    said: list[str] = []
    whole = screen_file(tmp_path / "parties.csv", None, tmp_path / "var", date(2026, 11, 25), said.append)
    found = pd.read_csv(tmp_path / "parties.screened.csv", dtype="str")
    assert not whole
    assert found[["row", "kind"]].to_numpy().tolist() == [["2", "exact"], ["4", "not screened"]]
    assert found["list_version"].str.startswith("csl ").all()
    assert said[0].startswith("3 parties against csl ")


def test_screening_without_a_list_or_a_name_is_refused(call: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "parties.csv").write_text("party\nNorrhall\n", encoding="utf-8")
    with pytest.raises(ListRefused, match="no list is kept"):
        screen_file(tmp_path / "parties.csv", None, tmp_path / "var", date(2026, 11, 25), print)
    call("import", "csl.csv")
    with pytest.raises(ListRefused, match="no column 'name'"):
        screen_file(tmp_path / "parties.csv", None, tmp_path / "var", date(2026, 11, 25), print)


def test_a_backtest_names_for_each_order_the_list_of_its_own_day(call: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    call("import", "csl.csv", "--dated", "2026-03-01")
    told = CliRunner().invoke(app, ["score", "orders.csv", "--backtest", "--as-of", "2026-11-25"])
    assert told.exit_code == 0, told.output
    result = pd.read_csv(tmp_path / "orders.scored.csv", dtype="str").set_index("order_id")
    said = result["lists_version"].str.partition("; lists ")[2]
    assert said["A"].startswith("no list kept of that day")
    assert said["B"].startswith("csl 2026-03-01")
    assert result["gate_reasons"].str.contains("Velkorra Works").to_dict() == {"A": False, "B": True}


ORDERS = """order_id,order_date,buyer_name,buyer_country,destination_country,part_number,quantity
A,2026-02-27,Velkorra Works,CN,CN,NVIDIA A30,1
B,2026-03-02,Velkorra Works,CN,CN,NVIDIA A30,1
"""
