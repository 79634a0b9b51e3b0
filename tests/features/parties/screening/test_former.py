"""An entry that comes back under another id is the same entry: what people decided of it holds on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.parties.screening import former, lists, pairs, store
from features.parties.screening.pairs import Party
from features.reference.tables import Tables

HEAD = "source,list_code,entity_number,name,alt_names,countries,addresses\n"
WHO = Party("Velkorra Semicon", None, "DE")


def row(
    number: int, name: str = "Velkorra Semiconductor Works", place: str = "5 Tarn Road, CN", alias: str = ""
) -> str:
    return f'Specially Designated Nationals (SDN),SDN,{number},"{name}",{alias},CN,"{place}"\n'


@pytest.fixture
def versions(tmp_path: Path, tables: Tables) -> Callable[..., lists.Lists]:
    """The newest lists of a home after importing these texts, a day apart."""

    def build(*texts: str, first: int = 1) -> lists.Lists:
        for day, text in enumerate(texts, start=first):
            (tmp_path / "csl.csv").write_text(HEAD + text, encoding="utf-8")
            store.import_list(tmp_path, tmp_path / "csl.csv", date(2026, 11, day))
        found = lists.load_for(tmp_path, tables, date(2026, 11, 25), backtest=False)
        assert found is not None
        return found

    return build


@pytest.mark.parametrize(
    ("later", "found"),
    [
        pytest.param([row(9)], {"SDN:9": "SDN:1"}, id="the id alone"),
        pytest.param([row(9, alias="Velk")], {"SDN:9": "SDN:1"}, id="the id and an alias"),
        pytest.param([row(9, name="WORKS, Velkorra Semiconductor")], {"SDN:9": "SDN:1"}, id="the name turned round"),
        pytest.param([row(9, place="6 Tarn Road, CN")], {}, id="another address is another entry"),
        pytest.param([row(9, name="Velkorra Optics")], {}, id="another name is another entry"),
        pytest.param([row(8), row(9)], {}, id="two entries that it could be: neither is taken"),
    ],
)  # fmt: skip
def test_an_entry_that_changed(
    tmp_path: Path, versions: Callable[..., lists.Lists], later: list[str], found: dict[str, str]
) -> None:
    versions(row(1), "".join(later))
    assert former.read(tmp_path / "lists") == found


def test_the_oldest_id_is_found_over_several_versions(tmp_path: Path, versions: Callable[..., lists.Lists]) -> None:
    versions(row(1), row(2), row(3))
    assert former.read(tmp_path / "lists") == {"SDN:2": "SDN:1", "SDN:3": "SDN:1"}


def test_a_pair_cleared_under_an_old_id_stays_cleared_and_reopens_when_the_entry_changes(
    tmp_path: Path, versions: Callable[..., lists.Lists], hits: Callable[..., pd.DataFrame]
) -> None:
    party = {"name": WHO.name, "country": "DE"}
    pairs.decide(tmp_path, versions(row(1)), WHO, "SDN:1", "cleared", "other", "ab", date(2026, 11, 1))
    assert hits(versions(row(2), first=2), party).empty
    changed = hits(versions(row(3, alias="Velk"), first=3), party)
    assert changed[["kind", "verdict"]].to_numpy().tolist() == [["possible", "reopened"]]


def test_a_damaged_or_newer_file_of_ids_is_refused(tmp_path: Path, versions: Callable[..., lists.Lists]) -> None:
    versions(row(1), row(2))
    place = tmp_path / "lists" / former.FILE
    place.write_text(place.read_text(encoding="utf-8").replace("format 1", "format 9"), encoding="utf-8")
    with pytest.raises(store.ListRefused, match=r"former_ids.csv"):
        former.read(tmp_path / "lists")
