"""A model says which code made it."""

from pathlib import Path

import pytest

from scoring import version


def test_one_byte_of_a_source_or_a_table_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in version.PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("a = 1\n")
    monkeypatch.setattr(version, "__file__", str(tmp_path / "scoring" / "version.py"))
    told = []
    for place, text in (("scoring/a.py", "a = 1\n"), ("features/b.csv", "x\n"), ("features/b.csv", "y\n")):
        (tmp_path / place).write_text(text)
        told.append(version.code_digest.__wrapped__())
    (tmp_path / "features" / "card.md").write_text("no code\n")
    assert len(set(told)) == 3
    assert version.code_digest.__wrapped__() == told[-1]


def test_the_digest_is_that_of_what_is_installed() -> None:
    assert len(version.code_digest()) == 64
