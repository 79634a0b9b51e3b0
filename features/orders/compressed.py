"""A gzip archive holds one file, which is unpacked to its true end and no further than the limit."""

import gzip
import zlib
from pathlib import Path

from features.orders.package import UNPACKED_LIMIT
from features.orders.problems import refused

GZIP = b"\x1f\x8b"
CHUNK = 1 << 20


def unpacked(path: Path, room: Path) -> Path:
    """The file in the archive, below `room` under the archive's name; raises OrdersRefused on damage and on a bomb."""
    folder = room / "unpacked"
    folder.mkdir()
    left = UNPACKED_LIMIT
    with gzip.open(path) as source, (folder / path.name).open("wb") as target:
        while chunk := _chunk(source, path.name):
            left -= len(chunk)
            if left < 0:
                what = f"the gzip archive unpacks to more than {UNPACKED_LIMIT:,} bytes"
                raise refused(path.name, what, "split the order file")
            target.write(chunk)
    return folder / path.name


def _chunk(source: gzip.GzipFile, file: str) -> bytes:
    try:
        return source.read(CHUNK)
    except (OSError, EOFError, zlib.error):
        what = "the file is a gzip archive that is cut off or damaged"
        raise refused(file, what, "pack the file again, or unpack it first") from None
