"""Decisions on pairs taken, withdrawn and shown: only a pair that really meets can be cleared or confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from features.orders.countries import country_key
from features.parties.screening import cleared, store
from features.parties.screening.cleared import Decision, DecisionsRefused
from features.parties.screening.lists import CLEARED, Lists, decisions
from features.parties.screening.screen import screen
from features.parties.screening.whole import write

NEAREST = 5  # hits named where the one asked for is none


@dataclass(frozen=True)
class Party:
    """A party as orders state it; country is an ISO 3166 code, None where the order states none."""

    name: str
    address: str | None = None
    country: str | None = None


def party(name: str, address: str | None, country: str | None, lists: Lists) -> Party:
    """The party with its country as a code; raises DecisionsRefused for a country that nobody knows."""
    if not (country or "").strip():
        return Party(name, address or None)
    code = lists.addresses.countries.get(country_key(str(country)), "")
    if len(code) != 2:
        raise DecisionsRefused(f"country: '{country}' is no country; write its two-letter code")
    return Party(name, address or None, code)


def hits_of(who: Party, lists: Lists, today: date) -> pd.DataFrame:
    """All hits of the party by name or address, whatever was decided of them before."""
    frame = pd.DataFrame([{"role": "party", "name": who.name, "address": who.address, "country": who.country}])
    bare = replace(lists, decisions=(), ownership=None, history=None)
    found = screen(frame.astype("str"), bare, pd.Series([pd.Timestamp(today)]))
    return found[found["party"].fillna("") != ""]


def decide(
    home: Path, lists: Lists, who: Party, entry: str, verdict: str, reason: str, by: str, today: date,
    until: date | None = None,
) -> Decision:  # fmt: skip
    """Keeps what a person says of one hit.

    Raises:
        DecisionsRefused: no reason, nobody who says it, a last day that is over, or no such hit; the nearest are named.
    """
    _check(reason, by)
    if until is not None and until < today:
        raise DecisionsRefused(f"until: {until} is over; give a later day, or none")
    found = hits_of(who, lists, today)
    own = found[found["entry_key"].str.casefold() == entry.casefold()]
    if own.empty:
        raise DecisionsRefused(_no_hit(who, entry, found))
    hit = own.iloc[0]
    sides = {each: str(hit[each]) for each in ("party", "party_print", "entry_key", "entry_print", "listed_name")}
    words = {"verdict": verdict, "reason": reason.strip(), "by": by.strip()}
    said = Decision(**sides, **words, on=today, until=until, name=who.name, country=who.country or "")
    _keep(home, said)
    return said


def _check(reason: str, by: str) -> None:
    for name, cell in (("reason", reason), ("by", by)):
        if not cell.strip():
            raise DecisionsRefused(f"{name}: is empty; an auditor must read why, and who said it")


def _no_hit(who: Party, entry: str, found: pd.DataFrame) -> str:
    near = [
        f"  {row['entry_key']}  {row['listed_name']} ({row['kind']}, score {row['score']:.2f})"
        for row in found.head(NEAREST).to_dict("records")
    ]
    said = "its nearest hits are:" if near else "it has no hit at all; give name, address and country as the order does"
    return "\n".join([f"'{who.name}' has no hit with '{entry}'; {said}", *near])


def withdraw(home: Path, lists: Lists, who: Party, entry: str, reason: str, by: str, today: date) -> Decision:
    """Takes a decision back; it stays in the file, and the withdrawal stands after it.

    Raises:
        DecisionsRefused: nothing is decided of the pair; what is decided of the party is named.
    """
    _check(reason, by)
    key = cleared.party_key(who.name, who.country, lists.spelling)
    held = cleared.in_force(decisions(home), today, lists.former)
    own = [each for (party, _), each in sorted(held.items()) if party == key]
    for each in own:
        if entry.casefold() in (each.entry_key.casefold(), _oldest(each, lists).casefold()):
            said = replace(each, verdict="withdrawn", reason=reason.strip(), by=by.strip(), on=today, until=None)
            _keep(home, said)
            return said
    names = [f"  {each.entry_key}  {each.listed_name} ({each.verdict})" for each in own]
    raise DecisionsRefused("\n".join([f"nothing is decided of '{who.name}' and '{entry}'", *names]))


def _oldest(decision: Decision, lists: Lists) -> str:
    return lists.former.get(decision.entry_key, decision.entry_key)


def _keep(home: Path, said: Decision) -> None:
    write(home / store.FOLDER / CLEARED, cleared.written([*decisions(home), said]))


def states(home: Path, lists: Lists, today: date, parties: list[Party] | None = None) -> list[tuple[Decision, str]]:
    """Every decision with its state: in force, expired, withdrawn, replaced, reopened or gone, and why.

    `parties` are today's customers: without them nobody can say whether a party changed.
    """
    told = decisions(home)
    held = cleared.in_force(told, today, lists.former)
    prints = _prints(lists)
    now = [(cleared.party_key(p.name, p.country, lists.spelling), p) for p in parties or []]
    return [
        (each, _state(each, held.get((each.party, _oldest(each, lists))), prints, now, today, lists)) for each in told
    ]


def _prints(lists: Lists) -> dict[str, str]:
    keys = [lists.former.get(key, key) for key in lists.listed.entries["key"]]
    return dict(zip(keys, cleared.entry_prints(lists.listed), strict=True))


def _state(
    said: Decision,
    held: Decision | None,
    prints: dict[str, str],
    now: list[tuple[str, Party]],
    today: date,
    lists: Lists,
) -> str:
    if said.verdict == "withdrawn":
        return "withdrawal"
    if cleared.expired(said, today):
        return "expired"
    if held is not said:
        return "withdrawn or replaced"
    if (seen := prints.get(_oldest(said, lists))) is None:
        return "the entry is no longer listed"
    if said.verdict == "confirmed":
        return "in force"
    if seen != said.entry_print:
        return "reopened: the entry changed"
    own = [party for key, party in now if key == said.party]
    today_prints = [(each.address, cleared.party_print(each.name, each.address, each.country)) for each in own]
    same = any(cleared.same_party(address, print_, said) for address, print_ in today_prints)
    return "reopened: the party changed" if own and not same else "in force"
