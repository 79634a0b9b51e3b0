"""What reviewers found: the outcome file, checked against its contract and turned into labels."""

# Over 150 lines: reading, checking and labelling are one contract and change together.

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from features.orders.problems import Level, Problem

COLUMNS = (
    "order_id",
    "line_no",
    "decision",
    "label_class",
    "verification",
    "source",
    "propensity",
    "ordered_on",
    "decided_on",
    "reviewer",
)
WORDS = {
    "decision": (
        "cleared",
        "cleared_with_conditions",
        "hold",
        "licence_required",
        "refused",
        "escalated",
        "reported",
        "duplicate",
    ),
    "label_class": (
        "confirmed_diversion",
        "confirmed_violation",
        "justified_alert",
        "false_positive",
        "undetermined",
    ),
    "verification": ("none", "paper", "delivery", "end_use"),
    "source": ("review", "audit", "public", "simulated"),
}
SEEN_ON_SITE = ("delivery", "end_use")
CLEARED_ON_PAPER = 0.7
"""Weight of a false positive nobody verified on delivery or in use: some cleared orders were diverted unseen.

An order of the drawn sample weighs 1 whatever was found: the sample is what prevalence and recall are read from.
"""

PUBLIC, PUBLIC_ROWS = 0.5, 2
"""Weight of a row of a public case, and how many rows a case may weigh: it is one story, however many lines it has."""

SAID = {
    "decision": {
        "clear": "cleared",
        "ok": "cleared",
        "released": "cleared",
        "approved": "cleared",
        "no issue": "cleared",
    }
    | {"on hold": "hold", "rejected": "refused", "denied": "refused", "declined": "refused", "escalate": "escalated"}
    | {"conditional": "cleared_with_conditions"}
    | {"license required": "licence_required"},
    "label_class": {
        "diversion": "confirmed_diversion",
        "confirmed": "confirmed_diversion",
        "violation": "confirmed_violation",
    }
    | {"fp": "false_positive", "false alarm": "false_positive", "no issue": "false_positive"}
    | {
        "inconclusive": "undetermined",
        "unclear": "undetermined",
        "open": "undetermined",
        "justified": "justified_alert",
    },
    "verification": {
        "no": "none",
        "documents": "paper",
        "delivered": "delivery",
        "end use check": "end_use",
        "site visit": "end_use",
    },
    "source": {
        "reviewed": "review",
        "random": "audit",
        "audit slice": "audit",
        "public case": "public",
        "simulation": "simulated",
    },
}
"""Other words for ours, in small letters, one blank for every gap; what was decided never says what was found."""

Wording = Mapping[str, Mapping[str, str]]
"""A reviewer's own words by column, spelt as in SAID, and the one of ours that each means (`training.wording`)."""

NO_WORDING: Wording = MappingProxyType({})

PSEUDONYM = re.compile(r"[A-Za-z]{1,4}-?[0-9]{1,6}")  # "R03"; a name or an e-mail address does not belong here
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KEY = ["order_id", "line_no"]


class OutcomesRefused(Exception):
    """The outcome file breaks its contract; `problems` holds every fault. The message holds no cell of the file."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(problem.text(values=False) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Labels:
    """The lines to learn from, and how many were left out and why.

    `rows` has order_id, line_no, label (1 confirmed diversion, 0 false positive), weight, source, propensity,
    ordered_on, decided_on; the weights of an order's lines sum to the weight of one decision. `outcomes` are all
    decisions as read, those that teach nothing too.
    """

    rows: pd.DataFrame
    left_out: dict[str, int]
    outcomes: pd.DataFrame


def read(path: Path, wording: Wording = NO_WORDING) -> pd.DataFrame:
    """The outcomes of a CSV file, typed, index = spreadsheet row; raises OutcomesRefused naming every fault.

    `wording` are the words of its reviewers, beside those that everybody says.
    """
    records = _records(path)
    table = pd.DataFrame([cells for _, cells in records], columns=list(_heading(path)), dtype="str")
    table.index = pd.Index([row for row, _ in records], name="row")
    table = table[list(COLUMNS)].apply(lambda column: column.str.strip())
    table = table.assign(**{name: _our_words(table[name], name, wording) for name in WORDS})
    typed, problems = _typed(table, path.name)
    problems += list(_contradictions(typed, path.name))
    if problems:
        raise OutcomesRefused(*sorted(problems, key=lambda problem: problem.row or 0))
    return typed


def labels(outcomes: pd.DataFrame) -> Labels:
    """One row a line that teaches: confirmed diversion is 1, false positive is 0; all else is counted by its reason.

    A line decided twice counts as last decided.
    """
    last = outcomes.sort_values("decided_on", kind="stable").drop_duplicates(KEY, keep="last").sort_index()
    positive = last["label_class"] == "confirmed_diversion"
    reason = last["label_class"].mask(last["decision"].isin(["licence_required", "duplicate"]), last["decision"])
    taught = positive & (last["decision"] != "duplicate") | (reason == "false_positive")
    rows = last.loc[taught, [*KEY, "source", "propensity", "ordered_on", "decided_on"]]
    sure = positive | last["verification"].isin(SEEN_ON_SITE) | (last["source"] == "audit")
    single = sure[taught].map({True: 1.0, False: CLEARED_ON_PAPER})
    rows.insert(2, "label", positive[taught].astype("int64"))
    size = rows.groupby("order_id")["order_id"].transform("size")
    told = rows["source"] == "public"
    rows.insert(3, "weight", (single / size).mask(told, PUBLIC * (PUBLIC_ROWS / size).clip(upper=1.0)))
    left_out = {str(name): int(number) for name, number in reason[~taught].value_counts().sort_index().items()}
    if len(last) < len(outcomes):
        left_out["decided again later"] = len(outcomes) - len(last)
    return Labels(rows, left_out, outcomes)


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """Spreadsheet row and cells of each record, blank rows left out; refuses rows of another width."""
    heading, rows = _heading(path), _rows(path)
    records = [(row, cells) for row, cells in enumerate(rows, 1) if any(cell.strip() for cell in cells)][1:]
    remedy = f"give the row the {len(heading)} cells of the heading"
    wrong = [
        Problem(path.name, row, None, None, f"the row has {len(cells)} cells", remedy, Level.REJECTED)
        for row, cells in records
        if len(cells) != len(heading)
    ]
    if not records:
        wrong = [_of_file(path, "holds no outcome", "decide some orders in the queue first, then export them")]
    if wrong:
        raise OutcomesRefused(*wrong)
    return records


def _heading(path: Path) -> tuple[str, ...]:
    """The column names of the file's first row that is not blank; refuses a file without the contract's columns."""
    found = next((row for row in _rows(path) if any(cell.strip() for cell in row)), [])
    names = tuple(cell.strip().casefold() for cell in found)
    faults = [f"has no column {name}" for name in COLUMNS if name not in names]
    faults += [f"has two columns {name}" for name in COLUMNS if names.count(name) > 1]
    if faults:
        remedy = f"an outcome file has the columns {', '.join(COLUMNS)}"
        raise OutcomesRefused(*(_of_file(path, fault, remedy) for fault in faults))
    return names


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except OSError as fault:
        raise OutcomesRefused(_of_file(path, f"cannot be read ({fault.strerror})", "check the path")) from fault
    except UnicodeDecodeError as fault:
        raise OutcomesRefused(_of_file(path, "is not UTF-8", "save it as CSV UTF-8")) from fault
    except csv.Error as fault:
        raise OutcomesRefused(_of_file(path, f"is not a CSV file ({fault})", "save it as CSV UTF-8")) from fault


def _typed(table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The columns as words, numbers and days, and a problem for each cell that is none."""
    problems = [
        *(each for name in KEY for each in _faults(table[name], table[name] != "", file, "write the key of the line")),
        *(each for name, allowed in WORDS.items() for each in _unknown_words(table[name], allowed, file)),
    ]
    propensity = pd.to_numeric(table["propensity"], errors="coerce").astype("float64")
    remedy = "write the chance of being reviewed, above 0 and at most 1"
    problems += _faults(table["propensity"], (propensity > 0) & (propensity <= 1), file, remedy)
    days = {}
    for name in ("ordered_on", "decided_on"):
        iso = table[name].where(table[name].str.fullmatch(DAY.pattern))
        days[name] = pd.to_datetime(iso, errors="coerce", format="%Y-%m-%d").astype("datetime64[us]")
        problems += _faults(table[name], days[name].notna(), file, "write the day as YYYY-MM-DD")
    named = (table["reviewer"] == "") | table["reviewer"].str.fullmatch(PSEUDONYM.pattern)
    problems += _faults(table["reviewer"], named, file, "write a pseudonym such as R03, or leave it empty")
    return table.assign(propensity=propensity, **days), problems


def plain(word: str) -> str:
    """A word as it is compared: small letters, one blank for every gap.

    >>> plain(" No-Issue ")
    'no issue'
    """
    return " ".join(re.sub(r"[\s_/-]+", " ", word.casefold()).split())


def _our_words(column: pd.Series, name: str, wording: Wording) -> pd.Series:
    """The column in our words, each distinct cell mapped once; a word that is not known stays as it was written."""
    own, told = wording.get(name, {}), {}
    for cell in column.unique():
        word = plain(cell)
        ours = word.replace(" ", "_")
        told[cell] = ours if ours in WORDS[name] else SAID[name].get(word, own.get(word, cell))
    return column.map(told)


def _unknown_words(column: pd.Series, allowed: tuple[str, ...], file: str) -> Iterator[Problem]:
    remedy = f"write one of {', '.join(allowed)}, or say once which of them it means: diversion wording 'WORD=ONE'"
    return _faults(column, column.isin(allowed), file, remedy)


def _faults(column: pd.Series, right: pd.Series, file: str, remedy: str) -> Iterator[Problem]:
    """A problem for each cell of the column that is not right."""
    for row, value in column[~right].items():
        what = "is not allowed here" if value else "the cell is empty"
        yield Problem(file, int(str(row)), str(column.name), value or None, what, remedy, Level.PROBLEM)


def _contradictions(typed: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Decisions earlier than their order, and two decisions of one day on one line that disagree."""
    late = typed["decided_on"] < typed["ordered_on"]
    remedy = "an order is decided on its day or later; correct one of the two days"
    yield from _faults(typed["decided_on"].dt.strftime("%Y-%m-%d"), ~late, file, remedy)
    same_day = typed.groupby([*KEY, "decided_on"])["label_class"].transform("nunique")
    remedy = "two decisions on this line on one day disagree; keep the one that stands"
    yield from _faults(typed["label_class"], ~(same_day > 1), file, remedy)


def _of_file(path: Path, what: str, remedy: str) -> Problem:
    return Problem(path.name, None, None, None, what, remedy, Level.REFUSED)
