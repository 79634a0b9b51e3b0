"""Honest noise: what lawful buyers and ordinary clerks leave in the cells."""

import pandas as pd
import pytest

from training.simulate import SimulatedBook, simulate
from training.simulate.world import world


@pytest.fixture(scope="module")
def book() -> SimulatedBook:
    return simulate(20_000, seed=8)


@pytest.fixture(scope="module")
def honest(book: SimulatedBook) -> pd.DataFrame:
    """One row an honest order with its buyer's master data."""
    first = ~book.orders.duplicated("order_id") & (book.truth["intent"] == "honest")
    return book.orders[first].merge(book.customers.add_prefix("c_"), left_on="buyer_id", right_on="c_customer_id")


def test_three_to_eight_in_a_hundred_honest_numbers_are_of_another_country(honest: pd.DataFrame) -> None:
    dialled = honest[honest["contact_phone"].str.startswith("+", na=False)]
    code = dialled["buyer_country"].map(world().places["phone"])
    other = [not phone.startswith(f"{own} ") for phone, own in zip(dialled["contact_phone"], code, strict=True)]
    assert 0.03 < pd.Series(other)[code.notna().to_numpy()].mean() < 0.08


def test_some_numbers_are_written_as_dialled_at_home(honest: pd.DataFrame) -> None:
    phones = honest["contact_phone"].dropna()
    assert 0.15 < phones.str.startswith("0").mean() < 0.3


def test_a_tenth_of_honest_buyers_write_from_another_domain_than_their_website(honest: pd.DataFrame) -> None:
    both = honest.dropna(subset=["contact_email", "c_website"])
    assert 0.06 < (both["contact_email"].str.split("@").str[1] != both["c_website"]).mean() < 0.3


def test_some_honest_goods_are_unloaded_in_a_neighbouring_country(honest: pd.DataFrame) -> None:
    told = honest.dropna(subset=["port_of_unlading", "destination_country"])
    assert told["port_of_unlading"].str.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}").all()
    assert 0.05 < (told["port_of_unlading"].str[:2] != told["destination_country"]).mean() < 0.25
    assert "NLRTM" in set(told.loc[told["destination_country"] == "DE", "port_of_unlading"])


def test_the_party_to_be_notified_is_mostly_known_from_the_order(honest: pd.DataFrame) -> None:
    told = honest.dropna(subset=["notify_party_name"])
    known = [
        row.notify_party_name in (row.buyer_name, row.ult_consignee_name, row.forwarder_name)
        for row in told[told["forwarder_name"].notna()].itertuples()
    ]
    assert 0.75 < pd.Series(known).mean() < 0.97


def test_domestic_orders_have_no_ports_and_no_filing(honest: pd.DataFrame) -> None:
    home = honest[honest["seller_country"] == honest["destination_country"]]
    assert home[["port_of_export", "port_of_unlading", "notify_party_name", "filing_option"]].isna().all(axis=None)


def test_only_us_exports_have_a_filing_option(honest: pd.DataFrame) -> None:
    assert set(honest.loc[honest["filing_option"].notna(), "seller_country"]) == {"US"}


def test_end_use_is_told_in_several_languages(honest: pd.DataFrame) -> None:
    phrases = world().phrases
    spoken = {name for name in phrases.columns[1:] if honest["end_use_text"].isin(set(phrases[name])).any()}
    assert len(spoken) >= 8
    assert honest["end_use_text"].isin(set(phrases["en"])).sum() > 0.7 * honest["end_use_text"].notna().sum()


def test_some_prices_are_in_other_money_and_stay_those_of_the_part(honest: pd.DataFrame) -> None:
    other = honest[honest["currency"] != "USD"]
    assert 0.03 < len(other) / len(honest) < 0.12
    usd = other["unit_price"].astype(float) / other["currency"].map(world().rates["sellers"]["rates"])
    parts = world().parts.set_index("part")
    assert (usd < 1.7 * other["part_number"].map(parts["high"])).all()


def test_gross_weight_is_at_least_the_net_weight_of_the_order_but_for_slips(book: SimulatedBook) -> None:
    told = book.orders.dropna(subset=["net_weight", "gross_weight"]).astype(
        {"net_weight": float, "gross_weight": float}
    )
    assert 0.94 < (told["net_weight"] <= told["gross_weight"]).mean() < 0.995


def test_statements_are_missing_old_or_signed_on_the_day(honest: pd.DataFrame) -> None:
    told = honest["end_use_statement"].value_counts(normalize=True)
    assert set(told.index) == {"none", "received", "signed", "verified"}
    age = (pd.to_datetime(honest["order_date"]) - pd.to_datetime(honest["end_use_statement_date"])).dt.days
    assert 0.05 < (age > 365).sum() / age.notna().sum() < 0.25


def test_a_third_of_customers_were_never_reviewed_since_they_came(book: SimulatedBook) -> None:
    known = book.customers.dropna(subset=["kyc_date", "customer_since"])
    days = (pd.to_datetime(known["kyc_date"]) - pd.to_datetime(known["customer_since"])).dt.days
    assert (days >= 0).all()
    assert 0.25 < (days <= 31).mean() < 0.55


def test_the_onboarding_rating_leans_on_country_and_age_but_does_not_settle_it(honest: pd.DataFrame) -> None:
    shares = honest["c_kyc_risk_rating"].value_counts(normalize=True)
    assert shares["low"] > 0.6 > shares["medium"] > shares["high"] > 0.01


def test_how_often_a_cell_is_blank_depends_on_the_seller(book: SimulatedBook) -> None:
    blank = book.orders["payer_name"].isna().groupby(book.orders["seller_name"]).mean()
    assert blank.max() - blank.min() > 0.1


def test_tariff_codes_are_as_long_as_the_sellers_system_holds_them(book: SimulatedBook) -> None:
    lengths = book.orders["hs_code"].dropna().str.len().groupby(book.orders["seller_name"]).nunique()
    assert (lengths == 1).all()
