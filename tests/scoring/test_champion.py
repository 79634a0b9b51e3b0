"""Which model scores: the one named, else the one promoted, else the shipped one; never another in silence."""

import json
import shutil
from pathlib import Path

import pytest

from scoring.champion import BASELINE, Chosen, chosen
from scoring.model import Model, ModelRefused, digest, save


@pytest.fixture
def room(small: Model, tmp_path: Path) -> Path:
    """A checkout in which version 3 was promoted: mlruns beside var."""
    folder = tmp_path / "checkout" / "mlruns" / "artifacts" / "1" / "model"
    save(small, folder, "# Small\n")
    pointer = {"format": 1, "name": "diversion", "version": "3", "sha256": digest(folder)}
    written(tmp_path / "checkout/mlruns/champion.json", {**pointer, "run": "r1", "path": "artifacts/1/model"})
    written(tmp_path / "checkout/var/promotion.json", pointer)
    return tmp_path / "checkout"


def written(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def choice(room: Path, folder: Path | None = None) -> Chosen:
    return chosen(folder, room / "var", room / "mlruns")


def refusal(room: Path) -> str:
    with pytest.raises(ModelRefused) as refused:
        choice(room)
    return str(refused.value)


def test_a_fresh_place_scores_with_the_shipped_model_and_says_so(tmp_path: Path) -> None:
    found = choice(tmp_path)
    assert found.model.version.startswith("baseline")
    assert "shipped baseline, trained on simulated orders" in found.said


def test_looking_for_a_model_writes_nothing(tmp_path: Path) -> None:
    choice(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_promoted_model_scores(room: Path) -> None:
    found = choice(room)
    assert found.model.version == "small-1"
    assert found.said == "model small-1, diversion version 3 (champion)"


def test_a_moved_checkout_still_scores(room: Path) -> None:
    moved = room.rename(room.with_name("moved"))
    assert choice(moved).model.version == "small-1"


def test_a_store_without_this_home_scores_too(room: Path) -> None:
    """A colleague's checkout that was never promoted in follows the shared pointer."""
    shutil.rmtree(room / "var")
    assert choice(room).model.version == "small-1"


def test_a_named_folder_goes_before_the_promoted_one(room: Path) -> None:
    found = choice(room, BASELINE)
    assert found.model.version.startswith("baseline")
    assert "as asked" in found.said


def test_a_named_folder_that_is_none_is_refused(room: Path) -> None:
    with pytest.raises(ModelRefused, match=r"no model\.json"):
        choice(room, room / "nothing")


def test_a_missing_pointer_is_refused_and_not_replaced_by_the_shipped_model(room: Path) -> None:
    (room / "mlruns/champion.json").unlink()
    said = refusal(room)
    assert "champion.json is missing" in said
    assert "version 3 was promoted" in said
    assert "--mlruns" in said


def test_a_missing_store_is_refused(room: Path) -> None:
    shutil.rmtree(room / "mlruns")
    assert "is missing" in refusal(room)


def test_a_pointer_at_another_model_is_refused(room: Path) -> None:
    pointer = json.loads((room / "mlruns/champion.json").read_text(encoding="utf-8"))
    written(room / "mlruns/champion.json", pointer | {"sha256": "0" * 64})
    assert "points at another model" in refusal(room)


def test_a_changed_model_folder_is_refused(room: Path) -> None:
    (room / "mlruns/artifacts/1/model/card.md").write_text("# Changed\n", encoding="utf-8")
    assert "is not what was promoted as version 3" in refusal(room)


def test_a_missing_model_folder_is_refused(room: Path) -> None:
    shutil.rmtree(room / "mlruns/artifacts")
    assert "is not what was promoted as version 3" in refusal(room)


def test_a_subfolder_in_the_model_folder_is_a_change(room: Path) -> None:
    (room / "mlruns/artifacts/1/model/extra").mkdir()
    assert "is not what was promoted as version 3" in refusal(room)


BAD_POINTERS = [
    pytest.param('{"format": 1', "cannot be read", id="cut in half"),
    pytest.param("[]", "cannot be read", id="of another kind"),
    pytest.param("{}", "cannot be read", id="without a format"),
    pytest.param('{"format": 2}', "format 2, this version reads 1", id="of a newer format"),
    pytest.param('{"format": 1, "name": "diversion"}', "restore it, or promote again", id="without its entries"),
]


@pytest.mark.parametrize("place", ["mlruns/champion.json", "var/promotion.json"])
@pytest.mark.parametrize(("text", "said"), BAD_POINTERS)
def test_a_damaged_pointer_is_refused_with_its_path(room: Path, place: str, text: str, said: str) -> None:
    (room / place).write_text(text, encoding="utf-8")
    refused = refusal(room)
    assert said in refused
    assert Path(place).name in refused


def test_a_pointer_without_a_path_is_refused(room: Path) -> None:
    pointer = json.loads((room / "mlruns/champion.json").read_text(encoding="utf-8"))
    written(room / "mlruns/champion.json", {name: entry for name, entry in pointer.items() if name != "path"})
    assert "champion.json" in refusal(room)
