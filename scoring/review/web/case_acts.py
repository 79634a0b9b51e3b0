"""What a person does with the case on the screen: each form is one act, and a refusal keeps what was written."""

# Over 150 lines: one small handler for each form of the case.

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from scoring.review import acts, attachments, pairs, retention, taking
from scoring.review.attachments import LARGEST
from scoring.review.desk import Decision
from scoring.review.people import Session
from scoring.review.store import QueueRefused
from scoring.review.web.case_pages import case_page
from scoring.review.web.fields import Number, Signed, Text, Texts
from scoring.review.web.guard import own_form, sentences, store_of

router = APIRouter(include_in_schema=False)


def _done(
    request: Request, session: Session, case_id: int, csrf: str, act: Callable[[], object], to: str | None = None,
    **given: object,
) -> Response:  # fmt: skip
    """Does an act and shows the case again; a refusal comes back with the case and with what was written."""
    own_form(request, csrf, session)
    try:
        act()
    except QueueRefused as refusal:
        return case_page(request, session, case_id, faults=sentences(refusal), given=given, status=409)
    return RedirectResponse(to or f"/case/{case_id}", 303)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QueueRefused(f"{name}: write a day as 2026-11-25") from None


Told = tuple[str, str, str]  # flag, word, note


def _keep(request: Request, session: Session, case_id: int, told: Iterable[Told], given: dict[str, object]) -> None:
    """Keeps the answers that were written; those that break a rule stay on the form, and all that is wrong is told."""
    faults: list[str] = []
    for flag, word, note in told:
        try:
            acts.answer(store_of(request), session.actor, case_id, flag, word, note)
        except QueueRefused as refusal:
            given |= {f"answer {flag}": word, f"note {flag}": note}
            own = [
                f"flag {flag}: {fault}" if fault.startswith(("answer", "note")) else fault for fault in refusal.faults
            ]
            faults += [fault for fault in own if fault not in faults]
    if faults:
        raise QueueRefused(*dict.fromkeys(faults))


def _written(flag: list[str], answer: list[str], note: list[str]) -> list[Told]:
    """The answers that say something; a flag left without a word stays unanswered."""
    return [each for each in zip(flag, answer, note, strict=False) if each[1] or each[2].strip()]


@router.post("/case/{case_id}/answer")
def answer(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", flag: Texts = [], answer: Texts = [],  # noqa: B006
    note: Texts = [], decision: Text = "", label_class: Text = "", verification: Text = "none", reason: Texts = [],  # noqa: B006
    comment: Text = "",
) -> Response:  # fmt: skip
    """Keeps answers. What stands in the other half of the form, the decision, is given back as it was written."""
    own_form(request, csrf, session)
    half: dict[str, object] = {
        "decision": decision, "label_class": label_class, "verification": verification, "reason": reason,
        "comment": comment,
    }  # fmt: skip
    try:
        _keep(request, session, case_id, _written(flag, answer, note), half)
    except QueueRefused as refusal:
        return case_page(request, session, case_id, faults=sentences(refusal), given=half, status=409)
    if decision or label_class or reason or comment:
        return case_page(request, session, case_id, given=half)
    return RedirectResponse(f"/case/{case_id}#flags", 303)


@router.post("/case/{case_id}/decide")
def decide(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", seen: Text = "", decision: Text = "",
    label_class: Text = "", verification: Text = "none", reason: Texts = [], comment: Text = "",  # noqa: B006
    line: Texts = [], then: Text = "", flag: Texts = [], answer: Texts = [], note: Texts = [],  # noqa: B006
) -> Response:  # fmt: skip
    """Keeps the answers, then decides the ticked lines, or all that are open; "next" goes on to the next case."""
    own_form(request, csrf, session)
    made = Decision(decision, label_class, verification, tuple(reason), comment, tuple(line))
    store, given = store_of(request), {**vars(made), "reason": reason}
    try:
        _keep(request, session, case_id, _written(flag, answer, note), given)
        acts.decide(store, session.actor, case_id, made, shown=seen or None)
    except QueueRefused as refusal:
        return case_page(request, session, case_id, faults=sentences(refusal), given=given, status=409)
    if then != "next":
        return RedirectResponse(f"/case/{case_id}", 303)
    found = taking.take_next(store, session.actor)
    return RedirectResponse(f"/case/{found}" if found else "/queue", 303)


@router.post("/case/{case_id}/approve")
def approve(request: Request, session: Signed, case_id: Number, csrf: Text = "", comment: Text = "") -> Response:
    """The second of four eyes agrees."""
    return _done(
        request, session, case_id, csrf, lambda: acts.approve(store_of(request), session.actor, case_id, comment)
    )


@router.post("/case/{case_id}/send-back")
def send_back(request: Request, session: Signed, case_id: Number, csrf: Text = "", note: Text = "") -> Response:
    """The second of four eyes does not agree."""
    act = lambda: acts.send_back(store_of(request), session.actor, case_id, note)  # noqa: E731
    return _done(request, session, case_id, csrf, act, send_back_note=note)


@router.post("/case/{case_id}/comment")
def comment(request: Request, session: Signed, case_id: Number, csrf: Text = "", text: Text = "") -> Response:
    """Notes something."""
    act = lambda: acts.comment(store_of(request), session.actor, case_id, text)  # noqa: E731
    return _done(request, session, case_id, csrf, act, text=text)


@router.post("/case/{case_id}/escalate")
def escalate(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", level: Text = "", why: Text = ""
) -> Response:
    """Raises the case."""
    act = lambda: acts.escalate(store_of(request), session.actor, case_id, level, why)  # noqa: E731
    return _done(request, session, case_id, csrf, act, why=why)


@router.post("/case/{case_id}/snooze")
def snooze(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", reason: Text = "", until: Text = "",
    note: Text = "",
) -> Response:  # fmt: skip
    """Lets the case rest."""
    act = lambda: acts.snooze(  # noqa: E731
        store_of(request), session.actor, case_id, reason, _day(until, "until"), note
    )
    return _done(request, session, case_id, csrf, act, "/queue", until=until, snooze_note=note)


@router.post("/case/{case_id}/reopen")
def reopen(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", reason: Text = "", why: Text = ""
) -> Response:
    """Opens a decided or resting case again."""
    act = lambda: acts.reopen(store_of(request), session.actor, case_id, reason, why)  # noqa: E731
    return _done(request, session, case_id, csrf, act, why=why)


@router.post("/case/{case_id}/lock")
def lock(request: Request, session: Signed, case_id: Number, csrf: Text = "") -> Response:
    """Takes this very case."""
    return _done(request, session, case_id, csrf, lambda: taking.lock(store_of(request), session.actor, case_id))


@router.post("/case/{case_id}/release")
def release(request: Request, session: Signed, case_id: Number, csrf: Text = "") -> Response:
    """Puts the case back."""
    act = lambda: taking.release(store_of(request), session.actor, case_id)  # noqa: E731
    return _done(request, session, case_id, csrf, act, "/queue")


@router.post("/case/{case_id}/assign")
def assign(request: Request, session: Signed, case_id: Number, csrf: Text = "", to: Text = "") -> Response:
    """Hands the case to a person, or to everybody."""
    act = lambda: taking.assign(store_of(request), session.actor, [case_id], to or None)  # noqa: E731
    return _done(request, session, case_id, csrf, act)


@router.post("/case/{case_id}/pair")
def pair(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", entry_key: Text = "", party: Text = "",
    verdict: Text = "", reason: Text = "", until: Text = "",
) -> Response:  # fmt: skip
    """Settles a list hit: another party, or this very one."""

    def act() -> None:
        day = _day(until, "until") if until else None
        pairs.settle(store_of(request), session.actor, case_id, entry_key, party, verdict, reason, day)

    return _done(request, session, case_id, csrf, act, pair_reason=reason)


@router.post("/case/{case_id}/attach")
def attach(request: Request, session: Signed, case_id: Number, file: UploadFile, csrf: Text = "") -> Response:
    """Keeps a document."""

    def act() -> None:
        content = file.file.read(LARGEST + 1)
        attachments.attach(store_of(request), session.actor, case_id, file.filename or "", content)

    return _done(request, session, case_id, csrf, act, f"/case/{case_id}#documents")


@router.post("/case/{case_id}/day")
def day(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", what: Text = "", on: Text = ""
) -> Response:
    """Notes a day from which the five years count."""
    act = lambda: retention.note_day(  # noqa: E731
        store_of(request), session.actor, case_id, what, _day(on, "day")
    )
    return _done(request, session, case_id, csrf, act)


@router.post("/case/{case_id}/hold")
def hold(
    request: Request, session: Signed, case_id: Number, csrf: Text = "", on: Text = "", why: Text = ""
) -> Response:
    """Legal hold, on or off."""
    act = lambda: retention.hold(store_of(request), session.actor, case_id, on == "on", why)  # noqa: E731
    return _done(request, session, case_id, csrf, act, why=why)
