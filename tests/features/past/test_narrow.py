"""What the past remembers of a line: who took part, by which traces, and how much."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from features.known import Known
from features.lines import with_facts
from features.past.narrow import narrow
from features.past.same_day import same_day

Lines = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        pytest.param({}, "buyer", "id:C-1", id="a buyer with a number is that number"),
        pytest.param({"buyer_id": ""}, "buyer", "norrhallcompute|DE", id="else its name and country"),
        pytest.param({"buyer_id": "", "buyer_name": ""}, "buyer", None, id="nobody named is nobody"),
        pytest.param({}, "end_user", "id:C-1", id="an end user with the buyer's name is the buyer"),
        pytest.param({"end_user_name": "Vesthavn Data"}, "end_user", "vesthavndata|DE", id="another one is itself"),
        pytest.param({"end_user_name": "TBD"}, "end_user", None, id="a placeholder is nobody"),
        pytest.param({"payer_name": "Vesthavn", "payer_country": ""}, "payer", "vesthavn|", id="a country not stated"),
        pytest.param({}, "buyer_address", "11gerbergasseulm", id="an address is its letters and digits"),
        pytest.param({}, "buyer_phone", "495550100", id="a number with the code of its country"),
        pytest.param({"contact_phone": "0731 5501"}, "buyer_phone", None, id="a number without one tells nobody apart"),
        pytest.param({}, "buyer_domain", "norrhall.example", id="the domain of the contact"),
        pytest.param(
            {"contact_email": "mei@gmail.com"}, "buyer_domain", "norrhall.example", id="free mail: the website's"
        ),
        pytest.param({}, "end_user_domain", "norrhall.example", id="an end user that is the buyer has its contact"),
        pytest.param({"end_user_name": "Vesthavn Data"}, "end_user_domain", None, id="another one does not"),
        pytest.param({}, "site", "4rosengasseulm", id="a site is its address"),
        pytest.param({"dc_location": ""}, "site", "ulmnorth|DE", id="else its name and country"),
        pytest.param(
            {"dc_location": "", "dc_name": ""}, "site", "of norrhallcompute|DE", id="else that of the end user"
        ),
        pytest.param({"part_number": "h100-sxm5 80GB"}, "part", "H100SXM580GB", id="a part is its letters and digits"),
        pytest.param({}, "chips", 8.0, id="chips"),
        pytest.param({"quantity": "-8"}, "chips", -8.0, id="a return is negative"),
        pytest.param({}, "dc_power_mw", 2.0, id="power of the site"),
    ],
)
def test_a_line_is_remembered_so(
    order: Lines, known: Callable[..., Known], cells: dict[str, str], column: str, expected: Any
) -> None:
    here = known()
    found = narrow(with_facts(order(**cells), here), here.tables)[column].iloc[0]
    assert (None if pd.isna(found) else found) == expected


def test_orders_of_one_customer_on_one_day_are_added_up(orders: Lines, known: Callable[..., Known]) -> None:
    lines = with_facts(
        orders({}, {"buyer_name": "Norrhall"}, {"buyer_id": "C-2"}, {"order_date": "2026-06-13"}), known()
    )
    found = same_day(lines)
    assert found["orders"].tolist() == ["A-1;A-2"]
    assert found["tpp"].tolist() == [lines["tpp_total"].iloc[:2].round().sum()]


def test_the_lines_of_one_order_are_no_several_orders(orders: Lines, known: Callable[..., Known]) -> None:
    assert same_day(with_facts(orders({}, {"order_id": "A-1"}), known())).empty
