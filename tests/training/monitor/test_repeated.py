"""An alarm acts only when it comes again, of the same model, another week."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from scoring.model import ModelRefused
from training.monitor.repeated import NAME, Watch, again, kept

MONDAY = date(2026, 3, 2)


def watched(home: Path, *told: tuple[int, str, list[str]]) -> tuple[Watch, ...]:
    """Watches on days after Monday, of a model, with alarms."""
    found: tuple[Watch, ...] = ()
    for days, model, alarms in told:
        found = kept(home, MONDAY + timedelta(days=days), model, alarms)
    return found


TWICE = [
    pytest.param([(0, "a", ["score"]), (7, "a", ["score", "hits"])], ("score",), id="the same alarm a week later"),
    pytest.param([(0, "a", ["score"]), (6, "a", ["score"])], (), id="the same week is one watch"),
    pytest.param([(0, "a", ["score"]), (7, "a", ["hits"])], (), id="another alarm"),
    pytest.param([(0, "a", ["score"]), (7, "a", []), (14, "a", ["score"])], (), id="a quiet watch between them"),
    pytest.param([(0, "a", ["score"]), (7, "b", ["score"])], (), id="another model begins anew"),
    pytest.param([(0, "a", ["score"]), (7, "b", ["x"]), (14, "a", ["score"])], (), id="a model that came back too"),
    pytest.param([(7, "a", ["score"]), (0, "a", ["score"])], (), id="a day before the last one is not kept"),
    pytest.param([(0, "a", ["score"]), (6, "a", []), (7, "a", ["score"])], (), id="what the week said last counts"),
]


@pytest.mark.parametrize(("told", "alarms"), TWICE)
def test_which_alarms_came_twice(
    tmp_path: Path, told: list[tuple[int, str, list[str]]], alarms: tuple[str, ...]
) -> None:
    assert again(watched(tmp_path, *told), 2) == alarms


def test_daily_watches_do_not_put_off_the_next_one_that_counts(tmp_path: Path) -> None:
    found = watched(tmp_path, *((day, "a", ["score"]) for day in range(15)))
    assert [each.on for each in found] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert again(found, 3) == ("score",)


@pytest.mark.parametrize(
    "line", ['{"format": 2}', "{", "[]", '{"format": 1, "on": "soon", "model": "a", "alarms": []}']
)
def test_a_damaged_or_newer_file_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / NAME).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ModelRefused, match=NAME):
        kept(tmp_path, MONDAY, "a", [])
