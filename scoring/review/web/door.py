"""Signing in and out, and the one-time link with which a person sets a password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from scoring.review import people
from scoring.review.store import QueueRefused
from scoring.review.web.fields import Asking, Text
from scoring.review.web.guard import own_form, own_page, remember, sentences, session_of, settings_of, store_of
from scoring.review.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/")
def start() -> Response:
    """The queue is the first page."""
    return RedirectResponse("/queue", 303)


@router.get("/login")
def login_page() -> Response:
    """Name and password."""
    return page("login.html.jinja", session=None, faults=[], name="")


@router.post("/login")
def login(request: Request, name: Text = "", password: Text = "") -> Response:
    """Opens a session; one sentence whatever was wrong."""
    own_page(request)
    address = request.client.host if request.client else ""
    try:
        secret = people.log_in(store_of(request), name, password, address)
    except QueueRefused as refusal:
        return page("login.html.jinja", status=401, session=None, faults=sentences(refusal), name=name)
    answer = RedirectResponse("/queue", 303)
    remember(request, answer, secret)
    return answer


@router.post("/logout")
def logout(request: Request, csrf: Text = "") -> Response:
    """Ends the session."""
    own_form(request, csrf, session_of(request))
    people.log_out(store_of(request), request.cookies.get(settings_of(request).cookie, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(settings_of(request).cookie, path="/", secure=settings_of(request).secure, httponly=True)
    return answer


@router.get("/link")
def link_page(secret: Asking = "") -> Response:
    """Where a one-time link leads."""
    return page("link.html.jinja", session=None, faults=[], secret=secret, shortest=people.SHORTEST_PASSWORD)


@router.post("/link")
def link(request: Request, secret: Text = "", password: Text = "", again: Text = "") -> Response:
    """Sets the password and uses up the link."""
    own_page(request)
    try:
        if password != again:
            raise QueueRefused("the two passwords differ")
        name = people.set_password(store_of(request), secret, password)
    except QueueRefused as refusal:
        return page(
            "link.html.jinja", status=409, session=None, faults=sentences(refusal), secret=secret,
            shortest=people.SHORTEST_PASSWORD,
        )  # fmt: skip
    return page("login.html.jinja", session=None, faults=[], name=name)
