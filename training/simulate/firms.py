"""A firm is founded with a trade, a home, a site and habits; honest firms and diverters' companies alike."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.simulate import names
from training.simulate.days import Days, earlier
from training.simulate.draws import Numbers, Words, among, around, chance, choose, choose_each, of_kind
from training.simulate.world import World

RESTRICTED_HOMES = {"CN": 0.72, "HK": 0.24, "MO": 0.04}  # assumption: home of a foreign group's head office
ADDRESS_TYPES = {"office": 0.70, "factory": 0.14, "warehouse": 0.07, "data_centre": 0.06, "unknown": 0.03}  # assumption
FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "proton.me")
CAGE = 0.2  # assumption: MW of a room or a cage, all that some have of the hall they tell of
SMALL = 40  # people; below it a firm may have no site of its own on the web
YEAR = pd.Timedelta(days=365.25)


def found(world: World, rng: np.random.Generator, kinds: Words, countries: Words, habits: pd.DataFrame) -> pd.DataFrame:
    """Firms of the given kinds and countries; `habits` holds the rates that differ between people who set up firms.

    One row a firm: what a customer master may state, and what only the firm knows (kind, group, size, openness).
    """
    size = len(kinds)
    table = world.rates["kinds"]
    stem = names.stems(rng, size)
    firms = pd.DataFrame({"kind": kinds, "country": countries, "stem": stem}, dtype=object)
    firms["group"] = of_kind(kinds, table, "group")
    firms["business_type"] = of_kind(kinds, table, "business_type")
    firms["industry"] = of_kind(kinds, table, "industry")
    firms["name"] = names.companies(rng, world, stem, kinds, countries)
    firms["city"] = names.cities(rng, world, countries)
    firms["founded"] = _founded(world, rng, kinds)
    firms["people"] = np.ceil(around(rng, of_kind(kinds, table, "people").astype(float), 0.8, size))
    firms["revenue"] = around(rng, firms["people"].to_numpy() * 240_000, 0.7, size).round(-3)  # assumption
    firms["busy"] = around(rng, of_kind(kinds, table, "busy").astype(float), 0.6, size)
    firms["servers"] = around(rng, of_kind(kinds, table, "servers").astype(float), 0.5, size)
    firms["openness"] = _openness(world, rng, firms["group"].to_numpy(dtype=object))
    firms["taste"] = rng.random(size)
    firms = _contact(world, rng, firms, habits)
    firms = _site(world, rng, firms, habits)
    firms = _group(world, rng, firms, habits)
    firms = _money(world, rng, firms)
    former = names.companies(rng, world, names.stems(rng, size), kinds, countries)
    return firms.assign(
        other_names=np.where(chance(rng, habits["renamed"], size), former, ""),
        stake=np.where(chance(rng, 0.45, size), 0.0, np.nan),  # assumption: owners looked up, none listed
        link=np.where(chance(rng, habits["rumour"], size), "suspected", ""),
        tells_owner=chance(rng, habits["tells_owner"], size),
        new=False,
    )


def _founded(world: World, rng: np.random.Generator, kinds: Words) -> Days:
    """Founding dates inside the years of each kind, at least nine months before the book ends."""
    years = np.array([list(pair) for pair in of_kind(kinds, world.rates["kinds"], "founded")], dtype=float)
    days = (years[:, 0] + rng.random(len(kinds)) * (years[:, 1] - years[:, 0]) - 1970) * 365.25
    dates: Days = pd.Series(pd.Timestamp("1970-01-01") + pd.to_timedelta(np.floor(days), unit="D"))
    return earlier(dates, world.end - 0.75 * YEAR).dt.normalize()


def _openness(world: World, rng: np.random.Generator, groups: Words) -> Numbers:
    """How many optional cells a firm helps to fill, between 0 and 1."""
    mean = np.array([world.rates["buyers"]["openness"][group] for group in groups], dtype=float)
    return np.asarray(rng.beta(6 * mean, 6 * (1 - mean)))


def _contact(world: World, rng: np.random.Generator, firms: pd.DataFrame, habits: pd.DataFrame) -> pd.DataFrame:
    """Address, mail, telephone and website."""
    size, countries = len(firms), firms["country"].to_numpy(dtype=object)
    small = firms["people"].to_numpy() < SMALL
    free = chance(rng, habits["free_mail"], size) & small
    shared = chance(rng, habits["shared_office"], size) & small
    own = names.addresses(rng, world, countries, among(rng, ("", "Unit 7, ", "Floor 3, ", "Building B, "), size))
    centre = _business_centres(world, rng, countries)
    domain = np.array(firms["stem"].str.lower() + ".example", dtype=object)
    box = among(rng, ("orders", "purchasing", "it", "admin", "procurement"), size)
    private = np.array(firms["stem"].str.lower(), dtype=object) + "." + box
    group = np.array(firms["stem"].str.lower() + "-group.example", dtype=object)
    office = box + "@" + np.where(chance(rng, habits["group_mail"], size), group, domain).astype(object)
    mail = np.where(free, private + "@" + among(rng, FREE_MAIL, size), office)
    abroad = chance(rng, habits["foreign_phone"], size)
    reached = np.where(abroad, choose(rng, world.rates["buyers"]["offices_abroad"], size), countries).astype(object)
    kind = np.where(shared, "virtual_office", choose(rng, ADDRESS_TYPES, size))
    kind = np.where(chance(rng, habits["letter_box"], size) & ~shared, "registered_agent", kind)
    return firms.assign(
        address=np.where(shared, centre, own),
        address_type=np.where(chance(rng, habits["home"], size) & small & ~shared, "residential", kind),
        mail=mail,
        phone=names.phones(rng, world, reached),
        website=np.where(chance(rng, habits["no_website"], size) & small, "", domain),
    )


def _business_centres(world: World, rng: np.random.Generator, countries: Words) -> Words:
    """One of three business centres of each country, each used by many small firms."""
    homes = np.array(sorted(set(countries)), dtype=object)
    three = [dict(zip(homes, names.addresses(rng, world, homes, "Suite 1200, "), strict=True)) for _ in range(3)]
    return np.array(
        [three[draw][home] for draw, home in zip(rng.integers(0, 3, len(countries)), countries, strict=True)]
    )


def _site(world: World, rng: np.random.Generator, firms: pd.DataFrame, habits: pd.DataFrame) -> pd.DataFrame:
    """The place where the machines run: operators have one with power; others use a room or a colocation hall."""
    size, countries = len(firms), firms["country"].to_numpy(dtype=object)
    median = of_kind(firms["kind"].to_numpy(dtype=object), world.rates["kinds"], "mw").astype(float)
    mw = np.where(median > 0, around(rng, np.maximum(median, 0.1), 0.8, size), 0.0)
    small = chance(rng, habits["site_too_small"], size)
    stated = ~chance(rng, habits["mw_blank"], size) & (mw > 0)
    return firms.assign(
        mw=np.where(stated, np.where(small, around(rng, CAGE, 0.6, size), mw).round(1).clip(0.1), np.nan),
        site_name=firms["stem"] + " " + among(rng, ("DC1", "Campus", "Hall A", "Data Centre"), size),
        site_address=names.addresses(rng, world, countries, among(rng, ("Hall 2, ", "Park 5, ", "Campus "), size)),
        warehouse=names.addresses(rng, world, countries, among(rng, ("Warehouse 3, ", "Dock 12, ", "Unit 41, "), size)),
    )


def _group(world: World, rng: np.random.Generator, firms: pd.DataFrame, habits: pd.DataFrame) -> pd.DataFrame:
    """Head office and parent: most firms are their own; some belong to a group at home, a few to one in China."""
    size, home = len(firms), firms["country"].to_numpy(dtype=object)
    abroad = chance(rng, habits["foreign_group"], size)
    office = firms["kind"].to_numpy(dtype=object) == "buying_office"
    seat = np.where(abroad, choose(rng, RESTRICTED_HOMES, size), np.where(office, _seats(world, rng, size), home))
    owned = abroad | office | chance(rng, 0.25, size)  # assumption: a quarter of firms have a parent at home
    parent = np.array(firms["stem"] + " Group", dtype=object)
    tenant = chance(rng, habits["tenant_restricted"], size)
    return firms.assign(
        hq=np.where(abroad, seat, np.where(office & (rng.random(size) < 0.5), home, np.where(office, seat, home))),
        parent=np.where(owned, parent, ""),
        parent_country=np.where(owned, seat, ""),
        tenants=np.where(tenant, "SG;CN", among(rng, ("US", "US;GB", "JP;SG", "DE;FR", ""), size)),
        registration=rng.integers(10_000_000, 99_999_999, size).astype(str),
    )


def _money(world: World, rng: np.random.Generator, firms: pd.DataFrame) -> pd.DataFrame:
    """Who usually pays, and where a treasury or lender banks: a firm keeps to its account."""
    size, place = len(firms), choose(rng, world.rates["payer"]["abroad"], len(firms))
    pays = choose_each(rng, firms["group"].to_numpy(dtype=object), world.rates["payer"]["usual"])
    lends = pays == "financier"
    stem = np.where(lends, names.stems(rng, size), firms["stem"]).astype(object)
    kinds = np.where(lends, "financier", "buying_office").astype(object)
    return firms.assign(pays=pays, banks_in=place, banker=names.companies(rng, world, stem, kinds, place))


def _seats(world: World, rng: np.random.Generator, size: int) -> Words:
    """Seats of multinational groups: countries where no licence is needed."""
    shares: Mapping[str, float] = world.rates["buyers"]["countries"]
    licensed = world.rates["buyers"]["licensed"]["countries"]
    return choose(rng, {place: share for place, share in shares.items() if place not in licensed}, size)


def same_habit(rates: Mapping[str, float], size: int) -> pd.DataFrame:
    """One set of habits for all of `size` firms."""
    values: dict[str, npt.NDArray[np.float64]] = {name: np.full(size, rate) for name, rate in rates.items()}
    return pd.DataFrame(values)
