"""Every red flag that a feature measures stands in exactly one family, and no family names another flag."""

import tomllib
from collections import Counter
from importlib.resources import files

from features.families import families
from features.matrix import FEATURES
from features.red_flags import red_flags

TOLD = tomllib.loads(files("features").joinpath("families.toml").read_text(encoding="utf-8"))


def test_each_measured_flag_stands_in_one_family() -> None:
    named = Counter(key for each in TOLD.values() if isinstance(each, dict) for key in each["flags"])
    assert sorted(named) == sorted({each.flag for each in FEATURES})
    assert set(named.values()) == {1}
    assert set(named) <= set(red_flags())


def test_a_flag_gives_the_title_of_its_family() -> None:
    assert families()["young-company"] == families()["shell-ownership"] == "Who the parties are"
    assert len(set(families().values())) == sum(isinstance(each, dict) for each in TOLD.values())
