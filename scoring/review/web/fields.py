"""What a request may hold: text that every store takes, and numbers of cases; anything else is told before it acts."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Form, Query
from pydantic import AfterValidator, Field

from scoring.review.people import Session
from scoring.review.web.guard import session_of

MOST_CASES = 2**31 - 1
UNKEPT = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text; raises ValueError when it holds what a database does not take (NUL, halves of characters).

    >>> storable("Norrhall")
    'Norrhall'
    """
    if UNKEPT.search(text):
        raise ValueError("holds characters that cannot be kept: NUL, or half of a character")
    return text


Signed = Annotated[Session, Depends(session_of)]
Storable = Annotated[str, AfterValidator(storable), Field(json_schema_extra={"pattern": "^[^\\u0000]*$"})]
Text = Annotated[Storable, Form()]
Texts = Annotated[list[Storable], Form()]
Asking = Annotated[Storable, Query()]
Number = Annotated[int, Field(ge=1, le=MOST_CASES)]
Numbers = Annotated[list[Number], Form()]
