"""Rules on trial: what the entries of a TOML file do to a copy of the tables, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from features.reference.kinds import wrong
from features.reference.tables import Tables, TablesRefused, load
from features.reference.trial import on_trial, read

TABLES = load()
HEAD = 'format = 1\ntitle = "A trial"\nsays = "Invented."\n'
MOVE = '[[change]]\ntable = "countries"\nkey = "MY"\nfrom = 2026-12-01\nadd = { groups = "D:4" }\n'
LIMB = '[[change]]\ntable = "control_thresholds"\nkey = "a-tpp"\n'
RULE = (
    'rule = "mine", result = "licence", item = "a", legs = "export", test = "destination", countries = "MY", '
    'says = "No.", cite = "a draft"'
)


@pytest.fixture
def under(tmp_path: Path) -> Callable[..., Tables]:
    """The shipped tables under the trial of this text."""

    def build(text: str, head: str = HEAD) -> Tables:
        (tmp_path / "trial.toml").write_text(head + text, encoding="utf-8")
        return on_trial(read(tmp_path / "trial.toml"), TABLES)

    return build


@pytest.fixture
def refused(under: Callable[..., Tables]) -> Callable[..., list[str]]:
    """The faults of the trial of this text, each as one line."""

    def build(text: str, head: str = HEAD) -> list[str]:
        with pytest.raises(TablesRefused) as refusal:
            under(text, head)
        return [fault.text() for fault in refusal.value.faults]

    return build


def cell(tables: Tables, table: str, key: str, day: str, column: str) -> str | None:
    """What a cell reads on a day, None where the key has no row."""
    found = tables.on(table, pd.Series([key], dtype="str"), pd.Timestamp(day))[column].iloc[0]
    return None if pd.isna(found) else str(found)


def test_a_country_moves_group_from_its_day_on_and_the_shipped_tables_stay(under: Callable[..., Tables]) -> None:
    tables = under(MOVE)
    before = cell(TABLES, "countries", "MY", "2026-12-01", "groups")
    assert cell(tables, "countries", "MY", "2026-11-30", "groups") == before
    assert cell(tables, "countries", "MY", "2026-12-01", "groups") == f"{before};D:4"
    assert cell(tables, "countries", "TH", "2026-12-01", "groups") == cell(
        TABLES, "countries", "TH", "2026-12-01", "groups"
    )
    assert tables.version.startswith(f"{TABLES.version}+")


def test_a_change_with_a_last_day_gives_way_to_the_old_row_again(under: Callable[..., Tables]) -> None:
    tables = under(LIMB + "from = 2026-01-01\nto = 2026-06-30\nset = { tpp_min = 9000 }")
    days = ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")
    assert [cell(tables, "control_thresholds", "a-tpp", day, "tpp_min") for day in days] == [
        "4800",
        "9000",
        "9000",
        "4800",
    ]


def test_a_word_is_taken_out_of_a_list(under: Callable[..., Tables]) -> None:
    tables = under(MOVE.replace("add", "drop").replace('"MY"', '"VN"').replace("D:4", "D:1"))
    assert "D:1" not in str(cell(tables, "countries", "VN", "2026-12-01", "groups")).split(";")


def test_a_rule_ends_and_another_takes_its_name(under: Callable[..., Tables]) -> None:
    end = '[[end]]\ntable = "gate_rules"\nkey = "destination-b"\nlast = 2026-11-30\n'
    new = '[[new]]\ntable = "gate_rules"\nfrom = 2026-12-01\nrow = { ' + RULE.replace("mine", "destination-b") + " }\n"
    tables = under(new + end)
    days = ("2026-11-30", "2026-12-01")
    assert [cell(tables, "gate_rules", "destination-b", day, "cite") for day in days] == [
        "15 CFR 742.6(a)(6)(iii)(B)",
        "a draft",
    ]


def test_several_countries_enter_a_group_that_a_new_rule_names(under: Callable[..., Tables]) -> None:
    group = '[[change]]\ntable = "countries"\nkeys = ["MY", "TH"]\nfrom = 2026-12-01\nadd = { groups = "band-2" }\n'
    rule = RULE.replace("countries", "groups_any").replace('"MY"', '"band-2"')
    tables = under(group + f'[[new]]\ntable = "gate_rules"\nfrom = 2026-12-01\nrow = {{ {rule} }}')
    assert cell(tables, "gate_rules", "mine", "2026-12-01", "groups_any") == "band-2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(MOVE.replace('"MY"', '"XQ"'), "'XQ' is an unknown country", id="an unknown country"),
        pytest.param(MOVE.replace("countries", "contries"), "'contries' is no table of rules", id="an unknown table"),
        pytest.param(MOVE.replace("groups", "grups"), "grups: is no column of countries", id="an unknown column"),
        pytest.param(MOVE.replace("2026-12-01", "2020-01-01"), "before the days that countries knows", id="too early"),
        pytest.param(MOVE.replace("2026-12-01", '"soon"'), "is no date; write YYYY-MM-DD", id="no date"),
        pytest.param(MOVE + "to = 2026-11-01", "lies before from, 2026-12-01", id="an end before the start"),
        pytest.param(MOVE + MOVE, "is changed in the same days by trial.toml, change 1", id="two changes of one day"),
        pytest.param(MOVE.replace("D:4", "A:9").replace("add", "drop"), "reads so already", id="a change of nothing"),
        pytest.param(MOVE.replace('{ groups = "D:4" }', "{ groups = true }"), "is no cell", id="a cell of no type"),
        pytest.param(MOVE.replace("groups", "name"), "is no list; write set", id="words added to what is no list"),
        pytest.param(MOVE.replace("add", "set").replace("groups", "iso2"), "is the key", id="a key that changes"),
        pytest.param(MOVE.replace("groups", "start"), "is no cell on trial; write from", id="a date as a cell"),
        pytest.param(MOVE + "more = 1", "more: is nothing that [[change]] says", id="an entry that says more"),
        pytest.param(
            '[[change]]\ntable = "rule_switches"\nkey = "diffusion"\nfrom = 2026-01-01\nset = { state = "on" }',
            "write one of diffusion-tiers",
            id="an unknown switch",
        ),
        pytest.param(
            '[[change]]\ntable = "control_thresholds"\nkey = "a-tpp"\nfrom = 2026-01-01\nset = { tpp_min = "lots" }',
            "'lots' is no number",
            id="a threshold that is no number",
        ),
        pytest.param(
            '[[change]]\ntable = "control_thresholds"\nkey = "october-2022"\nfrom = 2022-12-01\nto = 2024-01-01\n'
            'set = { tpp_min = "1" }',
            "lies after the row of 'october-2022', which ends on 2023-11-16",
            id="a change that outlasts its row",
        ),
        pytest.param(
            LIMB.replace("a-tpp", "october-2022") + 'from = 2026-01-01\nset = { tpp_min = "1" }',
            "has no row in force on 2026-01-01",
            id="a row that has ended",
        ),
        pytest.param(
            f'[[new]]\ntable = "gate_rules"\nfrom = 2026-01-01\nrow = {{ {RULE.replace("mine", "destination-a")} }}',
            "'destination-a' is in force from 2023-11-17 on already",
            id="a new row beside one of its name",
        ),
        pytest.param(
            f'[[new]]\ntable = "gate_rules"\nfrom = 2026-01-01\nrow = {{ {RULE}, limit = "over all", '
            'only_while = "never on", groups_any = "D:9" }',
            "is no ceiling",
            id="a ceiling that is not there",
        ),
        pytest.param(
            f'[[new]]\ntable = "gate_rules"\nfrom = 2026-01-01\nrow = {{ {RULE.replace("countries", "source")} }}',
            "source: is no cell on trial",
            id="a source as a cell",
        ),
        pytest.param(
            f'[[new]]\ntable = "gate_rules"\nfrom = 2026-01-01\nrow = {{ {RULE} }}'.replace('"MY"', '""'),
            "a destination rule would never hit",
            id="a rule that could never hit",
        ),
        pytest.param(
            '[[end]]\ntable = "control_thresholds"\nkey = "october-2022"\nlast = 2023-11-16\n',
            "ends on that day already",
            id="an end that is one already",
        ),
        pytest.param("", "changes nothing; add an entry", id="a trial of nothing"),
        pytest.param("[[chance]]\nkey = 1", "is nothing a trial says", id="an unknown kind of entry"),
        pytest.param('affiliates_rule = "maybe"', "is none of as dated, on, off", id="an unknown position"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(refused: Callable[..., list[str]], text: str, told: str) -> None:
    assert any(told in fault for fault in refused(text)), refused(text)


def test_every_fault_is_told_at_once_with_its_place(refused: Callable[..., list[str]]) -> None:
    wrong_rule = RULE.replace('"licence"', '"licnece"').replace('"MY"', '"ZZ"')
    told = refused(
        MOVE.replace('"MY"', '"XQ"')
        + MOVE.replace("countries", "contries")
        + f'[[new]]\ntable = "gate_rules"\nfrom = 2026-01-01\nrow = {{ {wrong_rule} }}'
    )
    assert [each.partition(":")[0] for each in told] == [
        "trial.toml, change 1, key",
        "trial.toml, change 2, table",
        "trial.toml, new 1, result",
        "trial.toml, new 1, countries",
    ]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        pytest.param('title = "A"\nsays = "B"\n', "format: is missing", id="no format"),
        pytest.param("format = 99\n", "is newer than this version reads", id="a later format"),
        pytest.param('format = 1\ntitle = 5\nsays = "B"\n', "title: '5' is of the wrong type", id="a title of no text"),
        pytest.param("format = \n", "is no TOML in UTF-8", id="no TOML"),
    ],
)
def test_a_file_that_is_no_trial_is_refused(refused: Callable[..., list[str]], head: str, told: str) -> None:
    assert any(told in fault for fault in refused(MOVE, head))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TablesRefused, match="cannot be read"):
        read(tmp_path / "none.toml")


RULE_TABLES = [name for name, card in TABLES.cards.items() if card.kinds]


@pytest.mark.parametrize("name", RULE_TABLES)
def test_every_shipped_cell_is_what_its_card_says(name: str) -> None:
    card, frame = TABLES.cards[name], TABLES.frames[name]
    assert set(card.kinds) <= set(card.columns)
    faults = {
        (column, cell): wrong(kind, cell, TABLES.frames)
        for column, kind in card.kinds.items()
        for cell in frame[column].unique()
    }
    assert {place: told for place, told in faults.items() if told} == {}
