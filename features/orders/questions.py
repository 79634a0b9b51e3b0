"""What a file leaves open is asked once a column; an answer comes from an option or from a mapping profile."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from features.orders.amounts import FRACTION, FRACTIONS, POINT_OR_COMMA
from features.orders.countries import NOTHING
from features.orders.days import CENTURIES, FIRST, SYSTEMS
from features.orders.fields import Field
from features.orders.problems import refused
from features.orders.units import CURRENCIES as CODES

Answers = Mapping[str, tuple[str, ...]]
"""Field name or heading to the answers given for that column."""

SAMPLES = 3  # cells shown beside a question


@dataclass(frozen=True)
class Question:
    """One thing about one column that only a person can say; `answers` are the values `--answer` takes."""

    key: str
    column: str
    asked: str
    answers: tuple[str, ...]
    samples: tuple[str, ...]

    def options(self) -> tuple[str, ...]:
        """The options that answer it, one a possible answer."""
        return tuple(f"--answer {shlex.quote(f'{self.column}={answer}')}" for answer in self.answers)


def parse_answers(given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The answers of options such as "order_date=day-first"; raises OrdersRefused on another form.

    >>> parse_answers(["order_date=day-first", "order_date=20yy"])
    {'order_date': ('day-first', '20yy')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for option in given:
        column, sign, value = option.rpartition("=")
        if not sign or not column.strip() or not value.strip():
            raise refused("--answer", "has no column and value", "write COLUMN=VALUE", value=option)
        found[column.strip()] = (*found.get(column.strip(), ()), value.strip())
    return found


def possible(field: Field) -> tuple[str, ...]:
    """The answers that a column of this field can ever take; "KR" stands for any country code, here and below."""
    by_type = {
        "date": (*FIRST, *CENTURIES, *SYSTEMS),
        "number": (*POINT_OR_COMMA, *(FRACTION if field.unit in FRACTIONS else ())),
        "country": ("KR", NOTHING),
        "country list": ("KR", NOTHING),
    }
    return tuple(sorted(CODES)) if field.name == "currency" else by_type.get(field.type, ())


def check_answers(field: Field, given: tuple[str, ...], file: str) -> None:
    """Raises OrdersRefused when an answer is none that this field can take."""
    allowed = possible(field)
    for answer in given:
        country = "KR" in allowed and re.fullmatch("[A-Z]{2}", answer)
        if answer not in allowed and not country:
            named = "a two-letter country code, or nothing" if "KR" in allowed else ", ".join(allowed[:9])
            remedy = f"write one of: {named}" if allowed else "leave the answer out"
            raise refused(file, f"is no answer to a question about {field.name}", remedy, value=answer)
