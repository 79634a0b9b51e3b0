"""How many customers, buyers and consignees were met at an address, a site, a payer or a forwarder before a line."""

from __future__ import annotations

import numpy as np

from features.links import Coded
from features.links_seen import Bools, Ints, seen
from features.links_verdicts import Verdicts

SITES = ("ult_consignee", "end_user")

LATELY = 365
"""Days in which several new buyers at one site count as a ring (the founders' judgement)."""


def customers_at_the_address(past: Coded, asked: Coded) -> np.ndarray:
    """Other customers of the buyer's address; missing where it is not stated."""
    address = ("buyer", "address")
    met = seen(past.traces[address], past.customer, past.day)
    return stated(met.others(asked.traces[address], asked.customer, asked.day), asked.traces[address])


def buyers_of_the_site(past: Coded, asked: Coded, *, lately: bool = False) -> np.ndarray:
    """Other buyers whose goods went to the same consignee or end user (a forwarder is no site); missing without.

    With `lately` those alone that were first met there in the LATELY days before.
    """
    sites = [_site(past, role) for role in SITES]
    met = seen(np.concatenate(sites), np.tile(past.customer, len(SITES)), np.tile(past.day, len(SITES)))
    day, begin = asked.day, np.maximum(asked.day - LATELY, 0)
    here = [_site(asked, role) for role in SITES]
    counts = [met.others(site, asked.customer, day) for site in here]
    if lately:
        counts = [each - met.others(site, asked.customer, begin) for each, site in zip(counts, here, strict=True)]
    one, other = (stated(each, site) for each, site in zip(counts, here, strict=True))
    most: np.ndarray = np.fmax(one, other)
    return most


def _site(rows: Coded, role: str) -> Ints:
    return np.where(rows.parties[role] == rows.parties["forwarder"], -1, rows.parties[role])


def buyers_of_the_payer(past: Coded, asked: Coded) -> np.ndarray:
    """Other buyers for which the payer paid, none where the buyer pays for itself; missing where no payer is stated."""
    met = seen(_third_payer(past), past.customer, past.day)
    return stated(met.others(_third_payer(asked), asked.customer, asked.day), asked.parties["payer"])


def _third_payer(rows: Coded) -> Ints:
    return np.where(rows.parties["payer"] == rows.parties["buyer"], -1, rows.parties["payer"])


def consignees_of_the_forwarder(past: Coded, asked: Coded) -> tuple[np.ndarray, np.ndarray]:
    """Other consignees that the forwarder served, and how many of them came on one day only and pass the goods on.

    A consignee passes on where it is neither buyer nor end user. Missing without a forwarder.
    """
    by, to, day = asked.parties["forwarder"], asked.parties["ult_consignee"], asked.day
    carrier, consignee = past.parties["forwarder"], past.parties["ult_consignee"]
    own = (consignee == past.parties["buyer"]) | (consignee == past.parties["end_user"])
    through = np.where(own, -1, consignee)
    once, twice = (seen(carrier, through, past.day, nth=nth).others(by, to, day) for nth in (1, 2))
    return stated(seen(carrier, consignee, past.day).others(by, to, day), by), stated(once - twice, by)


def refused_share_of_the_forwarder(past: Coded, asked: Coded, verdicts: Verdicts) -> np.ndarray:
    """Share of the decided lines of the forwarder that were refused or proven; missing where none was decided."""
    carrier = past.parties["forwarder"][verdicts.row]
    day = np.maximum(past.day[verdicts.row], verdicts.day)
    by = asked.parties["forwarder"]
    of_all, of_bad = (
        seen(carrier[some], verdicts.row[some], day[some]).before(by, asked.day)
        for some in (verdicts.row >= 0, verdicts.against)
    )
    return np.where(of_all > 0, of_bad / np.maximum(of_all, 1), np.nan)


def stated(values: Ints | Bools, codes: Ints) -> np.ndarray:
    """The values as floats, missing where the code says that nothing is stated."""
    return np.where(codes < 0, np.nan, values)
