"""The index is kept by the hash of its lists: the second run reads it and answers the same."""

from datetime import date
from pathlib import Path

import pandas as pd

from features.parties.screening import lists, store
from features.parties.screening.columns import unscreened
from features.parties.screening.index import METHOD
from features.parties.screening.lines import on_lines
from features.parties.screening.match import matches
from features.reference.tables import Tables

TEXT = "source,list_code,name,alt_names,countries,addresses\n"
TEXT += 'Entity List (EL),EL,Velkorra Works,Velk,CN,"5 Tarn Road, Ulm, DE"\n'


def home(tmp_path: Path) -> Path:
    (tmp_path / "csl.csv").write_text(TEXT, encoding="utf-8")
    store.import_list(tmp_path, tmp_path / "csl.csv", date(2026, 11, 25))
    return tmp_path


def test_the_kept_index_answers_as_the_fresh_one(tmp_path: Path, tables: Tables) -> None:
    fresh, kept = (lists.load(home(tmp_path), tables) for _ in range(2))
    assert fresh is not None
    assert kept is not None
    answers = [matches(["Velkora Works", "Velk"], each.names, each.spelling) for each in (fresh, kept)]
    pd.testing.assert_frame_equal(*answers)
    assert fresh.version == kept.version != "none"


def test_a_damaged_or_older_index_is_built_anew(tmp_path: Path, tables: Tables) -> None:
    place = home(tmp_path)
    lists.load(place, tables)
    for file in (place / "lists" / "index").rglob("names.json"):
        file.write_text(
            file.read_text(encoding="utf-8").replace(f'"method": {METHOD}', '"method": 0'), encoding="utf-8"
        )
    assert lists.load(place, tables) is not None


def test_without_a_list_the_result_says_so_and_nothing_is_evaluated(tmp_path: Path, tables: Tables) -> None:
    assert lists.load(tmp_path, tables) is None
    lines = pd.DataFrame({"buyer_name": ["Velkorra Works"]})
    found = unscreened(lines.index)
    assert found["list_hits"].tolist() == [""]
    assert found["list_version"].tolist() == ["none"]
    assert found[["list_gate", "list_possible", "list_same_address"]].isna().all(axis=None)


def test_every_party_of_an_order_is_screened(tmp_path: Path, tables: Tables) -> None:
    held = lists.load(home(tmp_path), tables)
    names = ["buyer", "buyer_name_local", "ult_consignee", "inter_consignee", "end_user", "payer", "forwarder"]
    columns = [name if name.endswith("local") else f"{name}_name" for name in [*names, "notify_party", "carrier"]]
    lines = pd.DataFrame([{column: "Velkorra Works"} for column in columns], dtype="str")
    found, _ = on_lines(lines, held, pd.Series(pd.Timestamp("2026-11-25"), index=lines.index))
    assert found["list_possible"].tolist() == [True] * len(columns)
    assert found["list_gate"].tolist() == ["unknown"] * len(columns)


def test_an_exact_hit_gates_by_its_list_and_names_it(tmp_path: Path, tables: Tables) -> None:
    held = lists.load(home(tmp_path), tables)
    lines = pd.DataFrame(
        [{"buyer_name": "Velkorra Works", "buyer_country": "CN"}, {"buyer_name": "Norrhall"}], dtype="str"
    )
    found, _ = on_lines(lines, held, pd.Series(pd.Timestamp("2026-11-25"), index=lines.index))
    assert found["list_gate"].tolist() == ["licence", ""]
    assert found["list_hits"].str.startswith("buyer is Velkorra Works [Entity List: exact").tolist() == [True, False]
    assert found["list_version"].str.startswith("csl 2026-11-25").all()
