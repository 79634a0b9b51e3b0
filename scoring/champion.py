"""Which model scores: the folder that is named, else the promoted one, else the shipped baseline.

A home that has recorded a promotion refuses to score when its pointer is missing or points at other bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.model import Model, ModelRefused, digest, load

FORMAT = 1  # of champion.json, promotion.json and bands.json
PROMOTED = frozenset({"name", "version", "sha256"})
BASELINE = Path(__file__).parent / "baseline"
"""The model folder shipped for a cold start, trained on the simulated order book."""


@dataclass(frozen=True)
class Chosen:
    """The model that scores, its folder, and sentences that say which it is and where its bands come from."""

    model: Model
    said: str
    folder: Path
    bands: str = ""


def chosen(folder: Path | None, home: Path, mlruns: Path) -> Chosen:
    """The model to score with; raises ModelRefused when the promoted one cannot be had as it was promoted."""
    if folder is not None:
        model = load(folder)
        return Chosen(model, f"model {model.version} from {folder}, as asked", folder)
    promotion = stored(home / "promotion.json", PROMOTED, "promote again")
    champion = stored(mlruns / "champion.json", PROMOTED | {"path"}, "promote again")
    if promotion is not None and (champion is None or champion["sha256"] != promotion["sha256"]):
        state = "is missing" if champion is None else "points at another model"
        raise ModelRefused(
            f"{mlruns / 'champion.json'} {state}, but {home / 'promotion.json'} records that version "
            f"{promotion['version']} was promoted: give the right --mlruns, restore it, or promote again"
        )
    if champion is None:
        model = load(BASELINE)
        said = "shipped baseline, trained on simulated orders; nothing has been promoted here"
        return Chosen(model, f"model {model.version} ({said})", BASELINE)
    place = mlruns / champion["path"]
    if not place.is_dir() or digest(place) != champion["sha256"]:
        raise ModelRefused(
            f"{place} is not what was promoted as version {champion['version']}: restore it, or promote again"
        )
    model = load(place)
    return Chosen(model, f"model {model.version}, {champion['name']} version {champion['version']} (champion)", place)


def stored(path: Path, entries: frozenset[str], again: str) -> dict[str, Any] | None:
    """A file that decides how we score, or None when there is none; `again` says what makes a new one.

    A damaged or newer one is refused, never passed over.
    """
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = document["format"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelRefused(f"{path} cannot be read ({type(fault).__name__}): restore it, or {again}") from fault
    if found != FORMAT:
        raise ModelRefused(f"{path} has format {found}, this version reads {FORMAT}: install the version that wrote it")
    if lacking := sorted(entries - document.keys()):
        raise ModelRefused(f"{path} lacks {', '.join(lacking)}: restore it, or {again}")
    return dict(document)
