"""The matrix of any order book: a line's values hang on itself, its own order and what is known, on nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import history, history_changes, history_site, listed, network
from features.known import Known
from features.matrix import FEATURES, build

FEW = settings(deadline=None, max_examples=4)  # a book takes about a tenth of a second, whatever its length
PLACES = ["", "US", "DE", "CN", "HK", "MO", "SG", "AE", "PR", "KH"]
NAMES = ["", "Norrhall Compute", "NORRHALL-COMPUTE GmbH", "Vesthavn Data", "Pearl Freight Ltd", "TBD", "北京算力"]
YES_NO = ["", "Y", "N"]
ADDRESSES = ["", "4 Rosengasse, Ulm", "7 Hafenweg, Hamburg", "Naval Base, Kiel 4", "Ulm"]
CELLS = {
    "order_id": ["A-1", "A-2", "A-3", ""],
    "order_date": ["", "2021-06-16", "2022-10-07", "2023-11-16", "2024-06-18", "2026-02-03", "2026-06-12"],
    "seller_country": PLACES,
    "buyer_id": ["", "C-1", "C-2", "C-9"],
    "buyer_name": NAMES,
    "buyer_country": PLACES,
    "ult_consignee_name": NAMES,
    "ult_consignee_country": PLACES,
    "ult_consignee_address": [*ADDRESSES, "P.O. Box 12"],
    "end_user_name": NAMES,
    "end_user_country": PLACES,
    "inter_consignee_country": PLACES,
    "payer_name": NAMES,
    "payer_country": PLACES,
    "forwarder_name": NAMES,
    "contact_email": ["", "a@norrhall.example", "mei@gmail.com"],
    "destination_country": PLACES,
    "transit_countries": ["", "HK", "SG;MY", "FR;NL;DE"],
    "delivery_place_type": ["", "data_centre", "warehouse", "residential", "unknown"],
    "incoterm": ["", "EXW", "DAP"],
    "routed_transaction": YES_NO,
    "payment_terms": ["", "net 30", "cash in advance"],
    "payment_prepaid_share": ["", "0", "0.5", "1"],
    "payment_method": ["", "wire", "cash", "lc"],
    "installation_declined": YES_NO,
    "support_declined": YES_NO,
    "repackaging_requested": YES_NO,
    "dc_power_mw": ["", "0.01", "5"],
    "dc_infrastructure_confirmed": ["", "no", "stated", "visited"],
    "part_number": ["", "NVIDIA H100 SXM5 80GB", "HGX H200 8-GPU", "L4", "CBL-L4-2M", "H20", "XQ-1"],
    "manufacturer": ["", "NVIDIA"],
    "item_description": ["", "GPU module", "adapter cable"],
    "eccn": ["", "3A090.a", "5A992.z.2", "EAR99", "TBD"],
    "hs_code": ["", "847330", "850440"],
    "buyer_address": ADDRESSES,
    "end_user_address": ADDRESSES,
    "forwarder_address": ADDRESSES,
    "forwarder_country": PLACES,
    "inter_consignee_name": NAMES,
    "notify_party_name": NAMES,
    "contact_phone": ["", "+49 555 0100", "+86 10 5550 0100", "0731 5501"],
    "port_of_unlading": ["", "DEHAM", "SGSIN", "57035"],
    "mode_of_transport": ["", "air", "hand", "other"],
    "filing_option": ["", "2", "4"],
    "ship_date": ["", "2024-07-01", "2026-07-01"],
    "order_status": ["", "open", "shipped"],
    "urgency_flag": YES_NO,
    "reexport_intended": YES_NO,
    "end_use_text": ["", "Fluid dynamics", "Computer parts", "TBD", "army", "supercomputer", "training for customers"],
    "end_use_statement": ["", "none", "signed"],
    "end_use_statement_date": ["", "2020-01-01", "2026-06-01", "2026-08-01"],
    "dc_name": ["", "Ulm North", "TBD"],
    "dc_operator": NAMES,
    "dc_country": PLACES,
    "dc_location": ["", "4 Rosengasse, Ulm", "Ulm", "48.4, 9.99"],
    "location_verification": ["", "none", "attested", "audited"],
    "iaas_provider": YES_NO,
    "iaas_customer_hq_countries": ["", "US;DE", "SG;CN"],
    "quantity": ["", "1", "8", "5000", "-8"],
    "unit_price": ["", "1", "30000"],
    "currency": ["", "USD", "EUR"],
}
PARTIES = [
    {"incorporation_date": "2025-01-01", "business_type": "cloud"},
    {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "HK", "hq_country": "CN", "website": ""},
]
POOL = 400
BOOKS = st.lists(st.integers(0, POOL - 1), min_size=1, max_size=30)
"""Which lines of the pool a book holds; a line may stand there twice."""

Lines = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def here(known: Callable[..., Known]) -> Known:
    """A master of a young German and an old Chinese-run company."""
    return known(customers=PARTIES)


@pytest.fixture(scope="session")
def pool(orders: Lines) -> pd.DataFrame:
    """Typed lines of any cells at all, read once: reading costs more than measuring."""
    draw = np.random.default_rng(20231117)
    rows = [{name: str(draw.choice(cells)) for name, cells in CELLS.items()} for _ in range(POOL)]
    return orders(*({"line_no": str(at)} | row for at, row in enumerate(rows, start=1)))


@pytest.fixture(scope="session")
def book(pool: pd.DataFrame) -> Lines:
    """The lines of the pool at the given places, numbered anew."""
    return lambda places: pool.iloc[places].reset_index(drop=True)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The same values to the last bit, for the same lines."""
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@FEW
@given(places=BOOKS)
def test_the_matrix_has_the_index_the_columns_and_the_types_declared(book: Lines, here: Known, places: Any) -> None:
    lines = book(places).set_axis([10 * (len(places) - at) for at in range(len(places))])
    before = lines.copy(deep=True)
    matrix = build(lines, here)
    same(lines, before)
    assert matrix.index.equals(lines.index)
    assert list(matrix.columns) == [each.name for each in FEATURES]
    kinds = {each.name: "boolean" if each.kind == "flag" else "float64" for each in FEATURES}
    assert {name: str(kind) for name, kind in matrix.dtypes.items()} == kinds


@FEW
@given(places=BOOKS, order=st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(book: Lines, here: Known, places: Any, order: Any) -> None:
    lines = book(places)
    shuffled = list(lines.index)
    order.shuffle(shuffled)
    same(build(lines.loc[shuffled], here).loc[lines.index], build(lines, here))


@settings(FEW, max_examples=3)  # every order is built once more by itself
@given(places=st.lists(st.integers(0, POOL - 1), min_size=2, max_size=8))
def test_an_order_alone_is_what_it_is_in_the_batch(book: Lines, here: Known, places: Any) -> None:
    lines = book(places)
    batch = build(lines, here)
    for _, group in lines.groupby("order_id"):
        same(build(group, here), batch.loc[group.index])
    for at in lines.index[lines["order_id"].isna()]:  # lines without an order id are no order together
        same(build(lines.loc[[at]], here), batch.loc[[at]])


@FEW
@given(places=BOOKS, later=BOOKS)
def test_later_lines_change_nothing(book: Lines, here: Known, places: Any, later: Any) -> None:
    both = book([*places, *later])
    more = both.index >= len(places)
    both["order_id"] = both["order_id"].mask(more, "B-1")
    both["order_date"] = both["order_date"].mask(more, pd.Timestamp("2026-11-20"))
    same(build(both, here).iloc[: len(places)], build(both.iloc[: len(places)], here))


@FEW
@given(places=BOOKS)
def test_extra_columns_change_nothing(book: Lines, here: Known, places: Any) -> None:
    lines = book(places)
    same(build(lines.assign(colour="red", weather=1.5), here), build(lines, here))


def test_a_column_that_no_field_knows_changes_nothing(orders: Lines, known: Callable[..., Known]) -> None:
    same(build(orders({"colour of the box": "red", "priority": "7"}), known()), build(orders({}), known()))


@FEW
@given(places=BOOKS)
def test_the_order_of_the_master_changes_nothing(book: Lines, known: Callable[..., Known], places: Any) -> None:
    lines = book(places)
    same(build(lines, known(customers=PARTIES)), build(lines, known(customers=PARTIES[::-1])))


WHOLE = {"line_value": "240000", "net_weight": "24", "chips_per_unit": "1"}
"""Cells that the plain line leaves empty and some signals read."""


def test_every_flag_of_the_plain_line_is_a_no_but_the_route(order: Lines, known: Callable[..., Known]) -> None:
    row = build(order(**WHOLE), known()).iloc[0]
    flags = {each.name for each in FEATURES if each.kind == "flag"}
    assert {name for name in flags if pd.isna(row[name])} == ROUTE | WITHOUT_A_LIST | OF_THE_PAST
    assert not any(row[name] for name in flags - ROUTE - WITHOUT_A_LIST - OF_THE_PAST)


ROUTE = {"passes_a_hub", "passes_d5_or_macau_on_the_way"}
WITHOUT_A_LIST = {each.name for each in listed.FEATURES}  # told on in test_listed.py
OF_THE_PAST = {  # told on in test_history*.py and test_network.py
    each.name
    for module in (history, history_changes, history_site, network)
    for each in module.FEATURES
    if each.kind == "flag"
}
BAD = {
    "destination_country": "SG",
    "buyer_country": "CN",
    "ult_consignee_country": "HK",
    "end_user_country": "HK",
    "transit_countries": "HK;MY",
    "port_of_unlading": "MYPKG",
    "mode_of_transport": "hand",
    "filing_option": "4",
    "reexport_intended": "Y",
    "forwarder_country": "AE",
    "forwarder_name": "Pearl Freight Ltd",
    "ult_consignee_name": "Pearl Freight Ltd",
    "notify_party_name": "Somebody Else",
    "routed_transaction": "Y",
    "incoterm": "EXW",
    "delivery_place_type": "virtual office",
    "ult_consignee_address": "7 Hafenweg, Hamburg",
    "end_user_name": "Vesthavn Data",
    "end_user_address": "11 Gerbergasse, Ulm, Naval Base",
    "buyer_address": "11 Gerbergasse, Ulm, Naval Base",
    "repackaging_requested": "Y",
    "urgency_flag": "Y",
    "end_use_text": "Computer parts",
    "end_use_statement": "none",
    "end_use_statement_date": "2020-01-01",
    "contact_email": "mei@gmail.com",
    "contact_phone": "+7 495 555 0100",
    "dc_name": "TBD",
    "dc_operator": "Somebody Else",
    "dc_country": "MY",
    "dc_location": "Johor",
    "dc_power_mw": "0.001",
    "dc_infrastructure_confirmed": "no",
    "location_verification": "none",
    "iaas_provider": "Y",
    "iaas_customer_hq_countries": "CN",
    "installation_declined": "Y",
    "payer_name": "Somebody Else",
    "payer_country": "RU",
    "payment_prepaid_share": "1",
    "payment_method": "cash",
    "part_number": "DGX H100 or A100",
    "chips_per_unit": "1",
    "manufacturer": "AMD",
    "item_description": "adapter",
    "eccn": "EAR99",
    "hs_code": "850440",
    "net_weight": "1",
    "unit_price": "1",
    "line_value": "24000",
}
OWNER = {
    "legal_name": "Norrhall Compute",
    "party_country": "CN",
    "hq_country": "CN",
    "ultimate_parent_country": "",
    "incorporation_country": "VG",
    "incorporation_date": "2025-01-01",
    "employees": "2",
    "business_type": "trading_company",
    "kyc_date": "2020-01-01",
    "kyc_risk_rating": "high",
    "listed_ownership_pct": "25",
    "military_or_state_link": "suspected",
    "website": "",
}
ELSE = [  # what contradicts a cell of BAD is told by a line of its own
    {"payer_country": "MY"},
    {"payer_name": "Norrhall Compute", "payer_country": "HK"},
    {"end_user_name": "TBD"},
    {"end_use_text": "Missile guidance supercomputer, model training for customers"},
    {"payment_method": "lc", "ult_consignee_name": "Harbour Bank Ltd", "end_user_name": ""},
    {"contact_email": "mei@pearl.example"},
    {"destination_country": "CN"},
    {"country_of_origin": "TW", "eccn": "TBD"},
    {"reexport_intended": "N"},
    {"end_use_text": "Desoldering"},
    {"part_number": "NVIDIA H100 SXM5 80GB", "quantity": "8", "unit_price": "9000000", "line_value": ""},
]


def test_every_flag_says_yes_somewhere(orders: Lines, known: Callable[..., Known]) -> None:
    flags = [each.name for each in FEATURES if each.kind == "flag"]
    user = OWNER | {"customer_id": "C-2", "legal_name": "Vesthavn Data", "party_country": "HK", "website": "v.example"}
    lines = orders(BAD, *(BAD | more for more in ELSE))
    told = build(lines, known(customers=[OWNER, user]))[flags].fillna(False).any()
    with_site = build(orders(BAD | ELSE[5]), known(customers=[OWNER | {"website": "norrhall.example"}, user]))[flags]
    assert set(told.index[~(told | with_site.fillna(False).any())]) == WITHOUT_A_LIST | OF_THE_PAST


def test_every_flag_says_no_somewhere(orders: Lines, known: Callable[..., Known]) -> None:
    flags = [each.name for each in FEATURES if each.kind == "flag"]
    assert build(orders({"transit_countries": "FR"} | WHOLE), known())[flags].iloc[0].eq(False).all()


def test_every_flag_is_not_evaluated_on_an_empty_line(orders: Lines, known: Callable[..., Known]) -> None:
    flags = [each.name for each in FEATURES if each.kind == "flag"]
    blank = dict.fromkeys((set(CELLS) | set(BAD) | {"dc_location"}) - {"order_id"}, "")
    assert build(orders(blank), known())[flags].iloc[0].isna().all()


DRAWN = 12
"""Lines of the pool whose every cell is tried with every answer and without one."""


def test_no_blank_cell_is_taken_for_a_no_that_no_answer_gives(orders: Lines, known: Callable[..., Known]) -> None:
    draw = np.random.default_rng(20221007)
    rows = [{name: str(draw.choice(cells)) for name, cells in CELLS.items()} for _ in range(DRAWN)]
    names = [name for name in CELLS if name not in ("order_id", "manufacturer")]  # the maker is a part of the part
    tried = [(row, name, cell) for row in range(DRAWN) for name in names for cell in CELLS[name]]
    lines = orders(*(rows[row] | {name: cell, "order_id": f"B-{at}"} for at, (row, name, cell) in enumerate(tried)))
    matrix = build(lines, known(customers=PARTIES))
    key = pd.MultiIndex.from_tuples([(row, name) for row, name, _ in tried])
    blank = np.array([cell == "" for _, _, cell in tried])
    for each in (each for each in FEATURES if each.kind == "flag"):
        no = pd.Series(matrix[each.name].eq(False).fillna(False).to_numpy(dtype=bool), index=key)
        never = ~no[~blank].groupby(level=[0, 1]).any()
        taken_for_no = no[blank] & never.reindex(no[blank].index)
        assert not taken_for_no.any(), f"{each.name}: {taken_for_no[taken_for_no].index.tolist()}"


def test_no_line_gives_no_row_and_the_same_columns(order: Lines, known: Callable[..., Known]) -> None:
    lines = order()
    same(build(lines.iloc[:0], known()), build(lines, known()).iloc[:0])
