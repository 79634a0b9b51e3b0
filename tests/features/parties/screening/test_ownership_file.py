"""A file of shares is taken whole or refused with every bad row; each version is kept with its day."""

from datetime import date
from pathlib import Path

import pytest

from features.parties.screening import ownership_file
from features.parties.screening.reading import ListRefused

TODAY = date(2026, 11, 25)
HEAD = "owner,owned,percent,as_of\n"


def given(home: Path, text: str, day: date | None = None) -> ownership_file.Ownership:
    (home / "shares.csv").write_text(text, encoding="utf-8")
    return ownership_file.import_ownership(home, home / "shares.csv", TODAY, day)


def test_shares_are_read_with_their_unknown_ones(tmp_path: Path) -> None:
    kept = given(tmp_path, HEAD + "Velkorra,Tarnbo,62.5 %,2026-01-31\nVelkorra,Norrhall,,\n")
    assert kept.table["percent"].fillna(-1).tolist() == [62.5, -1]
    again = ownership_file.load(tmp_path)
    assert again.version == kept.version
    assert again.table.equals(kept.table)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        pytest.param("Velkorra,Tarnbo,most,\n", "row 2, percent: 'most' is no share", id="a share in words"),
        pytest.param("Velkorra,Tarnbo,120,\n", "row 2, percent: '120' is no share", id="more than all"),
        pytest.param("Velkorra,Tarnbo,-5,\n", "row 2, percent: '-5' is no share", id="less than nothing"),
        pytest.param('Velkorra,Tarnbo,"62,5",\n', "row 2, percent: '62,5' is no share", id="a decimal comma"),
        pytest.param(",Tarnbo,5,\n", "row 2, owner: '' names nobody", id="no owner"),
        pytest.param("Velkorra,TBD,5,\n", "row 2, owned: 'TBD' names nobody", id="a placeholder"),
        pytest.param("Velkorra,Velkorra Ltd,5,\n", "row 2, owned: 'Velkorra Ltd' owns itself", id="its own owner"),
        pytest.param("Velkorra,Tarnbo,5,31.1.26\n", "row 2, as_of: '31.1.26' is no day", id="a day written otherwise"),
        pytest.param("", "row 1: no share below the headings", id="no share"),
    ],
)
def test_a_row_that_is_no_share_is_named_and_nothing_changes(tmp_path: Path, rows: str, says: str) -> None:
    good = given(tmp_path, HEAD + "Velkorra,Tarnbo,60,\n")
    with pytest.raises(ListRefused) as refused:
        given(tmp_path, HEAD + rows)
    assert f"shares.csv, {says}" in str(refused.value)
    assert ownership_file.load(tmp_path).version == good.version


def test_all_bad_rows_are_named_at_once_and_a_missing_column_too(tmp_path: Path) -> None:
    with pytest.raises(ListRefused) as refused:
        given(tmp_path, HEAD + "Velkorra,Tarnbo,x,\nVelkorra,Norrhall,y,\n")
    assert len(refused.value.reasons) == 2
    with pytest.raises(ListRefused, match="no column owned"):
        given(tmp_path, "owner,percent\nVelkorra,5\n")


def test_versions_are_kept_by_day_and_the_newest_is_in_use(tmp_path: Path) -> None:
    for percent, day in ((60, date(2026, 6, 1)), (40, date(2026, 1, 1))):
        given(tmp_path, HEAD + f"Velkorra,Tarnbo,{percent},\n", day)
    days = (None, date(2026, 3, 1), date(2025, 12, 31))
    told = [ownership_file.load(tmp_path, day) for day in days]
    assert [each and each.table["percent"].tolist() for each in told] == [[60.0], [40.0], None]


def test_a_file_put_there_by_hand_counts_today_and_in_no_backtest(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "ownership.csv").write_text(HEAD + "Velkorra,Tarnbo,60,\n", encoding="utf-8")
    assert ownership_file.load(tmp_path).version.startswith("ownership undated ")
    assert ownership_file.load(tmp_path, TODAY) is None


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "ownership.csv").write_text("# format 9\n" + HEAD, encoding="utf-8")
    with pytest.raises(ListRefused, match="newer format"):
        ownership_file.load(tmp_path)
