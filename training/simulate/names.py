"""Names and streets are invented from syllables, cities are real, and domains end in the reserved `.example`."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.simulate.draws import Words, among
from training.simulate.world import World

HEADS = (
    *("Vel", "Nor", "Tak", "Lum", "Bri", "Sor", "Den", "Mar", "Quo", "Zan", "Fil", "Or", "Pel"),
    *("Hak", "Jur", "Kes", "Wil", "Ast", "Rud", "Cal", "Tem", "Yor", "Ebb", "Gal", "Lin", "Sab"),
)
MIDDLES = ("a", "e", "i", "o", "u", "ar", "en", "il", "or", "an", "ei", "ou", "is", "eb", "ov", "ul")
TAILS = (
    *("dan", "tex", "mor", "vik", "lane", "stad", "roth", "kuma", "beck", "ford"),
    *("sen", "tara", "vale", "wyn", "zen", "dor", "lith", "park", "nova", "mere"),
)
LONGER = ((4_000, TAILS), (60_000, MIDDLES), (60_000, TAILS))
"""Syllables that are added once so many words are found: 8,320 have three syllables, 166,400 four."""

SECTORS = {
    "hyperscaler": ("Cloud", "Web Services", "Platforms"),
    "cloud": ("Cloud", "Compute", "Hosting", "Data Centres"),
    "young_cloud": ("AI Cloud", "Compute", "GPU Cloud", "Intelligence"),
    "miner": ("Digital Mining", "Hash", "Digital Infrastructure"),
    "property_or_power": ("Properties", "Power", "Realty", "Energy"),
    "telecom": ("Telecom", "Communications", "Networks"),
    "enterprise": ("Motors", "Bank", "Industries", "Insurance", "Chemicals", "Retail"),
    "pharma_or_media": ("Pharma", "Pictures", "Media", "Biologics", "Studios"),
    "start_up": ("AI", "Labs", "Robotics", "Analytics", "Vision"),
    "university": ("University", "Institute of Technology"),
    "public_body": ("Weather Agency", "National Laboratory", "Research Council"),
    "reseller": ("Computers", "IT Supply", "Systems"),
    "integrator": ("Integration", "Solutions", "Engineering"),
    "dealer": ("Trading", "Electronics", "Components"),
    "distributor": ("Distribution", "Wholesale", "Supply Chain"),
    "lessor": ("Leasing", "Equipment Finance", "Asset Lease"),
    "purchase_agent": ("Sourcing", "Logistics Services", "Trade Services"),
    "buying_office": ("Procurement", "Asia Services", "Regional"),
    "forwarder": ("Logistics", "Freight", "Air Cargo", "Express", "Forwarding"),
    "financier": ("Capital", "Leasing", "Finance"),
    "trader": ("Trading", "International", "Technology", "Import Export"),
}
WITHOUT_FORM = ("university", "public_body")


def stems(rng: np.random.Generator, size: int) -> Words:
    """Invented words, all different."""
    words: dict[str, None] = {}
    while len(words) < size:
        lot = 2 * size + 8
        drawn = among(rng, HEADS, lot) + among(rng, MIDDLES, lot) + among(rng, TAILS, lot)
        for enough, syllables in LONGER:
            if len(words) >= enough:
                drawn = drawn + among(rng, syllables, lot)
        words |= dict.fromkeys(drawn)
    return np.array(list(words)[:size], dtype=object)


def companies(rng: np.random.Generator, world: World, stem: Words, kinds: Words, countries: Words) -> Words:
    """Stem, a word of the trade and the company form of the country."""
    trade = np.array([SECTORS[kind][draw % len(SECTORS[kind])] for kind, draw in _drawn(rng, kinds)], dtype=object)
    forms = {country: world.places.loc[country, "forms"].split(";") for country in sorted(set(countries))}
    form = np.array([forms[place][draw % len(forms[place])] for place, draw in _drawn(rng, countries)], dtype=object)
    form[np.isin(kinds, WITHOUT_FORM)] = ""
    return np.array(pd.Series(stem + " " + trade + " " + form).str.strip(), dtype=object)


def cities(rng: np.random.Generator, world: World, countries: Words) -> Words:
    """A city of each country."""
    known = {country: world.places.loc[country, "cities"].split(";") for country in sorted(set(countries))}
    return np.array([known[place][draw % len(known[place])] for place, draw in _drawn(rng, countries)], dtype=object)


def addresses(rng: np.random.Generator, world: World, countries: Words, lead: npt.ArrayLike = "") -> Words:
    """Number, street and district; `lead` such as "Warehouse 4, " comes first."""
    streets = {country: world.places.loc[country, "street"].split(";") for country in sorted(set(countries))}
    kind = np.array(
        [streets[place][draw % len(streets[place])] for place, draw in _drawn(rng, countries)], dtype=object
    )
    size = len(countries)
    number = rng.integers(1, 400, size).astype(str).astype(object)
    word = among(rng, HEADS, size) + among(rng, MIDDLES, size) + among(rng, TAILS, size)
    return np.asarray(np.asarray(lead, dtype=object) + number + " " + word + " " + kind, dtype=object)


def phones(rng: np.random.Generator, world: World, countries: Words) -> Words:
    """A number with the country's code and the digits 555."""
    code = np.array(world.places.loc[list(countries), "phone"], dtype=object)
    return np.asarray(code + " 555 " + rng.integers(10_000, 99_999, len(countries)).astype(str).astype(object))


def _drawn(rng: np.random.Generator, keys: Words) -> "zip[tuple[str, int]]":
    """Each key with a draw of its own."""
    return zip(keys, rng.integers(0, 1 << 30, len(keys)), strict=True)
