"""A mark or strict UTF-8 decides how a text is read, else the most plausible of few encodings does, and it is told.

Errors are never ignored or replaced, for nonsense in a name is a party that no list can find.
"""

import codecs
import re
from pathlib import Path

from features.orders.fields import Kind
from features.orders.mapping import candidates, heading_key
from features.orders.plausible import GUESSED, plausibility
from features.orders.problems import Level, Problem, refused
from features.orders.transcode import converted, first_bad_line

SAVE_AS_UTF8 = 'save it as "CSV UTF-8" (in a spreadsheet: Save as, file type CSV UTF-8)'
NAME_IT = f"name its encoding, or {SAVE_AS_UTF8}"
MARKS = (  # the longest first: the mark of UTF-32 begins as that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NAMED = ("utf-8", "utf-16-le", "utf-16-be", *GUESSED, "gbk", "big5", "shift_jis", "euc_jp", "euc_kr", "iso8859-1")
NAMED += ("iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp437", "cp850")
HEAD = 1 << 20
TELLING = 128 << 10  # bytes of lines with other than ASCII characters that are looked at
HEADING_LINES = 30
ONE_SIDED = 20  # UTF-16 without a mark has so many times more zero bytes in one half of its pairs
LEAST, LEAD = 0.5, 0.1  # the plausibility a reading needs, and how far it must be before the next one
CELL = re.compile(r'[,;\t|"\r\n]+')

Utf8 = tuple[Path, tuple[Problem, ...]]


def as_utf8(path: Path, room: Path, kind: Kind, named: str | None) -> Utf8:
    """A file of the same name in UTF-8 (itself, or a copy in `room`), and a note when its encoding was guessed.

    Raises:
        OrdersRefused: binary, or no reading is plausible, or two are; `named` is the answer to that question.
    """
    wanted = None if named is None else _known(named, path.name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return converted(path, room, encoding, len(mark), SAVE_AS_UTF8), ()
    if wanted in ("utf-16-le", "utf-16-be"):
        return converted(path, room, wanted, 0, NAME_IT), ()
    if b"\0" in head:
        return _unmarked_utf16(path, room, head)
    bad = first_bad_line(path)
    if wanted is not None:
        return _as_named(path, room, wanted, bad)
    return (path, ()) if bad is None else _guessed(path, room, kind, bad)


def opening(path: Path, size: int) -> tuple[str, int]:
    """The first lines of a UTF-8 file as text, and the length in bytes of the mark before them."""
    with path.open("rb") as file:
        head = file.read(size)
        whole = not file.read(1)
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    end = len(head) if whole else max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 or len(head)
    # a sample cut inside a character is no fault: the incremental decoder keeps the open end back
    return codecs.getincrementaldecoder("utf-8")().decode(head[mark:end]), mark


def _known(named: str, file: str) -> str:
    """The encoding of a name as Python spells it; raises OrdersRefused on one that is no encoding of text files."""
    try:
        name = codecs.lookup(named).name
    except (LookupError, ValueError):
        name = ""
    if name not in NAMED:
        raise refused(file, "is no encoding that can be read", f"name one of {', '.join(NAMED)}", value=named)
    return name


def _unmarked_utf16(path: Path, room: Path, head: bytes) -> Utf8:
    """UTF-16 without a mark has many zero bytes, all in one half of its pairs; other zero bytes are no text."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if min(first, second) * ONE_SIDED >= max(first, second) or max(first, second) * ONE_SIDED * 2 < len(head):
        what = "the file is neither text nor a workbook nor Parquet"
        raise refused(path.name, what, "export it as CSV, XLSX or Parquet")
    encoding = "utf-16-be" if first > second else "utf-16-le"
    copy = converted(path, room, encoding, 0, SAVE_AS_UTF8)
    return copy, (_note(opening(copy, HEAD)[0], encoding, path.name),)


def _as_named(path: Path, room: Path, wanted: str, bad: int | None) -> Utf8:
    if wanted == "utf-8":
        if bad is None:
            return path, ()
        raise refused(path.name, f"the text is not UTF-8 (first seen on line {bad})", NAME_IT)
    text = _decoded(_telling_lines(path), wanted) or ""
    if bad is None and not text.isascii() and (wanted not in GUESSED or plausibility(text, wanted) < LEAST):
        raise refused(path.name, f"the text is UTF-8, and nonsense when read as {wanted}", "leave the encoding out")
    return converted(path, room, wanted, 0, NAME_IT), ()


def _guessed(path: Path, room: Path, kind: Kind, bad: int) -> Utf8:
    """The most plausible reading of a text that is not UTF-8."""
    telling = _telling_lines(path)
    texts = {encoding: _decoded(telling, encoding) for encoding in GUESSED}
    scores = {name: _score(text, name, kind) for name, text in texts.items() if text is not None}
    ranked = sorted(scores, key=lambda name: -scores[name])
    likely = [name for name in ranked if scores[name] >= max(LEAST, scores[ranked[0]] - LEAD)]
    if len(likely) == 1:
        note = _note(texts[likely[0]] or "", likely[0], path.name)
        return converted(path, room, likely[0], 0, NAME_IT), (note,)
    what = f"the text is not UTF-8 (first seen on line {bad})"
    what += f" and may be {' or '.join(likely)}" if likely else " and in no other encoding that can be told"
    raise refused(path.name, what, NAME_IT)


def _telling_lines(path: Path) -> bytes:
    """The first lines, for their headings, and those with other than ASCII characters."""
    lines, size = [], 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(TELLING), b"")):
            if number < HEADING_LINES or not line.isascii():
                lines.append(line)
                size += len(line)
            if size >= TELLING:
                break
    return b"".join(lines)


def _decoded(telling: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(telling, final=len(telling) < TELLING)
    except UnicodeDecodeError:
        return None


def _score(text: str, encoding: str, kind: Kind) -> float:
    """Plausibility, and a bonus for each known heading that is not plain ASCII."""
    cells = {heading_key(cell) for line in text.splitlines()[:HEADING_LINES] for cell in CELL.split(line)}
    headings = [key for key in cells & candidates(kind).keys() if not key.isascii()]
    plausible = plausibility(text, encoding)
    return plausible + min(len(headings), 3) * 2 * LEAD if plausible else 0.0


def _note(text: str, encoding: str, file: str) -> Problem:
    cells = dict.fromkeys(cell.strip() for cell in CELL.split(text) if cell.strip())
    telling = sorted(cells, key=str.isascii)[:3]
    what = f"are cells of the file when its text is read as {encoding.upper()}"
    return Problem(file, None, None, "; ".join(telling), what, f"if they are not readable, {NAME_IT}", Level.NOTE)
