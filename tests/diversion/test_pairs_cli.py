"""`diversion lists clear | confirm | unclear | pairs | ownership`, as a person would call them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from diversion.lists_cli import lists, screen_file
from features.parties.screening.cleared import DecisionsRefused
from features.parties.screening.reading import ListRefused

SHIPPED = Path(__file__).parents[2] / "features" / "reference" / "listed_examples.csv"
LIST = "source,list_code,name,alt_names,countries\nEntity List (EL),EL,Velkorra Works,,CN\n"
PAIR = ("Velkora Works", "EL:velkorra works")
SAID = ("--reason", "another register number", "--by", "ab")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `diversion lists ARGUMENTS` in a folder whose home keeps a list of one party."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "csl.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "parties.csv").write_text("name,country\nVelkora Works,DE\n", encoding="utf-8")
    run = CliRunner()
    run.invoke(lists, ["import", "csl.csv"])
    return lambda *arguments: run.invoke(lists, list(arguments))


def kinds(folder: Path) -> list[str]:
    screen_file(folder / "parties.csv", None, folder / "var", date.today(), lambda _: None)
    place = folder / "parties.screened.csv"
    return pd.read_csv(place)["kind"].tolist()


def test_a_pair_is_cleared_shown_withdrawn_and_confirmed(call: Callable[..., Result], tmp_path: Path) -> None:
    assert kinds(tmp_path) == ["possible"]
    assert call("clear", *PAIR, *SAID, "--country", "Germany", "--until", "2999-12-31").exit_code == 0
    assert kinds(tmp_path) == []
    told = call("pairs", "--parties", "parties.csv").stdout
    assert told.startswith("in force: cleared ")
    assert "until 2999-12-31 by ab: 'Velkora Works' (DE) and EL:velkorra works" in told
    assert call("unclear", *PAIR, *SAID, "--country", "DE").exit_code == 0
    assert kinds(tmp_path) == ["possible"]
    assert call("confirm", *PAIR, *SAID, "--country", "DE").exit_code == 0
    assert kinds(tmp_path) == ["confirmed"]
    states = [line.split(":")[0] for line in call("pairs").stdout.splitlines()]
    assert states == ["withdrawn or replaced", "withdrawal", "in force"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("Velkora Works", "EL:velkora"), "its nearest hits are:\n  EL:velkorra works", id="no such entry"),
        pytest.param(("Norrhall", "EL:velkorra works"), "it has no hit at all", id="no hit"),
        pytest.param((*PAIR, "--country", "Freedonia"), "'Freedonia' is no country", id="no country"),
    ],
)
def test_a_pair_that_never_met_is_refused(call: Callable[..., Result], arguments: tuple[str, ...], says: str) -> None:
    told = call("clear", *arguments, *SAID)
    assert isinstance(told.exception, DecisionsRefused)
    assert says in str(told.exception)
    assert call("pairs").stdout == "nothing was decided of any pair\n"


def test_shares_are_kept_and_stand_in_status(call: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "shares.csv").write_text("owner,owned,percent\nVelkorra Works,Tarnbo,\n", encoding="utf-8")
    told = call("ownership", "shares.csv", "--dated", "2026-11-01")
    assert told.stdout.startswith("ownership 2026-11-01 ")
    assert "1 shares, 1 of unknown size" in told.stdout
    assert "ownership 2026-11-01 " in call("status").stdout
    (tmp_path / "shares.csv").write_text("owner,owned,percent\nVelkorra Works,Tarnbo,half\n", encoding="utf-8")
    assert isinstance(call("ownership", "shares.csv").exception, ListRefused)


def test_the_shipped_public_facts_can_be_imported_and_met(call: Callable[..., Result], tmp_path: Path) -> None:
    assert call("import", str(SHIPPED), "--home", "example").exit_code == 0
    (tmp_path / "parties.csv").write_text("name,country\nPhytium Technology Co.,CN\n", encoding="utf-8")
    screen_file(tmp_path / "parties.csv", None, tmp_path / "example", date(2026, 11, 25), lambda _: None)
    found = pd.read_csv(tmp_path / "parties.screened.csv", dtype="str")
    cells = ["kind", "meaning", "footnote", "notice"]
    assert found[cells].to_numpy().tolist() == [["exact", "licence", "4", "86 FR 18437"]]
