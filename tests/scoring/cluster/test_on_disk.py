"""What passes between parts on disk is what passes in memory: history, decisions and changed lines included."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scoring.cluster import here, on_disk
from scoring.cluster.on_disk import Came
from scoring.cluster.steps import EVERYONE
from scoring.model import Model
from scoring.pieces import Settings, piece
from scoring.streamed import READ, shelved
from scoring.ways import Ways

SIZE = 60  # five parts


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_of_a_past_on_disk_are_those_of_a_cluster(
    world: Any, baseline: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(on_disk, "A_BUCKET", 2)
    monkeypatch.setattr(on_disk, "AT_ONCE", 3)
    room = tmp_path / READ
    room.mkdir()
    settings = Settings(world.known, None, baseline, None, "needed", flags=False, threads=1)
    long = shelved(world.book, SIZE, tmp_path)
    found = on_disk.prepared(long, settings, world.before, room, Ways(SIZE, workers))
    by = replace(settings, known=replace(world.known, past_version=world.before.version))
    told = pa.concat_tables(piece(by, *found.load(number)) for number in found.numbers)
    assert told.equals(pa.concat_tables(here.results(room)))


def test_what_is_popped_is_gone_and_what_goes_to_everyone_stays(tmp_path: Path) -> None:
    Came(tmp_path, 1).add("asks", "own")
    Came(tmp_path, EVERYONE).add("asks", "all")
    came = Came(tmp_path, 1)
    assert [*came.pop("asks", [])] == ["own", "all"]
    assert came["asks"] == ["all"]
    assert "said" not in came
    assert [*came.pop("said", ["nothing"])] == ["nothing"]
