"""A bar on a terminal while a file is worked on; nothing in a pipe, a log or a test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scoring.batch import STEPS, Watch, unwatched

WHOLE = ("read", *STEPS, "write")


@contextmanager
def bar() -> Iterator[Watch]:
    """Hears each step as it begins and shows it on stderr, when a person watches; gone when the work is done."""
    if not sys.stderr.isatty():
        yield unwatched
        return
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(WHOLE[0], total=len(WHOLE))
        yield lambda step: shown.update(task, description=step, completed=WHOLE.index(step))
