"""What BIS recommends to do: each action names flags of the catalogue and fields of the vocabulary."""

import pytest

from features.orders.fields import fields
from features.red_flags import red_flags
from features.reference.tables import load

ACTIONS = load().frames["due_diligence"].set_index("action")


@pytest.mark.parametrize("action", ACTIONS.index)
def test_an_action_names_known_flags_and_fields(action: str) -> None:
    row = ACTIONS.loc[action]
    assert set(filter(None, row["shown_by"].split(";"))) <= red_flags().keys()
    assert set(filter(None, row["fields"].split(";"))) <= fields().keys()


def test_an_action_that_leaves_no_trace_says_neither_flag_nor_field() -> None:
    bare = ACTIONS[(ACTIONS["shown_by"] == "") & (ACTIONS["fields"] == "")]
    assert set(bare.index) == {"notice", "open-flag", "support-by-us-persons"}


def test_both_documents_are_told() -> None:
    assert set(ACTIONS["document"]) == {"industry guidance", "policy statement on AI training"}
