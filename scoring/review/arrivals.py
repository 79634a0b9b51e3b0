"""A scored file as the queue takes it: each record with what a place in the queue and a later comparison need."""

# Over 150 lines: the facts of a record, and the two ways in which a file brings them, whole or in parts.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from features.known import Known
from features.lines import PARTY_FACTS
from features.orders.book import Book
from features.orders.fields import of_kind
from features.orders.problems import visible
from scoring.batch import Scored, provenance
from scoring.model import Model
from scoring.review.ranking import UNSCORED
from scoring.table import whole_text

JUDGED = ("gate", "gate_reasons", "authorisation", "band", "action", "red_flags", "list_hits")
"""What a reviewer would judge anew when it changes; a score that moved inside its band does not bring a case back."""

ROLES = ("buyer", "ult_consignee", "end_user")
SEARCHED = (
    "order_id", "shipment_ref", "itn", "buyer_id", "buyer_name", "buyer_name_local", "buyer_address",
    "ult_consignee_name", "ult_consignee_address", "inter_consignee_name", "end_user_name", "end_user_address",
    "forwarder_name", "payer_name", "part_number", "serial_numbers", "licence_number",
)  # fmt: skip
"""Fields whose words find a case."""


@dataclass(frozen=True)
class Line:
    """One record of a scored file, light: `record` is its position in the file, `inputs` what it was judged from."""

    order: str
    line_no: str
    record: int
    place: str
    action: str
    band: str
    gate: str
    score: float | None
    usd: float | None
    tpp: float | None
    ships: str | None
    ordered: str | None
    buyer: str
    destination: str
    chip: str
    words: str
    segment: str
    gp10: bool
    judgement: str
    inputs: Mapping[str, str]


FACTS = {
    **dict.fromkeys(("order", "line_no", "place", "action", "band", "gate"), "str"),
    **dict.fromkeys(("score", "usd", "tpp"), "float64"),
    **dict.fromkeys(("ships", "ordered", "buyer", "destination", "chip", "words", "segment"), "str"),
    "gp10": "boolean",
    **dict.fromkeys(("judgement", "order_print", "party_print"), "str"),
}
"""What stands beside a case, for each record: name and dtype."""


class Part(Protocol):
    """A scored file or a part of it that holds whole orders; asked twice, so that nobody has to hold all parts."""

    def facts(self) -> pd.DataFrame:
        """FACTS of its records, in input order."""

    def working(self) -> tuple[Book, Scored]:
        """The records and all that was found of them."""


@dataclass(frozen=True)
class Whole:
    """A file that was scored in one piece."""

    book: Book
    scored: Scored

    def facts(self) -> pd.DataFrame:
        """FACTS of its records, in input order."""
        return facts(self.book, self.scored)

    def working(self) -> tuple[Book, Scored]:
        """The records and all that was found of them."""
        return self.book, self.scored


def facts(book: Book, scored: Scored) -> pd.DataFrame:
    """FACTS of each scored and each rejected record, in input order; skipped ones (totals, headings) are no orders."""
    results = scored.results[scored.results["status"] != "skipped"]
    lines = scored.lines.reindex(results.index)
    destination = _clean(lines["destination_country"])
    item, kind = lines["chip_class"].fillna("unknown"), lines["buyer_business_type"].fillna("not stated")
    found = pd.DataFrame(index=results.index).assign(
        order=_keys(book, lines),
        line_no=_clean(lines["line_no"].fillna("1")),
        place=_clean(f"{book.file} row " + book.rows.reindex(lines.index).astype("str")),
        band=results["band"].fillna(UNSCORED),
        usd=lines["usd"],
        tpp=lines["tpp_total"],
        ships=lines["ship_date"].dt.strftime("%Y-%m-%d"),
        ordered=lines["order_date"].dt.strftime("%Y-%m-%d"),
        words=_joined(lines, SEARCHED),
        gp10=scored.judged["gp10"].reindex(results.index).fillna(False).astype(bool),
        judgement=_prints(results[list(JUDGED)]),
        order_print=_prints(lines[order_fields(lines)]),
        party_print=_prints(lines[fact_columns(lines)]),
        **{name: results[name] for name in ("action", "gate", "score")},
        buyer=_clean(lines["buyer_name"]),
        destination=destination,
        segment=item + " to " + destination.where(destination != "", "not stated") + " for " + kind,
        chip=lines["chip"].fillna(""),
    )
    return found[list(FACTS)].astype(FACTS)


def judged_by(known: Known, model: Model) -> dict[str, str]:
    """The inputs that all lines of a file share."""
    return {
        "lists": known.lists.version if known.lists else "none",
        "model": provenance(model),
        "tables": f"{known.tables.version} affiliates {known.affiliates_rule}",
    }


def arrivals(told: pd.DataFrame, shared: Mapping[str, str]) -> list[Line]:
    """The records of FACTS `told` of a part, in input order; `shared` are the inputs of all (`judged_by`)."""
    return [_line(row, shared) for row in told.itertuples()]


def _line(row: Any, shared: Mapping[str, str]) -> Line:
    return Line(
        order=row.order,
        line_no=row.line_no,
        record=int(row.Index),
        place=row.place,
        action=row.action,
        band=row.band,
        gate=row.gate,
        score=_number(row.score),
        usd=_number(row.usd),
        tpp=_number(row.tpp),
        ships=None if pd.isna(row.ships) else str(row.ships),
        ordered=None if pd.isna(row.ordered) else str(row.ordered),
        buyer=row.buyer,
        destination=row.destination,
        chip=row.chip,
        words=row.words,
        segment=row.segment,
        gp10=bool(row.gp10),
        judgement=row.judgement,
        inputs={"order": row.order_print, "customers": row.party_print, **shared},
    )


def _keys(book: Book, lines: pd.DataFrame) -> pd.Series:
    """order_id; a record without one is an order of its own, named by file, content of the file, and row."""
    alone = f"{book.file} {book.sha256[:8]} row " + book.rows.reindex(lines.index).astype("str")
    return _clean(lines["order_id"].fillna(alone))


def order_fields(lines: pd.DataFrame) -> list[str]:
    """The columns of lines that an order states."""
    return [each.name for each in of_kind("orders") if each.name in lines]


def fact_columns(lines: pd.DataFrame) -> list[str]:
    """The columns of lines that the customer master tells of their parties."""
    return [name for role in ROLES for fact in PARTY_FACTS if (name := f"{role}_{fact}") in lines]


def _prints(frame: pd.DataFrame) -> pd.Series:
    """A short print of each row, the same for the same cells whatever else the file holds."""
    numbers = pd.util.hash_pandas_object(frame.astype("str").fillna(""), index=False)
    return numbers.map("{:016x}".format)


def _joined(lines: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    parts = [lines[name].astype("str").fillna("") for name in names if name in lines]
    whole = parts[0].str.cat(pd.concat(parts[1:], axis=1), sep=" ")
    return _clean(whole.str.casefold().str.split().str.join(" "))


def _clean(cells: pd.Series) -> pd.Series:
    """Text that every database takes; distinct cells once."""
    codes, distinct = pd.factorize(cells.astype("str").fillna(""))
    return pd.Series(np.array([clean(str(each)) for each in distinct], dtype=object)[codes], index=cells.index)


def clean(text: str) -> str:
    """A text without halves of characters, and with control and direction characters made visible."""
    return visible(whole_text(text))


def _number(cell: Any) -> float | None:
    return float(cell) if pd.notna(cell) and np.isfinite(float(cell)) else None
