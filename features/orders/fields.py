"""The vocabulary of order and customer files stands in fields.csv; no other place lists a field."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["orders", "customers", "parties"]

SITE_FIELDS = (  # a customer file may describe the party's data centre too
    "dc_name",
    "dc_operator",
    "dc_country",
    "dc_power_mw",
    "dc_infrastructure_confirmed",
    "location_verification",
    "iaas_provider",
    "iaas_customer_hq_countries",
)


@dataclass(frozen=True)
class Field:
    """One field: what it is called, which cells it takes, and what to ask a person when it is missing.

    `allowed` holds the closed list of a category, or the bounds of a number (">= 0", "0 .. 1");
    `words` holds (word, allowed value) pairs that files use for a category.
    """

    name: str
    group: str
    level: str
    required: str
    type: str
    unit: str
    allowed: tuple[str, ...]
    aliases: tuple[str, ...]
    question: str
    words: tuple[tuple[str, str], ...] = ()


@cache
def fields() -> dict[str, Field]:
    """Every field by name, in the order of the vocabulary."""
    with (Path(__file__).parent / "fields.csv").open(encoding="utf-8", newline="") as file:
        return {row["field"]: _field(row) for row in csv.DictReader(file)}


@cache
def of_kind(kind: Kind) -> tuple[Field, ...]:
    """The fields a file of this kind may hold; those that we set ourselves are never read from a file.

    A list of parties holds those of an order's parties, of which none is a must.
    """
    if kind == "parties":
        return tuple(replace(each, required="may") for each in of_kind("orders") if each.group.startswith("party:"))
    levels = {"orders": ("line", "header"), "customers": ("customer",)}[kind]
    own = tuple(field for field in fields().values() if field.level in levels and field.required != "set")
    return own if kind == "orders" else own + tuple(fields()[name] for name in SITE_FIELDS)


def _field(row: dict[str, str]) -> Field:
    return Field(
        name=row["field"],
        group=row["group"],
        level=row["level"],
        required=row["required"],
        type=row["type"],
        unit=row["unit"],
        allowed=_parts(row["allowed"]),
        aliases=_parts(row["aliases"]),
        question=row["question"],
        words=tuple(_words(row["words"])),
    )


def _words(cell: str) -> list[tuple[str, str]]:
    """The (word, allowed value) pairs of a cell such as "sea=10|ocean; road=truck"."""
    pairs = [part.partition("=") for part in _parts(cell)]
    return [(word.strip(), value.strip()) for value, _, words in pairs for word in words.split("|")]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
