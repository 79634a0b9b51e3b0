"""The door of the desk: who asks, whether that may be, and whether a form comes from a page of ours."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from scoring.review import people
from scoring.review.acts import can
from scoring.review.people import Session
from scoring.review.store import QueueRefused, Store
from scoring.review.web.settings import Settings

BEARER = HTTPBearer(auto_error=False, scheme_name="bearer")
OURS = ("same-origin", "none")


class SignIn(Exception):
    """Nobody is signed in, and the page needs somebody."""


class Forbidden(Exception):
    """A form that did not come from our own page, or a token without the right."""


def store_of(request: Request) -> Store:
    """The open queue behind the application."""
    found: Store = request.app.state.store
    return found


def settings_of(request: Request) -> Settings:
    """How this application is served."""
    found: Settings = request.app.state.settings
    return found


def session_of(request: Request) -> Session:
    """The signed-in person of a page; raises SignIn when there is none.

    Behind a proxy with single sign-on each request stands on its own header: without it the session is none, however
    many hours its cookie has left, for the proxy may have ended it.
    """
    settings, store = settings_of(request), store_of(request)
    told, secret = vouched_for(request), request.cookies.get(settings.cookie)
    found = people.session(store, secret, told) if secret else None
    if told is not None and found is None:
        request.state.new_cookie = people.opened(store, told, "proxy session")
        found = people.session(store, request.state.new_cookie, told)
    if found is None:
        raise SignIn
    request.state.session = found
    return found


def vouched_for(request: Request) -> str | None:
    """The name that the proxy states, believed only from the proxy's own address."""
    settings = settings_of(request)
    if settings.user_header is None or request.client is None or request.client.host not in settings.proxies:
        return None
    return request.headers.get(settings.user_header) or None


def own_form(request: Request, csrf: str, session: Session) -> None:
    """Raises Forbidden unless the form was sent by a page of ours to this person (token, and what the browser says)."""
    own_page(request)
    if not hmac.compare_digest(csrf.encode(), session.csrf.encode()):
        raise Forbidden("the form is not from this page or too old: load the page again")


def own_page(request: Request) -> None:
    """Raises Forbidden when the browser says that another site sent the request."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in OURS:
        raise Forbidden("the request comes from another site")
    if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("the request comes from another site")


def token_with(right: str) -> Callable[..., Session]:
    """What gives the session of a bearer token; raises SignIn when there is none, Forbidden when it lacks the right."""

    def token_of(request: Request, told: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Session:
        found = people.by_token(store_of(request), told.credentials) if told is not None else None
        if found is None:
            raise SignIn
        if not can(found.actor, right):
            raise Forbidden(f"neither role nor token may do this: it takes the scope {right}")
        return found

    return token_of


def remember(request: Request, response: Response, secret: str) -> None:
    """Gives the browser its session: not readable by script, never sent along from another site."""
    settings = settings_of(request)
    response.set_cookie(
        settings.cookie, secret, max_age=people.SESSION_HOURS * 3600, httponly=True, samesite="strict",
        secure=settings.secure, path="/",
    )  # fmt: skip


def sentences(refusal: QueueRefused) -> list[str]:
    """What stands against an act, one sentence each."""
    return [line for fault in refusal.faults for line in str(fault).splitlines()]
