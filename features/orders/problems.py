"""A problem names file, row, column, value and remedy, and keeps the value apart so that a log can leave it out."""

import re
from dataclasses import dataclass
from enum import StrEnum

SHOWN_CHARACTERS = 80  # a longer value is cut on screen only; the raw cell stays whole
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Level(StrEnum):
    """How much a problem costs: nothing, one cell, one record, or the file."""

    NOTE = "note"
    PROBLEM = "problem"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True)
class Problem:
    """One doubt about a file; `row` is the spreadsheet's row, `record` the position in `Book.raw`.

    `alike` is the number of problems it stands for, where only the first of each kind was kept.

    With a value, `what` goes on after it ("'Korea' may be KR or KP"); without one it is a clause of its own.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    what: str
    remedy: str
    level: Level
    record: int | None = None
    alike: int = 1

    def text(self, values: bool = True) -> str:
        """One sentence for a person; `values=False` leaves the cell out, for logs."""
        row = None if self.row is None else f"row {self.row}"
        place = ", ".join(part for part in (self.file, row, self.column) if part)
        subject = "" if self.value is None else f"'{shown(self.value)}' " if values else "this value "
        return visible(f"{place}: {subject}{self.what}; {self.remedy}")


class OrdersRefused(Exception):
    """The file cannot be read as orders or customers at all; `problems` says everything that was found."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(problem.text(values=False) for problem in problems))
        self.problems = problems


def refused(file: str, what: str, remedy: str, value: str | None = None, row: int | None = None) -> OrdersRefused:
    """The exception for a fault of the whole file."""
    return OrdersRefused(Problem(file, row, None, value, what, remedy, Level.REFUSED))


def shown(value: str) -> str:
    """A cell as it may be shown: cut, and with control and direction characters made visible.

    >>> shown("Norrhall\\u202eetupmoc")
    'Norrhall<U+202E>etupmoc'
    """
    cut = value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
    return visible(cut)


def visible(text: str) -> str:
    """A text whose control and direction characters can be seen and have no effect."""
    return UNSEEN.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)
