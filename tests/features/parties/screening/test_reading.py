"""A list file is read whole or refused; a broken one never replaces a good one."""

import json
from datetime import date
from pathlib import Path

import pytest

from features.parties.screening import store
from features.parties.screening.reading import ListRefused, read
from features.reference.tables import Tables

TODAY = date(2026, 11, 25)
HEAD = "source,list_code,name,alt_names,countries\n"
ROW = "Entity List (EL),EL,{},,CN\n"


def csl(*names: str) -> str:
    return HEAD + "".join(ROW.format(name) for name in names)


@pytest.fixture
def file(tmp_path: Path):
    def build(text: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return build


def test_the_published_json_is_read(file) -> None:
    entry = {"source": "Entity List (EL) - BIS", "name": "Velkorra Works (VW)", "alt_names": ["Velk Works"],
             "addresses": [{"address": "5 Tarn Road", "city": "Ulm", "country": "DE"}], "type": None}  # fmt: skip
    found = read(file(json.dumps({"results": [entry]}), "consolidated.json"))
    assert (found.kind, found.listed.counts) == ("csl-json", {"EL": 1})
    assert found.listed.names["text"].tolist() == ["Velkorra Works (VW)", "Velkorra Works", "VW", "Velk Works"]
    assert found.listed.addresses["text"].tolist() == ["5 Tarn Road, Ulm"]
    assert found.listed.entries["countries"].tolist() == ["DE"]


def test_the_published_csv_is_read_with_or_without_its_id(file) -> None:
    text = '{}source,name,addresses,alt_names,remarks\n{}Entity List (EL),Velkorra,"5 Tarn Road, Ulm, DE; CN",Velk,\n'
    for id_, cell in (("_id,", "x1,"), ("", "")):
        found = read(file(text.format(id_, cell)))
        assert (found.kind, found.listed.addresses["text"].tolist()) == ("csl-csv", ["5 Tarn Road, Ulm"])


def test_a_list_without_addresses_says_so(file) -> None:
    assert "addresses were not screened" in read(file(csl("Velkorra", "Address 01"))).notes[0]
    assert "1 entries are an address alone" in read(file(csl("Velkorra", "Address 01"))).notes[1]


def test_the_files_of_ofac_are_joined_by_their_number(tmp_path: Path) -> None:
    empty = "-0- ," * 7
    (tmp_path / "SDN.CSV").write_text(
        f'36,"VELKORRA LINES","-0- ","CUBA",{empty}"a.k.a. \'VEL\'; born"\n', encoding="utf-8"
    )
    (tmp_path / "ALT.CSV").write_text('36,12,"fka","OLD LINES",-0- \n', encoding="utf-8")
    (tmp_path / "ADD.CSV").write_text('36,25,"5 Tarn Road","Ulm","Germany",-0- \n\x1a', encoding="utf-8")
    found = read(tmp_path).listed
    assert dict(zip(found.names["text"], found.names["strength"], strict=True)) == {
        "VELKORRA LINES": "primary", "OLD LINES": "former", "VEL": "weak"}  # fmt: skip
    assert found.addresses["text"].tolist() == ["5 Tarn Road, Ulm"]


def test_parents_and_successors_are_taken_apart(file) -> None:
    text = "Velkorra Group. Affiliated Entity: Tarnbo Works and any successor, sub-unit, or subsidiary thereof"
    names = read(file(HEAD + f'EL,EL,"{text}",,CN\n')).listed.names["text"].tolist()
    assert names[0] == "Tarnbo Works"


def test_an_own_list_is_read_and_doubtful_cells_are_told(file) -> None:
    text = "name,aliases,country,address,start,meaning\nTarnbo,Tarn;Bo Works,RU,5 Ostwall,2026-1-1,perhaps\n,,,,,\n"
    found = read(file(text, "watch.csv"))
    assert found.listed.entries[["list_code", "meaning"]].to_numpy().tolist() == [["watch", "unknown"]]
    assert [note.split(":")[0] for note in found.notes] == ["row 3", "row 2, start_date", "row 2, meaning"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "is empty", id="an empty file"),
        pytest.param('{"results": [{"name": "Velk', "cut short", id="half a JSON"),
        pytest.param('{"results": []}', "holds no entry", id="a JSON without entries"),
        pytest.param(csl("Velkorra") + "Entity List (EL),EL,Tarn", "row 3: has 3 cells", id="a last row cut off"),
        pytest.param(csl("Velkorra") + 'EL,EL,"Tarn', "cut short", id="a quote left open"),
        pytest.param("a,b\n1,2\n", "no column 'name'", id="another table"),
        pytest.param(csl("Velkorra").encode() + b"EL,EL,\xff\xfe,,\n", "row 3: is not UTF-8", id="another encoding"),
        pytest.param("[" * 100_000, "list of parties|cut short", id="brackets without end"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_whole_list_is_refused(file, text: str | bytes, says: str) -> None:
    with pytest.raises(ListRefused, match=says):
        read(file(text))


def test_ids_that_return_are_told_apart(file) -> None:
    assert read(file(csl("Velkorra", "Velkorra"))).listed.entries["key"].tolist() == ["EL:velkorra", "EL:velkorra#2"]


def test_versions_are_kept_and_dated(tmp_path: Path, file, tables: Tables) -> None:
    for day, names in ((date(2026, 1, 1), ["Velkorra"]), (date(2026, 6, 1), ["Velkorra", "Tarnbo"])):
        store.import_list(tmp_path, file(csl(*names)), TODAY, dated=day)
    versions = store.catalogue(tmp_path)
    assert [store.newest(versions, day)[0][0].rows["EL"] for day in (date(2026, 3, 1), TODAY)] == [1, 2]
    assert store.newest(versions, date(2020, 1, 1)) == ([], ("csl",))


@pytest.mark.parametrize(
    "worse",
    [
        pytest.param(csl(*(f"Velkorra {at}" for at in range(8))), id="a list that lost more than a tenth"),
        pytest.param(csl(*(f"Velkorra {at}" for at in range(10))).replace("EL,", "UVL,"), id="a list that is missing"),
    ],
)
def test_a_shrunken_list_never_replaces_a_good_one(tmp_path: Path, file, worse: str) -> None:
    good = store.import_list(tmp_path, file(csl(*(f"Velkorra {at}" for at in range(10)))), TODAY)
    with pytest.raises(ListRefused, match=r"shrank|missing"):
        store.import_list(tmp_path, file(worse), TODAY)
    assert store.catalogue(tmp_path) == [good]
    taken = store.import_list(tmp_path, file(worse), TODAY, accept_shrink="BIS removed them on 24 August")
    assert taken.accepted == "BIS removed them on 24 August"


def test_a_download_needs_as_many_entries_as_a_whole_list(tmp_path: Path, file) -> None:
    with pytest.raises(ListRefused, match="a whole list has 100 at least"):
        store.import_list(tmp_path, file(csl("Velkorra")), TODAY, at_least=100)
    assert store.catalogue(tmp_path) == []


def test_a_newer_or_damaged_catalogue_is_refused(tmp_path: Path, file) -> None:
    store.import_list(tmp_path, file(csl("Velkorra")), TODAY)
    place = tmp_path / "lists" / "catalogue.json"
    for text in ('{"format": 99, "versions": []}', '{"form'):
        place.write_text(text, encoding="utf-8")
        with pytest.raises(ListRefused, match="catalogue"):
            store.catalogue(tmp_path)
