"""How much each line teaches: by who found what, how sure he could be, and how often the same was ordered.

One decision weighs 1 or less. A line that nobody reviewed teaches little, and only once an outcome would have come.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from training.fit import TrainingRefused
from training.outcomes import KEY, SEEN_ON_SITE

MATURITY_DAYS = 180
"""Days after which an order that nobody reviewed counts as a weak negative: twice what an outcome usually takes."""

UNREVIEWED = 0.05  # weight of such an order; between 0.03 and 0.1 nothing changes but the scale
SIMULATED, FULL_UNTIL = 0.1, 50
"""All simulated orders weigh at most a tenth of the reviewed ones, and less beyond 50 confirmed diversions."""

ALONE = 20  # decisions of one class from which a single reviewer behind them is refused
CLASSES = ("false positives", "confirmed diversions")  # by their label
COPIED = ("part_number", "item_description", "quantity", "unit_price", "currency", "destination_country")
WHOSE = ("buyer_name", "ult_consignee_name", "end_user_name", "end_use_text")


def lessons(rows: pd.DataFrame, cut: pd.Timestamp, soft: pd.Series | None = None) -> pd.DataFrame:
    """The lines of one training side that teach: label, weight, customer and source, index of `rows`.

    `rows` are as `Material.rows`. Reviewed lines come first, in their order, then those never reviewed that were
    ordered MATURITY_DAYS before the cut by a customer of whom no diversion was confirmed (source "unreviewed", label as
    `soft` says, 0 without it). Copies of one line with one outcome weigh together as much as one of them.
    """
    kept = ["label", "weight", "customer", "source", "copy"]
    reviewed = rows.loc[rows["label"].notna(), kept]
    caught = set(rows.loc[rows["label"] == 1, "customer"].dropna())
    ripe = ~rows["reviewed"] & (rows["ordered_on"] <= cut - pd.Timedelta(days=MATURITY_DAYS))
    ripe &= ~rows["customer"].isin(caught)
    unseen = rows.loc[ripe, kept].assign(label=0.0 if soft is None else soft[ripe], source="unreviewed")
    unseen["weight"] = UNREVIEWED / rows.groupby("order_id")["order_id"].transform("size")[ripe]
    both = pd.concat([reviewed.assign(weight=_simulated_down(reviewed)), unseen])
    copies = both.groupby(["copy", "label", "source"])["copy"].transform("size")
    return both.assign(weight=both["weight"] / copies).drop(columns="copy")


def _simulated_down(reviewed: pd.DataFrame) -> pd.Series:
    """The weights with simulated orders held to their share; as they are where nobody reviewed any other.

    Their share is that of the orders reviewed here: stories of elsewhere push no simulated order out.
    """
    drawn = reviewed["source"] == "simulated"
    real = reviewed[~drawn & (reviewed["source"] != "public")]
    if real.empty or not drawn.any():
        return reviewed["weight"]
    share = SIMULATED * min(1.0, FULL_UNTIL / max(1, int((real["label"] == 1).sum())))
    part = min(1.0, share * real["weight"].sum() / reviewed.loc[drawn, "weight"].sum())
    return reviewed["weight"].where(~drawn, reviewed["weight"] * part)


def weighed(taught: pd.DataFrame) -> dict[str, float]:
    """The weight each source has in the training, by its name, rounded to a tenth of a thousandth."""
    sums = taught.groupby("source")["weight"].sum().sort_index()
    return {str(source): round(float(weight), 4) for source, weight in sums.items()}


def labelled(outcomes: pd.DataFrame) -> dict[str, Any]:
    """Who decided, and how surely, for the card: counts and shares, no pseudonym; a missing share is null."""
    named = outcomes[outcomes["reviewer"] != ""]
    twice = named.groupby(KEY).agg({"reviewer": "nunique", "label_class": "nunique"})
    twice = twice[twice["reviewer"] > 1]
    taught = {"confirmed": "confirmed_diversion", "false positive": "false_positive"}
    return {
        "decisions": len(outcomes),
        "without a reviewer": len(outcomes) - len(named),
        "reviewers": int(named["reviewer"].nunique()),
        "most by one reviewer": {name: _most(named[named["label_class"] == word]) for name, word in taught.items()},
        "decided by two": len(twice),
        "found alike by two": round(float((twice["label_class"] == 1).mean()), 4) if len(twice) else None,
        "verified on delivery or in use": round(float(outcomes["verification"].isin(SEEN_ON_SITE).mean()), 4),
    }


def _most(decided: pd.DataFrame) -> float | None:
    """Share of the decisions that the busiest reviewer took."""
    return round(float(decided["reviewer"].value_counts(normalize=True).iloc[0]), 4) if len(decided) else None


def near_copies(lines: pd.DataFrame) -> pd.Series:
    """One key a line, equal where customer, parties, part, quantity, price, destination and use are the same.

    Numbers and dates of orders do not count, nor how a name is written: letters and digits alone.
    """
    cells = pd.DataFrame(index=lines.index)
    for name in (*COPIED, *WHOSE):
        cells[name] = lines[name].astype("str").str.casefold().str.replace(r"[\W_]+", "", regex=True)
    return pd.Series(pd.util.hash_pandas_object(cells, index=False), index=lines.index).astype("uint64")


def refuse_lone_reviewers(outcomes: pd.DataFrame) -> None:
    """Raises TrainingRefused where several people decided, but one class was decided by one of them alone.

    The model would learn whose desk an order came to. Decisions without a reviewer, and simulated ones, are left out.
    """
    named = outcomes[(outcomes["reviewer"] != "") & (outcomes["source"] != "simulated")]
    classes = named["label_class"].map({"confirmed_diversion": 1, "false_positive": 0}).dropna()
    told = named.loc[classes.index].assign(found=classes)
    if told["reviewer"].nunique() < 2:
        return
    for found, name in enumerate(CLASSES):
        part = told[told["found"] == found]
        if len(part) >= ALONE and (part["reviewer"] == part["reviewer"].iloc[0]).all():
            raise TrainingRefused(
                f"all {len(part)} {name} were decided by {part['reviewer'].iloc[0]} alone, "
                "though others decided too: have a second person decide some of both classes, then train"
            )
