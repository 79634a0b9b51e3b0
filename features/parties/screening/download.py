"""A list fetched over the network, only when asked: known hosts over verified HTTPS, bounded in time and size."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

from features.parties.screening.reading import MOST_BYTES, ListRefused

CSL = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.json"
HOSTS = frozenset(["data.trade.gov", "api.trade.gov", "www.treasury.gov", "sanctionslistservice.ofac.treas.gov"])
"""Hosts that may be asked, and that a redirect may lead to."""

SECONDS = 60.0  # without a byte
WHOLE_SECONDS = 600.0  # for all of it
CHUNK = 1 << 18


class Answer(Protocol):
    """What a server sends: headers and a body that is read in pieces."""

    headers: Message

    def read(self, size: int) -> bytes: ...


Opener = Callable[[str, float], contextlib.AbstractContextManager[Answer]]


class _Watched(urllib.request.HTTPRedirectHandler):
    """Redirects stay on known hosts and on HTTPS."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        allowed(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def allowed(url: str) -> None:
    """Raises ListRefused unless the address is HTTPS on a known host, without user, port or another scheme."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS or parts.port not in (None, 443) or parts.username:
        raise ListRefused(
            f"{parts.scheme}://{parts.hostname}: is not asked; known hosts are {', '.join(sorted(HOSTS))}, by https"
        )


def _open(url: str, seconds: float) -> contextlib.AbstractContextManager[Answer]:
    opener = urllib.request.build_opener(_Watched)  # verifies certificates by default
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", "User-Agent": "diversion"})  # noqa: S310
    found: contextlib.AbstractContextManager[Answer] = opener.open(request, timeout=seconds)
    return found


@contextlib.contextmanager
def fetched(url: str, folder: Path, opener: Opener = _open) -> Iterator[Path]:
    """The list in a temporary file of `folder`, removed when the block ends.

    Raises:
        ListRefused: the host is not known, does not answer, answers too slowly or with too much, or stops early.
    """
    allowed(url)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".partial-", suffix=Path(urlsplit(url).path).suffix, dir=folder)
    place = Path(name)
    try:
        with os.fdopen(handle, "wb") as out, opener(url, SECONDS) as answer:
            _copy(answer, out)
        yield place
    except (urllib.error.URLError, TimeoutError, OSError, zlib.error) as error:
        said = getattr(error, "reason", None) or error
        raise ListRefused(f"{url}: could not be fetched ({said}); the lists stay as they were") from None
    finally:
        place.unlink(missing_ok=True)


def _copy(answer: Answer, out: IO[bytes]) -> None:
    """The body, unpacked, never more than MOST_BYTES, and as long as the server said."""
    unpack = zlib.decompressobj(wbits=31) if answer.headers.get("Content-Encoding") == "gzip" else None
    stated = answer.headers.get("Content-Length")
    until, received, written = time.monotonic() + WHOLE_SECONDS, 0, 0
    while chunk := answer.read(CHUNK):
        received += len(chunk)
        for piece in _unpacked(chunk, unpack):
            written += len(piece)
            if written > MOST_BYTES:
                raise ListRefused(f"the answer is larger than {MOST_BYTES >> 20} MiB; the lists stay as they were")
            out.write(piece)
        if time.monotonic() > until:
            raise ListRefused(f"the answer took more than {WHOLE_SECONDS:.0f} s; the lists stay as they were")
    if stated is not None and stated.isdigit() and received != int(stated):
        raise ListRefused(
            f"the answer stopped after {received:,} of {int(stated):,} bytes; the lists stay as they were"
        )
    if unpack is not None and not unpack.eof:
        raise ListRefused("the packed answer stopped early; the lists stay as they were")


def _unpacked(chunk: bytes, unpack: zlib._Decompress | None) -> Iterator[bytes]:
    if unpack is None:
        yield chunk
        return
    rest = chunk
    while rest and not unpack.eof:
        yield unpack.decompress(rest, CHUNK)
        rest = unpack.unconsumed_tail


__all__ = ["CSL", "HOSTS", "allowed", "fetched"]
