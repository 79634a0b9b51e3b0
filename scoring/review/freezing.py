"""What is frozen of a record for good: the order, the parties, the flags and what raised the score, as of that day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from features.known import Known
from features.lines import gate_dates
from features.matrix import FEATURES
from features.orders.book import Book
from features.red_flags import red_flags
from scoring.batch import Scored
from scoring.explain import cited, spoken
from scoring.model import Model, contributions
from scoring.result import COLUMNS
from scoring.review.arrivals import Line, clean, fact_columns, order_fields

FORMAT = 1


def frozen(
    book: Book, scored: Scored, known: Known, model: Model, chosen: Iterable[Line]
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Each chosen line with all that a reviewer sees of it, as it is now: later tables, models or lists change nothing.

    Holds order (typed fields that are stated), parties (master facts), result, flags with title, source and question,
    contributions (log-odds), list hits, and the versions. Costs about a hundred predictions a line.
    """
    wanted = list(chosen)
    read = pd.Index([each.record for each in wanted], dtype="int64").intersection(scored.lines.index)
    lines, matrix = scored.lines.loc[read], scored.matrix.loc[read]
    added = contributions(model, matrix) if len(read) else matrix
    parts = {
        "order": _stated_rows(lines[order_fields(lines)]), "parties": _stated_rows(lines[fact_columns(lines)]),
        "values": _rows(matrix), "added": _rows(added), "hits": _hits(lines, known),
    }  # fmt: skip
    results = _stated_rows(scored.results.loc[[each.record for each in wanted], list(COLUMNS)])
    for each in wanted:
        yield each, _body(each, results[each.record], parts, book)


def _body(line: Line, result: dict[str, Any], parts: Mapping[str, Any], book: Book) -> dict[str, Any]:
    """The frozen record of one line; a record that could not be read shows its cells as they came."""
    body = {
        "format": FORMAT, "order_id": line.order, "line_no": line.line_no, "place": line.place, "result": result,
        "inputs": dict(line.inputs), "usd": line.usd, "gp10": line.gp10, "hits": parts["hits"].get(line.record, []),
    }  # fmt: skip
    if line.record not in parts["order"]:
        cells = {clean(str(name)): clean(str(cell)) for name, cell in book.raw.loc[line.record].items() if str(cell)}
        return body | {"order": {}, "cells": cells, "parties": {}, "flags": [], "contributions": []}
    values = parts["values"][line.record]
    return body | {
        "order": parts["order"][line.record],
        "parties": parts["parties"][line.record],
        "flags": _flags(str(result.get("red_flags", "")), values),
        "contributions": _contributions(values, parts["added"][line.record]),
    }


def _rows(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Each record's cells by column."""
    cells = frame.to_dict("records")
    return {
        int(str(at)): {str(name): cell for name, cell in row.items()}
        for at, row in zip(frame.index, cells, strict=True)
    }


def _stated_rows(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Each record's cells that say something, as text, numbers and yes or no; most columns of most files are blank."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for name, cells in frame.items():
        codes, distinct = pd.factorize(cells)
        told = [None if cell == "" else _plain(cell) for cell in distinct.tolist()]
        for row, code in zip(rows, codes.tolist(), strict=True):
            if code >= 0 and (cell := told[code]) is not None:
                row[str(name)] = cell
    return dict(zip(map(int, frame.index), rows, strict=True))


def _flags(seen: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The flags that were a yes, each with the words and the source of that day, and the values behind it."""
    told = []
    for key in filter(None, seen.split("; ")):
        flag = red_flags()[key]
        behind = {each.name: spoken(values[each.name], each.unit) for each in FEATURES if each.flag == key}
        told.append({"key": key, "title": flag.title, "source": cited(flag), "ask": flag.ask, "values": behind})
    return told


def _contributions(values: Mapping[str, Any], added: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each input added to the margin (log-odds), largest first; inputs that added nothing are left out."""
    told = [
        {
            "feature": each.name, "title": red_flags()[each.flag].title, "value": spoken(values[each.name], each.unit),
            "added": round(float(added[each.name]), 4),
        }
        for each in FEATURES
        if each.name in added and abs(float(added[each.name])) >= 0.00005
    ]  # fmt: skip
    return sorted(told, key=lambda each: (-abs(each["added"]), each["feature"]))


def _hits(lines: pd.DataFrame, known: Known) -> dict[int, list[dict[str, Any]]]:
    """The list hits of each line as data, both sides beside each other; looked up only for lines that have some."""
    hit = lines[lines["list_hits"] != ""]
    if known.lists is None or hit.empty:
        return {}
    from features.parties.master import parties
    from features.parties.screening.lines import on_lines

    masters = parties(hit, known.customers, known.tables)
    _, found = on_lines(hit, known.lists, gate_dates(hit, known), masters)
    told: dict[int, list[dict[str, Any]]] = {}
    kept = found[found["kind"] != "near"]
    for record, row in zip(kept.index, kept.to_dict("records"), strict=True):
        told.setdefault(int(record), []).append(_stated({str(name): cell for name, cell in row.items()}))
    return told


def _stated(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells that say something, as text, numbers and yes or no."""
    return {name: _plain(cell) for name, cell in cells.items() if not _blank(cell)}


def _blank(cell: object) -> bool:
    return bool(pd.isna(cell)) or cell == ""  # type: ignore[call-overload]  # a cell is a scalar


def _plain(cell: Any) -> str | float | int | bool:
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, int | float | np.number):
        number = float(cell)
        if not np.isfinite(number):
            return str(number)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else clean(str(cell))
