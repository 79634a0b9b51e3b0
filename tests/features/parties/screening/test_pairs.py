"""Decisions of people on pairs: only a real hit can be judged, nothing is lost, and a change of either side reopens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.parties.screening import cleared, lists, pairs, store
from features.parties.screening.cleared import DecisionsRefused
from features.parties.screening.lists import Lists
from features.parties.screening.pairs import Party
from features.reference.tables import Tables

TODAY = date(2026, 11, 25)
WHO = Party("Velkorra Semicon", "9 Ostwall, Ulm", "DE")
KEY = "EL:velkorra semiconductor works"
WORDS = ("another firm, register seen", "ab")
HEAD = "source,list_code,name,alt_names,countries,id\n"
ROW = "Entity List (EL),EL,Velkorra Semiconductor Works,{},CN,\n"


@pytest.fixture
def held(tmp_path: Path, tables: Tables) -> Callable[..., Lists]:
    """The lists of a home after importing these aliases of the one entry."""

    def build(alias: str = "", day: date = TODAY) -> Lists:
        (tmp_path / "csl.csv").write_text(HEAD + ROW.format(alias), encoding="utf-8")
        store.import_list(tmp_path, tmp_path / "csl.csv", day)
        found = lists.load_for(tmp_path, tables, day, backtest=False)
        assert found is not None
        return found

    return build


def kinds(hits: Callable[..., pd.DataFrame], held: Lists, who: Party) -> list[str]:
    cells = {"name": who.name, "address": who.address, "country": who.country}
    return hits(held, cells)["kind"].tolist()


def test_a_cleared_pair_is_kept_whole_and_gives_nothing_any_more(
    tmp_path: Path, tables: Tables, held: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    assert kinds(hits, held(), WHO) == ["possible"]
    said = pairs.decide(tmp_path, held(), WHO, KEY.upper(), "cleared", *WORDS, TODAY, date(2027, 1, 1))
    now = lists.load_for(tmp_path, tables, TODAY, backtest=False)
    assert lists.decisions(tmp_path) == [said]
    assert kinds(hits, now, WHO) == []
    assert kinds(hits, now, replace(WHO, address=None)) == []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"address": "71 Drosselgasse, Ulm"}, id="another address"),
        pytest.param({"name": "Velkorra Semicon GmbH"}, id="another form of company"),
    ],
)
def test_a_change_of_the_party_reopens_the_pair(
    tmp_path: Path, tables: Tables, held: Callable[..., Lists], hits: Callable[..., pd.DataFrame], changed: dict
) -> None:
    pairs.decide(tmp_path, held(), WHO, KEY, "cleared", *WORDS, TODAY)
    now = lists.load_for(tmp_path, tables, TODAY, backtest=False)
    party = replace(WHO, **changed)
    assert kinds(hits, now, party) == ["possible"]
    assert [state for _, state in pairs.states(tmp_path, now, TODAY, [party])] == ["reopened: the party changed"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param({"entry": "EL:velkorra"}, f"its nearest hits are:\n  {KEY}", id="an entry that it never met"),
        pytest.param({"who": Party("Norrhall")}, "has no hit at all", id="a party without any hit"),
        pytest.param({"reason": " "}, "reason: is empty", id="no reason"),
        pytest.param({"by": ""}, "by: is empty", id="nobody"),
        pytest.param({"until": date(2026, 1, 1)}, "until: 2026-01-01 is over", id="a day that is over"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(
    tmp_path: Path, held: Callable[..., Lists], asked: dict, says: str
) -> None:
    told = {"who": WHO, "entry": KEY, "verdict": "cleared", "reason": "other", "by": "ab", "today": TODAY} | asked
    with pytest.raises(DecisionsRefused, match=says.replace("(", r"\(")):
        pairs.decide(tmp_path, held(), **told)
    assert lists.decisions(tmp_path) == []


def test_a_withdrawn_pair_is_a_hit_again_and_both_stay_on_record(
    tmp_path: Path, tables: Tables, held: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    pairs.decide(tmp_path, held(), WHO, KEY, "cleared", *WORDS, TODAY)
    pairs.withdraw(tmp_path, held(), WHO, KEY, "register was old", "cd", TODAY)
    now = lists.load_for(tmp_path, tables, TODAY, backtest=False)
    assert kinds(hits, now, WHO) == ["possible"]
    assert [state for _, state in pairs.states(tmp_path, now, TODAY)] == ["withdrawn or replaced", "withdrawal"]
    with pytest.raises(DecisionsRefused, match="nothing is decided"):
        pairs.withdraw(tmp_path, now, WHO, KEY, "again", "cd", TODAY)


def test_a_decision_that_ran_out_does_not_bring_an_older_one_back(tmp_path: Path, held: Callable[..., Lists]) -> None:
    first = pairs.decide(tmp_path, held(), WHO, KEY, "cleared", *WORDS, date(2026, 1, 1))
    last = pairs.decide(tmp_path, held(), WHO, KEY, "cleared", *WORDS, date(2026, 2, 1), date(2026, 3, 1))
    days = {day: cleared.in_force([first, last], day, {}) for day in (date(2026, 2, 2), date(2026, 3, 2))}
    assert [list(each.values()) for each in days.values()] == [[last], []]
    assert [state for _, state in pairs.states(tmp_path, held(), TODAY)] == ["withdrawn or replaced", "expired"]


def test_the_state_says_what_the_list_did_to_the_entry(tmp_path: Path, held: Callable[..., Lists]) -> None:
    pairs.decide(tmp_path, held(), WHO, KEY, "cleared", *WORDS, TODAY)
    changed = held("Velk Optics", date(2026, 11, 26))
    assert [state for _, state in pairs.states(tmp_path, changed, TODAY)] == ["reopened: the entry changed"]
    (tmp_path / "csl.csv").write_text(HEAD + "Entity List (EL),EL,Quillon,,RU,\n", encoding="utf-8")
    store.import_list(tmp_path, tmp_path / "csl.csv", date(2026, 11, 27))
    gone = lists.load_for(tmp_path, changed.tables, TODAY, backtest=False)
    assert [state for _, state in pairs.states(tmp_path, gone, TODAY)] == ["the entry is no longer listed"]


def test_cleared_entries_do_not_crowd_out_a_new_one(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = lists(*({"name": f"Velkorra {word} Works"} for word in SURNAMES))
    party = {"name": "Velkorra Works", "country": "DE"}
    met = hits(held, party)
    said = [_cleared(row) for row in met.to_dict("records")]
    assert len(met) == 20
    again = hits(replace(held, decisions=tuple(said)), party)
    assert len(again) == 5


SURNAMES = [f"{a}{b}" for a in ("Tarn", "Vale", "Osk", "Brem", "Hult") for b in ("bo", "ig", "sen", "ard", "ow")]


def _cleared(hit: dict) -> cleared.Decision:
    sides = {each: hit[each] for each in ("party", "party_print", "entry_key", "entry_print")}
    return cleared.Decision(**sides, verdict="cleared", reason="other", by="ab", on=date(2026, 1, 1), until=None)


def test_a_file_of_the_first_format_is_still_read() -> None:
    row = "p,q,EL:x,r,cleared,other,ab,2026-01-01,\n"
    told = cleared.read("# format 1\n" + ",".join(cleared.NEEDED) + "\n" + row)
    assert [(each.entry_key, each.name) for each in told] == [("EL:x", "")]


def test_another_row_of_the_file_never_changes_what_was_decided(
    lists: Callable[..., Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    held = lists()
    party = {"name": "Velkorra Semicon", "country": "DE"}
    said = replace(_cleared(hits(held, party).iloc[0].to_dict()), on=date(2026, 6, 1))
    frame = pd.DataFrame([{"role": "buyer", "address": None} | party] * 2).astype("str")
    days = pd.Series(pd.to_datetime(["2026-05-01", "2026-07-01"]))
    found = pairs.screen(frame, replace(held, decisions=(said,)), days)
    assert found.index.tolist() == [0]
