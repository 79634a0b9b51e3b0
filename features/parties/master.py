"""The customer master joined to the parties of each line: by id, then by name and country, each party separately."""

from __future__ import annotations

import pandas as pd

from features.parties.names import name_keys

ROLES = ("buyer", "inter_consignee", "ult_consignee", "end_user")
"""The parties whose headquarters and standing are tested (design: buyer, each consignee and end user)."""

COUNTRY = {
    "buyer": "buyer_country",
    "inter_consignee": "inter_consignee_country",
    "ult_consignee": "ult_consignee_country",
    "end_user": "end_user_country",
}


def parties(lines: pd.DataFrame, customers: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """For each role the master row of the party named there: index of `lines`, columns of the master and `found_by`.

    `found_by` is "id", "name and country", "name" (the line states no country) or missing. A party with the buyer's
    name is the buyer. A name or id that stands for several customers joins none: a wrong owner is worse than an unknown
    one. A row repeated cell for cell is one customer.
    """
    if customers is None:
        nothing = pd.DataFrame({"found_by": pd.Series(index=lines.index, dtype="str")}, index=lines.index)
        return dict.fromkeys(ROLES, nothing)
    by_id, by_both, by_name = _indexes(customers.drop_duplicates())
    keys = {role: name_keys(lines[f"{role}_name"]) for role in ROLES}
    found: dict[str, pd.DataFrame] = {}
    buyer = lines["buyer_id"].map(by_id)
    for role in ROLES:
        same = (keys[role] == keys["buyer"]).fillna(False)
        known_id = buyer if role == "buyer" else buyer.where(same)
        place = known_id
        how = pd.Series("id", index=lines.index, dtype="str").where(place.notna())
        for label, looked_up in (
            ("name and country", (keys[role] + "|" + lines[COUNTRY[role]]).map(by_both)),
            ("name", keys[role].map(by_name).where(lines[COUNTRY[role]].isna())),
        ):
            new = place.isna() & looked_up.notna()
            place = place.where(~new, looked_up)
            how = how.where(~new, label)
        rows = customers.reindex(place).set_axis(lines.index)
        found[role] = rows.assign(found_by=how)
    return found


def _indexes(customers: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Place of each customer by id, by name and country, by name; a key that is not unique is left out."""
    names = pd.concat([customers["legal_name"], customers["other_names"].str.split(";").explode()])
    keys = name_keys(names.str.strip()).dropna()
    country = customers["party_country"].fillna(customers["incorporation_country"]).reindex(keys.index)
    places = keys.index.to_series()
    return (
        _unique(customers["customer_id"], customers.index.to_series()),
        _unique(keys + "|" + country.set_axis(keys.index), places),
        _unique(keys, places),
    )


def _unique(keys: pd.Series, places: pd.Series) -> pd.Series:
    table = pd.DataFrame({"key": keys.to_numpy(), "place": places.to_numpy()}).dropna().drop_duplicates()
    return table.drop_duplicates("key", keep=False).set_index("key")["place"]
