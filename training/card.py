"""The model's card: what it is, from what, how it did, and where it must not be trusted; every figure is computed."""

# `card` is one long function: the page in reading order.

from __future__ import annotations

from scoring.model import Model
from training.evaluate import METRICS

CONTENDERS = ("model", "counted_flags", "guidance", "random")
MARK = """
**Trained on simulated orders. Not evaluated on any real diversion.** Nobody publishes labelled diversions; the order
book behind this model was drawn by `training/simulate`, and so were the reviews. Its figures say that the model reads
signs the simulator put there. They do not say how many real diversions it would find, nor at what cost.
"""
OWN = """
Trained on reviewed orders. What reviewers did not look at, or cleared wrongly, it has not learnt.
"""


def card(model: Model, metrics: dict[str, float]) -> str:
    """The text of card.md."""
    facts = model.facts
    alarms = facts["alarms"].items()
    return "\n".join(
        (
            f"# Model {model.version}\n",
            "Ranks lines of AI-chip orders by the chance that a review would confirm diversion. Decision support for",
            "export-control work under the US Export Administration Regulations; not legal advice.",
            MARK if facts["simulated"] else OWN,
            "## How it was made\n",
            f"    {facts['command']}\n",
            "The same command, with the versions below on one CPU architecture, writes this folder byte for byte.\n",
            _list(
                {
                    "data fingerprint": facts["fingerprint"],
                    "seed": facts["seed"],
                    "as of": facts["as_of"],
                    "lists": facts["lists_version"],
                    **facts["versions"],
                    **facts["lines"],
                    "cut (first test day)": facts["split"]["cut"],
                    "days between training and test": facts["split"]["days"],
                }
            ),
            "\nOutcomes not learnt from:\n",
            _list(facts["left_out"]),
            "\nTest lines are ordered after the cut, by customers never trained on. Calibration is out of fold by",
            f"customer; the base rate, {model.base_rate:.4f}, is the weighted share of confirmed diversions among the",
            "reviewed training lines, not among all orders.\n",
            "## What it found on the test orders that were decided\n",
            f"{metrics['test/orders']:.0f} orders, {metrics['test/confirmed_orders']:.0f} confirmed. Orders rank by",
            "their highest line. Shares to review are of these decided orders, which reviewers chose: in an order book",
            "with fewer diversions the same queue is less precise.\n",
            _table(metrics),
            "",
            f"Brier score {metrics['model/brier']:.4f}, calibration error {metrics['model/calibration_error']:.4f},",
            f"{metrics['model/alerts_per_1000_orders']:.1f} test orders in a thousand reach the band high.\n",
            "## What would flatter it, and does not\n",
            _list({name: f"{each['value']:.3f} (limit {each['limit']:.3f}): {each['says']}" for name, each in alarms}),
            "\n## Bands\n",
            "The margins where the bands begin are reached by these shares of the training period's lines:\n",
            _list(facts["review_capacity"]),
            "\n## Limits\n",
            "- Bands are not fitted to your orders until `diversion calibrate` has been run on them.",
            "- A flag that could not be evaluated raises the score less than a yes: read the completeness beside it.",
            "- Weights of the guidance are the founders' judgement until reviewed outcomes correct them.",
            "- Customers are told apart by number and name; fronts of one owner may stand on both sides of the test.",
            "",
        )
    )


def _list(entries: dict[str, object]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in entries.items()) or "- none"


def _table(metrics: dict[str, float]) -> str:
    """One row a metric, one column a contender."""
    rows = [
        f"| {name.replace('_percent', ' %').replace('0_5', '0.5').replace('_', ' ')} | "
        + " | ".join(_with_interval(metrics, f"{contender}/{name}") for contender in CONTENDERS)
        + " |"
        for name in METRICS
    ]
    heading = f"| | {' | '.join(name.replace('_', ' ') for name in CONTENDERS)} |"
    return "\n".join((heading, "|---" * (len(CONTENDERS) + 1) + "|", *rows))


def _with_interval(metrics: dict[str, float], name: str) -> str:
    """A figure with its 95 % interval by customer; "random" is known without one."""
    if name.startswith("random/"):
        return f"{metrics[name]:.3f}"
    return f"{metrics[name]:.3f} ({metrics[f'{name}_low']:.3f}–{metrics[f'{name}_high']:.3f})"
