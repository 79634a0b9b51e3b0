"""Saved views: the filters of the list under a name, each person's own."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from scoring.review.store import QueueRefused, Store
from scoring.review.tables import VIEWS

MOST, LONGEST_NAME, LONGEST_QUERY = 50, 60, 2_000


def of_person(store: Store, person: str) -> list[tuple[str, str]]:
    """Name and filters of each view of a person, by name."""
    with store.reading() as connection:
        rows = connection.execute(select(VIEWS.c.name, VIEWS.c.query).where(VIEWS.c.person == person))
        return sorted((str(row.name), str(row.query)) for row in rows)


def keep(store: Store, person: str, name: str, query: str) -> None:
    """Keeps filters under a name, in place of those that had it; raises QueueRefused for a name that cannot be kept."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise QueueRefused(f"a view has a name of 1 to {LONGEST_NAME} characters and not too many filters")
    with store.writing() as connection:
        mine = VIEWS.c.person == person
        connection.execute(delete(VIEWS).where(mine, VIEWS.c.name == name))
        if connection.execute(select(func.count()).select_from(VIEWS).where(mine)).scalar_one() >= MOST:
            raise QueueRefused(f"a person keeps at most {MOST} views: take one away first")
        connection.execute(insert(VIEWS).values(person=person, name=name, query=query))


def forget(store: Store, person: str, name: str) -> None:
    """Takes a view away; nothing happens when there is none of that name."""
    with store.writing() as connection:
        connection.execute(delete(VIEWS).where(VIEWS.c.person == person, VIEWS.c.name == name))
