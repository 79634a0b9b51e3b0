"""The page of the simulated world tells the rates and sources that world.toml holds today."""

import re
import tomllib
from pathlib import Path
from typing import Any

import training.simulate.world as source
from training.simulate.ways import CODES

RATES = (Path(source.__file__).parent / "world.toml").read_text(encoding="utf-8")
WORLD = tomllib.loads(RATES)
PAGE = (Path(__file__).parents[3] / "docs" / "simulation.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w.-]+\.[\w]+)` \| (.+?) \| (.+) \|$", PAGE, flags=re.MULTILINE)
TOLD = {name: (value, why) for name, value, why in ROWS}


def rates() -> dict[str, tuple[str, str]]:
    """Each rate of world.toml by its dotted name: the value as the page shows it, and its source."""
    found: dict[str, tuple[str, str]] = {}
    section, of_section = "", ""
    for line in RATES.splitlines():
        if heading := re.match(r"\[([\w.-]+)\]\s*(?:#\s*(.*))?$", line):
            section, of_section = heading[1], heading[2] or ""
        elif rate := re.match(r"([\w.]+) = (.*?)\s*(?:#\s*(.*))?$", line):
            name = f"{section}.{rate[1]}"
            found[name] = (shown(name), rate[3] or of_section)
    return found


def shown(name: str) -> str:
    value: Any = WORLD
    for part in name.strip(".").split("."):
        value = value[part]
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def test_every_rate_of_the_page_is_that_of_the_world_with_its_source() -> None:
    known = rates()
    assert {name: known.get(name) for name in TOLD} == TOLD


def test_the_page_tells_all_kinds_methods_habits_and_groups_of_cells() -> None:
    wanted = {f"kinds.{kind}.share" for kind in WORLD["kinds"]}
    wanted |= {f"rings.methods.{method}" for method in WORLD["rings"]["methods"]}
    wanted |= {f"conduct.{habit}" for habit in WORLD["conduct"]} | {f"cells.{group}" for group in WORLD["cells"]}
    wanted |= {f"rings.conduct.{habit}" for habit in WORLD["rings"]["conduct"]}
    assert wanted <= set(TOLD)


def test_the_page_tells_every_change_of_every_world_and_every_habit_after_a_refusal() -> None:
    wanted = {name for name in rates() if name.startswith(("worlds.", "rings.adapts."))}
    assert len(wanted) > 90
    assert wanted <= set(TOLD)


def test_the_page_says_what_each_intent_does() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (T\d) \|", PAGE, flags=re.MULTILINE)) == CODES
