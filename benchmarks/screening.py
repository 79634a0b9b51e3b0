"""How well and how fast parties are held against a list: 21 kinds of variation, labelled pairs, addresses, speed.

    python benchmarks/screening.py quality LIST [--clean NAMES.txt] [--native CHINESE.csv]
    python benchmarks/screening.py pairs PAIRS.csv …          name1, name2, is_match (schema: one line a group)
    python benchmarks/screening.py addresses ADD.csv          OFAC's address file
    python benchmarks/screening.py speed LIST [1000 10000 100000]
    python benchmarks/screening.py words LIST                 counts for the table name_words

Quality and speed of one run are comparable; seconds of a shared machine are not: CPU seconds are shown beside them. The
kinds are generated and were known when the score was shaped; the seeds 201 and 202 were not looked at while shaping it.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import variations  # noqa: E402

from features.parties import normal_addresses, normal_names  # noqa: E402
from features.parties.normal_fields import variants  # noqa: E402
from features.parties.screening import sites  # noqa: E402
from features.parties.screening.entries import Listed  # noqa: E402
from features.parties.screening.index import index  # noqa: E402
from features.parties.screening.match import matches  # noqa: E402
from features.parties.screening.reading import read  # noqa: E402
from features.parties.screening.score import likeness, packed, parts  # noqa: E402
from features.parties.screening.words import described  # noqa: E402

SEEDS = (201, 202)
FALSE = (0.005, 0.01, 0.02)
SHIFTS = (2, 4, 7, 10)


def main() -> None:
    """Runs one of the parts."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("part", choices=["quality", "pairs", "addresses", "speed", "words", "one"])
    asked.add_argument("files", nargs="+")
    asked.add_argument("--clean", type=Path, help="names of ordinary companies, one a line")
    asked.add_argument("--native", type=Path, help="CSV with english, native")
    told = asked.parse_args()
    if told.part == "quality":
        quality(Path(told.files[0]), told.clean, told.native)
    elif told.part == "pairs":
        for each in told.files:
            pairs(Path(each))
    elif told.part == "addresses":
        addresses(Path(told.files[0]))
    elif told.part == "words":
        words(Path(told.files[0]))
    elif told.part == "one":
        alone(Path(told.files[0]), int(told.files[1]))
    else:
        speed(Path(told.files[0]), [int(size) for size in told.files[1:]] or [1_000, 10_000, 100_000])


def quality(path: Path, clean: Path | None, native: Path | None) -> None:
    """Recall of each kind at the score where 1 % of ordinary names alert, and the rates at fixed scores."""
    listed, told = read(path).listed, normal_names.shipped()
    companies = clean.read_text(encoding="utf-8").split("\n") if clean else []
    chinese = pd.read_csv(native, dtype="str", keep_default_na=False) if native else None
    for seed in SEEDS:
        drawn = variations.drawn(listed, seed, native=chinese)
        ordinary = variations.ordinary(seed, [each for each in companies if each.strip()])
        names = listed.names.drop(index=drawn.held_back).reset_index(drop=True)
        held = index(Listed(listed.entries, names, listed.addresses), told)
        texts = [*drawn.queries["text"], *ordinary["text"]]
        found = matches(texts, held, told)
        best = found.groupby("name")["score"].max().reindex(range(len(texts))).fillna(0.0).to_numpy()
        top = found.drop_duplicates("name").set_index("name")["entry"].reindex(range(len(drawn.queries)))
        ours, theirs = best[: len(drawn.queries)], best[len(drawn.queries) :]
        right = (top.to_numpy() == drawn.queries["entry"].to_numpy()).mean()
        print(f"seed {seed}: {len(ours):,} queries, {len(theirs):,} ordinary names; right entry on top {right:.3f}")
        for share in FALSE:
            score = np.sort(theirs)[::-1][int(share * len(theirs))] + 1e-6
            kinds = pd.Series(ours >= score).groupby(drawn.queries["kind"]).mean()
            print(f"  {share:.1%} of ordinary names alert at {score:.3f}: mean recall of the kinds {kinds.mean():.3f}")
            if share == 0.01:
                told_kinds = kinds
        for kind, recall in told_kinds.items():
            print(f"    {kind:<28} {recall:.2f}")
        namesakes = found.loc[found["same"] & (found["name"] >= len(ours)), "name"].unique() - len(ours)
        rest = np.delete(theirs, namesakes)
        score = np.sort(rest)[::-1][int(0.01 * len(rest))] + 1e-6
        mean = pd.Series(ours >= score).groupby(drawn.queries["kind"]).mean().mean()
        print(f"  {len(namesakes)} ordinary names equal a listed one; without them 1 % alert at {score:.3f}:"
              f" mean recall {mean:.3f}")  # fmt: skip
        for score in (0.77, 0.85, 0.95):
            mean = pd.Series(ours >= score).groupby(drawn.queries["kind"]).mean().mean()
            rates = pd.Series(theirs >= score).groupby(ordinary["kind"]).mean()
            print(f"  at {score:.2f}: recall {mean:.3f}; " + ", ".join(f"{k} {v:.1%}" for k, v in rates.items()))


def pair_scores(left: list[str], right: list[str]) -> np.ndarray:
    """Likeness of each pair of names, the best of what may stand in the two cells."""
    told = normal_names.shipped()
    rows = []
    for at, (x, y) in enumerate(zip(left, right, strict=True)):
        rows += [(at, each, y) for each in variants(x, told.countries)]
        rows += [(at, x, each) for each in variants(y, told.countries)]
    ours, theirs = (normal_names.spelt([row[side] for row in rows], told) for side in (1, 2))
    kept = [at for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a.words and b.words]
    numbers: dict[str, int] = {}
    for form in [*ours, *theirs]:
        for word in form.words:
            numbers.setdefault(word, len(numbers))
    a, b = packed([ours[at] for at in kept], numbers), packed([theirs[at] for at in kept], numbers)
    places = np.arange(len(kept))
    score = np.zeros(len(left))
    made = likeness(parts(described(list(numbers), told), a, b, places, places))
    np.maximum.at(score, np.array([rows[at][0] for at in kept]), made)
    return score


def pairs(path: Path) -> None:
    """Best F1 of labelled pairs, by group."""
    told = pd.read_csv(path, dtype="str", keep_default_na=False)
    schema = told["schema"] if "schema" in told else pd.Series("", index=told.index)
    person = schema.eq("Person").map({True: "persons", False: "organisations"})
    score = pair_scores(list(told["name1"]), list(told["name2"]))
    match = told["is_match"].str.lower().eq("true").to_numpy()
    for group in sorted(person[schema != "Vessel"].unique()):
        chosen = ((person == group) & (schema != "Vessel")).to_numpy()
        f1, at = best_f1(score[chosen], match[chosen])
        print(f"{path.name} {group}: {chosen.sum()} pairs, best F1 {f1:.3f} at {at:.2f}")


def best_f1(score: np.ndarray, match: np.ndarray) -> tuple[float, float]:
    """The best F1 over all thresholds, and its threshold."""
    found = [(2 * (match & (score >= at)).sum() / ((score >= at).sum() + match.sum()), at) for at in np.unique(score)]
    best = max(found)
    return float(best[0]), float(best[1])


CHANGES = ("case", "abbreviation", "order", "country off", "postcode off", "typo", "building added", "spaces")
SHORT = {"street": "St", "road": "Rd", "avenue": "Ave", "building": "Bldg", "floor": "Fl", "industrial": "Ind",
         "centre": "Ctr", "center": "Ctr", "room": "Rm", "block": "Blk", "tower": "Twr",
         "district": "Dist"}  # fmt: skip


def addresses(path: Path) -> None:
    """Recall of changed addresses, and how often another house number passes, at the score in use and around."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = [[cell.strip() for cell in row] for row in csv.reader(opened) if len(row) == 6]
    texts = sorted(
        {", ".join(c for c in r[2:5] if c != "-0-") for r in rows if re.search(r"\d", r[2]) and len(r[2]) > 10}
    )
    known = normal_addresses.shipped()
    held = sites.sites(pd.DataFrame({"entry": range(len(texts)), "text": texts, "country": ""}), known)
    draw = random.Random(SEEDS[0])  # noqa: S311
    chosen = draw.sample(range(len(texts)), 400)
    changed = [(kind, _changed(draw, texts[at], kind), at) for at in chosen for kind in CHANGES]
    changed = [row for row in changed if row[1] != texts[row[2]]]
    other = [("another house number", new, at) for at in chosen if (new := _other_house(draw, texts[at]))]
    for score in (0.65, sites.SAME_PLACE, 0.85):
        for rows_, name in ((changed, "changed"), (other, "another house number")):
            found = sites.at([row[1] for row in rows_], held, known)
            own = found["entry"].to_numpy() == np.array([row[2] for row in rows_])[found["address"]]
            best = found[own].groupby("address")["score"].max().reindex(range(len(rows_))).fillna(0.0)
            kinds = (best >= score).groupby([row[0] for row in rows_]).mean()
            print(f"at {score:.2f} {name}: {(best >= score).mean():.4f}  {kinds.round(3).to_dict()}")


def _other_house(draw: random.Random, text: str) -> str | None:
    first = re.search(r"\b\d{1,4}\b", text)
    if not first:
        return None
    return text[: first.start()] + str(int(first.group()) + draw.choice(SHIFTS)) + text[first.end() :]


def _changed(draw: random.Random, text: str, kind: str) -> str:
    parts_ = text.split(", ")
    if kind == "case":
        return text.upper().replace(",", "")
    if kind == "abbreviation":
        return re.sub("[A-Za-z]+", lambda found: SHORT.get(found.group().lower(), found.group()), text)
    if kind == "order":
        draw.shuffle(parts_)
        return ", ".join(parts_)
    if kind == "country off":
        return ", ".join(parts_[:-1])
    if kind == "postcode off":
        return re.sub(r"(?<!Box )\s?\b\d{5,6}\b", "", text)
    if kind == "typo":
        at = draw.choice([at for at, each in enumerate(text) if each.isalpha()])
        return text[:at] + text[at + 1 :]
    if kind == "building added":
        return ", ".join([parts_[0], "Kestrel Building", *parts_[1:]])
    return text.replace(", ", ",")


def speed(path: Path, sizes: list[int]) -> None:
    """Names a second, load and memory, each size in a process of its own; then loads anew and from what was kept."""
    print(
        f"{'names':>8} {'load s':>7} {'again s':>8} {'seconds':>8} {'names/s':>8} {'CPU s':>6} "
        f"{'names/CPU s':>12} {'peak MiB':>9}"
    )
    for size in sizes:
        ran = subprocess.run(
            [sys.executable, __file__, "one", str(path), str(size)], capture_output=True, text=True, check=True
        )
        print(ran.stdout, end="")


def alone(path: Path, size: int) -> None:
    """One row of the table of speed; nothing is timed but the list and the screening."""
    from features.parties.screening.lists import load
    from features.parties.screening.screen import screen
    from features.parties.screening.store import import_list
    from features.reference.tables import load as tables

    with tempfile.TemporaryDirectory() as room:
        home, known = Path(room), tables()
        import_list(home, path, date(2026, 11, 25))
        seconds = []
        for _ in range(2):
            begun = time.process_time()
            held = load(home, known)
            seconds.append(time.process_time() - begun)
        if held is None:
            raise SystemExit("the list was not kept")
        names = _book(held.listed, size)
        parties = pd.DataFrame({"role": "buyer", "name": names, "address": None, "country": "DE"}).astype("str")
        parties["address"] = pd.Series(index=parties.index, dtype="str")
        days = pd.Series(pd.Timestamp("2026-11-25"), index=parties.index)
        wall, begun = time.perf_counter(), time.process_time()
        screen(parties, held, days)
        wall, used = time.perf_counter() - wall, time.process_time() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>8,} {seconds[0]:>7.2f} {seconds[1]:>8.2f} {wall:>8.2f} {size / wall:>8,.0f} {used:>6.2f} "
        f"{size / used:>12,.0f} {peak:>9,.0f}"
    )


def _book(listed: Listed, size: int) -> list[str]:
    """Distinct names as an order book has them: nearly all ordinary, one in fifty a variation of a listed one."""
    drawn = variations.drawn(listed, SEEDS[0])
    made = [*drawn.queries["text"].head(size // 50)]
    seed = 1
    while len(made) < size:
        made = list(dict.fromkeys([*made, *variations.ordinary(seed, [], each=5_000)["text"]]))
        seed += 1
    return made[:size]


def words(path: Path) -> None:
    """Words of a list in full, with the entries in 10,000 that hold them, and the commonest endings."""
    listed, told = read(path).listed, normal_names.shipped()
    forms = normal_names.spelt(listed.names["text"], told)
    held: dict[int, set[str]] = {}
    for entry, form in zip(listed.names["entry"], forms, strict=True):
        held.setdefault(int(entry), set()).update(form.words)
    counts = Counter(word for each in held.values() for word in each)
    for word, count in counts.most_common(2_000):
        print(f"{word},{count * 10_000 / len(held):.1f}")


if __name__ == "__main__":
    main()
