"""What decides the score, by how many confirmed diversions taught it: one recipe, of which reviews take over a share.

There are no other recipes for few or for many cases: with few the ridge leaves the guidance where it stands, and with
many dropping it gained nothing (docs/recipe.md).
"""

from __future__ import annotations

MINIMUM_POSITIVES = 20
"""Confirmed diversions below which trees learn names of customers, not signs of diversion (learning on few cases)."""

FEW, MANY = 30, 300
"""Below FEW a model is not to be believed before it was tried beside the one in use; beyond MANY nothing was tried."""


def stage(confirmed: int) -> str:
    """Who decides with so many confirmed lines, in words for the run, the card and a refusal.

    >>> stage(7)
    'guidance alone decides (7 confirmed, fewer than 20)'
    >>> stage(45)
    'guidance as 45 confirmed lines correct it'
    """
    if confirmed < MINIMUM_POSITIVES:
        return f"guidance alone decides ({confirmed} confirmed, fewer than {MINIMUM_POSITIVES})"
    corrected = f"guidance as {confirmed} confirmed lines correct it"
    if confirmed < FEW:
        return f"{corrected}: few, so score live batches beside the model in use before promoting it"
    if confirmed > MANY:
        return f"{corrected}: whether they still need the guidance was not tried beyond {MANY}"
    return corrected
