"""The latest figures of every benchmark that keeps its own in history.json, and what became slower since the last run.

A run is held against the one before it of the same benchmark, size and number of workers, by its ratio to the floor of
its own run: seconds of two days or two machines cannot be compared, their ratios can. Exit code 1 when one is slower.

    python benchmarks/table.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HISTORY = Path(__file__).with_name("history.json")
SLOWER = 1.15
"""Times the last ratio from which a run counts as slower: two runs of the same code differ by a tenth."""

Entry = dict[str, Any]


def main() -> None:
    """Prints the table, and says what is slower."""
    history = Path(sys.argv[1]) if sys.argv[1:] else HISTORY
    found = latest(json.loads(history.read_text(encoding="utf-8")))
    print(
        f"{'benchmark':<12} {'lines':>10} {'workers':>7} {'day':<10} {'lines/s':>9} {'CPU s':>9} {'peak MiB':>9} "
        f"{'ratio':>7} {'before':>7}"
    )
    for entry, before in found:
        print(row(entry, before))
    print("\nCPU seconds by stage")
    for entry, _ in found:
        if stages := {stage: cpu for stage, cpu in entry["score"]["stages"].items() if cpu}:
            print(f"{name(entry)}: " + ", ".join(f"{stage} {cpu}" for stage, cpu in stages.items()))
    slow = slower(found)
    print("\n" + ("\n".join(slow) or f"nothing is slower than the run before it by {SLOWER} times"))
    raise SystemExit(1 if slow else 0)


def latest(told: list[Entry]) -> list[tuple[Entry, Entry | None]]:
    """The last run of each benchmark, size and number of workers, and the one before it if there is one."""
    runs: dict[tuple[str, int, int], list[Entry]] = {}
    for entry in told:
        runs.setdefault((benchmark(entry), entry["lines"], entry["workers"]), []).append(entry)
    return [(same[-1], same[-2] if len(same) > 1 else None) for _, same in sorted(runs.items())]


def slower(found: list[tuple[Entry, Entry | None]]) -> list[str]:
    """A sentence for each run whose ratio rose by more than chance."""
    return [
        f"SLOWER: {name(entry)}: {entry['ratio']} times the floor, {before['ratio']} on {before['day']}"
        for entry, before in found
        if before is not None and entry["ratio"] > SLOWER * before["ratio"]
    ]


def row(entry: Entry, before: Entry | None) -> str:
    """One line of the table; lines a second by the clock, so of little worth on a machine that others used."""
    seen = entry["score"]
    return (
        f"{benchmark(entry):<12} {entry['lines']:>10,} {entry['workers']:>7} {entry['day']:<10} "
        f"{entry['lines'] / seen['seconds']:>9,.1f} {seen['cpu']:>9,.2f} {seen['mib']:>9,} {entry['ratio']:>7.2f} "
        f"{before['ratio'] if before else '':>7}"
    )


def name(entry: Entry) -> str:
    """What was run."""
    return f"{benchmark(entry)}, {entry['lines']:,} lines, {entry['workers']} at a time"


def benchmark(entry: Entry) -> str:
    """Runs of scoring a file were kept before the others and carry no name."""
    return str(entry.get("benchmark", "scoring"))


if __name__ == "__main__":
    main()
