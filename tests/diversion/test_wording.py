"""`diversion wording` keeps what a reviewer's own word means and lists it."""

from collections.abc import Callable
from typing import Any


def test_a_word_said_once_is_listed_and_a_contradiction_exits_2(run: Callable[..., Any]) -> None:
    assert run("wording", "Bogus hit=false_positive").out == "label_class: bogus hit means false_positive\n"
    assert run("wording").out == "label_class: bogus hit means false_positive\n"
    ran = run("wording", "bogus hit=undetermined")
    assert ran.code == 2
    assert "'bogus hit' means false_positive already" in ran.err
