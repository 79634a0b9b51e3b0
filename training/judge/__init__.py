"""The judge: a recipe for a model on test beds that a simulator cannot flatter, beside everything simpler."""

from training.case_files import PublicCases
from training.judge.run import Judgement, judge
from training.judge.teach import Bench
from training.judge.world import World, simulated_world

__all__ = ["Bench", "Judgement", "PublicCases", "World", "judge", "simulated_world"]
