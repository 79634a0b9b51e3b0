"""What a column holds is told from its cells alone, and an identifier is never called a number."""

import pyarrow as pa
import pytest

from features.orders.styles import differ, style_of


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        pytest.param(["C2044", "C2045"], "identifier", id="a letter and digits"),
        pytest.param(["S12", "A7", "US1"], "identifier", id="letters that also stand before a dollar sign"),
        pytest.param(["00417", "00418"], "identifier", id="zeros in front"),
        pytest.param(["900-21001", "100E10"], "identifier", id="part numbers"),
        pytest.param(["3A090.a", "EAR99"], "identifier", id="classification numbers"),
        pytest.param(["H100", "H100 SXM5"], "text", id="words"),
        pytest.param(["8", "1250"], "number", id="whole numbers"),
        pytest.param(["0", "0.5"], "number with decimal point", id="fractions"),
        pytest.param(["C$12.50", "US$ 3.10", "$7.00"], "number with decimal point", id="amounts in dollars"),
        pytest.param(["1.355,90 €", "12,50 €"], "number with decimal comma", id="amounts in euros"),
        pytest.param(["2026-01-12"], "date, year first", id="ISO dates"),
        pytest.param(["12.01.2026"], "date, year last", id="dates with the year at the end"),
        pytest.param(["46023"], "day number", id="day numbers of a spreadsheet"),
        pytest.param(["Y", "n"], "yes or no", id="yes and no"),
        pytest.param(["", " "], "empty", id="nothing"),
    ],
)
def test_the_kind_of_a_column(cells: list[str], kind: str) -> None:
    assert style_of(pa.chunked_array([pa.array(cells, pa.large_string())])) == kind


def test_an_identifier_is_a_text_when_a_file_is_held_against_the_last() -> None:
    assert not differ("text", "identifier", is_text=False)
    assert differ("number", "identifier", is_text=False)
    assert not differ("number", "identifier", is_text=True)
