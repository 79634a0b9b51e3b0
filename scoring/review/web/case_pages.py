"""One case on one screen; reading it is an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from scoring.review import attachments, cases, exports, people
from scoring.review.cases import Filter, Shown
from scoring.review.people import Session
from scoring.review.retention import STARTS
from scoring.review.web.changes import changes
from scoring.review.web.fields import Number, Signed
from scoring.review.web.guard import store_of
from scoring.review.web.render import page

router = APIRouter(include_in_schema=False)
PARTIES = {
    "buyer": "Buyer",
    "inter_consignee": "Intermediate consignee",
    "ult_consignee": "Ultimate consignee",
    "end_user": "End user",
    "payer": "Payer",
    "forwarder": "Forwarder",
    "notify_party": "Notify party",
}
EARLIER = 200


@router.get("/case/{case_id}")
def case(request: Request, session: Signed, case_id: Number, reveal: bool = False) -> Response:
    """The case whole; `reveal` shows contact persons, and the log says so."""
    return case_page(request, session, case_id, reveal=reveal)


def case_page(
    request: Request, session: Session, case_id: int, *, reveal: bool = False, faults: Sequence[str] = (),
    given: Mapping[str, Any] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    """The page of a case; after a refusal with what stands against it and what the person had written."""
    store = store_of(request)
    told = cases.read(store, session.actor, case_id, reveal=reveal)
    earlier = _earlier(request, session, told)
    return page(
        "case.html.jinja", status=status, session=session, told=told, faults=list(faults), given=given or {},
        parties=PARTIES, starts=STARTS, revealed=reveal, earlier=earlier,
        changed=changes(store, session.actor, told),
        names=[each.name for each in people.people(store) if each.active],
    )  # fmt: skip


def _earlier(request: Request, session: Session, told: Shown) -> list[dict[str, Any]]:
    """The other cases of the buyer, oldest order first; none where the order names no buyer."""
    buyer = told.case["buyer"]
    if not buyer:
        return []
    rows, _ = cases.search(store_of(request), session.actor, Filter(buyer=buyer), limit=EARLIER)
    return sorted((each for each in rows if each["ordered"]), key=lambda each: (each["ordered"], each["id"]))


@router.get("/case/{case_id}/print")
def printed(request: Request, session: Signed, case_id: Number) -> Response:
    """The case file for an auditor, to print; its style sheet is the one its own policy names."""
    answer = HTMLResponse(exports.case_file(store_of(request), session.actor, case_id))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return answer


@router.get("/file/{file_id}")
def document(request: Request, session: Signed, file_id: Number) -> Response:
    """A kept document, to be saved and never shown in place."""
    found = attachments.document(store_of(request), session.actor, file_id)
    name = found.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(found.content, media_type="application/octet-stream", headers=told)
