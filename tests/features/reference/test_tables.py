"""Loading the reference tables: what is refused, with which words, and what names a state of them."""

from pathlib import Path

import pandas as pd
import pytest

from features.reference.tables import HERE, Fault, TablesRefused, load

CARD = """format = 1
name = "hubs"
title = "Hubs"
publisher = "us"
source = "a notice"
read_on = 2026-01-31
rows = [1, 3]
row = "One place."
key = "iso2"
known_from = 2020-01-01
renew = ["Read the notice."]
[columns]
iso2 = "code"
basis = "why"
"""
HEAD = "iso2,basis,start,end,source,sure\n"
ROW = "HK,chips,2024-06-18,,a notice,seen\n"


def folder_with(tmp_path: Path, table: str = HEAD + ROW, card: str = CARD) -> Path:
    (tmp_path / "hubs.csv").write_text(table, encoding="utf-8")
    (tmp_path / "hubs.toml").write_text(card, encoding="utf-8")
    return tmp_path


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(TablesRefused) as refused:
        load(folder)
    return refused.value.faults


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "remedy"),
    [
        pytest.param("iso2,start,end,source,sure\n", 1, "basis", None, "is missing", id="a missing column is named"),
        pytest.param(
            HEAD.strip() + ",more\n" + ROW.strip() + ",x\n",
            1,
            "more",
            None,
            "not on the card",
            id="a column more is named",
        ),
        pytest.param(
            HEAD + ROW.replace("2024-06-18", "2024-02-30"), 2, "start", "2024-02-30", "YYYY-MM-DD", id="no such day"
        ),
        pytest.param(
            HEAD + ROW.replace("2024-06-18", "18/06/2024"),
            2,
            "start",
            "18/06/2024",
            "YYYY-MM-DD",
            id="another date form",
        ),
        pytest.param(HEAD + ROW + ROW, 3, "iso2", "HK", "twice on one day", id="a key is in force once a day"),
        pytest.param(
            HEAD + "HK,russia,2023-01-01,2024-06-18,x,seen\n" + ROW, 3, "iso2", "HK", "twice", id="the last day counts"
        ),
        pytest.param(
            HEAD + ROW.replace("18,,", "18,2024-06-17,"),
            2,
            "end",
            "2024-06-17 00:00:00",
            "before",
            id="an end before a start",
        ),
        pytest.param(
            HEAD + ROW.replace("seen", "sure"), 2, "sure", "sure", "none of", id="an unknown degree of sureness"
        ),
        pytest.param(HEAD + ROW.replace("a notice", ""), 2, "source", None, "is empty", id="a row without a source"),
        pytest.param(HEAD, None, None, "0", "expects 1 to 3", id="a table that lost its rows"),
    ],
)
def test_a_faulty_table_is_refused_by_place(
    tmp_path: Path, table: str, row: int | None, column: str | None, value: str | None, remedy: str
) -> None:
    (fault,) = faults_of(folder_with(tmp_path, table))
    assert (fault.file, fault.row, fault.column, fault.value) == ("hubs.csv", row, column, value)
    assert remedy in fault.text()


@pytest.mark.parametrize(
    ("card", "words"),
    [
        pytest.param(CARD.replace("format = 1", "format = 2"), "newer diversion", id="a newer format"),
        pytest.param(CARD.replace('title = "Hubs"\n', ""), "title: is missing", id="a card without a title"),
        pytest.param(
            CARD.replace('name = "hubs"', 'name = "chips"'), "one card a table", id="the card of another table"
        ),
        pytest.param(
            CARD.replace('key = "iso2"', 'key = "place"'), "no column of the card", id="a key that is no column"
        ),
        pytest.param("format = ", "is not TOML", id="a card that is not TOML"),
    ],
)
def test_a_faulty_card_is_refused(tmp_path: Path, card: str, words: str) -> None:
    (fault,) = faults_of(folder_with(tmp_path, card=card))
    assert fault.file == "hubs.toml"
    assert words in fault.text()


def test_a_table_without_a_card_and_a_card_without_a_table_are_refused_together(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "hubs.csv").rename(folder / "places.csv")
    assert [fault.file for fault in faults_of(folder)] == ["places.csv", "hubs.toml"]


def test_a_row_with_a_cell_too_many_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(folder_with(tmp_path, HEAD + ROW + "SG,chips,2025-02-27,,a,b,c,seen\n"))
    assert "wrong width" in fault.text()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    table = HEAD + "HK,chips,soon,,x,seen\nSG,chips,2025-02-27,never,,seen\n"
    assert [(fault.row, fault.column) for fault in faults_of(folder_with(tmp_path, table))] == [
        (3, "source"),
        (2, "start"),
        (3, "end"),
    ]


def test_text_is_read_as_text_and_empty_is_empty(tmp_path: Path) -> None:
    table = load(folder_with(tmp_path, HEAD + "NA,,2024-01-01,,x,seen\n")).frames["hubs"]
    assert table.loc[0, "iso2"] == "NA"
    assert table.loc[0, "basis"] == ""
    assert table.dtypes[["start", "end"]].tolist() == ["datetime64[us]", "datetime64[us]"]
    assert pd.isna(table.loc[0, "end"])


def test_the_version_changes_with_any_row_and_not_with_line_ends(tmp_path: Path) -> None:
    before = load(folder_with(tmp_path)).version
    (tmp_path / "hubs.csv").write_bytes((HEAD + ROW).replace("\n", "\r\n").encode())
    assert load(tmp_path).version == before
    assert load(folder_with(tmp_path, HEAD + ROW.replace("chips", "russia"))).version != before


def test_the_shipped_tables_load_and_have_a_version_of_twelve_hex_digits() -> None:
    tables = load()
    assert set(tables.frames) == {path.stem for path in HERE.glob("*.csv")}
    assert int(tables.version, 16) >= 0
    assert len(tables.version) == 12
