"""What the parser of workbooks leaves out of an XLS file: its date system and its error cells (MS-CFB, MS-XLS)."""

import struct
from collections.abc import Iterator

STREAMS = ("Workbook", "Book")
SHIFTS = (9, 12)  # sectors of 512 or 4,096 bytes
FREE = 0xFFFFFFFA  # from here on a number is a mark, and no sector
DATE_SYSTEM, WORKSHEET, BEGIN, END = 0x0022, 0x0085, 0x0809, 0x000A
FORMULA, BOOLEAN_OR_ERROR = 0x0006, 0x0205
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
ERRORS |= {0x2B: "#GETTING_DATA"}

Place = tuple[int, int]


def left_out(content: bytes) -> tuple[str, dict[int, dict[Place, str]]]:
    """The date system, and the error cells of each worksheet by its place in the workbook.

    Raises:
        ValueError: the file is no whole compound file with a workbook that is not tiny.
    """
    try:
        stream = _stream(content)
        system, starts = "serial-1900", []
        for kind, body in _records(stream, 0):
            if kind == DATE_SYSTEM:
                system = "serial-1904" if body[:1] == b"\1" else system
            if kind == WORKSHEET:
                starts.append(struct.unpack_from("<I", body)[0])
        return system, {at: dict(_errors(stream, start)) for at, start in enumerate(starts)}
    except (struct.error, IndexError) as fault:
        raise ValueError("the compound file is not whole") from fault


def _errors(stream: bytes, start: int) -> Iterator[tuple[Place, str]]:
    """Place and text of the error cells of a worksheet."""
    for kind, body in _records(stream, start):
        if kind == BOOLEAN_OR_ERROR and body[7]:
            code = body[6]
        elif kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            code = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        yield (row, column), ERRORS.get(code, "#N/A")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and body of the records of one part, from its beginning to the end that belongs to it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The stream that holds the workbook."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in SHIFTS:
        raise ValueError("the compound file has sectors of another size")
    size = 1 << shift
    table = _table(content, size)
    directory = _chain(content, size, table, struct.unpack_from("<I", content, 48)[0])
    smallest = struct.unpack_from("<I", content, 56)[0]
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        start, length = struct.unpack_from("<II", directory, at + 116)
        if name in STREAMS and length >= smallest:
            return _chain(content, size, table, start)[:length]
    raise ValueError("the compound file has no workbook that is not tiny")


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """The table that names the sector after each sector."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    most = len(content) // size  # a chain that runs in a circle would name more
    while more < FREE and len(sectors) <= most + 109:
        *further, more = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors.extend(further)
    found: list[int] = []
    for sector in sectors:
        if sector < FREE and len(found) <= most:
            found.extend(struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size))
    return tuple(found)


def _chain(content: bytes, size: int, table: tuple[int, ...], sector: int) -> bytes:
    """The bytes of a chain of sectors; one that runs in a circle ends where the file would."""
    parts: list[bytes] = []
    while sector < FREE and len(parts) <= len(content) // size:
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)
