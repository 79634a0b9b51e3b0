"""The queue for other systems: bearer tokens with scopes, JSON, the rules of the desk. Described by OpenAPI.

A call may be sent again: a decision that was made, a file that was taken in, and a case that is held are not so twice.
"""

# Over 150 lines: one small handler for each call, and the shapes of what goes in.

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from scoring.review import acts, cases, exports, imports, metrics, outcomes, taking
from scoring.review.cases import Filter
from scoring.review.desk import LONGEST_TEXT, Decision
from scoring.review.people import Session
from scoring.review.store import Store
from scoring.review.web.fields import Asking, Number, Storable
from scoring.review.web.guard import store_of, token_with
from scoring.review.web.repeats import made_already


class Faults(BaseModel):
    """What stands against a request, one sentence each."""

    faults: list[str]


PREFIX = "/api/v1"
SCHEMA = f"{PREFIX}/openapi.json"
TABLE, LINES = "text/csv", "application/x-ndjson"
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Faults, "description": "The body cannot be read"},
    401: {"model": Faults, "description": "No valid bearer token"},
    403: {"model": Faults, "description": "The token or its owner has not this scope"},
    404: {"model": Faults, "description": "There is no such case"},
    409: {"model": Faults, "description": "The desk refuses; the sentences say why"},
    411: {"model": Faults, "description": "The length of the body is not stated"},
    413: {"model": Faults, "description": "The body is too large"},
    422: {"model": Faults, "description": "A field is missing or of the wrong kind"},
}
router = APIRouter(prefix=PREFIX, tags=["queue"], responses=REFUSALS)
Reader = Annotated[Session, Depends(token_with("read"))]
Worker = Annotated[Session, Depends(token_with("work"))]
Exporter = Annotated[Session, Depends(token_with("export"))]
Learner = Annotated[Session, Depends(token_with("outcomes"))]
Word = Annotated[Storable, Field(max_length=200)]
Long = Annotated[Storable, Field(max_length=LONGEST_TEXT)]


class Answer(BaseModel):
    """The answer to a flag that the case shows."""

    flag: Word
    answer: Word
    note: Long


class Made(BaseModel):
    """A decision with the answers it rests on; `seen` is that of the case as it was read."""

    decision: Word
    label_class: Word
    verification: Word = "none"
    reasons: list[Word] = Field(default_factory=list, max_length=50)
    comment: Long = ""
    lines: list[Word] = Field(default_factory=list, max_length=10_000)
    answers: list[Answer] = Field(default_factory=list, max_length=500)
    seen: Word | None = None


class Taken(BaseModel):
    """The case that was taken; nothing where nothing waits."""

    case_id: int | None


class Stands(BaseModel):
    """The state of the case; `repeated` when this very decision had been made before."""

    state: str
    repeated: bool


@router.get("/cases")
def listed(
    request: Request, token: Reader, words: Asking = "", state: Asking = "waiting", queue: Asking = "diversion",
    band: Asking = "", action: Asking = "", chip: Asking = "", overdue: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:  # fmt: skip
    """Cases in the order of the queue, each with the reason for its place, and how many there are."""
    wanted = Filter(
        words=words, state=(state,) if state else (), queue=queue, band=(band,) if band else (),
        action=(action,) if action else (), chip=chip, overdue=overdue,
    )  # fmt: skip
    rows, total = cases.search(store_of(request), token.actor, wanted, limit=limit, offset=offset)
    return {"cases": rows, "total": total}


@router.get("/cases/{case_id}")
def shown(request: Request, token: Reader, case_id: Number) -> dict[str, Any]:
    """One case whole, contact persons masked; the reading is an event."""
    return vars(cases.read(store_of(request), token.actor, case_id))


@router.post("/next")
def take(request: Request, token: Worker, queue: Literal["diversion", "gp10"] = "diversion") -> Taken:
    """Takes the next case and locks it for the owner of the token; the same case again while it is held."""
    return Taken(case_id=taking.take_next(store_of(request), token.actor, queue))


@router.post("/cases/{case_id}/decide")
def decide(request: Request, token: Worker, case_id: Number, made: Made) -> Stands:
    """Answers flags, then decides. Sent again it changes nothing and says `repeated`; another decision is refused."""
    store = store_of(request)
    decision = Decision(
        made.decision, made.label_class, made.verification, tuple(made.reasons), made.comment, tuple(made.lines)
    )
    state = made_already(store, token.actor, case_id, decision)
    if state is not None:
        return Stands(state=state, repeated=True)
    for each in made.answers:
        acts.answer(store, token.actor, case_id, each.flag, each.answer, each.note)
    return Stands(state=acts.decide(store, token.actor, case_id, decision, shown=made.seen), repeated=False)


@router.post("/import", openapi_extra={"requestBody": {"content": {TABLE: {}, LINES: {}}}})
async def bring_in(request: Request, token: Worker) -> dict[str, Any]:
    """A CSV or JSON lines file of decisions as the body; the same file twice changes nothing."""
    suffix = ".jsonl" if "json" in request.headers.get("content-type", "") else ".csv"
    return await run_in_threadpool(_imported, store_of(request), token, await request.body(), suffix)


def _imported(store: Store, token: Session, body: bytes, suffix: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as room:
        place = Path(room) / f"decisions{suffix}"
        place.write_bytes(body)
        done = imports.import_decisions(store, token.actor, place)
    counts = {"decided": done.decided, "proposed": done.proposed, "already": done.already}
    return {**counts, "problems": [problem.text() for problem in done.problems]}


@router.get("/decisions", response_class=Response, responses={200: {"content": {LINES: {}}}})
def decisions(request: Request, token: Exporter) -> Response:
    """Every decision that stands, as JSON lines for the order system; it may be fetched again and again."""
    with tempfile.TemporaryDirectory() as room:
        place = Path(room) / "decisions.jsonl"
        exports.export_decisions(store_of(request), token.actor, place)
        return Response(place.read_text(encoding="utf-8"), media_type=LINES)


@router.get("/metrics")
def figures(request: Request, token: Reader) -> metrics.Metrics:
    """The figures of the desk."""
    return metrics.metrics(store_of(request), token.actor)


@router.get("/outcomes", response_class=Response, responses={200: {"content": {TABLE: {}}}})
def found(request: Request, token: Learner) -> Response:
    """What reviewers found, as training takes it (CSV)."""
    return Response(outcomes.outcomes(store_of(request), token.actor).text(), media_type=TABLE)
