"""The queue as a list: filters, saved views, take next, and many cases at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from features.reference.tables import load
from scoring.review import bulk, cases, people, taking
from scoring.review.cases import PAGE, Filter
from scoring.review.chips import UNNAMED
from scoring.review.desk import Decision
from scoring.review.people import Session
from scoring.review.ranking import BANDS, UNSCORED
from scoring.review.store import QueueRefused
from scoring.review.web import views
from scoring.review.web.fields import Asking, Numbers, Signed, Text, Texts
from scoring.review.web.guard import own_form, sentences, store_of
from scoring.review.web.render import page

router = APIRouter(include_in_schema=False)
STATES = ("waiting", "open", "proposed", "snoozed", "decided", "released")
ACTIONS = ("stop", "licence", "review", "ask", "release")


@dataclass(frozen=True)
class Asked:
    """The filters of the list as they stand in its address."""

    words: str = ""
    state: str = "waiting"
    queue: str = "diversion"
    action: str = ""
    band: str = ""
    assignee: str = ""
    destination: str = ""
    buyer: str = ""
    chip: str = ""
    overdue: bool = False
    start: int = 0

    def filter(self) -> Filter:
        """The same as the store is asked."""
        return Filter(
            words=self.words, state=(self.state,) if self.state else (), queue=self.queue,
            action=(self.action,) if self.action else (), band=(self.band,) if self.band else (),
            assignee=self.assignee, destination=self.destination.upper(), buyer=self.buyer, chip=self.chip,
            overdue=self.overdue,
        )  # fmt: skip

    def address(self, **changed: object) -> str:
        """The list with these filters, some of them changed."""
        told = {**vars(self), **changed}
        plain = vars(Asked())
        return "/queue?" + urlencode({name: value for name, value in told.items() if value != plain[name]})


def asked(
    words: Asking = "", state: Asking = "waiting", queue: Asking = "diversion", action: Asking = "", band: Asking = "",
    assignee: Asking = "", destination: Asking = "", buyer: Asking = "", chip: Asking = "", overdue: bool = False,
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Asked:  # fmt: skip
    """The filters of a request."""
    return Asked(words, state, queue, action, band, assignee, destination, buyer, chip, overdue, start)


@cache
def known_chips() -> tuple[str, ...]:
    """What the filter by chip offers: the names of the chip table, and "not known"."""
    return (*sorted(load().frames["chips"]["chip"]), UNNAMED)


Filters = Annotated[Asked, Depends(asked)]


@router.get("/queue")
def queue(request: Request, session: Signed, filters: Filters) -> Response:
    """Cases in the order of the queue, each with the reason for its place."""
    return _list(request, session, filters, [], 200)


def _list(request: Request, session: Session, filters: Asked, faults: list[str], status: int) -> Response:
    store = store_of(request)
    rows, total = cases.search(store, session.actor, filters.filter(), offset=filters.start)
    return page(
        "queue.html.jinja", status=status, session=session, faults=faults, rows=rows, total=total, asked=filters,
        size=PAGE, today=store.now()[:10], states=STATES, actions=ACTIONS, bands=(*reversed(BANDS), UNSCORED),
        names=[each.name for each in people.people(store) if each.active],
        chips=known_chips(), views=views.of_person(store, session.actor.name),
    )  # fmt: skip


@router.post("/take")
def take(request: Request, session: Signed, csrf: Text = "", queue: Text = "diversion") -> Response:
    """Takes the next case and locks it."""
    own_form(request, csrf, session)
    found = taking.take_next(store_of(request), session.actor, queue)
    if found is None:
        return _list(request, session, Asked(queue=queue), ["nothing waits for you in this queue"], 200)
    return RedirectResponse(f"/case/{found}", 303)


@router.post("/views")
def save_view(request: Request, session: Signed, csrf: Text = "", name: Text = "", query: Text = "") -> Response:
    """Keeps the filters of the list under a name; an empty list of filters takes the name away."""
    own_form(request, csrf, session)
    views.keep(store_of(request), session.actor.name, name, urlencode(parse_qsl(query)))
    return RedirectResponse(f"/queue?{urlencode(parse_qsl(query))}", 303)


@router.post("/views/forget")
def forget_view(request: Request, session: Signed, csrf: Text = "", name: Text = "") -> Response:
    """Takes a saved view away."""
    own_form(request, csrf, session)
    views.forget(store_of(request), session.actor.name, name)
    return RedirectResponse("/queue", 303)


@router.post("/many/assign")
def assign(
    request: Request, session: Signed, csrf: Text = "", to: Text = "", case: Numbers = [], query: Text = "",  # noqa: B006
    confirmed: Text = "",
) -> Response:  # fmt: skip
    """Shows who has the ticked cases, then gives them to a person or to everybody; the list comes back as filtered."""
    own_form(request, csrf, session)
    store = store_of(request)
    plans = bulk.preview_assign(store, session.actor, case, to or None)
    able = [each.case_id for each in plans if not each.faults]
    if confirmed:
        taking.assign(store, session.actor, able, to or None)
        return RedirectResponse(f"/queue?{urlencode(parse_qsl(query))}", 303)
    return page(
        "give.html.jinja", session=session, plans=plans, able=able, to=to, query=query, back=urlencode(parse_qsl(query))
    )


@router.post("/many/close")
def close(
    request: Request, session: Signed, csrf: Text = "", case: Numbers = [], decision: Text = "",  # noqa: B006
    label_class: Text = "", verification: Text = "none", reason: Texts = [],  # noqa: B006
    comment: Text = "", confirmed: Text = "",
) -> Response:  # fmt: skip
    """Shows what closing the ticked cases with one reason would do; does it once that was seen."""
    own_form(request, csrf, session)
    store = store_of(request)
    made = Decision(decision, label_class, verification, tuple(reason), comment)
    faults: list[str] = []
    try:
        plans = (bulk.close if confirmed else bulk.preview)(store, session.actor, case, made) if decision else ()
    except QueueRefused as refusal:
        plans, faults = (), sentences(refusal)
    return page(
        "many.html.jinja", session=session, faults=faults, cases=case, plans=plans, made=made, done=bool(confirmed)
    )
