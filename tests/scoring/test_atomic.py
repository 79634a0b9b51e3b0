"""A file or a folder is whole or absent, whatever happens while it is made."""

from pathlib import Path

import pytest

from scoring.atomic import whole_file, whole_folder


def make(folder: Path, word: str) -> None:
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "card.md").write_text(word)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def half_a_file(path: Path) -> None:
    with whole_file(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


def half_a_folder(path: Path) -> None:
    with whole_folder(path) as temporary:
        make(temporary, "half")
        raise KeyboardInterrupt


def whole_new_folder(path: Path) -> None:
    with whole_folder(path) as temporary:
        make(temporary, "new")


def test_a_file_takes_its_place_when_the_block_ends(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def test_an_interrupted_file_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        half_a_file(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_replaces_the_old_one_whole(tmp_path: Path) -> None:
    make(tmp_path / "model", "old")
    (tmp_path / "model" / "left.txt").touch()
    whole_new_folder(tmp_path / "model")
    assert [path.name for path in (tmp_path / "model").rglob("*")] == ["inner", "card.md"]
    assert (tmp_path / "model" / "inner" / "card.md").read_text() == "new"
    assert names(tmp_path) == ["model"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    make(tmp_path / "model", "old")
    with pytest.raises(KeyboardInterrupt):
        half_a_folder(tmp_path / "model")
    assert (tmp_path / "model" / "inner" / "card.md").read_text() == "old"
    assert names(tmp_path) == ["model"]


def test_a_folder_that_cannot_take_its_place_puts_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "model", "old")
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        whole_new_folder(tmp_path / "model")
    assert (tmp_path / "model" / "inner" / "card.md").read_text() == "old"
    assert names(tmp_path) == ["model"]


def test_a_file_in_the_way_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model").touch()
    with pytest.raises(FileExistsError):
        whole_new_folder(tmp_path / "model")
