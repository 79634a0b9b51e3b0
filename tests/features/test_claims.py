"""Cells that claim an authorisation, as clerks write them."""

import pandas as pd
import pytest

from features.claims import claims
from features.reference.tables import Tables


def read(tables: Tables, exception: str, code: str = "") -> pd.Series:
    """The claim of one pair of cells."""
    cells = [pd.Series([each or None], dtype="str", index=[7]) for each in (exception, code)]
    found = claims(*cells, tables)
    assert found.index.tolist() == [7]
    return found.iloc[0]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("NAC", "NAC", id="the symbol"),
        pytest.param("nac", "NAC", id="in lower case"),
        pytest.param("License Exception NAC", "NAC", id="in words before it"),
        pytest.param("Lic. Exc. ACA", "ACA", id="in short words before it"),
        pytest.param("ACA (740.8)", "ACA", id="with its paragraph"),
        pytest.param("licence exception: notified advanced computing", "NAC", id="spelt out"),
        pytest.param("Advanced Computing Authorized", "ACA", id="spelt out in American"),
        pytest.param("No License Required", "NLR", id="no licence required, American"),
        pytest.param("no licence required", "NLR", id="no licence required, British"),
        pytest.param("NLR / C33", "NLR", id="symbol and code of one claim"),
        pytest.param("C33-NLR", "C33", id="code and symbol of one claim"),
        pytest.param("ＮＬＲ", "NLR", id="full-width letters"),
        pytest.param("BIS License", "C30", id="a licence in words"),
        pytest.param("QQQ", None, id="a code nobody knows"),
        pytest.param("UNACA", None, id="letters inside a word are no code"),
        pytest.param("none", None, id="none"),
        pytest.param("N/A", None, id="not applicable"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_claim_is_read_however_it_is_written(tables: Tables, written: str, code: str | None) -> None:
    for cells in ((written, ""), ("", written)):
        found = read(tables, *cells)
        assert (None if pd.isna(found["code"]) else found["code"]) == code
        assert not found["contradict"]


@pytest.mark.parametrize(
    ("exception", "code", "contradict"),
    [
        pytest.param("NAC", "C67", False, id="symbol and AES code of one exception"),
        pytest.param("", "NLR / C33", False, id="two ways to say that none is needed"),
        pytest.param("NAC", "C33", True, id="an exception, and none needed"),
        pytest.param("NAC or ACA", "", True, id="two exceptions"),
        pytest.param("NAC", "none", False, id="one cell says nothing"),
        pytest.param("QQQ", "C30", False, id="one cell is not understood"),
    ],
)
def test_two_claims_contradict_each_other_when_they_mean_different_things(
    tables: Tables, exception: str, code: str, contradict: bool
) -> None:
    assert read(tables, exception, code)["contradict"] == contradict


@pytest.mark.parametrize(
    ("exception", "code", "unread"),
    [
        pytest.param("QQQ", "", True, id="a code nobody knows"),
        pytest.param("none", "", False, id="a cell that says nothing"),
        pytest.param("QQQ", "C30", False, id="beside a code that is known"),
        pytest.param("", "", False, id="empty"),
    ],
)
def test_a_filled_cell_without_a_known_code_is_told(tables: Tables, exception: str, code: str, unread: bool) -> None:
    assert read(tables, exception, code)["unread"] == unread


def test_a_licence_number_inside_the_cell_is_found(tables: Tables) -> None:
    assert read(tables, "", "C30 D1234567")["number"] == "D1234567"
    assert pd.isna(read(tables, "", "C30")["number"])
