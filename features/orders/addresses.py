"""An address that ends in its country states it; nothing else in an address is taken for one."""

import re
from collections.abc import Mapping

import pandas as pd

from features.orders.cells import Fault
from features.orders.countries import country_key
from features.orders.problems import Level

COUNTRY_OF = {
    "buyer_address": "buyer_country",
    "ult_consignee_address": "ult_consignee_country",
    "inter_consignee_address": "inter_consignee_country",
    "end_user_address": "end_user_country",
    "forwarder_address": "forwarder_country",
    "party_address": "party_country",
}
PARTS = re.compile(r"[,;\n，、；]+")
NOT_AT_AN_END = frozenset({"georgia", "jersey"})  # also a state, or half of one, at the end of a US address
LONGEST_NAME = 5  # words of a country's name
SHORTEST = 3  # letters: two may be a state (CA, DE, IN)
FROM_ADDRESS = Fault("was read as the country from the end of the address", "state the country", Level.NOTE)


def country_at_end(address: str, known: Mapping[str, str]) -> str | None:
    """The country an address ends in, as ISO code; None when its end is no country or may be several.

    >>> country_at_end("12 Harbour Rd, Busan, Korea, Republic of", {"korearepublicof": "KR", "korea": "KR|KP"})
    'KR'
    """
    parts = [part.strip(" .") for part in PARTS.split(address) if part.strip(" .")]
    if not parts:
        return None
    words = parts[-1].split()
    ends = [" ".join(parts[-2:]), *(" ".join(words[-count:]) for count in range(min(len(words), LONGEST_NAME), 0, -1))]
    for end in ends[0 if len(parts) > 1 else 1 :]:
        key = country_key(end)
        found = known.get(key, "")
        if found and (len(key) >= SHORTEST or not key.isascii()):
            return None if "|" in found or key in NOT_AT_AN_END else found
    return None


def filled_countries(lines: pd.DataFrame, country: str, address: str, known: Mapping[str, str]) -> pd.Series:
    """The country found at the end of the address, where no country is stated and an address is; else missing."""
    wanted = lines.loc[lines[country].isna(), address].dropna()
    found = {text: country_at_end(text, known) for text in wanted.unique()}
    return wanted.map(found).astype("str").reindex(lines.index)
