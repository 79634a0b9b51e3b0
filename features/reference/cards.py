"""A card says what its table holds, where it was read and how it is renewed; a card that lacks an entry is refused."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path

FORMAT = 1
DATED = ("start", "end", "source", "sure")


@dataclass(frozen=True)
class Card:
    """What a table holds, who published it, when it was read, from which day on it may be asked, how it is renewed."""

    name: str
    title: str
    publisher: str
    source: str
    read_on: dt.date
    rows: tuple[int, int]
    row: str
    key: str
    known_from: dt.date
    renew: tuple[str, ...]
    columns: Mapping[str, str]  # value columns in file order, with what each means; `DATED` follow them
    kinds: Mapping[str, str] = field(
        default_factory=dict
    )  # what a cell may hold (`kinds.py`); rules on trial have them


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a reference file: where, what stands there, what to do."""

    file: str
    row: int | None  # the spreadsheet's row
    column: str | None
    value: str | None
    remedy: str

    def text(self) -> str:
        """The fault as one line, such as `hubs.csv, row 4, start: '2026-2-30' …`."""
        row = None if self.row is None else f"row {self.row}"
        place = ", ".join(part for part in (self.file, row, self.column) if part)
        return f"{place}: {self.remedy}" if self.value is None else f"{place}: '{self.value}' {self.remedy}"


class TablesRefused(Exception):
    """Reference files that cannot be relied on; `faults` holds each place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(fault.text() for fault in faults))
        self.faults = faults


def read_card(path: Path) -> Card:
    """The card in one TOML file; raises TablesRefused when it is newer than this version or lacks an entry."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TablesRefused((Fault(path.name, None, None, None, f"is not TOML ({error}); correct it"),)) from error
    except UnicodeDecodeError as error:
        raise TablesRefused((Fault(path.name, None, None, None, "is not UTF-8; save it as UTF-8"),)) from error
    faults = tuple(_card_faults(path, told))
    if faults:
        raise TablesRefused(faults)
    told.pop("format")
    return Card(**told | {"rows": tuple(told["rows"]), "renew": tuple(told["renew"])})


def _card_faults(path: Path, told: Mapping[str, object]) -> Iterator[Fault]:
    """What a card lacks, holds besides, or says of another table."""
    version = told.get("format")
    if not isinstance(version, int):
        yield Fault(path.name, None, "format", None, f"is missing; write format = {FORMAT}")
    elif version > FORMAT:
        yield Fault(
            path.name, None, "format", str(version), "is newer than this version reads; install a newer diversion"
        )
        return
    wanted = set(Card.__dataclass_fields__)
    for entry in sorted(wanted - set(told)):
        if Card.__dataclass_fields__[entry].default_factory is MISSING:
            yield Fault(path.name, None, entry, None, "is missing; add it to the card")
    for entry in sorted(set(told) - wanted - {"format"}):
        yield Fault(path.name, None, entry, None, "is not an entry of a card; remove it")
    if told.get("name", path.stem) != path.stem:
        yield Fault(
            path.name,
            None,
            "name",
            str(told["name"]),
            "is the card of another table; one card a table, named as its file",
        )
