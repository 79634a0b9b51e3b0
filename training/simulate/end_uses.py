"""What the buyer said of the end use and of the site, as the clerk writes it down."""

import numpy as np
import pandas as pd

from training.simulate.arrangements import NOBODY
from training.simulate.blanks import yes_no
from training.simulate.days import dates
from training.simulate.deals import happens
from training.simulate.draws import Words, chance, choose
from training.simulate.world import World

SIGNED = {"signed": 0.7, "received": 0.15, "verified": 0.15}  # assumption
UNSIGNED = {"none": 0.8, "received": 0.2}  # assumption
ASKED_ANYWAY = 0.1  # assumption: files of uncontrolled items that say whether there is a statement
SURE = {"stated": 0.49, "documented": 0.37, "visited": 0.14}  # assumption: sites that are not refused
CHECKED = {"attested": 0.63, "technical": 0.25, "audited": 0.12}  # assumption: locations that are not refused


def end_use(
    world: World, rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame
) -> pd.DataFrame:
    """End use in words, the end-use statement and its date, and whether goods are meant to go on."""
    size, groups = len(deals), firms["group"].to_numpy(dtype=object)[deals["firm"]]
    words = _words(world, rng, groups, firms["country"].to_numpy(dtype=object)[deals["firm"]])
    signed = happens(rng, rates, "statement_signed") & (deals["item"] != "neither").to_numpy()
    state = np.where(signed, choose(rng, SIGNED, size), choose(rng, UNSIGNED, size))
    asked = (deals["item"] != "neither").to_numpy() | chance(rng, ASKED_ANYWAY, size)
    state = np.where(asked, state, "").astype(object)
    old = np.where(happens(rng, rates, "old_statement"), rng.integers(180, 900, size), 0)
    day = deals["date"] - pd.to_timedelta(rng.integers(-12, 160, size) + old, unit="D")
    onward = (groups == "channel") & (deals["method"] == "").to_numpy() & happens(rng, rates, "wants_reexport")
    return pd.DataFrame(
        {
            "end_use_text": words,
            "end_use_statement": state,
            "end_use_statement_date": np.where(np.isin(state, ("", "none")), "", dates(day)),
            "reexport_intended": yes_no(onward),
        },
        index=deals.index,
    )


def _words(world: World, rng: np.random.Generator, groups: Words, countries: Words) -> Words:
    """What a firm of each group says, in English or in the language of its country."""
    phrases, size = world.phrases, len(groups)
    places = {str(group): rows.to_numpy() for group, rows in phrases.groupby("group").groups.items()}
    drawn = np.array(
        [
            places[group][draw % len(places[group])]
            for group, draw in zip(groups, rng.integers(0, 60, size), strict=True)
        ]
    )
    local = chance(rng, world.rates["buyers"]["languages"]["local"], size)
    language = np.where(local, world.places.loc[list(countries), "language"], "en")
    columns = {name: place for place, name in enumerate(phrases.columns)}
    return np.asarray(phrases.to_numpy(dtype=object)[drawn, [columns[name] for name in language]], dtype=object)


def site(rng: np.random.Generator, deals: pd.DataFrame, rates: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """The data centre that is to take the machines, where the end user has told of one."""
    size, named = len(deals), (deals["user"] != NOBODY).to_numpy()
    user = firms.iloc[deals["user"].clip(lower=0)]
    tells = named & (user["group"] == "operator").to_numpy()
    sure = np.where(happens(rng, rates, "site_unconfirmed"), "no", choose(rng, SURE, size)).astype(object)
    sure = np.where(user["mw"].isna() & (sure != "no"), "stated", sure)
    check = np.where(happens(rng, rates, "place_unshown"), "none", choose(rng, CHECKED, size)).astype(object)
    hall = (deals["ship_to"] == "colocation").to_numpy()
    rents = (user["business_type"] == "cloud").to_numpy()
    power = user["mw"].map(lambda mw: "" if np.isnan(mw) else f"{mw:.1f}").to_numpy(dtype=object)
    cells: dict[str, Words] = {
        "dc_name": user["site_name"].to_numpy(dtype=object),
        "dc_operator": np.where(hall, "Colocation provider", user["name"].to_numpy(dtype=object)),
        "dc_country": np.where(
            (deals["place"] == "data_centre") | deals["moved"], deals["destination"], user["country"]
        ),
        "dc_power_mw": np.where(hall & chance(rng, 0.4, size), "", power),
        "dc_infrastructure_confirmed": sure,
        "location_verification": check,
        "iaas_provider": yes_no(rents),
        "iaas_customer_hq_countries": np.where(rents, user["tenants"], ""),
    }
    return pd.DataFrame({name: np.where(tells, cell, "") for name, cell in cells.items()}, index=deals.index)
