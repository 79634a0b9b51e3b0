"""Documents of a case: kept in the store with their hash, of a few kinds and sizes only, and never changed."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import insert, select

from scoring.review import log
from scoring.review.arrivals import clean
from scoring.review.log import Actor
from scoring.review.people import need
from scoring.review.retention import exists
from scoring.review.store import QueueRefused, Store
from scoring.review.tables import FILES

LARGEST = 10 * 1024 * 1024  # bytes
KINDS = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".txt": ("text/plain", b""),
    ".csv": ("text/csv", b""),
    ".eml": ("message/rfc822", b""),
}
"""Suffix to type and first bytes; a file whose content is not what its name says is refused."""


@dataclass(frozen=True)
class Document:
    """A kept file."""

    name: str
    type: str
    content: bytes


def attach(store: Store, actor: Actor, case_id: int, name: str, content: bytes) -> str:
    """Keeps a document with a case and returns its SHA-256; raises QueueRefused for a kind or size not taken."""
    need(actor, "work")
    shown, kind = clean(PurePath(name.replace("\\", "/")).name)[:200], _kind(name, content)
    digest = hashlib.sha256(content).hexdigest()
    with store.writing() as connection:
        exists(connection, case_id)
        told = {"name": shown, "type": kind, "size": len(content), "sha256": digest}
        seq = log.append(connection, actor, "attached", case_id, told, store.now())
        row = {"seq": seq, "case_id": case_id, "by": actor.name, "at": store.now(), **told}
        connection.execute(insert(FILES).values(row | {"content": base64.b64encode(content).decode()}))
    return digest


def document(store: Store, actor: Actor, file_id: int) -> Document:
    """A kept document, and the event that the actor read it; raises QueueRefused when its bytes are not its hash's."""
    need(actor, "read")
    with store.writing() as connection:
        row = connection.execute(select(FILES).where(FILES.c.id == file_id)).one_or_none()
        if row is None:
            raise QueueRefused(f"there is no file {file_id}", missing=True)
        if row.content == "":
            raise QueueRefused(f"file {file_id} was taken out after its five years; its hash is kept")
        content = base64.b64decode(row.content)
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise QueueRefused(f"file {file_id} was altered: its bytes are not those of its hash")
        log.append(connection, actor, "file read", row.case_id, {"sha256": row.sha256}, store.now())
    return Document(row.name, row.type, content)


def _kind(name: str, content: bytes) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        raise QueueRefused(f"the file is of no kind that is kept: {', '.join(KINDS)}")
    if not 0 < len(content) <= LARGEST:
        raise QueueRefused(f"a file has 1 byte to {LARGEST // 1024 // 1024} MB")
    kind, start = KINDS[suffix]
    if not content.startswith(start) or not _is_plain(suffix, content):
        raise QueueRefused(f"the content is not that of a {suffix} file without macros")
    return kind


def _is_plain(suffix: str, content: bytes) -> bool:
    """Text is text; an office document holds no program."""
    if KINDS[suffix][1] == b"":
        return b"\0" not in content and not content.startswith((b"MZ", b"\x7fELF", b"#!"))
    if suffix not in (".docx", ".xlsx"):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [each.lower() for each in package.namelist()]
    except zipfile.BadZipFile:
        return False
    return "[content_types].xml" in names and not any(each.endswith((".bin", ".exe", ".dll")) for each in names)
