"""The catalogue of red flags: every row of the published lists stands under exactly one flag."""

import tomllib
from collections import Counter

import pytest

from features.reference.tables import HERE

FLAGS = {
    key: flag
    for key, flag in tomllib.loads((HERE / "red_flags.toml").read_text(encoding="utf-8")).items()
    if isinstance(flag, dict)
}
LISTS = {"IG": 12, "KYC": 29, "BP": 4, "TS": 13, "KC": 2, "FB": 15}
EQUIPMENT = [f"KYC-{number}" for number in (13, 14, 17, 18, 20, 25, 27)]


def test_every_row_of_the_published_lists_stands_under_exactly_one_flag() -> None:
    told = Counter(ref for flag in FLAGS.values() for ref in flag["refs"])
    assert told == Counter(f"{name}-{number:02}" for name, count in LISTS.items() for number in range(1, count + 1))


@pytest.mark.parametrize("key", sorted(FLAGS))
def test_a_flag_says_what_it_is_where_from_and_what_to_ask(key: str) -> None:
    flag = FLAGS[key]
    wanted = {"title", "source", "sure", "refs", "ask", "log_odds", "classes", "legs"}
    assert set(flag) - {"unseen"} == wanted
    assert all([flag["title"], flag["source"], flag["ask"].endswith("."), flag.get("unseen", "said")])
    assert flag["sure"] in {"seen", "derived", "memory"}
    assert 0 <= flag["log_odds"] <= 2
    assert set(flag["classes"]) <= {"a", "b", "unknown", "neither"}
    assert set(flag["legs"]) <= {"export", "reexport", "transfer", "domestic"}
    assert flag["classes"]
    assert flag["legs"]


def test_equipment_and_unestablished_rows_are_published_as_unseen() -> None:
    for flag in FLAGS.values():
        if set(flag["refs"]) & set(EQUIPMENT):
            assert flag["unseen"]


def test_a_flag_whose_weight_the_model_learns_from_a_number_is_measured() -> None:
    zero = {key for key, flag in FLAGS.items() if flag["log_odds"] == 0}
    sizes = {"large-order", "many-chips", "large-whole-order", "costly-order"}
    assert zero >= sizes | {"many-handovers", "young-company", "new-customer", "large-for-company", "diffusion-tier"}
    assert not any("unseen" in FLAGS[key] for key in zero)
