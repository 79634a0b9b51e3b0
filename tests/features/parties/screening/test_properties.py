"""What holds for any names: order, batch and process change nothing, and no variant beats the very name."""

import os
import subprocess
import sys
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.parties.screening.lists import Lists
from features.parties.screening.match import MATCH, matches

NAMES = ("Velkorra Semiconductor Co., Ltd.", "Quillon Holding", "VALE, Emra Tarnov", "Tarn Institute Of Vale Optics",
         "Brannoc Works 12", "Osk", "Shanghai Tessaly Trading Co., Ltd.", "OOO Kholmogrant")  # fmt: skip
PIECES = ("Velkorra", "velkora", "Semicon", "Ltd", "Quillon", "Emra", "Vale", "TIVO", "12", "Osk", "(Spain)", "x",
          "Тарнов", "公司", "No. 5, Tarn Road", "c/o", "\u202e", "\x00", "🙂", "'", ",", "of")  # fmt: skip
ASKED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join) | st.text(max_size=30)
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture(scope="module")
def held(lists: Callable[..., Lists]) -> Lists:
    return lists(*({"name": name} for name in NAMES))


def found(names: list[str], held: Lists) -> list[list[tuple[object, ...]]]:
    """For each name its matches, whatever its place."""
    table = matches(names, held.names, held.spelling)
    rows = table[list(MATCH[1:])].itertuples(index=False, name=None)
    by_name: list[list[tuple[object, ...]]] = [[] for _ in names]
    for at, row in zip(table["name"], rows, strict=True):
        by_name[at].append(row)
    return by_name


@QUIET
@given(names=st.lists(ASKED, min_size=2, max_size=8, unique=True))
def test_the_order_of_the_names_and_their_company_change_nothing(held: Lists, names: list[str]) -> None:
    together = found(names, held)
    assert found(names[::-1], held)[::-1] == together
    assert found(names[:1], held) == together[:1]


@QUIET
@given(name=ASKED)
def test_any_text_has_a_defined_answer(held: Lists, name: str) -> None:
    table = matches([name], held.names, held.spelling)
    assert table["score"].between(0, 1).all()
    assert not table.duplicated(["name", "entry"]).any()


@QUIET
@given(at=st.integers(0, len(NAMES) - 1), cut=st.integers(0, 60), piece=st.sampled_from(PIECES), how=st.integers(0, 2))
def test_no_variant_of_a_name_scores_higher_than_the_very_name(
    held: Lists, at: int, cut: int, piece: str, how: int
) -> None:
    name = NAMES[at]
    cut %= len(name)
    variant = (name[:cut] + name[cut + 1 :], f"{name[:cut]}{piece}{name[cut:]}", f"{piece} {name}")[how]
    table = matches([name, variant], held.names, held.spelling)
    best = table[table["entry"] == at].groupby("name")["score"].max().reindex([0, 1]).fillna(0.0)
    assert best[0] >= best[1]


def test_another_process_with_another_hash_seed_answers_with_the_same_bytes() -> None:
    code = (
        "import pandas as pd; from features.parties.screening import own\n"
        "from features.parties.screening.lists import searchable\n"
        "from features.parties.screening.screen import screen; from features.reference.tables import load\n"
        f"held = searchable(own.from_table(pd.DataFrame({{'name': {list(NAMES)!r}, 'country': 'CN',"
        " 'address': '5 Tarn Road, Ulm'}), 'watch')[0], load())\n"
        f"told = pd.DataFrame({{'role': 'buyer', 'name': {list(NAMES) + list(PIECES)!r}, 'address': '5 Tarn Rd Ulm',"
        " 'country': 'DE'}, dtype='str')\n"
        "print(screen(told, held, pd.Series(pd.Timestamp('2026-11-25'), index=told.index)).to_csv())"
    )
    runs = []
    for seed in ("1", "2"):
        env = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONIOENCODING": "utf-8",
        }
        runs.append(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=env).stdout)  # noqa: S603
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) > len(NAMES)


@pytest.mark.parametrize(
    "name", ["", "x", "x" * 4000, "0123456789", "\U0001f600", "\x00\u202e\u200f", "Address 01", "-"]
)
def test_hostile_names_on_the_list_harm_no_other_entry(lists: Callable[..., Lists], name: str) -> None:
    held = lists({"name": name}, {"name": "Velkorra Works"})
    table = matches(["Velkorra Works", name], held.names, held.spelling)
    assert table[(table["name"] == 0) & (table["entry"] == 1)]["score"].tolist() == [1.0]
    assert pd.Series(matches(["Norrhall Mills"], held.names, held.spelling)["score"]).empty
