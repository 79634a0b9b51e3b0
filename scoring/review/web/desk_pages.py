"""The desk itself: its figures, its people, and the tokens of other systems."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from scoring.review import desk, metrics, people
from scoring.review.acts import can
from scoring.review.people import RIGHTS, Session
from scoring.review.store import QueueRefused
from scoring.review.web.fields import Signed, Text, Texts
from scoring.review.web.guard import own_form, settings_of, store_of
from scoring.review.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def figures(request: Request, session: Signed) -> Response:
    """Ageing, overdue, hits of each flag, agreement, time to decide, estimated recall."""
    store = store_of(request)
    return page("metrics.html.jinja", session=session, told=metrics.metrics(store, session.actor), now=store.now())


@router.get("/people")
def everybody(request: Request, session: Signed) -> Response:
    """Accounts and limits, for an administrator; own tokens, for everybody."""
    return _people(request, session)


def _people(request: Request, session: Session, **secret: str) -> Response:
    store = store_of(request)
    base = f"{'https' if settings_of(request).secure else 'http'}://{request.headers['host']}"
    with store.reading() as connection:
        limits = desk.limits(connection)
    shown = people.people(store) if can(session.actor, "people") else []
    return page(
        "people.html.jinja", session=session, people=shown, roles=list(RIGHTS), limits=limits,
        tokens=people.tokens(store, session.actor), scopes=sorted(RIGHTS[session.actor.role]),
        link=f"{base}/link?secret={secret['link']}" if "link" in secret else None, token=secret.get("token"),
    )  # fmt: skip


@router.post("/people/add")
def add(request: Request, session: Signed, csrf: Text = "", name: Text = "", role: Text = "") -> Response:
    """A new account; its one-time link is shown once."""
    own_form(request, csrf, session)
    return _people(request, session, link=people.add(store_of(request), session.actor, name, role))


@router.post("/people/link")
def link(request: Request, session: Signed, csrf: Text = "", name: Text = "") -> Response:
    """Another one-time link for a person."""
    own_form(request, csrf, session)
    return _people(request, session, link=people.new_link(store_of(request), session.actor, name))


@router.post("/people/change")
def change(
    request: Request, session: Signed, csrf: Text = "", name: Text = "", role: Text = "", active: Text = ""
) -> Response:
    """Another role, or the end of an account."""
    own_form(request, csrf, session)
    on = {"yes": True, "no": False}.get(active)
    people.change(store_of(request), session.actor, name, role=role or None, active=on)
    return RedirectResponse("/people", 303)


@router.post("/people/limit")
def limit(request: Request, session: Signed, csrf: Text = "", name: Text = "", value: Text = "") -> Response:
    """A limit of four eyes; an empty cell goes back to the shipped one."""
    own_form(request, csrf, session)
    try:
        number = float(value) if value.strip() else None
    except ValueError:
        raise QueueRefused("a limit is a number from 0") from None
    desk.set_limit(store_of(request), session.actor, name, number)
    return RedirectResponse("/people", 303)


@router.post("/tokens")
def token(
    request: Request, session: Signed, csrf: Text = "", title: Text = "",
    scope: Texts = [],  # noqa: B006
) -> Response:  # fmt: skip
    """A token for another system, shown once."""
    own_form(request, csrf, session)
    return _people(request, session, token=people.new_token(store_of(request), session.actor, title, scope))


@router.post("/tokens/end")
def end(request: Request, session: Signed, csrf: Text = "", token: Text = "") -> Response:
    """Ends a token."""
    own_form(request, csrf, session)
    people.revoke(store_of(request), session.actor, token)
    return RedirectResponse("/people", 303)
