"""An order file judged under the rules as they are and under rules on trial; what each line changes.

Only what reads a changed table is judged anew: facts and signals note the tables they ask for, the gate runs twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from features.gate import gate
from features.gate_limits import COUNTED_COLUMNS, counted_rows, past_rows
from features.known import AffiliatesRule, Known
from features.lines import with_facts
from features.matrix import FEATURES, measure
from features.orders.book import Book
from features.past.gathered import Earlier, with_own
from features.reference.cards import Fault, TablesRefused
from features.reference.tables import Tables
from features.reference.trial import Trial, on_trial, read
from scoring import flags
from scoring.batch import Watch, actions, unwatched
from scoring.model import Model, bands, check_features, margins, probabilities

SHIPPED = Path(__file__).parent / "trials"
COUNTED = "Counted against "
JUDGED = ("gate", "authorisation", "score", "band", "action")
SCORED = ("score", "band", "completeness")
NOTHING_EARLIER = Earlier()
SAME_SCORE = 1e-12  # two runs of one model on one machine agree to the last digit


@dataclass(frozen=True)
class Side:
    """One set of rules put to a book: its lines, their signals, and `results` with JUDGED and gate_reasons."""

    known: Known
    lines: pd.DataFrame
    matrix: pd.DataFrame
    results: pd.DataFrame
    facts_read: frozenset[str]
    signals_read: frozenset[str]


@dataclass(frozen=True)
class Difference:
    """A book under both rules; `changed` has a row for each line that changes (columns in `_changes`)."""

    book: Book
    trial: Trial
    before: Side
    after: Side
    changed: pd.DataFrame
    past: str


class _Heard(dict[str, pd.DataFrame]):
    """Tables that remember which of them were asked for."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        super().__init__(frames)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.asked.add(name)
        return super().__getitem__(name)


def chosen(rules: str) -> Trial:
    """The trial of that name that is shipped, or in that file; raises TablesRefused."""
    shipped = SHIPPED / f"{rules}.toml"
    return read(shipped if shipped.is_file() else Path(rules))


def both(trial: Trial, known: Known) -> tuple[Known, Known]:
    """What is known before and under the trial; the one it is `against` holds on both sides. Raises TablesRefused."""
    before = known
    if trial.against is not None:
        base = chosen(trial.against)
        if base.against is not None:
            remedy = "is against a third one; name a trial that stands by itself"
            raise TablesRefused((Fault(trial.file, None, "against", trial.against, remedy),))
        before = _under(base, known)
    return before, _under(trial, before)


def _under(trial: Trial, known: Known) -> Known:
    rule = cast("AffiliatesRule", trial.affiliates_rule or known.affiliates_rule)
    return _with(replace(known, affiliates_rule=rule), on_trial(trial, known.tables))


def _with(known: Known, tables: Tables) -> Known:
    """What is known with these tables and its switch, for the lists too."""
    lists = known.lists and replace(known.lists, tables=tables, affiliates_rule=known.affiliates_rule)
    return replace(known, tables=tables, lists=lists)


def compared(
    book: Book, trial: Trial, known: Known, model: Model, earlier: Earlier = NOTHING_EARLIER, watch: Watch = unwatched
) -> Difference:
    """Both sides and the lines that differ; raises TablesRefused (trial) or ModelRefused before a line is judged."""
    check_features(model, FEATURES)
    now, then = both(trial, replace(known, past=earlier.rows) if len(earlier.rows) else known)
    watch("facts of parts and parties")
    before = _first(book, now, model, earlier)
    watch("gate")
    after = _second(book, before, then, model, earlier)
    return Difference(book, trial, before, after, _changes(book, before, after), _past_said(before, after))


def _first(book: Book, known: Known, model: Model, earlier: Earlier) -> Side:
    """Everything judged, and which tables facts and signals asked for."""
    facts, signals = _Heard(known.tables.frames), _Heard(known.tables.frames)
    lines = with_facts(book.lines, _listening(known, facts))
    matrix = measure(lines, with_own(earlier, lines, _listening(known, signals)))
    results = _judged(lines, _scored(lines, matrix, model), known, model)
    return Side(known, lines, matrix, results, frozenset(facts.asked), frozenset(signals.asked))


def _listening(known: Known, heard: _Heard) -> Known:
    """The same facts from tables of their own: what other tables remember would hide a question from `heard`."""
    return _with(known, replace(known.tables, frames=heard))


def _second(book: Book, before: Side, known: Known, model: Model, earlier: Earlier) -> Side:
    """Only what reads a changed table anew; the gate always."""
    frames, old = known.tables.frames, before.known.tables.frames
    changed = {name for name in frames if frames[name] is not old[name]}
    switched = known.lists is not None and known.affiliates_rule != before.known.affiliates_rule
    facts = switched or bool(changed & before.facts_read)
    lines = with_facts(book.lines, known) if facts else before.lines
    same = not facts and not changed & before.signals_read
    matrix = before.matrix if same else measure(lines, with_own(earlier, lines, known))
    scored = before.results[list(SCORED)] if same else _scored(lines, matrix, model)
    results = _judged(lines, scored, known, model)
    return replace(before, known=known, lines=lines, matrix=matrix, results=results)


def _scored(lines: pd.DataFrame, matrix: pd.DataFrame, model: Model) -> pd.DataFrame:
    """SCORED of each line."""
    margin = margins(model, matrix)
    found = flags.answers(matrix, lines["chip_class"], lines["leg"])
    columns = (probabilities(model, margin), bands(model, margin), flags.completeness(found, lines.index))
    return pd.DataFrame(dict(zip(SCORED, columns, strict=True)), index=lines.index)


def _judged(lines: pd.DataFrame, scored: pd.DataFrame, known: Known, model: Model) -> pd.DataFrame:
    """JUDGED, gate_reasons and rules_date of each line; ceilings count the lines of the file too."""
    judged = gate(lines, replace(known, past=counted(lines, known)))
    told = judged[["gate", "gate_reasons", "authorisation", "rules_date"]]
    results = pd.concat([told, scored], axis=1).assign(chip_class=lines["chip_class"])
    doubtful = (lines["list_possible"] | lines["list_not_screened"]).fillna(False).astype(bool)
    return results.assign(action=actions(results, judged["gp10"] | doubtful, model.minimum_completeness))


def counted(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The lines that ceilings count: those of the file, and those of the known past that belong to other orders."""
    own, earlier = counted_rows(lines), past_rows(known.past)
    if earlier is None:
        return own
    return pd.concat([earlier[~earlier["order_id"].isin(own["order_id"])], own], ignore_index=True)


def _past_said(before: Side, after: Side) -> str:
    """Which lines the ceilings counted; empty when no ceiling acted on either side."""
    known = before.known
    sides = (before.results, after.results)
    if not any(each["gate_reasons"].str.contains(COUNTED, regex=False).any() for each in sides):
        return ""
    days = after.lines["order_date"].dropna()
    span = f"the lines of this file ({days.min():%Y-%m-%d} to {days.max():%Y-%m-%d})" if len(days) else "no dated line"
    earlier = past_rows(known.past)
    if earlier is not None:
        since = earlier["order_date"].min()
        return f"Ceilings count {span} and {len(earlier):,} known lines from {since:%Y-%m-%d} on; nothing before that."
    lacking = sorted(set(COUNTED_COLUMNS) - set(known.past.columns))
    reason = f"the known past lacks {', '.join(lacking)}" if not known.past.empty and lacking else "no past is known"
    return f"Ceilings count {span} only: {reason}, so what was ordered before or elsewhere is missing from the sums."


def _changes(book: Book, before: Side, after: Side) -> pd.DataFrame:
    """The lines whose gate, authorisation, score, band or action differs, with facts, both judgements and reasons.

    Columns: row, order, line_no, customer, country, chip, chips, tpp, usd, rules_date, `<each of JUDGED>_before` and
    `_after`, reasons_new, reasons_gone.
    """
    old, new = before.results, after.results
    differs = (old["score"] - new["score"]).abs() > SAME_SCORE
    for name in ("gate", "authorisation", "band", "action"):
        differs |= old[name] != new[name]
    old, new, lines = old[differs], new[differs], after.lines[differs]
    row = book.rows.reindex(lines.index)
    facts = {
        "row": row,
        "order": lines["order_id"].fillna("row " + row.astype("str")),
        "line_no": lines["line_no"],
        "customer": lines["buyer_name"].fillna(lines["buyer_id"]),
        "country": lines["destination_country"],
        "chip": lines["chip"].fillna(lines["part_number"]),
        **{"chips": lines["chips"], "tpp": lines["tpp_total"], "usd": lines["usd"], "rules_date": new["rules_date"]},
    }
    judged = {f"{name}_{side}": each[name] for name in JUDGED for side, each in (("before", old), ("after", new))}
    reasons = {
        "reasons_new": _only_in(new["gate_reasons"], old["gate_reasons"]),
        "reasons_gone": _only_in(old["gate_reasons"], new["gate_reasons"]),
    }
    return pd.DataFrame(facts | judged | reasons, index=lines.index)


def _only_in(one: pd.Series, other: pd.Series) -> pd.Series:
    """The reasons of one side that the other has not."""
    told = []
    for mine, theirs in zip(one.str.split(" | ", regex=False), other.str.split(" | ", regex=False), strict=True):
        told.append(" | ".join(each for each in mine if each not in set(theirs)))
    return pd.Series(np.array(told, dtype=object), index=one.index, dtype="str")
