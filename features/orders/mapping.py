"""A heading is a field when it is its canonical name or an alias; what is unsure is told, never guessed silently."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from features.orders.fields import Field, Kind, of_kind
from features.orders.problems import Level, OrdersRefused, Problem

IDENTITY: dict[Kind, tuple[str, ...]] = {
    "orders": ("order_id", "part_number"),
    "customers": ("customer_id", "legal_name"),
}
"""Without both of these a record is no order line, or no party."""


@dataclass(frozen=True)
class Mapping:
    """Which column holds which field, by position: headings may repeat."""

    positions: dict[str, int]
    unmapped: tuple[str, ...]
    problems: tuple[Problem, ...]


def heading_key(heading: str) -> str:
    """A heading without case, spaces, punctuation and invisible characters; a number sign reads "no".

    >>> heading_key("\\ufeffOrder #")
    'orderno'
    """
    folded = unicodedata.normalize("NFKC", heading.replace("#", " no ")).casefold()
    return "".join(character for character in folded if character.isalnum())


@cache
def candidates(kind: Kind) -> dict[str, tuple[str, ...]]:
    """The fields each known heading key may mean: a canonical name means one, an alias those that list it."""
    canonical = {heading_key(field.name): (field.name,) for field in of_kind(kind)}
    shared: dict[str, tuple[str, ...]] = {}
    for key, name in ((heading_key(alias), field.name) for field in of_kind(kind) for alias in field.aliases):
        shared[key] = (*shared.get(key, ()), *(() if name in shared.get(key, ()) else (name,)))
    return shared | canonical


def known_headings(cells: list[str], kind: Kind) -> int:
    """How many different known headings a row holds: the measure that finds the heading row and the delimiter."""
    return len({heading_key(cell) for cell in cells} & candidates(kind).keys())


def map_headings(headings: tuple[str, ...], kind: Kind, file: str) -> Mapping:
    """The column of each field; raises OrdersRefused when the file can be no file of this kind.

    Canonical names are placed first, then headings of one meaning, then those of several: so the order of columns
    does not decide between a name and an alias.
    """
    known = candidates(kind)
    meanings = {at: known[key] for at, key in enumerate(map(heading_key, headings)) if key in known}
    canonical = {heading_key(field.name) for field in of_kind(kind)}
    rank = {at: (heading_key(headings[at]) not in canonical, len(names) > 1, at) for at, names in meanings.items()}
    positions: dict[str, int] = {}
    problems: list[Problem] = []
    for at in sorted(meanings, key=rank.__getitem__):
        free = [name for name in meanings[at] if name not in positions]
        if free:
            positions[free[0]] = at
        settled = all(
            name in positions and heading_key(headings[positions[name]]) == heading_key(name) for name in meanings[at]
        )
        problems.extend(_doubts(file, headings[at], meanings[at], free, settled))
    _refuse_strangers(headings, positions, kind, file)
    taken = set(positions.values())
    unmapped = tuple(heading for at, heading in enumerate(headings) if at not in taken and heading.strip())
    return Mapping(positions, unmapped, (*problems, *_absent(positions, kind, file)))


def _doubts(file: str, heading: str, names: tuple[str, ...], free: list[str], settled: bool) -> Iterator[Problem]:
    """A heading whose field is taken, or that could be several fields; `settled` when the field stands by its name."""
    if not free:
        what = f"is a second column for {names[0]} and was not used"
        level = Level.NOTE if settled and heading_key(heading) != heading_key(names[0]) else Level.PROBLEM
        yield Problem(file, None, names[0], heading, what, "keep one of the two, or rename it", level)
    elif len(names) > 1:
        what = f"was read as {free[0]} and could also be {' or '.join(n for n in names if n != free[0])}"
        yield Problem(file, None, free[0], heading, what, "write the field's own name to be sure", Level.NOTE)


def _absent(positions: dict[str, int], kind: Kind, file: str) -> Iterator[Problem]:
    """Must-fields that no column holds."""
    for field in of_kind(kind):
        if field.required == "must" and field.name not in positions:
            what = f"no column for {field.name} was found"
            yield Problem(file, None, field.name, None, what, f"add one; {_names(field)} are understood", Level.PROBLEM)


def _names(field: Field) -> str:
    return ", ".join((field.name, *field.aliases[:3]))


def _refuse_strangers(headings: tuple[str, ...], positions: dict[str, int], kind: Kind, file: str) -> None:
    must = [field.name for field in of_kind(kind) if field.required == "must"]
    if any(name in positions for name in IDENTITY[kind]) and any(name in positions for name in must):
        return
    seen = "; ".join(heading for heading in headings if heading.strip())
    none_of = f"neither {' nor '.join(IDENTITY[kind])} is among them (looked for {', '.join(must)})"
    what = f"are the headings seen, and {none_of}"
    remedy = f"check that this is a file of {kind} with one row of headings above its records"
    raise OrdersRefused(Problem(file, None, None, seen, what, remedy, Level.REFUSED))
