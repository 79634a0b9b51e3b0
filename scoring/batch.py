"""An order file scored as a whole: gate, score, band, completeness, action, reasons and questions for each record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from features.gate import gate
from features.known import Known, known_on
from features.lines import with_facts
from features.matrix import FEATURES, measure
from features.orders.book import Book, from_frame
from features.past.gathered import Earlier, with_own
from scoring import flags
from scoring.ask import questions
from scoring.explain import REASONS, reasons
from scoring.flags import SEPARATOR
from scoring.model import Floats, Model, bands, check_features, doubtful, interval, margins, probabilities
from scoring.result import COLUMNS, joined

Reasons = Literal["needed", "all", "none"]
ALARMING = ("high", "critical")
NOTHING_EARLIER = Earlier()
NOT_SCREENED = "no screening list: names and addresses were not screened"


@dataclass(frozen=True)
class Scored:
    """What was found for a book: the result columns of each record, and the working of its scored lines."""

    results: pd.DataFrame
    lines: pd.DataFrame
    matrix: pd.DataFrame
    judged: pd.DataFrame
    margin: Floats


STEPS = ("facts of parts and parties", "signals", "gate", "score", "reasons", "questions")
"""What scoring does, in order: each is named as it begins, so that a person can watch."""

Watch = Callable[[str], None]


def unwatched(step: str) -> None:
    """Nobody watches."""


def score(
    book: Book,
    known: Known,
    model: Model,
    *,
    base_rate: float | None = None,
    reasons_for: Reasons = "needed",
    watch: Watch = unwatched,
    earlier: Earlier = NOTHING_EARLIER,
) -> Scored:
    """Scores every record of an order book; `results` has one row a record (index of `book.raw`) and COLUMNS.

    The past of a line is what `earlier` tells and the lines of the book, as far as they are dated before it. `watch`
    hears each of STEPS as it begins. Raises ModelRefused when the model was trained on other features.
    """
    watch(STEPS[0])
    lines = with_facts(book.lines, known)
    known = with_own(earlier, lines, known)
    lists = known.lists.version if known.lists else None
    return judged_lines(book, lines, known, lists, model, base_rate=base_rate, reasons_for=reasons_for, watch=watch)


def judged_lines(
    book: Book,
    lines: pd.DataFrame,
    known: Known,
    lists: str | None,
    model: Model,
    *,
    base_rate: float | None = None,
    reasons_for: Reasons = "needed",
    watch: Watch = unwatched,
    threads: int | None = None,
) -> Scored:
    """As `score`, of lines that carry their facts and a `known` that holds the past; a book may be part of a file.

    `lines` hold whole orders; `lists` names those that they were screened against, None without any. Raises
    ModelRefused when the model was trained on other features.
    """
    check_features(model, FEATURES)
    watch(STEPS[1])
    matrix = measure(lines, known)
    watch(STEPS[2])
    judged = gate(lines, known)
    watch(STEPS[3])
    margin = margins(model, matrix, threads=threads)
    found = flags.answers(matrix, lines["chip_class"], lines["leg"])
    results = pd.DataFrame(index=lines.index).assign(
        status="scored",
        **{name: judged[name] for name in ("gate", "gate_reasons", "authorisation", "rules_date")},
        score=probabilities(model, margin, base_rate),
        band=bands(model, margin),
        completeness=flags.completeness(found, lines.index),
        not_evaluated=_with_doubt(model, margin, flags.not_evaluated(found, lines.index), base_rate),
        red_flags=flags.seen(found, lines.index),
        list_hits=lines["list_hits"],
        lists_version=lines["list_version"],
        **{name: lines[name] for name in ("leg", "chips", "tpp_total", "chip_class")},
    )
    doubtful = (lines["list_possible"] | lines["list_not_screened"]).fillna(False).astype(bool)
    alarms = judged["gp10"] | doubtful
    results["action"] = actions(results, alarms, model.minimum_completeness)
    watch(STEPS[4])
    told = reasons(model, matrix[_needs_reasons(results, reasons_for)], threads=threads)
    watch(STEPS[5])
    asked = questions(model, matrix, lines, found, _opens_the_gate(lines, judged), threads=threads)
    results = results.join(asked).join(told)
    return Scored(_every_record(book, results, known, lists, model), lines, matrix, judged, margin)


def score_frame(frame: pd.DataFrame, model: Model, known: Known | None = None) -> pd.DataFrame:
    """Raw order columns in, the user's columns and the result columns out; known defaults to the tables of today."""
    book = from_frame(frame)
    return joined(book.raw, score(book, known or known_on(date.today()), model).results)


def actions(results: pd.DataFrame, alarms: pd.Series, minimum: float) -> pd.Series:
    """What to do now; the first that applies: stop, licence, review, ask, release (design: decisions in detail).

    `alarms` are lines for a reviewer whatever their band: General Prohibition 10, a possible list hit, a party that
    could not be screened. `minimum` is the completeness under which a line with a controlled or unknown item is asked
    about.
    """
    held, licence = results["gate"], results["authorisation"]
    controlled = results["chip_class"].isin(("a", "b", "unknown"))
    conditions = [
        (held == "stop") | (licence == "unusable"),
        (held == "licence") & licence.isin(("missing", "unknown")),
        results["band"].isin(ALARMING) | alarms,
        (held == "unknown") | (controlled & (results["completeness"] < minimum)),
    ]
    chosen = np.select(
        [each.to_numpy(dtype=bool) for each in conditions], ["stop", "licence", "review", "ask"], "release"
    )
    return pd.Series(chosen, index=results.index, dtype="str")


def _with_doubt(model: Model, margin: Floats, lacks: pd.Series, base_rate: float | None) -> pd.Series:
    """What could not be evaluated: the band too, where decided lines leave open whether it is high (Venn-Abers)."""
    at = np.flatnonzero(doubtful(model, margin))
    told = []
    for rest, low, high in zip(lacks.iloc[at], *interval(model, margin[at], base_rate), strict=True):
        band = f"band ({low:.2f} to {high:.2f} of decided lines that rank like it were confirmed)"
        told.append(f"{band}{SEPARATOR}{rest}" if rest else band)
    whole = lacks.copy()
    whole.iloc[at] = told
    return whole


def _opens_the_gate(lines: pd.DataFrame, judged: pd.DataFrame) -> pd.Series:
    """Input fields whose answer could change the gate, ";"-separated: none where it is a stop already.

    An item of unknown class is one too: its ECCN could take it out of every rule for advanced chips.
    """
    eccn = (lines["chip_class"] == "unknown") & lines["eccn"].isna() & (lines["leg"] != "domestic")
    lacks = judged["gate_lacks"] + np.where(eccn, ";eccn", "")
    return lacks.where(judged["gate"] != "stop", "").astype("str")


def _needs_reasons(results: pd.DataFrame, reasons_for: Reasons) -> pd.Series:
    """Contributions cost a hundred predictions: by threshold, never by rank, unless all are asked for."""
    if reasons_for != "needed":
        return pd.Series(reasons_for == "all", index=results.index)
    return results["band"].isin(ALARMING) | (results["action"] == "review")


def _every_record(book: Book, results: pd.DataFrame, known: Known, lists: str | None, model: Model) -> pd.DataFrame:
    """Rejected and skipped records beside the scored ones: nothing that was in the file is lost."""
    whole = results.reindex(book.raw.index)
    rejected = book.status == "rejected"
    whole["status"] = book.status
    whole.loc[rejected, ["gate", "action"]] = ["unknown", "ask"]
    whole.loc[rejected, "ask_1"] = "Which values belong in this record? It could not be read."
    missing = [f"reason_{place}" for place in range(1, REASONS + 1) if f"reason_{place}" not in whole]
    whole[missing] = None
    whole["problems"] = _problems(book)
    whole["model_version"] = provenance(model)
    screened = NOT_SCREENED if lists is None else "lists " + whole["lists_version"].fillna(lists)
    whole["lists_version"] = f"tables {known.tables.version}; " + screened
    whole["past_version"] = known.past_version
    return whole[list(COLUMNS)]


def provenance(model: Model) -> str:
    """Version of the model, what it was trained on, and on whose orders its bands were fitted."""
    source = "simulated orders" if model.facts["simulated"] else "its training orders"
    if model.own_bands:
        return f"{model.version}+{model.own_bands}; trained on {source}, bands fitted to your own order book"
    return f"{model.version}; trained and banded on {source}, not fitted to this order book"


def _problems(book: Book) -> pd.Series:
    """The problems of each record in one cell; those of the whole file stand in the summary."""
    said: dict[int, list[str]] = {}
    for problem in book.problems:
        if problem.record is not None:
            said.setdefault(problem.record, []).append(problem.text())
    texts = pd.Series({record: " | ".join(each) for record, each in said.items()}, dtype="str")
    return texts.reindex(book.raw.index).fillna("")
