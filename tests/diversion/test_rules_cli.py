"""`diversion rules`, as a person would call it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

Run = Callable[..., Any]
MOVE = (
    'format = 1\ntitle = "Singapore moves to D:4"\nsays = "Invented."\n[[change]]\ntable = "countries"\nkey = "SG"\n'
    'from = 2026-01-01\nset = { groups = "D:4" }\n'
)


def test_the_rules_of_a_day_are_listed_for_a_program(run: Run) -> None:
    rows = json.loads(run("rules", "list", "--on", "2026-11-25", "--format", "json").out)
    told = {(row["table"], row["key"]): row for row in rows}
    assert told["rule_switches", "diffusion-tiers"]["does"] == "state off"
    assert told["gate_rules", "destination-a"]["start"] == "2023-11-17"
    assert ("gate_rules", "affiliates-2025") not in told


def test_the_rules_are_listed_for_a_person_but_for_long_tables(run: Run) -> None:
    ran = run("rules", "list")
    assert (ran.code, "a-tpp" in ran.out, "shown with --table countries" in ran.out) == (0, True, True)
    assert "Malaysia" in run("rules", "list", "--table", "countries", "--format", "csv").out
    assert run("rules", "list", "--table", "chips").code == 2


def test_a_shipped_trial_is_printed_as_it_can_be_used(run: Run, room: Path) -> None:
    assert run("rules", "trials").out.count("\n") == 3
    (room / "mine.toml").write_text(run("rules", "trials", "country-quota").out, encoding="utf-8")
    assert "country-quota" in (room / "mine.toml").read_text(encoding="utf-8")
    assert run("rules", "trials", "nothing").code == 2


def test_a_difference_is_told_written_and_shown(run: Run, orders: Callable[..., str], room: Path) -> None:
    (room / "move.toml").write_text(MOVE, encoding="utf-8")
    file = orders({}, {"destination_country": "DE"}, {"quantity": "many"})
    ran = run(
        "rules", "diff", file, "--rules", "move.toml", "--as-of", "2026-11-25", "--out", "d.csv", "--report", "d.html"
    )
    assert ran.code == 0
    told = r"3 of 3 orders change, with 3 of 3 lines: 2 harder, 0 easier, [123] with another score; USD –,"
    assert re.search(told, ran.out)
    assert "Singapore (SG)" in ran.out
    written = pd.read_csv(room / "d.csv", dtype=str)
    assert written["order"].tolist() == ["A-1", "A-2", "A-3"]
    assert written["gate_after"].tolist() == ["licence", "unknown", "licence"]
    assert "This is a trial, not the law." in (room / "d.html").read_text(encoding="utf-8")


def test_a_trial_that_does_not_fit_is_refused_before_anything_is_read_or_written(run: Run, room: Path) -> None:
    (room / "bad.toml").write_text(
        MOVE.replace('"SG"', '"XQ"') + MOVE[MOVE.index("[[") :].replace("2026", "1999"), "utf-8"
    )
    ran = run("rules", "diff", "missing.csv", "--rules", "bad.toml", "--out", "d.csv", "--report", "d.html")
    assert ran.code == 2
    assert "change 1, key: 'XQ' is an unknown country" in ran.err
    assert "change 2, from: '1999-01-01' lies before the days that countries knows" in ran.err
    assert not list(room.glob("d.*"))


def test_an_output_that_is_an_input_or_another_output_is_refused(
    run: Run, orders: Callable[..., str], room: Path
) -> None:
    file = orders({})
    before = (room / file).read_bytes()
    assert run("rules", "diff", file, "--rules", "tier-rule-2025", "--out", file).code == 2
    assert (room / file).read_bytes() == before
