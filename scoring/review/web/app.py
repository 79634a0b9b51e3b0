"""The application: pages and API over one open queue."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from scoring.review.store import QueueRefused, Store
from scoring.review.web import answers, api, case_acts, case_pages, desk_pages, door, queue_pages
from scoring.review.web.guard import Forbidden, SignIn
from scoring.review.web.settings import Settings

PLAIN = Settings()
STATIC = Path(__file__).parent / "static"


def create_app(store: Store, settings: Settings = PLAIN) -> FastAPI:
    """The desk over an open queue."""
    app = FastAPI(title="diversion: review queue", version="1", docs_url=None, redoc_url=None, openapi_url=api.SCHEMA)
    app.state.store, app.state.settings = store, settings
    for part in (door, queue_pages, case_pages, case_acts, desk_pages, api):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(SignIn, answers.sign_in)
    app.add_exception_handler(Forbidden, answers.forbidden)
    app.add_exception_handler(QueueRefused, answers.refused)
    app.add_exception_handler(RequestValidationError, answers.malformed)
    app.add_exception_handler(HTTPException, answers.not_there)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    app.middleware("http")(answers.guarded)  # outermost: its headers stand on every answer
    return app
