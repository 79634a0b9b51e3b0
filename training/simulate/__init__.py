"""A seeded order book of honest buyers, look-alikes and diverters; it knows nothing of what the features measure."""

from training.simulate.book import SimulatedBook, simulate
from training.simulate.files import write
from training.simulate.honest import honest_cells

__all__ = ["SimulatedBook", "honest_cells", "simulate", "write"]
