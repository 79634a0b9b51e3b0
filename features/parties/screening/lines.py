"""Order lines held against the lists: what the gate needs, what the signals count, and the words of the result."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType

import pandas as pd

from features.parties.screening import editions
from features.parties.screening.columns import COLUMNS, unscreened
from features.parties.screening.editions import answers, by_edition
from features.parties.screening.lists import Lists
from features.parties.screening.screen import HIT, screen

ROLES = {
    "buyer": ("buyer_name", "buyer_address", "buyer_country"),
    "buyer (local name)": ("buyer_name_local", "buyer_address", "buyer_country"),
    "intermediate consignee": ("inter_consignee_name", "inter_consignee_address", "inter_consignee_country"),
    "ultimate consignee": ("ult_consignee_name", "ult_consignee_address", "ult_consignee_country"),
    "end user": ("end_user_name", "end_user_address", "end_user_country"),
    "payer": ("payer_name", None, "payer_country"),
    "forwarder": ("forwarder_name", "forwarder_address", "forwarder_country"),
    "carrier": ("carrier_name", None, None),
    "notify party": ("notify_party_name", None, None),
    "seller": ("seller_name", None, "seller_country"),
}
"""Every party that an order names: its name, address and country fields."""

NO_MASTERS: Mapping[str, pd.DataFrame] = MappingProxyType({})
"""Of lines without a customer master."""

GATED = ("confirmed", "exact", "affiliate")
OPEN = ("possible", "not screened", "listed owner")
GATES = ("", "flag", "unknown", "licence", "stop")  # from what leaves the gate alone to the worst
NONE_KEPT = "no list kept of that day: names and addresses were not screened"
SHOWN = 5  # hits told of a line; the report holds all


def order_parties(lines: pd.DataFrame, masters: Mapping[str, pd.DataFrame] = NO_MASTERS) -> pd.DataFrame:
    """Every party of every line that states a name or an address: role, name, address, country; index of the line.

    `masters` are the customers found for the parties of the lines (`master.parties`): their parents are parties too.
    """
    found = [_cells(lines, role, *fields) for role, fields in ROLES.items()]
    for role, master in masters.items():
        if "ultimate_parent_name" in master:
            names, countries = master["ultimate_parent_name"], master["ultimate_parent_country"]
            found.append(_frame(f"parent of the {role}", names, None, countries, lines.index))
    table = pd.concat(found)
    return table[table["name"].notna() | table["address"].notna()]


def _cells(lines: pd.DataFrame, role: str, name: str, address: str | None, country: str | None) -> pd.DataFrame:
    given = [None if each is None or each not in lines else lines[each] for each in (name, address, country)]
    return _frame(role, given[0], given[1], given[2], lines.index)


def _frame(
    role: str, name: pd.Series | None, address: pd.Series | None, country: pd.Series | None, index: pd.Index
) -> pd.DataFrame:
    nothing = pd.Series(index=index, dtype="str")
    cells = {"name": name, "address": address, "country": country}
    columns = {key: nothing if cell is None else cell.astype("str") for key, cell in cells.items()}
    return pd.DataFrame({"role": role, **columns}, index=index)


def on_lines(
    lines: pd.DataFrame, lists: Lists, dates: pd.Series, masters: Mapping[str, pd.DataFrame] = NO_MASTERS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """COLUMNS for each line (same index), and all hits with the line as index; both say which lists were used.

    In a backtest each line meets the lists that were kept on its day; before the oldest it was not screened at all.
    """
    parties = order_parties(lines, masters)
    tables, found = [], []
    for held, at in by_edition(lists, dates):
        if held is None:
            tables.append(unscreened(at).assign(list_version=NONE_KEPT).astype(COLUMNS))
            continue
        own = parties[parties.index.isin(at)]
        hits = screen(own, held, dates.reindex(own.index))
        tables.append(_summed(hits, dates.loc[at], held))
        found.append(hits)
    found = found or [pd.DataFrame(columns=list(HIT))]
    if not tables:  # no line, so no day either
        return unscreened(lines.index), found[0]
    return pd.concat(tables).reindex(lines.index).astype(COLUMNS), pd.concat(found)


def _summed(hits: pd.DataFrame, dates: pd.Series, lists: Lists) -> pd.DataFrame:
    index = dates.index
    does = hits["meaning"].where(hits["kind"].isin(GATED), "unknown").where(hits["kind"].isin([*GATED, *OPEN]), "")
    does = does.where(~((hits["meaning"] == "flag") & (does == "unknown")), "flag")
    rank = does.map({gate: place for place, gate in enumerate(GATES)}).astype("float64")
    worst = rank.groupby(level=0).max().reindex(index).fillna(0).astype("int64")
    shown = hits["kind"].isin([*GATED, *OPEN, "same address"])
    told = hits[shown]
    sentences = pd.Series([sentence(dict(hit)) for hit in told.to_dict("records")], index=told.index, dtype="str")
    known = answers(lists, dates)
    version = {day: editions.told(lists, day.date()) for day in dates.dropna().unique()}
    table = pd.DataFrame(index=index).assign(
        list_hits=_joined(sentences, index, "; "),
        list_gate=[GATES[each] for each in worst],
        list_reasons=_joined(sentences[(rank.to_numpy() > 1)[shown]], index, " | "),
        list_possible=_any((hits["kind"] == "possible") & (hits["meaning"] != "flag"), known),
        list_version=dates.map(version).fillna(lists.version),
        list_same_address=_any(hits["kind"] == "same address", known & lists.hold_addresses),
        list_near_miss=_any(hits["kind"] == "near", known),
        list_not_screened=_any(hits["kind"] == "not screened", pd.Series(True, index=index)),
    )
    return table.astype(COLUMNS)


def _any(which: pd.Series, known: pd.Series) -> pd.Series:
    """Whether any hit of the line is such a one; no only where the lists can say no, else not evaluated."""
    found = which.groupby(level=0).any().reindex(known.index).fillna(False).astype("boolean")
    return found.where(found | known)


def _joined(sentences: pd.Series, index: pd.Index, between: str) -> pd.Series:
    """The first sentences of each line, and how many more there are."""
    rows = {line: list(dict.fromkeys(group)) for line, group in sentences.groupby(level=0)}
    texts = {
        line: between.join([*told[:SHOWN], *([f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else [])])
        for line, told in rows.items()
    }
    return pd.Series([texts.get(line, "") for line in index], index=index, dtype="str")


def sentence(hit: Mapping[Hashable, object]) -> str:
    """One hit for a reader: who, by what, which entry, what it means, and the entry's own conditions."""
    if hit["kind"] == "not screened":
        return f"{hit['role']} was not screened: its name holds nothing that could be compared"
    what = {"same address": "shares an address with", "affiliate": "is owned by", "listed owner": "is partly owned by"}
    verb = what.get(str(hit["kind"]), "is" if hit["kind"] in GATED else "may be")
    by = [str(hit["kind"]), f"{hit['found']}", f"score {float(str(hit['score'])):.2f}"]
    if hit["strength"] in ("alias", "former", "weak", "short"):
        by.append(f"by a {'weak alias' if hit['strength'] == 'weak' else str(hit['strength']) + ' name'}")
    if hit["verdict"] == "reopened":
        by.append("cleared before, reopened because one side changed")
    if hit["country_says"]:
        by.append(f"country {hit['country_says']}")
    asks = [
        str(hit[name]) for name in ("says", "licence_requirement", "licence_policy", "notice") if _filled(hit[name])
    ]
    if _filled(hit["footnote"]):
        asks.append(f"footnote {hit['footnote']}")
    return f"{hit['role']} {verb} {hit['listed_name']} [{hit['title']}: {', '.join(by)}]: {'; '.join(asks)}"


def _filled(cell: object) -> bool:
    return isinstance(cell, str) and cell != ""
