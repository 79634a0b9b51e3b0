"""The book as files that a user could have written; the same book gives the same bytes."""

from pathlib import Path

from training.simulate.book import SimulatedBook
from training.simulate.dialects import dialects, spoken


def write(book: SimulatedBook, folder: Path, dialect: str | None = None) -> None:
    """Writes orders.csv, customers.csv, outcomes.csv and truth.csv into a folder, which is made when missing.

    A `dialect` of dialects.toml writes the first two as another seller's system would; ValueError when there is none
    of that name.
    """
    tables = {name: getattr(book, name) for name in ("orders", "customers", "outcomes", "truth")}
    plain = {"index": False, "encoding": "utf-8", "lineterminator": "\n"}
    ways = dict.fromkeys(tables, plain)
    if dialect is not None:
        theirs = {name: spoken(tables[name], dialect) for name in ("orders", "customers")}
        told = dialects()[dialect]
        tables |= theirs
        ways |= dict.fromkeys(theirs, plain | {"sep": told["separator"], "encoding": told["encoding"]})
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", **ways[name])
