"""Invented names: as many different ones as a book of any size asks for."""

import numpy as np

from training.simulate.names import HEADS, MIDDLES, TAILS, stems


def test_more_words_than_four_syllables_can_make_are_found_and_all_differ() -> None:
    wanted = len(HEADS) * len(MIDDLES) * len(TAILS) ** 2 + 1
    assert len(set(stems(np.random.default_rng(1), wanted))) == wanted
