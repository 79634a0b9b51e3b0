"""The order of the queue: band, then ship date, then score x value; and the sentence that says why a case is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from features.quantities import USD_OF_AN_ORDER

BANDS = ("low", "elevated", "high", "critical")
UNSCORED = "not scored"  # a record that could not be read: it may be anything, so it stands with the elevated
UNSCORED_RANK = BANDS.index("elevated")
DUE_DAYS = {"critical": 2, "high": 5, "elevated": 10, UNSCORED: 5, "low": 15}
"""Days from opening to the day a case without a ship date should be decided (the founders' judgement)."""

USD_A_TPP = 2.0
"""USD that one point of total processing performance counts at least: an H100 has 15,832 points and sells for about
twice as many dollars. A line without a price, or a giveaway price, still counts by what it can compute."""


MOST = 1e14  # USD: more than any order; stakes count down from it, so that the keys sort as text


def band_rank(band: str) -> int:
    """Place of a band, 0 (low) to 3 (critical)."""
    return UNSCORED_RANK if band == UNSCORED else BANDS.index(band)


def value(lines: Iterable[Mapping[str, Any]]) -> float:
    """USD that an order counts for: the stated values of its lines, or what they can compute when that is more.

    A line without a price counts for its TPP. An order with a line of which neither is known counts as a plain one at
    least (`features.quantities`): what is not stated is never worth nothing.

    >>> value([{"usd": None, "tpp": 1000.0}]), value([{"usd": 5000.0, "tpp": 1000.0}])
    (2000.0, 5000.0)
    >>> value([{"usd": 5000.0, "tpp": None}, {"usd": None, "tpp": None}])
    1100000.0
    """
    told = list(lines)
    worth = max(priced(told), USD_A_TPP * sum(each["tpp"] or 0.0 for each in told))
    return max(worth, USD_OF_AN_ORDER) if any(map(unmeasured, told)) else worth


def priced(lines: Iterable[Mapping[str, Any]]) -> float:
    """The sum of the stated values in USD, a line without one counting for its TPP; what it holds at least."""
    return sum(USD_A_TPP * (each["tpp"] or 0.0) if each["usd"] is None else each["usd"] for each in lines)


def unmeasured(line: Mapping[str, Any]) -> bool:
    """Neither value nor TPP of the line is known: it may be above every limit."""
    return line["usd"] is None and line["tpp"] is None


def due(ships: str | None, band: str, opened: date) -> str:
    """The day by which a case should be decided: its ship date, else some days after opening."""
    return ships or (opened + timedelta(days=DUE_DAYS[band])).isoformat()


def place(band: str, score: float | None, worth: float, due_on: str) -> dict[str, str | float]:
    """Stake (USD at risk), due day, and the two sort keys of a case; what sorts first is taken first.

    An order without a score counts as if it were sure to be diverted.
    """
    chance = 1.0 if score is None else score
    stake = chance * worth
    front = f"{len(BANDS) - 1 - band_rank(band)}|{due_on}"
    return {
        "stake": stake,
        "due": due_on,
        "by_value": f"{front}|{max(MOST - stake, 0.0):018.2f}",
        "by_score": f"{front}|{1.0 - chance:.9f}",
    }


def reason_for_place(case: Mapping[str, Any], today: str) -> str:
    """Why the case stands where it stands, in the order of the three keys; `case` holds `unknown` (see `cases`)."""
    if case["ships"]:
        when = f"ships {case['ships']}" if case["ships"] >= today else f"ship date {case['ships']} has passed"
    else:
        when = f"no ship date, to decide by {case['due']}"
    unknown = case["unknown"]
    worth = [f"{_least(unknown['usd'])}{case['usd']:,.0f} USD"] if case["usd"] else []
    worth += [f"TPP {_least(unknown['tpp'])}{case['tpp']:,.0f}"] if case["tpp"] else []
    score = "no score" if case["score"] is None else f"score {case['score']:.3f}"
    told = " and ".join(worth) or ("no stated value" if unknown["both"] else "nothing")
    counted = f", counted as {USD_OF_AN_ORDER:,.0f} USD at least" if unknown["both"] else ""
    return f"band {case['band']}; {when}; {score} x {told}{counted}"


def _least(unknown: int) -> str:
    return "at least " if unknown else ""
