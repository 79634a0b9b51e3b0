"""Who may do what: people with one role each, their passwords, sessions, tokens and one-time links.

Secrets are kept as hashes only. Approving is a right of its own: an administrator has none of the desk's rights.
"""

# Over 150 lines: one account, its four ways in, and the rights that they carry.

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from scoring.review import log
from scoring.review.log import Actor, Via
from scoring.review.store import QueueRefused, Store, stamp
from scoring.review.tables import ATTEMPTS, KEYS, PEOPLE

RIGHTS: dict[str, frozenset[str]] = {
    "viewer": frozenset({"read"}),
    "analyst": frozenset({"read", "work"}),
    "approver": frozenset({"read", "work", "approve", "assign", "export"}),
    "model_owner": frozenset({"read", "outcomes", "export"}),
    "admin": frozenset({"read", "people", "settings", "hold", "export"}),
}
"""Role to what it may do; nobody has two roles."""

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
SHORTEST_PASSWORD = 12
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}  # 32 MB a try (RFC 7914)
SESSION_HOURS, LINK_HOURS, TOKEN_DAYS = 10, 24, 365
TRIES, TRIES_MINUTES = 5, 15  # failed logins of one name, or from one address, before it has to wait
NO_LOGIN = "name or password is wrong"
SessionKind = Literal["session", "proxy session"]


@dataclass(frozen=True)
class Person:
    """An account; `pseudonym` is all that leaves the queue with an outcome."""

    name: str
    pseudonym: str
    role: str
    active: bool


@dataclass(frozen=True)
class Session:
    """A signed-in person; `csrf` must come back with every form."""

    actor: Actor
    csrf: str


def need(actor: Actor, right: str) -> None:
    """Raises QueueRefused unless the actor's role has the right."""
    if right not in RIGHTS.get(actor.role, frozenset()):
        able = ", ".join(role for role, rights in RIGHTS.items() if right in rights)
        raise QueueRefused(f"{actor.name} ({actor.role}) has not the right to {right}: it belongs to {able}")
    if actor.scopes is not None and right not in actor.scopes:
        raise QueueRefused(f"the token has not the scope {right}")


def people(store: Store) -> list[Person]:
    """Every account, by name."""
    with store.reading() as connection:
        rows = connection.execute(select(PEOPLE).order_by(PEOPLE.c.name))
        return [Person(row.name, row.pseudonym, row.role, row.active) for row in rows]


def actor(store: Store, name: str, via: Via = "cli") -> Actor:
    """The person as one who acts; raises QueueRefused for a name nobody active has."""
    with store.reading() as connection:
        return actor_of(connection, name, via)


def actor_of(connection: Connection, name: str, via: Via) -> Actor:
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.name == name)).one_or_none()
    if row is None or not row.active:
        raise QueueRefused(f"no active person is named {name!r}; `diversion queue user list` shows who is")
    return Actor(row.name, row.role, via)


def first_link(store: Store) -> str | None:
    """A one-time secret with which the first administrator sets a password; None once there is anybody."""
    with store.writing() as connection:
        if connection.execute(select(func.count()).select_from(PEOPLE)).scalar_one():
            return None
        _add(connection, log.SYSTEM, "admin", "admin", store.now())
        return _key(connection, store, log.SYSTEM, "link", "admin", LINK_HOURS)


def add(store: Store, by: Actor, name: str, role: str) -> str:
    """Adds a person and returns the one-time secret with which that person sets a password."""
    if by != log.SYSTEM:
        need(by, "people")
    with store.writing() as connection:
        _add(connection, by, name, role, store.now())
        return _key(connection, store, by, "link", name, LINK_HOURS)


def _add(connection: Connection, by: Actor, name: str, role: str, at: str) -> None:
    faults = [] if NAME.fullmatch(name) else ["a name has 1 to 64 small letters, digits, and . _ @ -"]
    faults += [] if role in RIGHTS else [f"role {role!r} is none of {', '.join(RIGHTS)}"]
    if connection.execute(select(PEOPLE.c.name).where(PEOPLE.c.name == name)).first():
        faults.append(f"a person named {name!r} is there already")
    if faults:
        raise QueueRefused(*faults)
    number = int(connection.execute(select(func.count()).select_from(PEOPLE)).scalar_one()) + 1
    row = {"name": name, "pseudonym": f"R{number:02d}", "role": role, "active": True, "created_at": at}
    connection.execute(insert(PEOPLE), row)
    log.append(connection, by, "person added", None, {"person": name, "to": role}, at)


def change(store: Store, by: Actor, name: str, *, role: str | None = None, active: bool | None = None) -> None:
    """Gives a person another role, or ends or resumes the account; open sessions and tokens end with it."""
    need(by, "people")
    if role is not None and role not in RIGHTS:
        raise QueueRefused(f"role {role!r} is none of {', '.join(RIGHTS)}")
    if by.name == name:
        raise QueueRefused("nobody changes an own account: another administrator does it")
    told = {key: value for key, value in (("role", role), ("active", active)) if value is not None}
    with store.writing() as connection:
        if not connection.execute(update(PEOPLE).where(PEOPLE.c.name == name).values(told)).rowcount:
            raise QueueRefused(f"no person is named {name!r}")
        _end(connection, store.now(), KEYS.c.person == name)
        log.append(connection, by, "person changed", None, {"person": name, "to": told}, store.now())


def new_link(store: Store, by: Actor, name: str) -> str:
    """A one-time secret with which a person sets a new password."""
    need(by, "people")
    with store.writing() as connection:
        actor_of(connection, name, by.via)
        return _key(connection, store, by, "link", name, LINK_HOURS)


def set_password(store: Store, secret: str, password: str) -> str:
    """Uses up a one-time link and returns the person's name; raises QueueRefused when it is used, old or unknown."""
    if len(password) < SHORTEST_PASSWORD:
        raise QueueRefused(f"a password has at least {SHORTEST_PASSWORD} characters")
    with store.writing() as connection:
        row = _live(connection, store, "link", secret)
        if row is None:
            raise QueueRefused("the link was used or is too old; ask an administrator for another")
        at = store.now()
        connection.execute(update(PEOPLE).where(PEOPLE.c.name == row.person).values(password=_hashed(password)))
        _end(connection, at, KEYS.c.person == row.person)
        log.append(connection, actor_of(connection, row.person, "page"), "password set", None, {}, at)
        return str(row.person)


def log_in(store: Store, name: str, password: str, address: str = "") -> str:
    """Opens a session and returns its secret; raises QueueRefused with one sentence whatever was wrong.

    After five failures of a name, or from an address, in a quarter of an hour no password is looked at any more.
    """
    who = [f"name {name[:64]}", *([f"address {address[:64]}"] if address else [])]
    with store.reading() as connection:
        since = stamp(store.clock() - timedelta(minutes=TRIES_MINUTES))
        tries = [
            connection.execute(select(func.count()).where(ATTEMPTS.c.who == each, ATTEMPTS.c.at > since)).scalar_one()
            for each in who
        ]
        row = connection.execute(select(PEOPLE).where(PEOPLE.c.name == name)).one_or_none()
    if max(tries) >= TRIES:
        raise QueueRefused(f"too many failed logins; wait {TRIES_MINUTES} minutes")
    if _matches(password, row.password if row is not None and row.active else None):
        return opened(store, name, "session")
    with store.writing() as connection:
        at = store.now()
        connection.execute(insert(ATTEMPTS), [{"who": each, "at": at} for each in who])
        log.append(connection, Actor("system", "system", "page"), "login failed", None, {"known": row is not None}, at)
    raise QueueRefused(NO_LOGIN)


def opened(store: Store, name: str, kind: SessionKind) -> str:
    """A session of a person who gave a password, or for whom a proxy with single sign-on vouches; returns its secret.

    Raises QueueRefused for a name nobody active has.
    """
    with store.writing() as connection:
        return _key(connection, store, actor_of(connection, name, "page"), kind, name, SESSION_HOURS)


def session(store: Store, secret: str, vouched: str | None = None) -> Session | None:
    """The session of a cookie, None when it ended.

    A session for which a proxy vouched is one only while the proxy vouches for that very person (`vouched`) again, on
    each request; one that a password opened is none while the proxy names anybody.
    """
    if vouched is None:
        return _session(store, "session", secret, "page")
    found = _session(store, "proxy session", secret, "page")
    return found if found is not None and found.actor.name == vouched else None


def by_token(store: Store, secret: str) -> Session | None:
    """The session of an API token, None when it was revoked or is too old."""
    return _session(store, "token", secret, "api")


def _session(store: Store, kind: SessionKind | Literal["token"], secret: str, via: Via) -> Session | None:
    with store.reading() as connection:
        row = _live(connection, store, kind, secret)
        if row is None:
            return None
        person = actor_of(connection, row.person, via)
        scopes = frozenset(row.scopes.split()) if kind == "token" else None
        return Session(replace(person, scopes=scopes), row.csrf)


def log_out(store: Store, secret: str) -> None:
    """Ends a session."""
    with store.writing() as connection:
        _end(connection, store.now(), KEYS.c.sha256 == log.sha256(secret))


def new_token(store: Store, by: Actor, title: str, scopes: Iterable[str], days: int = TOKEN_DAYS) -> str:
    """A secret for another system, shown once; it may do what `scopes` name and its owner's role allows, no more."""
    if by.scopes is not None:
        raise QueueRefused("a token makes no tokens: sign in")
    asked = sorted(set(scopes))
    missing = [each for each in asked if each not in RIGHTS.get(by.role, frozenset())]
    if missing or not asked:
        raise QueueRefused(f"scopes are rights of the role {by.role}: {', '.join(sorted(RIGHTS.get(by.role, ())))}")
    with store.writing() as connection:
        return _key(connection, store, by, "token", by.name, days * 24, title, " ".join(asked))


def tokens(store: Store, owner: Actor) -> list[dict[str, Any]]:
    """The live tokens of a person (of everybody for an administrator): id (start of the hash), title, scopes, until."""
    wanted = select(KEYS).where(KEYS.c.kind == "token", KEYS.c.ended_at.is_(None)).order_by(KEYS.c.created_at)
    if "people" not in RIGHTS.get(owner.role, ()):
        wanted = wanted.where(KEYS.c.person == owner.name)
    with store.reading() as connection:
        rows = connection.execute(wanted)
        return [
            {"id": row.sha256[:12], "person": row.person, "title": row.title, "scopes": row.scopes, "until": row.until}
            for row in rows
        ]


def revoke(store: Store, by: Actor, token_id: str) -> None:
    """Ends a token by the id that `tokens` shows; an administrator may end anybody's."""
    own = (KEYS.c.kind == "token", KEYS.c.sha256.startswith(token_id, autoescape=True), KEYS.c.ended_at.is_(None))
    whose = () if "people" in RIGHTS.get(by.role, ()) else (KEYS.c.person == by.name,)
    with store.writing() as connection:
        if len(token_id) < 12 or not _end(connection, store.now(), *own, *whose):
            raise QueueRefused("no live token of yours has that id")
        log.append(connection, by, "token ended", None, {"token": token_id}, store.now())


def _key(
    connection: Connection, store: Store, by: Actor, kind: str, person: str, hours: int, title: str = "",
    scopes: str = "",
) -> str:  # fmt: skip
    secret = secrets.token_urlsafe(32)
    row = {
        "sha256": log.sha256(secret), "kind": kind, "person": person, "title": title, "scopes": scopes,
        "csrf": secrets.token_urlsafe(32), "created_at": store.now(),
        "until": stamp(store.clock() + timedelta(hours=hours)),
    }  # fmt: skip
    connection.execute(insert(KEYS), row)
    log.append(connection, by, f"{kind} made", None, {"person": person, "title": title, "scopes": scopes}, store.now())
    return secret


def _live(connection: Connection, store: Store, kind: str, secret: str) -> Any:
    """The key with this secret if it is not ended and its person is active, else None."""
    return connection.execute(
        select(KEYS)
        .join(PEOPLE, PEOPLE.c.name == KEYS.c.person)
        .where(
            KEYS.c.sha256 == log.sha256(secret), KEYS.c.kind == kind, KEYS.c.ended_at.is_(None),
            KEYS.c.until > store.now(), PEOPLE.c.active,
        )
    ).one_or_none()  # fmt: skip


def _end(connection: Connection, at: str, *which: Any) -> int:
    return connection.execute(update(KEYS).where(KEYS.c.ended_at.is_(None), *which).values(ended_at=at)).rowcount


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **SCRYPT).hex()}"


def _matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; takes as long when there is none."""
    salt, _, known = (stored or f"{'00' * 16}$").partition("$")
    found = hashlib.scrypt(password.encode(errors="replace"), salt=bytes.fromhex(salt), **SCRYPT).hex()
    return hmac.compare_digest(found, known)
