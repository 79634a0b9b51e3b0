"""Seeded order books of honest buyers, look-alikes and diverters; they know nothing of what the features measure."""

from training.simulate.book import SimulatedBook, simulate
from training.simulate.files import write
from training.simulate.honest import honest_cells

__all__ = ["SimulatedBook", "honest_cells", "simulate", "write"]
