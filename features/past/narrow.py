"""Order lines with their facts → the rows that the past remembers of them: keys of parties, traces, amounts."""

# Over 150 lines: one key a kind of trace, and the categories that all of them become.

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from features.parties.addresses import address_keys
from features.parties.names import name_keys
from features.past import identity
from features.past.columns import CATEGORIES, DTYPES, ROLES, TRACED, TRACES
from features.reference.tables import Tables

FIELD = {"intermediate_consignee": "inter_consignee"}  # the vocabulary's shorter word
SHORTEST_PHONE = 7  # digits with the country's code; less is an extension
LONGEST_PHONE = 15  # ITU-T E.164
CARRIED = "category of "
"""How the columns begin by which lines carry their categories of the past, made before in parts."""


def narrow(lines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """One row of `columns.DTYPES` for each line that carries its facts (`lines.with_facts`), same index and order.

    Each is a first version that was known on its order date.
    """
    keys = category_columns(lines, tables)
    plain = {name: lines[name] for name in DTYPES if name in lines and name not in CATEGORIES}
    power = lines["dc_power_mw"].fillna(lines["end_user_dc_power_mw"]).fillna(lines["buyer_dc_power_mw"])
    days = lines["order_date"].astype("datetime64[us]").dt.normalize()
    never = pd.Series(pd.NaT, index=lines.index, dtype="datetime64[us]")
    made = plain | {
        "key": identity.keys(lines), "version": 1, "order_date": days, "known_on": days, "replaced_on": never,
        "counted": True, "dc_power_mw": power,
    }  # fmt: skip
    return pd.DataFrame({name: keys[name] if name in keys else made[name] for name in DTYPES}, index=lines.index)


def category_columns(lines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The text columns of the past for each line, as categories; same index. Lines that carry them are not read."""
    if (carried := _carried(lines)) is not None:
        return carried
    made = {name: category(lines[name]) for name in CATEGORIES if name in lines and name not in ROLES}
    made["part"] = category(part_keys(lines["part_number"]).fillna(lines["chip"]))
    made |= parties(lines)
    traces = _buyer_traces(lines, tables)
    for role in TRACED:
        is_buyer = None if role == "buyer" else (text(made[role]) == text(made["buyer"])).fillna(False)
        for trace in TRACES:
            made[f"{role}_{trace}"] = _trace(role, trace, lines, traces, is_buyer)
    made["site"] = site(lines, made["end_user_name"])
    return pd.DataFrame(made, index=lines.index)


def parties(lines: pd.DataFrame) -> dict[str, pd.Series]:
    """For each role the party's key and its name key with country, as categories; who has the buyer's name is it."""
    if (carried := _carried(lines)) is not None:
        return {name: carried[name] for role in ROLES for name in (role, f"{role}_name")}
    names = {role: name_keys(lines[f"{FIELD.get(role, role)}_name"]) for role in ROLES}
    found = {f"{role}_name": named_in(names[role], lines[f"{FIELD.get(role, role)}_country"]) for role in ROLES}
    buyer = _numbered(lines["buyer_id"], found["buyer_name"])
    found["buyer"] = category(buyer)
    for role in ROLES[1:]:
        same = (names[role] == names["buyer"]).fillna(False)
        found[role] = category(buyer.where(same, text(found[f"{role}_name"])))
    return found


def buyers(lines: pd.DataFrame) -> pd.Series:
    """The key of each line's buyer: its number, else its name and country."""
    if f"{CARRIED}buyer" in lines:
        return lines[f"{CARRIED}buyer"]
    return category(_numbered(lines["buyer_id"], named_in(name_keys(lines["buyer_name"]), lines["buyer_country"])))


def _carried(lines: pd.DataFrame) -> pd.DataFrame | None:
    """The categories that lines carry; None where they carry none."""
    names = [name for name in lines if str(name).startswith(CARRIED)]
    return lines[names].rename(columns=lambda name: name.removeprefix(CARRIED)) if names else None


def _numbered(numbers: pd.Series, names: pd.Series) -> pd.Series:
    return ("id:" + numbers).fillna(text(names))


def site(lines: pd.DataFrame, end_user: pd.Series) -> pd.Series:
    """Where the goods will run: address of the site, else its name and country, else "of" the end user by name."""
    if f"{CARRIED}site" in lines:
        return lines[f"{CARRIED}site"]
    named = text(named_in(name_keys(lines["dc_name"]), lines["dc_country"]))
    return category(address_keys(lines["dc_location"]).fillna(named).fillna("of " + text(end_user)))


def category(values: pd.Series) -> pd.Series:
    """The text as a category whose values stand in the order of their first appearance."""
    codes, distinct = pd.factorize(values)
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(distinct, dtype="str")), index=values.index)


def _keyed(keys: Callable[[pd.Series], pd.Series], values: pd.Series) -> pd.Series:
    """`category` of the keys of values; no key is made but of distinct values."""
    codes, distinct = pd.factorize(values)
    key = category(keys(pd.Series(distinct, dtype="str")))
    return pd.Series(key.array.take(codes, allow_fill=True), index=values.index)


def text(categories: pd.Series) -> pd.Series:
    """A category as text, missing where it is."""
    distinct = pd.Series(categories.cat.categories, dtype="str")
    return distinct.reindex(categories.cat.codes).set_axis(categories.index)


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows with the same columns below each other, numbered anew; the values of each category are joined."""
    return pd.DataFrame(
        {
            name: _joined([part[name] for part in parts])
            if isinstance(parts[0][name].dtype, pd.CategoricalDtype)
            else pd.concat([part[name] for part in parts], ignore_index=True)
            for name in parts[0]
        }
    )


def _joined(parts: list[pd.Series]) -> pd.Categorical:
    """Categories as one, whose values stand in the order of their first appearance; each value is looked up once."""
    values = [part.cat.categories for part in parts]
    place, distinct = pd.factorize(values[0].append(values[1:]))
    places = np.split(place, np.cumsum([len(each) for each in values[:-1]]))
    codes = [np.append(own, -1)[part.cat.codes] for own, part in zip(places, parts, strict=True)]
    return pd.Categorical.from_codes(np.concatenate(codes), distinct)


def named_in(names: pd.Series, countries: pd.Series) -> pd.Series:
    """Name key and country as one category ("norrhallcompute|DE"); missing without a name."""
    name, named = pd.factorize(names)
    place, known = pd.factorize(countries)
    distinct = np.asarray(named, dtype=object)  # picking single texts out of an Arrow column is slow
    width = len(known) + 1
    pairs, found = pd.factorize(np.where(name < 0, -1, name * width + place + 1))
    countries_of = np.append([""], np.asarray(known, dtype=object))
    texts = [f"{distinct[pair // width]}|{countries_of[pair % width]}" for pair in found if pair >= 0]
    at = np.cumsum(found >= 0) - 1
    codes = np.where(found[pairs] >= 0, at[pairs], -1) if len(found) else pairs
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(texts, dtype="str")), index=names.index)


def part_keys(parts: pd.Series) -> pd.Series:
    """Part numbers in capitals without blanks and punctuation; distinct numbers are read once."""
    codes, distinct = pd.factorize(parts)
    keys = pd.Series(distinct, dtype="str").str.upper().str.replace(r"[^\w]|_", "", regex=True)
    return keys.where(keys != "").reindex(codes).set_axis(parts.index)


def _buyer_traces(lines: pd.DataFrame, tables: Tables) -> dict[str, pd.Series]:
    """Telephone and domain of the buyer's contact: free mail tells nobody apart."""
    mail, mails = pd.factorize(lines["contact_email"])
    domains = pd.Series(mails, dtype="str").str.lower().str.extract(r"@([^@\s<>;,]+)")[0].str.rstrip(".")
    own = domains.where(~domains.isin(tables.frames["free_mail"]["domain"]))
    phone, phones = pd.factorize(lines["contact_phone"])
    digits = pd.Series(phones, dtype="str").str.replace(r"[^\d+]", "", regex=True).str.extract(r"^(?:\+|00)(\d+)")[0]
    whole = digits.where(digits.str.len().between(SHORTEST_PHONE, LONGEST_PHONE))
    return {
        "phone": whole.reindex(phone).set_axis(lines.index),
        "domain": own.reindex(mail).set_axis(lines.index).fillna(_hosts(lines["buyer_website"])),
    }


def _trace(
    role: str, trace: str, lines: pd.DataFrame, of_buyer: dict[str, pd.Series], same: pd.Series | None
) -> pd.Series:
    """One trace of a party; a consignee or end user that is the buyer has the buyer's contact."""
    if trace == "address":
        return _keyed(address_keys, lines[f"{role}_address"])
    if trace == "registration":
        return _registered(lines[f"{role}_registration_number"], lines[f"{role}_incorporation_country"])
    if same is None:
        return category(of_buyer[trace])
    own = _hosts(lines[f"{role}_website"]) if trace == "domain" else pd.Series(index=lines.index, dtype="str")
    return category(of_buyer[trace].where(same, own))


def _hosts(websites: pd.Series) -> pd.Series:
    code, sites = pd.factorize(websites)
    host = pd.Series(sites, dtype="str").str.lower().str.replace(r"^[a-z]+://", "", regex=True)
    name = host.str.extract(r"^(?:www\.)?([^/:?#\s]+\.[^/:?#\s]+)")[0]
    return name.reindex(code).set_axis(websites.index)


def _registered(numbers: pd.Series, countries: pd.Series) -> pd.Series:
    return named_in(part_keys(numbers), countries)
