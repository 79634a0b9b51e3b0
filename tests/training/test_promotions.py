"""The list of promotions says what a rollback brings back, and is read whole or refused."""

from pathlib import Path

import pytest

from scoring.model import ModelRefused
from training.promotions import NAME, Event, add, before, events


def told(*steps: str) -> tuple[Event, ...]:
    """Events from "+2" (version 2 promoted) and "-1" (rolled back to version 1)."""
    words = {"+": "promoted", "-": "rolled back"}
    return tuple(Event(words[step[0]], step[1:], "2026-11-25") for step in steps)


STANDING = [
    pytest.param((), None, id="nothing was promoted"),
    pytest.param(("+1",), "baseline", id="under the first promotion lies the shipped model"),
    pytest.param(("+1", "+2"), "1", id="the version before"),
    pytest.param(("+1", "+2", "+2"), "1", id="a promotion run again is one promotion"),
    pytest.param(("+1", "+2", "-1"), "baseline", id="a second rollback goes one further"),
    pytest.param(("+1", "+2", "-1", "+3"), "1", id="a version rolled back from is never gone back to"),
    pytest.param(("+1", "-baseline"), None, id="after the way back to the shipped model nothing is left"),
    pytest.param(("+1", "+2", "+1"), "2", id="an earlier version promoted again stands on the later one"),
]


@pytest.mark.parametrize(("steps", "standing"), STANDING)
def test_what_a_rollback_brings_back(steps: tuple[str, ...], standing: str | None) -> None:
    assert before(told(*steps)) == standing


def test_events_are_kept_in_order_with_who_answered(tmp_path: Path) -> None:
    first = Event("promoted", "1", "2026-11-25", "R01", "shadow was quiet", "ab", ("brier",), ("shadow",))
    second = Event("rolled back", "baseline", "2026-11-26")
    add(tmp_path, first)
    add(tmp_path, second)
    assert events(tmp_path) == (first, second)


def test_no_list_is_no_promotion(tmp_path: Path) -> None:
    assert events(tmp_path) == ()


@pytest.mark.parametrize(("line", "said"), [('{"format": 2}', "format 2"), ("{", "damaged"), ("[]", "damaged")])
def test_a_damaged_or_newer_list_is_refused(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / NAME).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ModelRefused, match=said):
        events(tmp_path)
