"""Every answer of the desk: with the same headers, and refusals and faults as sentences, on a page or as JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from scoring.review.attachments import LARGEST
from scoring.review.store import QueueRefused
from scoring.review.web.guard import remember, sentences, settings_of
from scoring.review.web.render import page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer: nothing from elsewhere is loaded, nothing runs but our own file, no page is kept or framed."""

PROGRAMS = "/api/"
OUR_FILES = Path(__file__).parents[2]
LARGEST_BODY = LARGEST + 1024 * 1024  # bytes: a document and the form around it


async def guarded(request: Request, proceed: Any) -> Response:
    """Every answer with HEADERS; a body without end is not read; a fault is told without what the request held."""
    try:
        response: Response = _too_large(request) or await proceed(request)
    except Exception as fault:  # the last door: whatever it was, no value of an order may reach a log or a page
        logging.getLogger(__name__).error("internal fault (%s) at %s", type(fault).__name__, " ".join(_places(fault)))
        response = told(request, ["an internal fault; look whether it was done, and report it"], 500)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings_of(request).secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "public, max-age=3600"
    new = getattr(request.state, "new_cookie", None)
    if new is not None:
        remember(request, response, new)
    return response


def _too_large(request: Request) -> Response | None:
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" in request.headers:
        return told(request, ["the request must state its length"], 411)
    if length is not None and (not length.isdecimal() or int(length) > LARGEST_BODY):
        return told(request, [f"a request holds at most {LARGEST_BODY // 1024 // 1024} MB"], 413)
    return None


def _places(fault: Exception) -> Iterator[str]:
    """Where in our own files the fault went through."""
    trace = fault.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(OUR_FILES):
            yield f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next


def told(request: Request, faults: list[str], status: int) -> Response:
    """What stands against a request, one sentence each: JSON for a program, a page for a person."""
    if request.url.path.startswith(PROGRAMS):
        return JSONResponse({"faults": faults}, status)
    session = getattr(request.state, "session", None)
    return page("refused.html.jinja", status=status, faults=faults, session=session)


def sign_in(request: Request, _: Exception) -> Response:
    """Nobody is signed in: a person goes to the door, a program learns what it needs."""
    if request.url.path.startswith(PROGRAMS):
        return JSONResponse({"faults": ["a valid bearer token is needed"]}, 401, {"WWW-Authenticate": "Bearer"})
    return RedirectResponse("/login", 303)


def forbidden(request: Request, fault: Exception) -> Response:
    """A form from elsewhere, or a right that is missing."""
    return told(request, [str(fault)], 403)


def refused(request: Request, fault: Exception) -> Response:
    """The desk refuses, or what was asked for is not there."""
    refusal = cast(QueueRefused, fault)
    return told(request, sentences(refusal), 404 if refusal.missing else 409)


def malformed(request: Request, fault: Exception) -> Response:
    """A field that is no number, no text, or missing; what was sent is not repeated."""
    found = cast(RequestValidationError, fault).errors()
    return told(request, [f"{' '.join(str(part) for part in each['loc'])}: {each['msg']}" for each in found], 422)


def not_there(request: Request, fault: Exception) -> Response:
    """No such page."""
    answer = cast(HTTPException, fault)
    response = told(request, [str(answer.detail)], answer.status_code)
    response.headers.update(answer.headers or {})
    return response
