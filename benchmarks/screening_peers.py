"""The screening beside what others would do, in one run; a list of ten times the size; alerts an order.

    python benchmarks/screening_peers.py peers LIST [--each 120] [--names 1000 10000] [--native CHINESE.csv]
    python benchmarks/screening_peers.py pairs PAIRS.csv …     name1, name2, is_match, schema: with intervals
    python benchmarks/screening_peers.py tenfold LIST          the list ten times, other names each time
    python benchmarks/screening_peers.py orders LIST           alerts of the honest simulated book

Peers are scans of the whole list by one ratio of rapidfuzz, in lower case, as small open tools do them; and the matcher
logic-v2 of nomenklatura on our candidates, where it can be imported (it needs PyICU, which has no wheels).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import screening  # noqa: E402
import variations  # noqa: E402

from features.parties import normal_names  # noqa: E402
from features.parties.screening.entries import Listed  # noqa: E402
from features.parties.screening.grams import nearest  # noqa: E402
from features.parties.screening.index import Index, index  # noqa: E402
from features.parties.screening.match import FLOOR, POSSIBLE, matches  # noqa: E402
from features.parties.screening.reading import read  # noqa: E402
from features.parties.screening.score import packed  # noqa: E402

SEED = 203  # not looked at while the score was shaped
FALSE = 0.01  # share of ordinary names that may alert
DRAWS = 1000  # of the bootstrap
Best = Callable[[list[str]], np.ndarray]


def main() -> None:
    """Runs one of the parts."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("part", choices=["peers", "pairs", "tenfold", "orders"])
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--names", nargs="+", type=int, default=[1_000, 10_000])
    asked.add_argument("--lines", type=int, default=20_000)
    asked.add_argument("--each", type=int, default=120, help="queries of each kind")
    asked.add_argument("--native", type=Path, help="CSV with english, native")
    told = asked.parse_args()
    if told.part == "peers":
        peers(told.files[0], told.names, told.native, told.each)
    elif told.part == "pairs":
        for each in told.files:
            pairs(each)
    elif told.part == "tenfold":
        tenfold(told.files[0])
    else:
        orders(told.files[0], told.lines)


def peers(path: Path, sizes: list[int], native: Path | None, each: int) -> None:
    """Recall of all kinds where one ordinary name in a hundred alerts, and names a second, method by method."""
    listed, told = read(path).listed, normal_names.shipped()
    chinese = pd.read_csv(native, dtype="str", keep_default_na=False) if native else None
    drawn, ordinary = variations.drawn(listed, SEED, each, chinese), variations.ordinary(SEED, [], each * 5)
    names = listed.names.drop(index=drawn.held_back).reset_index(drop=True)
    held = index(Listed(listed.entries, names, listed.addresses), told)
    methods = methods_of(held, told, list(names["text"]))
    book = screening._book(listed, max(sizes))
    print(f"{'method':<34} {'recall':>7} {'90 % interval':>15} {'at':>6}  " + " ".join(f"{s:>7,}/s" for s in sizes))
    for name, (best, most) in methods.items():
        ours, theirs = best(list(drawn.queries["text"])), best(list(ordinary["text"]))
        score = np.sort(theirs)[::-1][int(FALSE * len(theirs))] + 1e-6
        found = pd.DataFrame({"kind": drawn.queries["kind"], "found": ours >= score})
        low, high = interval(found)
        speeds = [f"{_speed(best, book[:size]):>9,.0f}" if size <= most else f"{'-':>9}" for size in sizes]
        print(
            f"{name:<34} {_recall(found):>7.3f} {low:>7.3f}–{high:.3f} {score:>7.2f}  " + " ".join(speeds), flush=True
        )


def methods_of(held: Index, told: normal_names.Spelling, names: list[str]) -> dict[str, tuple[Best, int]]:
    """Each method as best score a name, and the most names that it is timed with."""
    lower = [name.lower() for name in names]

    def ours(asked: list[str]) -> np.ndarray:
        best = matches(asked, held, told).groupby("name")["score"].max()
        return best.reindex(range(len(asked))).fillna(0.0).to_numpy()

    def scan(scorer: Callable[..., float], whole: float) -> Best:
        def best(asked: list[str]) -> np.ndarray:
            found = [
                cdist(
                    [name.lower() for name in asked[at : at + 200]], lower, scorer=scorer, workers=2, dtype=np.float32
                )
                for at in range(0, len(asked), 200)
            ]
            return np.concatenate([each.max(axis=1) for each in found]) / whole

        return best

    known: dict[str, tuple[Best, int]] = {
        "diversion": (ours, 1_000_000),
        "rapidfuzz token_sort_ratio, scan": (scan(fuzz.token_sort_ratio, 100), 1_000),
        "rapidfuzz Jaro-Winkler, scan": (scan(JaroWinkler.similarity, 1), 1_000),
    }
    logic = logic_v2(held, told)
    return known | ({"nomenklatura logic-v2, candidates": (logic, 1_000)} if logic else {})


def logic_v2(held: Index, told: normal_names.Spelling) -> Best | None:
    """nomenklatura's matcher on the listed names that lie near each name; None without it."""
    try:
        from followthemoney import model
        from nomenklatura.matching import get_algorithm
        from nomenklatura.matching.types import ScoringConfig
    except ImportError as error:
        print(f"nomenklatura is left out: {error}")
        return None
    algorithm, settings = get_algorithm("logic-v2"), ScoringConfig.defaults()

    def entity(name: str) -> object:
        return model.get_proxy({"id": name, "schema": "LegalEntity", "properties": {"name": [name]}})

    def best(asked: list[str]) -> np.ndarray:
        score = np.zeros(len(asked))
        for at, row in _near(asked, held, told):
            pair = entity(asked[at]), entity(str(held.names["text"].iloc[row]))
            score[at] = max(score[at], algorithm.compare(*pair, settings).score)
        return score

    return best


def _near(asked: list[str], held: Index, told: normal_names.Spelling) -> list[tuple[int, int]]:
    """The twenty listed names nearest to each, by letters alone: what every matcher may choose from."""
    forms = normal_names.spelt(asked, told)
    kept = [at for at, form in enumerate(forms) if form.words]
    numbers = dict(held.numbers)
    rows = packed([forms[at] for at in kept], numbers)
    of, to, _ = nearest(held.grams, rows, held.words.extended(list(numbers)[len(held.numbers) :], told), 2)
    return [(kept[at], int(row)) for at, row in zip(of, to, strict=True)]


def _recall(found: pd.DataFrame) -> float:
    return float(found.groupby("kind")["found"].mean().mean())


def interval(found: pd.DataFrame) -> tuple[float, float]:
    """The 90 % interval of the mean over kinds, by drawing the queries of each kind again."""
    draw = np.random.default_rng(SEED)
    kinds = [group.to_numpy() for _, group in found.groupby("kind")["found"]]
    means = [np.mean([draw.choice(each, len(each)).mean() for each in kinds]) for _ in range(DRAWS)]
    return float(np.quantile(means, 0.05)), float(np.quantile(means, 0.95))


def _speed(best: Best, names: list[str]) -> float:
    begun = time.perf_counter()
    best(names)
    return len(names) / (time.perf_counter() - begun)


def pairs(path: Path) -> None:
    """Best F1 of labelled pairs with its 90 % interval, and on each half of the pairs by their place in the file."""
    told = pd.read_csv(path, dtype="str", keep_default_na=False)
    told = told[told["schema"] != "Vessel"].reset_index(drop=True)
    person = told["schema"].eq("Person").map({True: "persons", False: "organisations"})
    score = screening.pair_scores(list(told["name1"]), list(told["name2"]))
    match = told["is_match"].str.lower().eq("true").to_numpy()
    draw = np.random.default_rng(SEED)
    for group in sorted(person.unique()):
        at = np.flatnonzero(person == group)
        f1, threshold = screening.best_f1(score[at], match[at])
        again = [screening.best_f1(score[rows], match[rows])[0] for rows in draw.choice(at, (200, len(at)))]
        halves = [screening.best_f1(score[at[half::2]], match[at[half::2]])[0] for half in (0, 1)]
        low, high = np.quantile(again, [0.05, 0.95])
        print(f"{path.name} {group}: {len(at)} pairs, best F1 {f1:.3f} ({low:.3f}–{high:.3f}) at {threshold:.2f}; "
              f"halves {halves[0]:.3f} and {halves[1]:.3f}")  # fmt: skip


TURNED = str.maketrans("aeioubcdfghjklmnpqrstvwxz", "eiouacdfghjklmnpqrstvwxzb")


def tenfold(path: Path) -> None:
    """Load, names a second and memory with a list of ten times the entries: each copy bears other rare words."""
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    common = normal_names.shipped().known
    copies = [rows]
    for _ in range(9):
        last = copies[-1].copy()
        for column in ("name", "alt_names"):
            last[column] = last[column].map(lambda cell: " ".join(_turned(word, common) for word in cell.split(" ")))
        copies.append(last.assign(entity_number=""))
    with tempfile.TemporaryDirectory() as room:
        place = Path(room, "tenfold.csv")
        pd.concat(copies).to_csv(place, index=False)
        print(f"{len(rows) * 10:,} entries")
        screening.speed(place, [10_000])


def _turned(word: str, common: frozenset[str]) -> str:
    return word if word.lower().strip(",.;()") in common else word.lower().translate(TURNED).title()


def orders(path: Path, lines: int) -> None:
    """Alerts of the honest orders of a simulated book against the list: by name, by party and by order."""
    from features.orders.book import from_frame
    from features.parties.screening.lines import order_parties
    from features.parties.screening.lists import searchable
    from features.parties.screening.screen import screen
    from features.reference.tables import load
    from training import simulate as world

    book = world.simulate(lines, SEED)
    honest = book.truth["intent"].eq("honest").to_numpy()
    told = from_frame(book.orders[honest].reset_index(drop=True)).lines
    held = searchable(read(path).listed, load())
    parties = order_parties(told)
    hits = screen(parties, held, pd.Series(pd.Timestamp("2026-11-25"), index=parties.index))
    names, orders_ = parties["name"].nunique(), told["order_id"].nunique()
    each = len(parties) / len(told)
    print(f"{len(told):,} honest lines of {orders_:,} orders, {each:.1f} parties a line, {names:,} distinct names")
    for score in (FLOOR, 0.70, POSSIBLE):
        alerts = hits[(hits["name_score"] >= score) | hits["kind"].isin(["exact", "possible"])]
        own, alerted = alerts["name"].nunique(), told.loc[alerts.index.unique(), "order_id"].nunique()
        print(f"at {score:.2f}: {own:,} names alert ({own / names:.2%}), {alerted:,} orders ({alerted / orders_:.2%})")


if __name__ == "__main__":
    main()
