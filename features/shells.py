"""The signal of a shell: a firm that by several marks at once is a name and little else."""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature, three_valued
from features.known import Known
from features.places import apart

USERS = ("buyer", "end_user")
LETTER_BOXES = frozenset({"virtual_office", "registered_agent"})
NEW = pd.Timedelta(days=365)
NOBODY = 2.0
"""Staff up to which a firm is its founders alone (the founders' judgement)."""

MARKS = 2
"""Marks of a shell from which a firm looks like one: each alone is common among honest firms (judgement)."""


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="shell-ownership",
    fields=("incorporation_date", "incorporation_country", "address_type", "employees"),
    revision=1,
)
def a_party_looks_like_a_shell(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Buyer or end user bears two marks of a shell or more; not evaluated while the marks not known could make it two.

    Marks: founded under a year before, at a letter box, registered in another country, two employees or fewer.
    """
    return any_of(_shell(lines, role, known) for role in USERS)


def _shell(lines: pd.DataFrame, role: str, known: Known) -> pd.Series:
    founded, kind = lines[f"{role}_incorporation_date"], lines[f"{role}_address_type"]
    staff, days = lines[f"{role}_employees"], lines["order_date"]
    seat = lines[f"{role}_party_country"].fillna(lines[f"{role}_country"])
    marks = (
        three_valued(founded > days - NEW, founded.notna() & (founded <= days)),
        three_valued(kind.isin(LETTER_BOXES), kind.notna() & (kind != "unknown")),
        apart(lines[f"{role}_incorporation_country"], seat, known.tables),
        three_valued(staff <= NOBODY, staff.notna()),
    )
    seen = pd.concat([mark.fillna(False) for mark in marks], axis=1).sum(axis=1)
    possible = pd.concat([mark.fillna(True) for mark in marks], axis=1).sum(axis=1)
    return three_valued(seen >= MARKS, (seen >= MARKS) | (possible < MARKS))


FEATURES = (a_party_looks_like_a_shell,)
