"""Who writes: mail, website, telephone."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.contact import (
    firm_label,
    mail_domain_is_not_the_website,
    no_web_presence,
    places_of_number,
    telephone_is_of_another_country,
    writes_from_a_free_mail_domain,
)
from features.reference.tables import Tables

Value = Callable[..., object]
Parties = list[dict[str, str]] | None


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"contact_email": "mei@gmail.com"}, [{"website": ""}], True, id="free mail and no website"),
        pytest.param({"contact_email": "Mei <MEI@Gmail.com>"}, [{"website": ""}], True, id="with a display name"),
        pytest.param({"contact_email": "mei@gmail.com; a@b.example"}, [{"website": ""}], True, id="the first of two"),
        pytest.param({"contact_email": "mei@gmail.com"}, None, True, id="free mail and nobody looked for a website"),
        pytest.param({"contact_email": "mei@gmail.com"}, [{}], False, id="free mail, yet a website"),
        pytest.param({}, [{"website": ""}], False, id="company mail without a website"),
        pytest.param({"contact_email": ""}, [{}], False, id="a website without mail"),
        pytest.param({"contact_email": ""}, [{"website": ""}], None, id="neither mail nor website"),
        pytest.param({"contact_email": "by phone"}, [{"website": ""}], None, id="no mail address in the cell"),
        pytest.param({"contact_email": "mei@gmail.com", "order_date": ""}, [{"website": ""}], None, id="no date"),
        pytest.param(
            {"contact_email": "mei@gmail.com", "order_date": "1999-12-31"},
            [{"website": ""}],
            None,
            id="before the list",
        ),
    ],
)
def test_no_web_presence(value: Value, cells: dict[str, str], parties: Parties, expected: bool | None) -> None:
    assert value(no_web_presence, cells, parties) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"contact_email": "mei@gmail.com"}, True, id="a free mail domain"),
        pytest.param({"contact_email": "Mei <MEI@QQ.com>"}, True, id="with a display name, in capitals"),
        pytest.param({}, False, id="the company's own domain"),
        pytest.param({"contact_email": "mei@gmail.example"}, False, id="a domain that only begins so"),
        pytest.param({"contact_email": "by phone"}, None, id="no mail address in the cell"),
        pytest.param({"contact_email": ""}, None, id="not stated"),
        pytest.param({"contact_email": "mei@gmail.com", "order_date": ""}, None, id="no date"),
        pytest.param({"contact_email": "mei@gmail.com", "order_date": "1999-12-31"}, None, id="before the list"),
        pytest.param({"contact_email": "mei@gmail.com", "order_date": "2000-01-01"}, True, id="from its first day"),
    ],
)
def test_writes_from_a_free_mail_domain(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(writes_from_a_free_mail_domain, cells) == expected


@pytest.mark.parametrize(
    ("cells", "parties", "expected"),
    [
        pytest.param({"contact_email": "mei@pearl.example"}, [{}], True, id="another company's mail"),
        pytest.param({}, [{}], False, id="mail of the website"),
        pytest.param(
            {"contact_email": "a@mail.norrhall.co.jp"},
            [{"website": "https://www.norrhall.de/kontakt"}],
            False,
            id="the same name in two countries",
        ),
        pytest.param({"contact_email": "a@nor-rhall.example"}, [{}], False, id="a hyphen makes no other name"),
        pytest.param({"contact_email": "mei@gmail.com"}, [{}], None, id="free mail is told by a flag of its own"),
        pytest.param({"contact_email": ""}, [{}], None, id="no mail"),
        pytest.param({}, [{"website": ""}], None, id="no website"),
        pytest.param({}, None, None, id="no master"),
        pytest.param(
            {"contact_email": "mei@pearl.example", "order_date": ""}, [{}], None, id="no date: free mail cannot be told"
        ),
    ],
)
def test_mail_domain_is_not_the_website(
    value: Value, cells: dict[str, str], parties: Parties, expected: object
) -> None:
    assert value(mail_domain_is_not_the_website, cells, parties) == expected


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("https://www.norrhall.co.jp:8080/about?x=1", "norrhall"),
        ("norrhall.example", "norrhall"),
        ("com.cn", "com"),
        ("localhost", None),
        (None, None),
    ],
)
def test_firm_label(address: str | None, label: str | None) -> None:
    found = firm_label(pd.Series([address], dtype="str")).iloc[0]
    assert (None if pd.isna(found) else found) == label


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"contact_phone": "+86 10 5550 0100"}, True, id="a Chinese number for a German order"),
        pytest.param({"contact_phone": "0086 10 5550 0100"}, True, id="with two zeros"),
        pytest.param({}, False, id="a number of the buyer's country"),
        pytest.param(
            {"contact_phone": "+33 1 55 50 01 00", "destination_country": "FR"}, False, id="a number of the destination"
        ),
        pytest.param(
            {"contact_phone": "+1 416 555 0100", "buyer_country": "CA"}, False, id="a code that two countries share"
        ),
        pytest.param(
            {"contact_phone": "+1 787 555 0100", "buyer_country": "US"}, False, id="a territory of the United States"
        ),
        pytest.param(
            {"contact_phone": "+1 242 555 0100", "buyer_country": "US"}, True, id="an island within the same plan"
        ),
        pytest.param(
            {"contact_phone": "+7 727 555 0100", "buyer_country": "RU"},
            True,
            id="a number of Kazakhstan, which shares the 7",
        ),
        pytest.param({"contact_phone": "+7 495 555 0100", "buyer_country": "RU"}, False, id="a number of Russia"),
        pytest.param({"contact_phone": "+44 1481 550100", "buyer_country": "GG"}, False, id="Guernsey shares the 44"),
        pytest.param({"contact_phone": "+1 800 555 0100"}, None, id="a toll-free number"),
        pytest.param({"contact_phone": "+883 5100 1234567"}, None, id="a code of no country"),
        pytest.param({"contact_phone": "0731 550100"}, None, id="a number without country code"),
        pytest.param({"contact_phone": ""}, None, id="not stated"),
        pytest.param(
            {"contact_phone": "+86 10 5550 0100", "end_user_country": ""},
            None,
            id="the end user's country is not stated",
        ),
        pytest.param({"end_user_country": ""}, False, id="a number of the buyer's country, whatever the end user's"),
        pytest.param({"contact_phone": "+86 10 5550 0100", "order_date": ""}, None, id="no date"),
        pytest.param(
            {"contact_phone": "+211 912 345 678", "order_date": "2011-07-13"},
            None,
            id="South Sudan before it had a code",
        ),
        pytest.param(
            {"contact_phone": "+211 912 345 678", "order_date": "2011-07-14"}, True, id="South Sudan from its first day"
        ),
    ],
)
def test_telephone_is_of_another_country(value: Value, cells: dict[str, str], expected: object) -> None:
    assert value(telephone_is_of_another_country, cells) == expected


def test_the_longest_code_decides(tables: Tables) -> None:
    numbers = pd.Series(["+1 242 555 0100", "+1 212 555 0100", "+1 868 555 0100", "+39 06 5550 100"], dtype="str")
    days = pd.Series(pd.Timestamp("2026-06-12"), index=numbers.index)
    assert places_of_number(numbers, days, tables).tolist() == ["BS", "CA;US", "TT", "IT;VA"]
