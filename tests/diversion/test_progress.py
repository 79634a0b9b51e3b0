"""A bar for a person at a terminal; in a pipe not one character of it."""

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from diversion.progress import WHOLE, bar
from scoring.batch import unwatched

Run = Callable[..., Any]


class Terminal(io.StringIO):
    """A stream that says a person watches it."""

    def isatty(self) -> bool:
        return True


def test_in_a_pipe_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with bar() as watch:
        assert watch is unwatched


def test_on_a_terminal_each_step_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    with bar() as watch:
        for step in WHOLE:
            watch(step)
    assert WHOLE[-1] in shown.getvalue()


def test_what_is_said_in_a_pipe_holds_no_bar(run: Run, orders: Callable[..., str]) -> None:
    ran = run("score", orders())
    assert ran.code == 0
    assert "\x1b" not in ran.err
    assert "━" not in ran.err
