"""A text in another encoding becomes a UTF-8 copy, decoded strictly, piece by piece; memory does not grow with it."""

import codecs
from pathlib import Path

from features.orders.plausible import NOT_TEXT
from features.orders.problems import refused

CHUNK = 1 << 20
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def first_bad_line(path: Path) -> int | None:
    """The line, counted from 1, that holds the first bytes that are not UTF-8; None when there are none."""
    decoder, lines = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            held = len(decoder.getstate()[0])
            if held or not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as fault:
                    return lines + chunk.count(b"\n", 0, max(0, fault.start - held))
            lines += chunk.count(b"\n")
    return lines if decoder.getstate()[0] else None


def converted(path: Path, room: Path, encoding: str, skip: int, remedy: str) -> Path:
    """A copy in UTF-8 below `room`, under the same name, without the first `skip` bytes.

    Raises:
        OrdersRefused: the bytes are no text in this encoding, or hold control characters that no table has.
    """
    folder = room / "utf-8"
    folder.mkdir()
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as source, (folder / path.name).open("wb") as target:
        source.seek(skip)
        end = False
        while not end:
            chunk = source.read(CHUNK)
            end = not chunk
            try:
                text = decoder.decode(chunk, final=end)
                copy = text.encode("utf-8")
            except UnicodeError:
                raise refused(path.name, _breaks(encoding, lines), remedy) from None
            if encoding not in WIDE and NOT_TEXT.search(text):
                raise refused(path.name, _breaks(encoding, lines), remedy)
            target.write(copy)
            lines += text.count("\n")
    return folder / path.name


def _breaks(encoding: str, line: int) -> str:
    return f"the file begins as {encoding.upper()} text and breaks off on or after line {line}"
