"""A heading is a field when it is its canonical name or an alias; what is unsure is told, never guessed silently."""

# Over 150 lines: every rule by which a heading is taken, shared or refused looks at the same placed columns.

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache
from typing import Literal

from features.orders.fields import Field, Kind, of_kind
from features.orders.problems import Level, OrdersRefused, Problem, refused

IDENTITY: dict[Kind, tuple[str, ...]] = {
    "orders": ("order_id", "part_number"),
    "customers": ("customer_id", "legal_name"),
    "parties": (
        "buyer_name",
        "ult_consignee_name",
        "end_user_name",
        "inter_consignee_name",
        "forwarder_name",
        "notify_party_name",
        "payer_name",
        "seller_name",
    ),
}
"""Without any of these a record is no order line, or no party."""

GOODS = ("part_number", "item_description", "quantity", "eccn", "schedule_b", "hs_code")
FILED = ("itn", "shipment_ref", "schedule_b", "routed_transaction", "filing_option", "related_party", "seller_ein")
"""Elements of an electronic export filing (15 CFR 30.6); a report of filings has several and no order number."""
PARTIES_ONLY = "are the headings seen: the file holds parties only, names without parts, and nothing to score"
IGNORE = "ignore"
CONTINUED = re.compile(r"(.*[^\d])([1-5])")  # "Address 1", "Address line 2"
Shape = Literal["orders", "filings", "customers", "parties"]


@dataclass(frozen=True)
class Mapping:
    """Which column holds which field, by position: headings may repeat.

    `continued` names the columns that go on with a field's text, line by line. `ambiguous` names the headings that
    could be several fields and which. `shape` is "filings" for an AES/EEI report, whose key is its own reference.
    """

    positions: dict[str, int]
    unmapped: tuple[str, ...]
    problems: tuple[Problem, ...]
    continued: dict[str, tuple[int, ...]]
    ambiguous: dict[int, tuple[str, ...]]
    shape: Shape


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


def map_headings(
    headings: tuple[str, ...], kind: Kind, file: str, given: MappingType[str, str] | None = None
) -> Mapping:
    """The column of each field; raises OrdersRefused when the file can be no file of this kind.

    `given` (heading to field, or "ignore") goes before all else. Then canonical names are placed, then headings of one
    meaning, then those of several: so the order of columns does not decide between a name and an alias.
    """
    chosen = _chosen(headings, given or {}, kind, file)
    known = candidates(kind)
    keys = [heading_key(heading) for heading in headings]
    meanings = {at: known[key] for at, key in enumerate(keys) if key in known and at not in chosen}
    canonical = {heading_key(field.name) for field in of_kind(kind)}
    rank = {at: (keys[at] not in canonical, len(names) > 1, at) for at, names in meanings.items()}
    positions = {name: at for at, name in chosen.items() if name != IGNORE}
    problems: list[Problem] = []
    ambiguous: dict[int, tuple[str, ...]] = {}
    for at in sorted(meanings, key=rank.__getitem__):
        free = [name for name in meanings[at] if name not in positions]
        if free:
            positions[free[0]] = at
        if len(free) > 1:
            ambiguous[at] = tuple(free)
        settled = all(
            name in positions and (keys[positions[name]] == heading_key(name) or positions[name] in chosen)
            for name in meanings[at]
        )
        problems.extend(_doubts(file, headings[at], meanings[at], free, settled))
    continued = _continued(keys, positions, set(chosen))
    shape, key = _shape(positions, kind)
    problems.extend(_named_by(file, key, headings, positions) if key else ())
    _refuse_strangers(headings, positions, kind, file)
    taken = {*positions.values(), *(at for places in continued.values() for at in places)}
    unmapped = tuple(heading for at, heading in enumerate(headings) if at not in taken and heading.strip())
    problems.extend(_absent(positions, kind, file))
    return Mapping(positions, unmapped, tuple(problems), continued, ambiguous, shape)


def _chosen(headings: tuple[str, ...], given: MappingType[str, str], kind: Kind, file: str) -> dict[int, str]:
    """The place of each heading that a person has mapped; one the file lacks is left out, and told elsewhere."""
    names = {field.name for field in of_kind(kind)}
    fields = {heading_key(heading): field for heading, field in given.items()}
    seen = set(map(heading_key, headings))
    for heading, field in given.items():
        if heading_key(heading) in seen and field not in names | {IGNORE}:
            what = f"is mapped to '{field}', which is no field of a file of {kind}"
            raise refused(file, what, "write a field's name, or ignore", value=heading)
    found: dict[int, str] = {}
    for at, key in enumerate(map(heading_key, headings)):
        if key in fields and (fields[key] == IGNORE or fields[key] not in found.values()):
            found[at] = fields[key]
    return found


def _continued(keys: list[str], positions: dict[str, int], chosen: set[int]) -> dict[str, tuple[int, ...]]:
    """The columns "Address line 2", "Address line 3" … of the text fields whose first line is "Address line 1"."""
    found: dict[str, tuple[int, ...]] = {}
    for name, at in positions.items():
        if not name.endswith("_address"):
            continue
        first = CONTINUED.fullmatch(keys[at])
        stem = first[1] if first else keys[at]
        stems = {stem, f"{stem}line"}
        matches = [(place, CONTINUED.fullmatch(key)) for place, key in enumerate(keys) if place not in chosen]
        more = {int(match[2]): place for place, match in matches if match and match[1] in stems and match[2] != "1"}
        if more:
            found[name] = tuple(more[number] for number in sorted(more))
    return found


def _shape(positions: dict[str, int], kind: Kind) -> tuple[Shape, str | None]:
    """What the columns make of the file; for a report of filings also the field that names each filing."""
    filed = [name for name in FILED if name in positions]
    key = next((name for name in ("shipment_ref", "itn") if name in positions), None)
    if kind == "orders" and len(filed) > 2 and key and any(name in positions for name in GOODS):
        return "filings", None if any(name in positions for name in IDENTITY["orders"][:1]) else key
    return kind, None


def _named_by(file: str, key: str, headings: tuple[str, ...], positions: dict[str, int]) -> Iterator[Problem]:
    """Reads the reference of a filing as the number of its order, and says so."""
    positions["order_id"] = positions[key]
    what = "names the filing and was read as order_id too: the file has the columns of an AES/EEI report"
    yield Problem(file, None, "order_id", headings[positions[key]], what, "nothing to do if it is one", Level.NOTE)


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
    must = [field.name for field in of_kind(kind) if field.required == "must"] or list(IDENTITY[kind])
    if any(name in positions for name in IDENTITY[kind]) and any(name in positions for name in must):
        return
    seen = "; ".join(heading for heading in headings if heading.strip())
    parties = any(name in positions for name in (*must, *IDENTITY["parties"]))
    parties |= known_headings(list(headings), "customers") > 1
    if kind == "orders" and parties and not any(name in positions for name in GOODS):
        remedy = "'diversion check' shows what was understood; to score, add order number, part and quantity"
        remedy += "; a customer master goes in beside an order file with --customers"
        raise OrdersRefused(Problem(file, None, None, seen, PARTIES_ONLY, remedy, Level.REFUSED))
    none_of = f"neither {' nor '.join(IDENTITY[kind])} is among them (looked for {', '.join(must)})"
    what = f"are the headings seen, and {none_of}"
    remedy = f"check that this is a file of {kind} with one row of headings above its records"
    raise OrdersRefused(Problem(file, None, None, seen, what, remedy, Level.REFUSED))
