"""A firm that is a name and little else."""

from collections.abc import Callable

import pytest

from features.shells import a_party_looks_like_a_shell

Value = Callable[..., object]
YOUNG, BOX, AWAY, FEW = (
    {"incorporation_date": "2026-01-10"},
    {"address_type": "virtual_office"},
    {"incorporation_country": "VG"},
    {"employees": "2"},
)
UNKNOWN = {"incorporation_date": "", "address_type": "", "incorporation_country": "", "employees": ""}


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        pytest.param(YOUNG | BOX, True, id="young, at a letter box"),
        pytest.param(AWAY | FEW, True, id="registered elsewhere, with a staff of two"),
        pytest.param(UNKNOWN | YOUNG | FEW, True, id="two marks, whatever is not known"),
        pytest.param(YOUNG, False, id="young alone"),
        pytest.param(AWAY, False, id="registered elsewhere alone"),
        pytest.param({}, False, id="an old firm with an office and staff"),
        pytest.param({"employees": ""}, False, id="one unknown mark cannot make two"),
        pytest.param(YOUNG | {"employees": ""}, None, id="one mark, and one that is not known"),
        pytest.param(UNKNOWN, None, id="nothing is known"),
        pytest.param({"incorporation_date": "2025-06-11"} | BOX, False, id="a year and a day old is not young"),
        pytest.param({"incorporation_date": "2025-06-13"} | BOX, True, id="a day under a year is"),
        pytest.param(
            {"incorporation_date": "2026-06-13"} | BOX, None, id="founded after the order: a date that is wrong"
        ),
    ],
)
def test_a_party_looks_like_a_shell(value: Value, party: dict[str, str], expected: object) -> None:
    assert value(a_party_looks_like_a_shell, {}, [party]) == expected


def test_without_a_master_nobody_is_judged(value: Value) -> None:
    assert value(a_party_looks_like_a_shell, {}, None) is None
