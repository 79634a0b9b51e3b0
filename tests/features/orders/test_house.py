"""A file of this room is short, or says in its first lines why it is not."""

from pathlib import Path

import pytest

import features.orders

FILES = sorted(Path(features.orders.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_file_over_150_lines_says_why(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150 or any(line.startswith("# Over 150 lines: ") for line in lines[:8])
