"""The whole public list: every party finds itself, its variations are found, ordinary names are not."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from features.parties.screening.lists import Lists, searchable
from features.parties.screening.match import POSSIBLE, matches
from features.parties.screening.reading import read
from features.reference.tables import Tables

DATA = os.environ.get("DIVERSION_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="data: set DIVERSION_DATA to the folder that holds data/csl"),
]


@pytest.fixture(scope="module")
def path() -> Path:
    return (
        next(each for each in (Path(str(DATA)), Path(str(DATA)).parent) if (each / "data" / "csl").exists())
        / "data"
        / "csl"
    )


@pytest.fixture(scope="module")
def whole(path: Path, tables: Tables) -> Lists:
    return searchable(read(path / "csl_2026-07-31.csv").listed, tables)


def test_every_listed_name_finds_its_own_entry(whole: Lists) -> None:
    names = whole.listed.names[whole.listed.names["strength"] == "primary"].iloc[::15]
    found = matches(list(names["text"]), whole.names, whole.spelling)
    met = found[found["same"]].groupby("name")["entry"].agg(set).reindex(range(len(names)))
    wanted = list(names["entry"])
    missed = [text for text, own, entry in zip(names["text"], met, wanted, strict=True)
              if len(text) > 1 and (not isinstance(own, set) or entry not in own)]  # fmt: skip
    assert len(missed) <= len(names) // 200


def test_bare_addresses_are_found_once_the_list_says_them(
    whole: Lists, tables: Tables, hits: Callable[..., pd.DataFrame]
) -> None:
    bare = whole.listed.entries["name"].str.fullmatch(r"Address \d+")
    places = [
        f"Room {at + 1}, {at + 3}/F, Tarn Industrial Building, {at + 11} Wan Street, Kowloon"
        for at in range(bare.sum())
    ]
    addresses = pd.DataFrame({"entry": whole.listed.entries.index[bare], "text": places, "country": "HK"}).astype(
        {"entry": "int32"}
    )
    held = searchable(
        type(whole.listed)(whole.listed.entries, whole.listed.names, addresses.astype({"text": "str"})), tables
    )
    asked = [text.replace("Room", "Rm").replace("/F", "th Floor").replace("Street", "St") for text in places]
    found = hits(held, *({"name": "Norrhall", "address": each, "country": "HK"} for each in asked))
    assert bare.sum() == 19
    assert found[found["kind"].isin(["exact", "possible"])].index.nunique() == 19  # one entry lies in another country


def test_ordinary_names_seldom_alert(whole: Lists, path: Path) -> None:
    clean = pd.read_csv(path.parent / "name_pairs" / "yente_negatives_us_1k.csv", dtype="str")["full_name"]
    found = matches(list(clean), whole.names, whole.spelling)
    assert found[found["score"] >= POSSIBLE]["name"].nunique() <= 0.01 * len(clean)


def test_another_process_with_another_hash_seed_answers_the_same(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from features.reference.tables import load\n"
        "from features.parties.screening.lists import searchable; from features.parties.screening.reading import read\n"
        "from features.parties.screening.match import matches\n"
        "held = searchable(read(Path(sys.argv[1])).listed, load())\n"
        "print(matches(list(held.listed.names['text'].iloc[::40]), held.names, held.spelling).to_csv())"
    )
    runs = []
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", code, str(path / "csl_full_columns_sample_2019.csv")]
        runs.append(subprocess.run(command, check=True, capture_output=True, env=env).stdout)  # noqa: S603
    assert runs[0] == runs[1] != b""
