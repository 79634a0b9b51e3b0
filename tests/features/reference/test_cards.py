"""Each shipped table against its card, and against what the rule says of it."""

import re
import unicodedata

import pandas as pd
import pytest

from features.end_use import KINDS
from features.reference.tables import load

TABLES = load()
TODAY = pd.Timestamp("2026-11-25")


def values(table: str, column: str) -> set[str]:
    """Every value of a column, lists taken apart."""
    cells = TABLES.frames[table][column].str.split(";").explode()
    return set(cells) - {""}


def places_in(*groups: str, day: str = "2026-07-23") -> set[str]:
    """Places that stand in one of the groups on a day, territories left out but Hong Kong."""
    rows = TABLES.in_force("countries", pd.Timestamp(day))
    return set(rows.loc[rows["groups"].str.split(";").map(lambda own: bool(set(own) & set(groups))), "iso2"])


@pytest.mark.parametrize("name", sorted(TABLES.cards))
def test_a_card_tells_title_row_and_runbook(name: str) -> None:
    card = TABLES.cards[name]
    assert all([card.title, card.publisher, card.source, card.row, *card.renew, *card.columns.values()])
    assert len(card.renew) >= 2
    assert pd.Timestamp(card.read_on) <= TODAY
    assert card.rows[0] <= len(TABLES.frames[name]) <= card.rows[1]


@pytest.mark.parametrize("name", sorted(TABLES.cards))
def test_no_row_starts_in_the_future(name: str) -> None:
    assert TABLES.frames[name]["start"].max() <= TODAY


def test_all_250_places_are_there_each_once_a_day() -> None:
    assert TABLES.in_force("countries", TODAY)["iso2"].nunique() == 250
    assert (TABLES.frames["countries"]["iso2"].str.fullmatch("[A-Z]{2}")).all()
    assert values("countries", "ear_parent") <= values("countries", "iso2")


@pytest.mark.parametrize(
    ("group", "places"),
    [
        ("A:6", "AL CY IL MT MX SG ZA TW"),
        ("D:4", "BH BY CN EG HK IR IQ IL JO KP KW LB LY MO OM PK QA RU SA SY VE YE"),
        ("D:5", "AF BY CF CN CD CU ER HK HT IR IQ KP LB LY MM NI RU SO SS SD SY VE ZW"),
        ("E:1", "IR KP SY"),
        ("E:2", "CU"),
    ],
)
def test_the_groups_of_july_2026(group: str, places: str) -> None:
    assert places_in(group) == set(places.split())


def test_the_places_that_need_a_licence_for_a_items_in_practice() -> None:
    rule = TABLES.in_force("gate_rules", TODAY).set_index("rule").loc["destination-a"]
    hit = places_in(*rule["groups_any"].split(";")) - places_in(*rule["groups_none"].split(";"))
    expected = (
        "AE AF AM AZ BH BY CD CF CN CU EG ER GE HK HT IQ IR JO KG KH KP KW KZ LA LB LY MD MM MN MO NI OM PK QA RU SA SD"
        " SO SS SY TJ TM UZ VE VN YE ZW"
    )
    assert hit | set(rule["countries"].split(";")) == set(expected.split())


def _key(text: str) -> str:
    """The key form, spelt here a second time on purpose: the table must not depend on the reader."""
    folded = re.sub(r"^the\s+", "", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def test_country_names_are_in_key_form_and_lead_to_countries() -> None:
    names = TABLES.frames["country_names"]
    assert names["alias"].is_unique
    assert names["alias"].map(_key).equals(names["alias"])
    assert set(names["iso2"].str.split("|").explode()) <= values("countries", "iso2")


@pytest.mark.parametrize(
    ("written", "iso2"),
    [
        ("UK", "GB"),
        ("UKR", "UA"),
        ("NA", "NA"),
        ("Guinea", "GN"),
        ("Georgia", "GE"),
        ("Korea", "KR|KP"),
        ("Congo", "CD|CG"),
        ("America", "US|AS"),
        ("U.S.A.", "US"),
        ("Korea, Republic of", "KR"),
        ("Congo, Democratic Republic of the", "CD"),
        ("the Netherlands", "NL"),
        ("Hong Kong SAR", "HK"),
        ("Macau", "MO"),
        ("P.R. China", "CN"),
        ("Taiwan, Province of China", "TW"),
        ("Российская Федерация", "RU"),
        ("TÜRKİYE", "TR"),
        ("中华人民共和国", "CN"),
        ("대한민국", "KR"),
        ("シンガポール", "SG"),
        ("ＵＡＥ", "AE"),
        ("Österreich", "AT"),
    ],
)
def test_a_country_is_found_as_people_write_it(written: str, iso2: str) -> None:
    names = TABLES.frames["country_names"].set_index("alias")["iso2"]
    assert names[_key(written)] == iso2


@pytest.mark.parametrize("written", ["Kore", "Asia", "EU", "Crimea", "Island"])
def test_what_is_no_single_country_is_not_a_name(written: str) -> None:
    assert _key(written) not in set(TABLES.frames["country_names"]["alias"])


def test_hubs_are_countries_and_have_a_basis() -> None:
    assert values("transshipment_hubs", "iso2") <= values("countries", "iso2")
    assert values("transshipment_hubs", "basis") == {"chips", "russia"}


def test_chips_have_figures_or_none() -> None:
    chips = TABLES.frames["chips"]
    for column in ("tpp", "performance_density", "mem_bw_gb_s", "price_low_usd", "price_high_usd"):
        assert (pd.to_numeric(chips.loc[chips[column] != "", column]) > 0).all()
    assert len(chips) == 108
    assert values("chips", "data_centre") == {"yes", "no", "unknown"}
    assert values("chips", "gp10") == {"no", "named", "presumed"}
    assert set(chips.loc[chips["letter"] == "yes", "chip"]) == {"H20 SXM 96GB", "Instinct MI308X"}


def test_chip_names_are_in_key_form_and_every_chip_has_one() -> None:
    names = TABLES.frames["chip_names"]
    assert names["alias"].str.fullmatch("[A-Z0-9]+").all()
    assert names["alias"].is_unique
    assert values("chip_names", "chip") == values("chips", "chip")
    assert values("chip_names", "unit") == {"chip", "system"}
    assert values("chip_names", "needs_maker") == {"yes", "no"}
    assert (names["chips_per_unit"].astype(int) >= 1).all()


@pytest.mark.parametrize(
    ("alias", "chip", "chips", "unit", "needs_maker"),
    [
        pytest.param("H100", "H100 SXM5 80GB", "1", "chip", "no", id="a bare name is the strictest of its family"),
        pytest.param("DGXH100", "H100 SXM5 80GB", "8", "system", "no", id="a DGX holds eight"),
        pytest.param("GB200NVL72", "GB200 (per GPU)", "72", "system", "no", id="a rack is 72 chips, not one item"),
        pytest.param("VERARUBINNVL144", "Rubin R200", "72", "system", "no", id="144 dies are 72 packages"),
        pytest.param("GB200SUPERCHIP", "GB200 (per GPU)", "2", "chip", "no", id="a superchip holds two"),
        pytest.param("H100NVL", "H100 NVL 94GB", "1", "chip", "no", id="bridged pairs are sold by the card"),
        pytest.param("A2", "A2", "1", "chip", "yes", id="a name that could be anything needs its maker"),
    ],
)
def test_a_name_leads_to_its_chip(alias: str, chip: str, chips: str, unit: str, needs_maker: str) -> None:
    row = TABLES.frames["chip_names"].set_index("alias").loc[alias]
    assert row[["chip", "chips_per_unit", "unit", "needs_maker"]].tolist() == [chip, chips, unit, needs_maker]


def test_gate_rules_use_closed_words() -> None:
    assert values("gate_rules", "result") == {"stop", "licence", "unknown", "note"}
    assert values("gate_rules", "item") <= {"a", "b", "neither", "unknown", "letter", "gp10", "any"}
    assert values("gate_rules", "legs") <= {"export", "reexport", "transfer", "domestic", "any"}
    assert values("gate_rules", "test") == {"destination", "headquarters", "product", "ownership", "end use"}
    assert values("gate_rules", "speaks_of") <= values("end_use_words", "kind")
    assert values("gate_rules", "switch") == {"as dated", "on", "off"}
    assert values("gate_rules", "exceptions") == {"no"}
    assert values("gate_rules", "countries") <= values("countries", "iso2")
    groups = values("countries", "groups") | {f"tier:{each}" for each in values("countries", "diffusion_tier")}
    assert values("gate_rules", "groups_any") | values("gate_rules", "groups_none") <= groups


def test_every_sentence_of_the_gate_can_be_filled() -> None:
    for says in TABLES.frames["gate_rules"]["says"]:
        assert "{" not in says.format(value="Macao", party="end user")


def test_every_position_of_the_affiliates_switch_has_a_row_on_the_days_it_decides() -> None:
    rules = TABLES.frames["gate_rules"]
    under = rules[rules["switch"] != ""]
    assert sorted(under["switch"]) == ["as dated", "off", "on"]
    assert len(set(under["start"])) == 1
    assert under["end"].isna().all()


@pytest.mark.parametrize("code", ["NLR", "C33"])
def test_no_licence_required_covers_no_controlled_item(code: str) -> None:
    row = TABLES.frames["licence_exceptions"].set_index("code").loc[code]
    assert (row["kind"], row["usable_for"]) == ("none", "neither")


def test_nac_and_aca_never_cover_a_data_centre_item() -> None:
    rows = TABLES.frames["licence_exceptions"].set_index("code").loc[["NAC", "C67", "ACA"]]
    assert not rows["usable_for"].str.contains("a-data-centre").any()
    assert "D:5" in rows.loc["ACA", "countries_not"]
    assert "D:5" not in rows.loc["NAC", "countries_not"]


def test_exceptions_use_closed_words() -> None:
    assert values("licence_exceptions", "kind") == {"none", "exception", "licence"}
    rows = TABLES.frames["licence_exceptions"]
    assert len(rows[["means", "kind"]].drop_duplicates()) == len(set(rows["means"]))
    assert (rows["other_words"] == rows["other_words"].str.lower()).all()
    assert values("licence_exceptions", "usable_for") == {"a-data-centre", "a-other", "b", "neither"}
    assert values("licence_exceptions", "countries_not") <= values("countries", "groups") | values("countries", "iso2")


def test_the_control_dates() -> None:
    dates = TABLES.frames["control_dates"].set_index("name")["date"].to_dict()
    assert dates == {"october-2022": "2022-10-07", "november-2023": "2023-11-17", "diffusion-tiers": "2025-01-13"}


def test_a_forwarder_is_no_end_user_of_chips() -> None:
    fits = TABLES.frames["business_types"].set_index("business_type")["fits"]
    assert fits[["forwarder", "trading_company"]].tolist() == ["no", "no"]
    assert set(fits) == {"yes", "no", "unsure"}


def test_free_mail_domains_are_lower_case_and_power_is_a_plausible_number() -> None:
    assert TABLES.frames["free_mail"]["domain"].str.fullmatch(r"[a-z0-9-]+(\.[a-z]+)+").all()
    power = TABLES.frames["compute_power"]
    assert (power["kw"].astype(float) / power["chips"].astype(float)).between(0.1, 3).all()
    assert "default" in set(power["unit"])


def test_calling_codes_are_digits_and_lead_to_countries() -> None:
    codes = TABLES.frames["calling_codes"]
    assert codes["code"].str.fullmatch("[1-9][0-9]{0,3}").all()
    assert codes["code"].is_unique
    assert values("calling_codes", "places") <= values("countries", "iso2")


@pytest.mark.parametrize(
    ("code", "places"),
    [
        pytest.param("1", "CA;US", id="two countries share a code"),
        pytest.param("1787", "PR", id="an area code of one territory"),
        pytest.param("1800", "", id="toll-free numbers belong to no place"),
        pytest.param("7", "KZ;RU", id="a code of the old Union"),
        pytest.param("77", "KZ", id="and its part for Kazakhstan"),
        pytest.param("44", "GB;GG;IM;JE", id="islands share a code"),
        pytest.param("852", "HK", id="Hong Kong has its own"),
        pytest.param("853", "MO", id="Macau has its own"),
        pytest.param("971", "AE", id="the Emirates"),
    ],
)
def test_a_calling_code_leads_to_its_places(code: str, places: str) -> None:
    assert TABLES.frames["calling_codes"].set_index("code").loc[code, "places"] == places


def test_words_of_addresses_are_in_plain_form() -> None:
    words = TABLES.frames["address_words"]
    assert values("address_words", "kind") == {"military", "post_box", "free_zone"}
    assert values("address_words", "number_follows") == {"yes", "no"}
    assert words["word"].map(lambda word: word == " ".join(word.casefold().split())).all()


def test_vague_end_uses_are_in_the_form_of_name_keys() -> None:
    words = TABLES.frames["vague_end_uses"]["words"]
    assert words.map(_key).equals(words)


def test_end_use_words_are_in_the_form_in_which_they_are_looked_for() -> None:
    words = TABLES.frames["end_use_words"]
    assert set(words["kind"]) == {*KINDS, "denial"}
    assert values("end_use_words", "language") == {"en", "zh", "ja", "ko", "de"}
    plain = words["phrase"].str.casefold().str.findall(r"[^\W_]+").str.join(" ")
    assert (words["phrase"] == plain).all()


def test_makers_and_tariff_codes_are_in_key_form() -> None:
    assert TABLES.frames["makers"]["maker"].str.fullmatch("[A-Z0-9]+( [A-Z0-9]+)*").all()
    assert values("makers", "kind") == {"server", "card", "contract"}
    assert TABLES.frames["accelerator_tariffs"]["code"].str.fullmatch(r"\d{4}|\d{6}").all()
    assert values("accelerator_tariffs", "keeps_open") == {"yes", "no"}


def test_weights_are_ranges_and_no_count_of_chips_has_two() -> None:
    rows = TABLES.frames["unit_weights"]
    numbers = rows[["chips_from", "chips_to", "kg_low", "kg_high"]].astype(float)
    assert (numbers["chips_from"] <= numbers["chips_to"]).all()
    assert (numbers["kg_low"] < numbers["kg_high"]).all()
    for unit in ("chip", "system"):
        own = numbers[rows["unit"] == unit].sort_values("chips_from")
        assert (own["chips_from"].iloc[1:].to_numpy() > own["chips_to"].iloc[:-1].to_numpy()).all()
