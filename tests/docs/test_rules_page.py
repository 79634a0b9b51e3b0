"""The trials that docs/rules.md shows can be used as they stand, and it names every shipped one."""

import re
from pathlib import Path

import pytest

from diversion.rules_diff import SHIPPED
from features.reference.tables import load
from features.reference.trial import ENTRIES, on_trial, read

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("text", SHOWN)
def test_a_trial_on_the_page_fits_the_tables(text: str, tmp_path: Path) -> None:
    (tmp_path / "shown.toml").write_text(text, encoding="utf-8")
    assert "band-2" in set(on_trial(read(tmp_path / "shown.toml"), load()).frames["gate_rules"]["rule"])


def test_the_page_names_every_shipped_trial_and_every_entry() -> None:
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE, flags=re.MULTILINE)) == {
        each.stem for each in SHIPPED.glob("*")
    }
    assert set(re.findall(r"^\| `\[\[([a-z]+)\]\]` \|", PAGE, flags=re.MULTILINE)) == set(ENTRIES)
