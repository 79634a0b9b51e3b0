"""A party joins the master by id, then by name and country; what could be two customers joins neither."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.known import Known
from features.parties.master import ROLES, parties
from features.reference.tables import Tables

Rows = list[dict[str, str]]
VESTHAVN = {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "DK", "hq_country": "DK"}
NO_ID = {"buyer_id": ""}
ENDS_AT_VESTHAVN = {"end_user_name": "Vesthavn Data", "end_user_country": "DK"}


@pytest.fixture(scope="session")
def joined(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> Callable[..., tuple[str | None, str | None]]:
    """How one role of the plain line, some cells changed, was found in a master, and its headquarters there."""

    def build(cells: dict[str, str], customers: Rows, role: str = "buyer") -> tuple[str | None, str | None]:
        here = known(customers=customers)
        row = parties(orders(cells), here.customers, here.tables)[role].iloc[0]
        how, place = row["found_by"], row["hq_country"]
        return (None if pd.isna(how) else how), (None if pd.isna(place) else place)

    return build


@pytest.mark.parametrize(
    ("cells", "customers", "role", "expected"),
    [
        pytest.param({}, [{}, VESTHAVN], "buyer", ("id", "DE"), id="the buyer by id"),
        pytest.param({"buyer_id": "C-2"}, [{}, VESTHAVN], "buyer", ("id", "DK"), id="the id comes before the name"),
        pytest.param({}, [{}], "end_user", ("id", "DE"), id="an end user of the buyer's name is the buyer"),
        pytest.param({}, [{}], "ult_consignee", ("id", "DE"), id="a consignee of the buyer's name is the buyer"),
        pytest.param(NO_ID, [{}], "buyer", ("name and country", "DE"), id="without id by name and country"),
        pytest.param({"buyer_id": "C-9"}, [{}], "buyer", ("name and country", "DE"), id="an id that nobody has"),
        pytest.param(
            NO_ID | {"buyer_name": "NORRHALL-COMPUTE GmbH"}, [{}], "buyer", ("name and country", "DE"), id="respelt"
        ),
        pytest.param(ENDS_AT_VESTHAVN, [{}, VESTHAVN], "end_user", ("name and country", "DK"), id="the end user apart"),
        pytest.param(ENDS_AT_VESTHAVN, [{}], "end_user", (None, None), id="the buyer's id is not the end user's"),
        pytest.param(NO_ID | {"buyer_country": "FR"}, [{}], "buyer", (None, None), id="the name in another country"),
        pytest.param(NO_ID | {"buyer_country": ""}, [{}], "buyer", ("name", "DE"), id="a line without country"),
        pytest.param(
            NO_ID,
            [{"party_country": "", "incorporation_country": ""}],
            "buyer",
            (None, None),
            id="a customer without country",
        ),
        pytest.param(
            NO_ID,
            [{"party_country": "", "incorporation_country": "DE"}],
            "buyer",
            ("name and country", "DE"),
            id="the country of incorporation stands in",
        ),
        pytest.param(
            NO_ID | {"buyer_name": "NHC"},
            [{"other_names": "Nordhal; NHC"}],
            "buyer",
            ("name and country", "DE"),
            id="alias",
        ),
        pytest.param(NO_ID | {"buyer_name": ""}, [{}], "buyer", (None, None), id="no name"),
        pytest.param(NO_ID | {"buyer_name": "TBD"}, [{"legal_name": "TBD"}], "buyer", (None, None), id="a placeholder"),
        pytest.param({}, [{}, {"customer_id": "C-2"}], "buyer", ("id", "DE"), id="the id tells namesakes apart"),
        pytest.param(
            {},
            [{}, {"legal_name": "Vesthavn Data"}],
            "buyer",
            ("name and country", "DE"),
            id="the name tells an id apart",
        ),
    ],
)
def test_how_a_party_is_found(
    joined: Callable[..., object],
    cells: dict[str, str],
    customers: Rows,
    role: str,
    expected: tuple[str | None, str | None],
) -> None:
    assert joined(cells, customers, role) == expected


@pytest.mark.parametrize(
    ("cells", "customers"),
    [
        pytest.param(NO_ID, [{}, {"customer_id": "C-2"}], id="two customers of one name in one country"),
        pytest.param(
            NO_ID | {"buyer_country": ""},
            [{}, {"customer_id": "C-2", "party_country": "FR"}],
            id="two customers of one name, and the line states no country",
        ),
        pytest.param(
            NO_ID,
            [{}, VESTHAVN | {"other_names": "Norrhall Compute", "party_country": "DE"}],
            id="one's name is the other's alias",
        ),
        pytest.param({}, [{}, {"hq_country": "CN"}], id="two rows of one id that contradict each other"),
        pytest.param(
            {"buyer_name": "Somebody Else"},
            [{}, {"legal_name": "Vesthavn Data"}],
            id="one id for two names, neither asked",
        ),
    ],
)
def test_what_could_be_two_customers_joins_none(
    joined: Callable[..., object], cells: dict[str, str], customers: Rows
) -> None:
    assert joined(cells, customers) == (None, None)


@pytest.mark.parametrize(
    ("cells", "customers", "expected"),
    [
        pytest.param({}, [{}], False, id="one row"),
        pytest.param({}, [{}, {}], False, id="one row twice"),
        pytest.param({}, [{}, {"hq_country": "CN"}], True, id="two rows of one id"),
        pytest.param(NO_ID, [{}, {"customer_id": "C-2"}], True, id="two customers of one name in one country"),
        pytest.param(NO_ID | {"buyer_name": "Nobody"}, [{}, {"hq_country": "CN"}], False, id="a party nobody knows"),
    ],
)
def test_a_party_that_could_be_several_customers_is_told(
    orders: Callable[..., pd.DataFrame],
    known: Callable[..., Known],
    cells: dict[str, str],
    customers: Rows,
    expected: bool,
) -> None:
    here = known(customers=customers)
    assert parties(orders(cells), here.customers, here.tables)["buyer"]["contradicted"].tolist() == [expected]


def test_a_territory_is_the_country_of_its_customer(joined: Callable[..., object]) -> None:
    american = {"party_country": "US", "hq_country": "US"}
    assert joined(NO_ID | {"buyer_country": "PR"}, [american]) == ("name and country", "US")


def test_namesakes_in_two_countries_are_told_apart_by_country(joined: Callable[..., object]) -> None:
    french = {"customer_id": "C-2", "party_country": "FR", "hq_country": "FR"}
    assert joined(NO_ID, [{}, french]) == ("name and country", "DE")
    assert joined(NO_ID | {"buyer_country": "FR"}, [{}, french]) == ("name and country", "FR")


def test_a_row_repeated_cell_for_cell_is_one_customer(joined: Callable[..., object]) -> None:
    assert joined({}, [{}, {}]) == ("id", "DE")
    assert joined(NO_ID, [{}, {}]) == ("name and country", "DE")


def test_without_a_master_no_party_is_found(orders: Callable[..., pd.DataFrame], tables: Tables) -> None:
    lines = orders({}, {})
    for found in parties(lines, None, tables).values():
        assert found["found_by"].isna().all()
        assert found.index.equals(lines.index)


def test_every_role_keeps_the_lines_and_the_types_of_the_master(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> None:
    lines = orders({}, NO_ID | {"buyer_name": "Nobody"}, ENDS_AT_VESTHAVN).set_axis([5, 3, 8])
    here = known(customers=[{}, VESTHAVN])
    customers = here.customers
    found = parties(lines, customers, here.tables)
    assert list(found) == list(ROLES)
    for each in found.values():
        assert each.index.tolist() == [5, 3, 8]
        assert each["incorporation_date"].dtype == customers["incorporation_date"].dtype
        assert str(each["found_by"].dtype) == "str"
