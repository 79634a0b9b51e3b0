"""One plain honest line of a controlled item and the one party behind it; a test changes the cells it is about."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import pytest

from features.declare import Feature
from features.history_facts import remembered
from features.known import Known
from features.lines import with_facts
from features.orders.book import from_frame
from features.orders.countries import shipped
from features.orders.fields import Kind
from features.past.gathered import Earlier, with_own
from features.reference.tables import Tables, load

ORDER = {
    "order_id": "A-1",
    "order_date": "2026-06-12",
    "seller_country": "US",
    "buyer_id": "C-1",
    "buyer_name": "Norrhall Compute",
    "buyer_country": "DE",
    "buyer_address": "11 Gerbergasse, Ulm",
    "ult_consignee_name": "Norrhall Compute",
    "ult_consignee_address": "4 Rosengasse, Ulm",
    "ult_consignee_country": "DE",
    "end_user_name": "Norrhall Compute",
    "end_user_country": "DE",
    "end_user_address": "4 Rosengasse, Ulm",
    "payer_name": "Norrhall Compute",
    "payer_country": "DE",
    "forwarder_name": "Ostwind Spedition",
    "forwarder_country": "DE",
    "forwarder_address": "7 Hafenweg, Hamburg",
    "notify_party_name": "Norrhall Compute",
    "contact_email": "orders@norrhall.example",
    "contact_phone": "+49 555 0100",
    "destination_country": "DE",
    "port_of_unlading": "DEHAM",
    "mode_of_transport": "air",
    "filing_option": "2",
    "delivery_place_type": "data_centre",
    "incoterm": "DAP",
    "routed_transaction": "N",
    "payment_terms": "net 30",
    "payment_prepaid_share": "0",
    "payment_method": "wire",
    "installation_declined": "N",
    "support_declined": "N",
    "repackaging_requested": "N",
    "urgency_flag": "N",
    "end_use_text": "Fluid dynamics of wind turbines",
    "end_use_statement": "signed",
    "end_use_statement_date": "2026-06-01",
    "reexport_intended": "N",
    "dc_name": "Ulm North",
    "dc_operator": "Norrhall Compute",
    "dc_country": "DE",
    "dc_location": "4 Rosengasse, Ulm",
    "location_verification": "technical",
    "iaas_provider": "N",
    "dc_power_mw": "2",
    "dc_infrastructure_confirmed": "visited",
    "part_number": "NVIDIA H100 SXM5 80GB",
    "manufacturer": "NVIDIA",
    "item_description": "GPU module",
    "eccn": "3A090.a",
    "hs_code": "847330",
    "quantity": "8",
    "unit_price": "30000",
    "currency": "USD",
}
PARTY = {
    "customer_id": "C-1",
    "legal_name": "Norrhall Compute",
    "party_country": "DE",
    "hq_country": "DE",
    "ultimate_parent_country": "DE",
    "incorporation_date": "2004-05-01",
    "incorporation_country": "DE",
    "business_type": "cloud",
    "employees": "120",
    "annual_revenue": "40000000",
    "customer_since": "2019-03-01",
    "kyc_date": "2026-02-01",
    "kyc_risk_rating": "low",
    "listed_ownership_pct": "0",
    "military_or_state_link": "none",
    "website": "norrhall.example",
    "address_type": "office",
}


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The shipped tables, read once: hundreds of tests share them."""
    return load()


@pytest.fixture(scope="session")
def read() -> Callable[..., pd.DataFrame]:
    """The typed lines of rows of text; the names of countries are read once."""
    aliases = shipped()

    def build(rows: Sequence[dict[str, str]], kind: Kind = "orders") -> pd.DataFrame:
        return from_frame(pd.DataFrame(rows, dtype="str").fillna(""), kind, aliases=aliases).lines

    return build


@pytest.fixture(scope="session")
def orders(read: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """The typed lines of plain orders A-1, A-2, …, one for each dictionary of changed cells; "" leaves a cell empty."""

    def build(*rows: dict[str, str]) -> pd.DataFrame:
        return read([ORDER | {"order_id": f"A-{number}"} | row for number, row in enumerate(rows, start=1)])

    return build


@pytest.fixture(scope="session")
def order(orders: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """The plain line with some cells changed, as a frame of one typed row."""
    return lambda **cells: orders(cells)


@pytest.fixture(scope="session")
def known(read: Callable[..., pd.DataFrame], tables: Tables) -> Callable[..., Known]:
    """What is known on a day: the shipped tables and a master of parties, each the plain one with some cells changed.

    Without `customers` the master holds the plain party; `customers=None` means that no master was given.
    """

    made: dict[str, pd.DataFrame] = {}

    def build(
        as_of: date = date(2026, 11, 25),
        customers: Sequence[dict[str, str]] | None = ({},),
        **more: bool,
    ) -> Known:
        if customers is None:
            return Known(tables, as_of, None, **more)
        key = repr(customers)
        if key not in made:
            made[key] = read([PARTY | party for party in customers], "customers")
        return Known(tables, as_of, made[key], **more)

    return build


Parties = Sequence[dict[str, str]] | None
ASKED = pytest.StashKey[dict[str, list[dict[str, str]]]]()
PLAIN: Parties = ({},)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Notes the cells of every test of `value` by its parties: they are read as one file, for a line is the same alone
    or in a batch (test_matrix asserts it), and a thousand small files cost minutes."""
    asked: dict[str, list[dict[str, str]]] = {}
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        if "value" in getattr(item, "fixturenames", ()) and "order_id" not in given.get("cells", {"order_id": ""}):
            asked.setdefault(repr(given.get("parties", PLAIN)), []).append(given["cells"])
    config.stash[ASKED] = asked


@pytest.fixture(scope="session")
def value(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known], pytestconfig: pytest.Config
) -> Callable[..., object]:
    """What a feature says of the plain line with some cells changed: True, False, a number, or None.

    `parties` are the master's rows, as in `known`; the plain one alone when left out.
    """
    lines: dict[str, tuple[pd.DataFrame, dict[str, int]]] = {}
    told: dict[tuple[str, str], pd.Series] = {}

    def build(feature: Feature, cells: dict[str, str], parties: Parties = PLAIN) -> object:
        here, key, place = known(customers=parties), repr(parties), repr(sorted(cells.items()))
        if key not in lines:
            together = {repr(sorted(each.items())): each for each in pytestconfig.stash[ASKED].get(key, [])}
            facts = with_facts(orders(*together.values()), here) if together else pd.DataFrame()
            lines[key] = facts, {each: at for at, each in enumerate(together)}
        facts, places = lines[key]
        if place not in places:
            answer = feature(with_facts(orders(cells), here), here).iloc[0]
        else:
            if (feature.name, key) not in told:
                told[feature.name, key] = feature(facts, here)
            answer = told[feature.name, key].iloc[places[place]]
        return None if pd.isna(answer) else answer

    return build


Case = tuple[Feature, list[dict[str, str]]]


@pytest.fixture(scope="session")
def after(read: Callable[..., pd.DataFrame], tables: Tables) -> Callable[..., list[object]]:
    """What each case's feature says of the last of its rows, when all rows of all cases are one file.

    The rows of a case are orders of one customer with a site, a payer and a number of its own; `oldest` is the day on
    which the past begins. True, False, a number, or None. `master` holds customers, the plain one with cells changed.
    """

    def build(cases: Sequence[Case], oldest: str, master: Sequence[dict[str, str]] = ()) -> list[object]:
        rows = [_firm(ORDER, len(cases)) | {"order_id": "first", "order_date": oldest}]
        asked = []
        for at, (_, told) in enumerate(cases):
            rows += [_firm(ORDER, at) | {"order_id": f"{at}-{n}"} | cells for n, cells in enumerate(told)]
            asked.append(len(rows) - 1)
        customers = read([PARTY | party for party in master], "customers") if master else None
        known = Known(tables, date(2026, 11, 25), customers)
        lines = with_facts(read(rows), known)
        known = with_own(Earlier(), lines, known)
        facts = remembered(lines, known)
        values = [each(facts.iloc[[at]], known).iloc[0] for (each, _), at in zip(cases, asked, strict=True)]
        return [None if pd.isna(value) else value for value in values]

    return build


def _firm(row: dict[str, str], number: int) -> dict[str, str]:
    """The row with a customer of that number in the place of Norrhall Compute."""
    named = {name: cell.replace("Norrhall", f"Norrhall {number}") for name, cell in row.items()}
    return named | {"buyer_id": f"C-{number}", "dc_location": f"{number} Kornweg, Ulm"}
