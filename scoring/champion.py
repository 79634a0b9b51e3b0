"""Which model scores: the folder that is named, else the promoted one, else the shipped baseline.

A home that has recorded a promotion refuses to score when its pointer is missing or points at other bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.model import Model, ModelRefused, digest, load

FORMAT = 1
PROMOTED = frozenset({"name", "version", "sha256"})
BASELINE = Path(__file__).parent / "baseline"
"""The model folder shipped for a cold start, trained on the simulated order book."""


@dataclass(frozen=True)
class Chosen:
    """The model that scores, and one sentence that says which it is and why."""

    model: Model
    said: str


def chosen(folder: Path | None, home: Path, mlruns: Path) -> Chosen:
    """The model to score with; raises ModelRefused when the promoted one cannot be had as it was promoted."""
    if folder is not None:
        model = load(folder)
        return Chosen(model, f"model {model.version} from {folder}, as asked")
    promotion = _pointer(home / "promotion.json", PROMOTED)
    champion = _pointer(mlruns / "champion.json", PROMOTED | {"path"})
    if promotion is not None and (champion is None or champion["sha256"] != promotion["sha256"]):
        state = "is missing" if champion is None else "points at another model"
        raise ModelRefused(
            f"{mlruns / 'champion.json'} {state}, but {home / 'promotion.json'} records that version "
            f"{promotion['version']} was promoted: give the right --mlruns, restore it, or promote again"
        )
    if champion is None:
        model = load(BASELINE)
        said = "shipped baseline, trained on simulated orders; nothing has been promoted here"
        return Chosen(model, f"model {model.version} ({said})")
    place = mlruns / champion["path"]
    if not place.is_dir() or digest(place) != champion["sha256"]:
        raise ModelRefused(
            f"{place} is not what was promoted as version {champion['version']}: restore it, or promote again"
        )
    model = load(place)
    return Chosen(model, f"model {model.version}, {champion['name']} version {champion['version']} (champion)")


def _pointer(path: Path, entries: frozenset[str]) -> dict[str, Any] | None:
    """The pointer file, or None when there is none; a damaged or newer one is refused, never passed over."""
    if not path.exists():
        return None
    try:
        pointer = json.loads(path.read_text(encoding="utf-8"))
        found = pointer["format"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelRefused(f"{path} cannot be read ({type(fault).__name__}): restore it, or promote again") from fault
    if found != FORMAT:
        raise ModelRefused(f"{path} has format {found}, this version reads {FORMAT}: install the version that wrote it")
    if lacking := sorted(entries - pointer.keys()):
        raise ModelRefused(f"{path} lacks {', '.join(lacking)}: restore it, or promote again")
    return dict(pointer)
