"""A list file is read whole or refused: the Consolidated Screening List, OFAC's files, a list of your own."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.parties.screening import csl, ofac, own
from features.parties.screening.entries import Listed

MOST_BYTES = 1 << 30  # of a list file, unpacked: ten times the largest seen is a third of it


class ListRefused(Exception):
    """A list that cannot be relied on; what stood before stays. Each reason names file, row, column and remedy."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class ListFile:
    """A file that was read: its kind, what it says, and what it lacks."""

    kind: str  # csl-json, csl-csv, csl-reduced, ofac, own
    sha256: str
    listed: Listed
    notes: tuple[str, ...]


def read(path: Path) -> ListFile:
    """Reads a list file, or a folder with OFAC's SDN, ALT and ADD; raises ListRefused when it is none, or cut short."""
    try:
        if path.is_dir():
            return _folder(path)
        content = _content(path)
    except OSError as error:
        raise ListRefused(f"{path.name}: cannot be read ({error.strerror or error}); give a list file") from None
    kind, found, notes = _parsed(path.name, content)
    if found.entries.empty:
        raise ListRefused(f"{path.name}: holds no entry; fetch the list again")
    return ListFile(kind, hashlib.sha256(content).hexdigest(), found, notes)


def _content(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise ListRefused(f"{path.name}: is larger than {MOST_BYTES >> 20} MiB; this is no list of parties")
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        inside = [each for each in packed.infolist() if not each.is_dir()]
        if len(inside) != 1 or inside[0].file_size > MOST_BYTES:
            raise ListRefused(f"{path.name}: holds {len(inside)} files; unpack it and give the list")
        return packed.read(inside[0])


def _text(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
    row = content[:at].count(b"\n") + 1
    raise ListRefused(f"{name}, row {row}: is not UTF-8; fetch the list again, or save it as UTF-8")


def _parsed(name: str, content: bytes) -> tuple[str, Listed, tuple[str, ...]]:
    text = _text(name, content)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return ("csl-json", *csl.from_json(_json(name, text)))
    if not text.strip():
        raise ListRefused(f"{name}: is empty; fetch the list again")
    rows = _rows(name, text)
    headings = {heading.strip().lower() for heading in rows.columns}
    if {"source", "name"} <= headings and ("alt_names" in headings or "addresses" in headings):
        kind = "csl-csv" if "addresses" in headings else "csl-reduced"
        return (kind, *csl.from_table(rows.rename(columns=lambda each: each.strip().lower())))
    if "name" in headings:
        return ("own", *own.from_table(rows.rename(columns=lambda each: each.strip().lower()), Path(name).stem))
    raise ListRefused(
        f"{name}, row 1: no column 'name'; known are the Consolidated Screening List (JSON, CSV), a folder with OFAC's "
        "SDN, ALT and ADD, and own lists (name, aliases, country, address, list, start, end, owner_share, meaning)"
    )


def _json(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ListRefused(
            f"{name}, row {error.lineno}: is cut short or damaged ({error.msg}); fetch the list again"
        ) from None
    except RecursionError:
        raise ListRefused(f"{name}: is no list of parties; fetch the list again") from None


def _rows(name: str, text: str) -> pd.DataFrame:
    """The table as text; a row of another width than the heading means that the file is cut or damaged."""
    csv.field_size_limit(MOST_BYTES // 4)
    try:
        dialect = csv.Sniffer().sniff(text[:20_000].split("\n", 1)[0], delimiters=",;\t|")
        separator = dialect.delimiter
    except csv.Error:
        separator = ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    kept: list[list[str]] = []
    try:
        headings = next(rows)
        for row in rows:
            if len(row) == len(headings):
                kept.append(row)
            elif any(row):
                wrong = f"has {len(row)} cells and the heading {len(headings)}"
                raise ListRefused(
                    f"{name}, row {rows.line_num}: {wrong}: the file is cut short or damaged; fetch it again"
                )
    except csv.Error as error:
        wrong = f"is cut short or damaged ({error}); fetch it again"
        raise ListRefused(f"{name}, row {rows.line_num}: {wrong}") from None
    return pd.DataFrame(kept, columns=headings, dtype="str")


def _folder(path: Path) -> ListFile:
    found = {kind: each for each in sorted(path.iterdir()) if (kind := ofac.kind_of(each.name))}
    if "alt" not in found and "add" not in found and "sdn" not in found:
        raise ListRefused(f"{path.name}: holds none of OFAC's SDN, ALT and ADD; give the folder that holds them")
    if "sdn" not in found:
        raise ListRefused(f"{path.name}: ALT and ADD alone say no names of parties; put SDN.CSV beside them")
    contents = {kind: _content(each) for kind, each in found.items()}
    texts = {kind: _text(found[kind].name, content) for kind, content in contents.items()}
    digest = hashlib.sha256(b"".join(contents[kind] for kind in sorted(contents))).hexdigest()
    try:
        listed, notes = ofac.from_files(texts)
    except ofac.Damaged as error:
        raise ListRefused(f"{path.name}: {error}; fetch the files again") from None
    if listed.entries.empty:
        raise ListRefused(f"{path.name}: SDN holds no entry; fetch the files again")
    return ListFile("ofac", digest, listed, notes)
