"""A file or a folder appears whole or not at all: it is made beside its place, then takes it in one step."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL = ".partial-"
"""Names of unfinished work start so; only a killed process leaves one behind, and it may be deleted."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """An empty temporary file in the folder of `path` that takes its place when the block ends well.

    If the block fails, the temporary file is removed and what stood at `path` stays. An existing file keeps its
    permissions (they hold before the first byte is written), a link keeps pointing at the file that is replaced.

    Raises:
        OSError: the folder is missing or full, or something other than a file stands at `path`.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "something that is not a file stands there", str(path))
    temporary = _empty_file_beside(target)
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(target)
        _flush_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """An empty temporary folder beside `path` that takes its place, with all its files, when the block ends well.

    If the block fails, what stood at `path` stays. No system swaps two folders in one step everywhere: a process
    killed between the two renames leaves the old folder as `.partial-…/old`.

    Raises:
        OSError: the folder above is missing or full, or something other than a folder stands at `path`.
    """
    target = path.resolve()
    if target.exists() and not target.is_dir():
        raise FileExistsError(errno.EEXIST, "something that is not a folder stands there", str(path))
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=target.parent) as room:
        new, old = Path(room, "new"), Path(room, "old")
        new.mkdir()
        yield new
        for part in new.rglob("*"):
            _flush_folder(part) if part.is_dir() else _flush(part)
        _flush_folder(new)
        _take_place(new, target, old)
        _flush_folder(target.parent)


def _take_place(new: Path, target: Path, old: Path) -> None:
    """`new` stands at `target`, and what stood there is at `old`; or nothing has moved."""
    if target.exists():
        target.replace(old)
    try:
        new.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise


def _empty_file_beside(target: Path) -> Path:
    """A new file under a name nobody else has, with the permissions of `target` or, without one, the usual ones."""
    while True:
        temporary = target.with_name(f"{PARTIAL}{os.urandom(6).hex()}")
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        break
    if target.exists():
        shutil.copymode(target, temporary)
    return temporary


def _flush(file: Path) -> None:
    """What was written is on the disk, not only on its way there."""
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


def _flush_folder(folder: Path) -> None:
    """The names in the folder are on the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
