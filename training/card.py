"""The model's card: what it is, from what, how it did, and where it must not be trusted; every figure is computed."""

# Over 150 lines: the page in reading order, a function a section; sections answer what a model-risk reviewer asks.

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from features.red_flags import red_flags
from scoring.model import BANDS, Model, interval, probabilities
from training.alarms import result_of
from training.audit import FEWEST_CONFIRMED
from training.contest.said import FAIR
from training.evaluate import METRICS
from training.ranking import BUDGETS

RESULT = {"pass": "quiet", "fail": "raised", "not evaluated": "not evaluated"}  # of an alarm
KINDS = {
    "T1": "front: a new or bought firm that does not fit",
    "T2": "trader and forwarder before a user on paper",
    "T3": "straw buyer in the seller's country",
    "T4": "end user named where no licence is needed",
    "T5": "papers that conceal the goods",
    "T6": "real operator that outgrows its site",
    "T7": "paid by somebody else",
    "T8": "new name or affiliate of a listed party",
    "T9": "successor of a customer that stopped",
}
"""The typologies in few words; docs/simulation.md says how each is drawn."""

CONTENDERS = ("model", "counted_flags", "guidance", "random")
NOTHING = "Not evaluated: the model folder keeps no record of it. Train again with this version."
MARK = """
**Trained on simulated orders. Not evaluated on any real diversion.** Nobody publishes labelled diversions; the order
book behind this model was drawn by `training/simulate`, and so were the reviews. Its figures say that the model reads
signs the simulator put there. They do not say how many real diversions it would find, nor at what cost.
"""
OWN = """
Trained on reviewed orders. What reviewers did not look at, or cleared wrongly, it has not learnt.
"""
HEAD = """
Ranks lines of AI-chip orders by the chance that a review would confirm diversion. Decision support for
export-control work under the US Export Administration Regulations; not legal advice.
"""
USE = """
## What it is for, and what not

- For: the order in which export-compliance analysts look at orders, beside the red flags and the legal gate.
- Users: analysts, who decide; auditors, who read why. Every line tells its reasons, and what was not evaluated.
- Not for: whether a licence is needed (the gate decides by dated rules, without the model); clearing an order without
  the gate; accusing anyone; persons (deemed exports); goods other than chips and systems that hold them.
- A low score is no clean bill: it says that few signs were seen, not that there are none.
"""
CHALLENGE = """
## How to challenge it

- Build it again: the command above gives the same bytes with the same versions on one CPU architecture.
- Judge the recipe: `diversion evaluate --cases FOLDER` (later months, unseen typologies, other worlds, blanks).
- Try it against another: `diversion promote` tries a challenger gate by gate; `diversion shadow` on live batches.
- Dispute one decision: the reviewer's finding stands, is logged with the reasons shown, and is what is learnt next;
  a cleared line that looks wrong is listed by `diversion second-look`.
- Ask one line: `diversion explain FILE --order ID` gives each signal's contribution, which sum to the margin.
- Watch it: `diversion monitor FILE --outcomes FILE` holds inputs, scores and outcomes against this card.
"""
QUESTIONS = """
## What a model-risk reviewer asks

| question | answer |
|---|---|
| purpose, users, decisions it may not take | What it is for, and what not |
| training data, exclusions, simulated share | How it was made |
| labels by whom, share of each reviewer, agreement | Who labelled; `diversion monitor` goes on measuring |
| meaning, source and missing rate of each input | docs/features.md; What it cannot see |
| split in time and by customer | How it was made |
| precision, recall, calibration, intervals | What it found; What the drawn sample says; Stability and promises |
| base rate: what a probability means | How it was made; What the drawn sample says; `--base-rate` |
| by country group, product, leg | Fairness; The same by kind of order |
| by sales channel, by script of a name | not evaluated: an order file states no channel; names are no input |
| against rules alone, against the version before | What it found; the gate report of its promotion |
| stability: seed, alone or in a batch, rebuilt | Stability and promises; How to challenge it |
| alternatives that lost, and why | docs/recipe.md |
| what would stop its use | What it is for, and what not; failed checks above; an alarm of `diversion monitor` |
| limits | What it cannot see; Limits |
| monitoring, triggers; change, approval, way back | Change and monitoring |
"""
LIMITS = """
## Limits

- Bands are not fitted to your orders until `diversion calibrate` has been run on them.
- A flag that could not be evaluated raises the score less than a yes: read the completeness beside it.
- Weights of the guidance are the founders' judgement until reviewed outcomes correct them.
- Customers are told apart by number and name; fronts of one owner may stand on both sides of the test.
- Only reviewed orders have labels: what reviewers never chose to look at is not in any figure but the drawn sample's.
- Lists and tactics change: a score says nothing of a way to divert that started after the training orders.
"""


def card(model: Model, metrics: Mapping[str, float]) -> str:
    """The text of card.md; what a folder keeps no record of is "not evaluated"."""
    sections = (_head, _data, _labels, _found, _drawn, _kinds, _groups, _promises, _alarms, _unseen, _change)
    lines = [line for section in sections for line in section(model, metrics)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    facts = model.facts
    yield f"# Model {model.version}"
    yield HEAD.rstrip("\n")
    yield MARK if facts["simulated"] else OWN
    yield USE.lstrip("\n")
    yield "## How it was made\n"
    yield f"    {facts['command']}\n"
    yield "The same command, with the versions below on one CPU architecture, writes this folder byte for byte.\n"


def _data(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Where the training lines come from, how they were split, what was left out, which base rate it means."""
    facts = model.facts
    shown = {
        "data fingerprint": facts["fingerprint"],
        "seed": facts["seed"],
        "as of": facts["as_of"],
        "lists": facts["lists_version"],
        **facts["versions"],
        **facts["lines"],
        "share of simulated lines": "all" if facts["simulated"] else _share_of(facts.get("weights", {}), "simulated"),
        "weight of each source in the loss": _sources(facts.get("weights", {})),
        **_stories(facts),
        "earlier orders known": facts.get("past", "not on record"),
        "screening lists known": facts.get("screened", "not on record"),
        "boosters and trees": f"{facts['boosters']} of {facts['trees']} trees (docs/recipe.md)",
        "inputs": f"{len(model.inputs)}, each with meaning, unit and fields in docs/features.md",
        "orders learnt from": _days(facts["split"]),
        "cut (first test day)": facts["split"]["cut"],
        "days between training and test": facts["split"]["days"],
    }
    yield _list(shown)
    yield "\nOrder lines on neither side of the split, by reason:\n"
    yield _list(facts["split"].get("left_out", {}))
    yield "\nOutcomes not learnt from:\n"
    yield _list(facts["left_out"])
    yield '\nCleared is not "false positive": a label is a finding, and weighs less when only papers were seen.'
    yield "Test lines are ordered after the cut, by customers never trained on. Calibration is out of fold by"
    yield f"customer; the base rate, {model.base_rate:.4f}, is the weighted share of confirmed diversions among the"
    yield "reviewed training lines, not among all orders (`--base-rate` shows the probability at another one).\n"


def _labels(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Who decided what the model learnt from, and how far that may be trusted."""
    yield "## Who labelled\n"
    told = model.facts.get("labelled")
    if not told:
        yield f"{NOTHING}\n"
        return
    if model.facts["simulated"]:
        yield "Reviewers of a simulated book: drawn, as the orders are.\n"
    alike = _or_not(told["found alike by two"], "no line was decided by two")
    unnamed = f"{told['without a reviewer']:,} unnamed"
    yield f"- decisions: {told['decisions']:,}, by {told['reviewers']} reviewers ({unnamed})"
    for name, share in told["most by one reviewer"].items():
        yield f"- {name}: the busiest reviewer took {_or_not(share, 'none named')}"
    verified = f"{told['verified on delivery or in use']:.0%}"
    yield f"- verified on delivery or in use: {verified}; the rest on paper or not at all"
    yield f"- decided by two reviewers: {told['decided by two']:,} lines; found alike: {alike}"
    yield "\nA class that one of several reviewers alone decided is refused in training.\n"


def _found(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Figures on the test orders, with intervals, beside everything simpler."""
    yield "## What it found on the test orders that were decided\n"
    yield f"{metrics['test/orders']:.0f} orders, {metrics['test/confirmed_orders']:.0f} confirmed. Orders rank by"
    yield "their highest line. Shares to review are of these decided orders, which reviewers chose: in an order book"
    yield "with fewer diversions the same queue is less precise. In brackets: 95 % intervals, whole customers drawn.\n"
    yield _table(metrics)
    yield f"\nBrier score {metrics['model/brier']:.4f}, calibration error {metrics['model/calibration_error']:.4f},"
    yield f"{metrics['model/alerts_per_1000_orders']:.1f} test orders in a thousand reach the band high.\n"
    yield from _known(metrics)
    yield from _open(model)


def _known(metrics: Mapping[str, float]) -> Iterator[str]:
    """The second number: later orders of customers that the model learnt from."""
    of = "known_customers"
    if f"{of}/orders" not in metrics:
        yield "Later orders of customers it learnt from. Not evaluated: no confirmed one is on record.\n"
        return
    yield "Later orders of customers it learnt from, beside the new customers above (a queue meets both):"
    yield f"{metrics[f'{of}/orders']:.0f} orders, {metrics[f'{of}/confirmed_orders']:.0f} confirmed.\n"
    yield _list({_worded(name): _with_interval(metrics, f"{of}/{name}") for name in METRICS}) + "\n"


def _open(model: Model) -> Iterator[str]:
    """How far the decided lines leave the probability open where each band begins."""
    if not model.intervals:
        yield f"How far the probability is open (Venn-Abers). {NOTHING}\n"
        return
    at = np.array(model.thresholds)
    said, (lowest, highest) = probabilities(model, at), interval(model, at)
    yield "What share of the calibration lines was confirmed near the margin where each band begins (Venn-Abers). Ends"
    yield "far apart mean that few lines like it were ever decided. What is said is one smooth line over all margins,"
    yield "so it may lie outside: then it is the line that is wrong there.\n"
    yield "| band begins | said | lowest | highest |\n|---|---|---|---|"
    for name, *numbers in zip(BANDS[1:], said, lowest, highest, strict=True):
        yield f"| {name} | " + " | ".join(f"{number:.4f}" for number in numbers) + " |"
    yield ""


def _drawn(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """What the orders drawn by lot say of all orders of the test period: no reviewer chose them."""
    yield "## What the drawn sample says of all orders\n"
    if "audit/orders" not in metrics:
        yield "Not evaluated: no order of the test period was drawn by lot (source audit), so nobody knows how many"
        yield "diversions there are, nor what share of them is found. The queue draws such orders by default.\n"
        return
    confirmed = f"{metrics['audit/confirmed_orders']:.0f} confirmed"
    yield f"{metrics['audit/orders']:.0f} orders, {confirmed}; each stands for those"
    yield "that the draw passed over. Shares to review are of all orders. 95 % intervals, whole customers drawn.\n"
    hits, drawn = metrics["audit/confirmed_orders"], metrics["audit/orders"]
    told = {"mean probability said": _with_interval(metrics, "audit/mean_probability")}
    told["share of all orders that divert"] = _with_interval(metrics, "audit/prevalence")
    if not hits:
        told["share of all orders that divert"] = f"below {3 / drawn:.3f} (none of {drawn:.0f}; 95 %)"
    for key, share in BUDGETS.items():
        figure = f"not evaluated: {hits:.0f} confirmed, {FEWEST_CONFIRMED} are needed"
        if hits >= FEWEST_CONFIRMED:
            figure = _with_interval(metrics, f"audit/found_reviewing_{key}_percent")
        told[f"found reviewing {share:.1%}"] = figure
    yield _list(told) + "\n"


def _kinds(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Each typology of the simulated book, weakest first, and the look-alikes."""
    yield "## Where it is weak: kinds of diversion\n"
    told = model.facts.get("standing")
    if told is None:
        yield f"{NOTHING}\n"
        return
    if not told["typologies"]:
        yield "Not evaluated: kinds are known only in a simulated book; `diversion promote` tries the model on one.\n"
    else:
        yield "All test orders of the simulated book, by the truth; found: the order reaches the band high. An order"
        yield "may show several kinds. Weakest first; 95 % intervals (Wilson).\n"
        yield "| kind | orders | found | share |\n|---|---|---|---|"
        for kind, row in sorted(told["typologies"].items(), key=lambda each: each[1]["found"] / each[1]["orders"]):
            yield f"| {kind} {KINDS[kind]} | {row['orders']} | {row['found']} | {_share(row)} |"
        yield ""
    alike = told["look_alikes"]
    yield f"Look-alikes, the tenth of the honest orders with most red flags: {alike['found']} of {alike['orders']}"
    yield f"reach the band high, {_share(alike)}. That is the work they cost.\n"


def _groups(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """What was said against what was confirmed, by EAR country group of an address."""
    yield "## Fairness: country groups\n"
    yield "Nobody's nationality is a feature, and none is guessed from a name. Countries of addresses are lawful"
    yield "criteria of export control and enter as flags with their source. A country counts in its most"
    yield f"restricted group. Said over confirmed from {FAIR[0]:g} to {FAIR[1]:g} is accepted; else a person answers.\n"
    told = model.facts.get("standing")
    if told is None:
        yield f"{NOTHING}\n"
        return
    yield from _by(told["country_groups"], {"destination": "destination", "buyer": "address of the buyer"})
    yield "## The same by kind of order\n"
    if told.get("kinds"):
        yield from _by(told["kinds"], {"chip_class": "class of chip (gate, docs/gate.md)", "leg": "leg of trade"})
    else:
        yield f"{NOTHING}\n"


def _by(tables: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[str]:
    """A table a way of telling lines apart: what was said against what was confirmed."""
    for whose, words in named.items():
        yield f"| {words} | decided lines | confirmed | mean said | share confirmed | said over confirmed |"
        yield "|---|---|---|---|---|---|"
        for group, row in tables[whose].items():
            ratio = "not evaluated: fewer than 10 confirmed"
            if row["ratio"] is not None:
                ratio = f"{row['ratio']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
            counts = f"{row['lines']:.0f} | {row['confirmed_lines']:.0f}"
            yield f"| {group} | {counts} | {row['said']:.3f} | {row['confirmed']:.3f} | {ratio} |"
        yield ""


def _promises(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Calibration, stability of the bag, and what must hold on any line."""
    yield "## Stability and promises\n"
    told = model.facts.get("standing")
    if told is None:
        yield f"{NOTHING}\n"
        return
    yield 'On the test side. "not evaluated" is neither pass nor fail.\n'
    yield "| check | figure | bound | result | what it says |\n|---|---|---|---|---|"
    for each in told["checks"]:
        figure = "–" if each["figure"] is None else f"{each['figure']:.3f}"
        yield f"| {each['name'].replace('_', ' ')} | {figure} | {each['bound']} | {each['result']} | {each['says']} |"
    yield "\nA line scores the same alone and in a batch, and after the folder was saved and loaded (tested).\n"


def _alarms(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """What was looked at before the model was kept, with the limit each figure was held against."""
    yield "## What would flatter it\n"
    yield "A training that raises one of these is refused. An alarm that was not evaluated says nothing: ask why.\n"
    yield "| alarm | figure | limit | result | what it looks for |\n|---|---|---|---|---|"
    for name, each in model.facts["alarms"].items():
        figure = "–" if each["value"] is None else f"{each['value']:.3f}"
        said = (name.replace("_", " "), figure, f"{each['limit']:.3f}", RESULT[result_of(each)], each["says"])
        yield f"| {' | '.join(said)} |"
    yield "\n## Bands\n"
    yield "The margins where the bands begin are reached by these shares of the training period's lines:\n"
    yield _list(model.facts["review_capacity"]) + "\n"


def _unseen(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    """Red flags of the guidance that no order line shows, and those the model has but seldom can evaluate."""
    unseen = {flag.title: flag.unseen for flag in red_flags().values() if flag.unseen}
    yield "## What it cannot see\n"
    yield f"{len(unseen)} of {len(red_flags())} red flags of published guidance leave no trace in an order line:\n"
    yield _list(unseen)
    told = model.facts.get("reference")
    if told is None:
        yield f"\nHow often the others could be evaluated in training. {NOTHING}\n"
        return
    shares = {each.name: told["inputs"][each.name]["shares"][1] for each in model.inputs if each.kind == "flag"}
    rare = {name: f"not evaluated on {share:.0%}" for name, share in _falling(shares) if share > 0.5}
    yield f"\n{len(rare)} of {len(shares)} flags could be evaluated on less than half of the training lines:\n"
    yield _list(rare)


def _change(model: Model, metrics: Mapping[str, float]) -> Iterator[str]:
    yield CHALLENGE
    yield "## Change and monitoring\n"
    yield "- This folder never changes; another model is another version. Who promoted it, when, why, over which"
    yield "  failed or open gates, and what scored before: `mlruns/promotions.jsonl`, its tags and gate report."
    yield "- Going back: `diversion rollback`. Owner, triggers and answers to an alarm are the user's to name.\n"
    yield QUESTIONS.lstrip("\n")
    yield LIMITS.strip("\n")


def _days(split: Mapping[str, Any]) -> str:
    """From which to which order date a model learnt; an older folder does not say."""
    return f"{split['first']} to {split['last']}" if "first" in split else "dates not on record"


def _sources(weights: Mapping[str, float]) -> str:
    whole = sum(weights.values())
    told = (f"{source} {weight:,.1f} ({weight / whole:.0%})" for source, weight in weights.items())
    return ", ".join(told) or "not on record"


def _stories(facts: Mapping[str, Any]) -> dict[str, str]:
    """How many public cases taught the model, where some did, and what their benign twins weighed beside them."""
    if "public_cases" not in facts:
        return {}
    told = facts["public_cases"]
    said = (
        f"{told['cases']} in {told['rows']} rows (weight {told['weight']:,.1f}), beside {told['rows of twins']} rows "
        f"of benign twins (weight {told['weight of twins']:,.1f}); never judged on them"
    )
    return {"public cases taught": said}


def _share_of(weights: Mapping[str, float], source: str) -> str:
    share = weights.get(source, 0.0) / max(sum(weights.values()), 1e-12)
    return f"{share:.0%} of the weight" if share else "none"


def _or_not(share: float | None, why: str) -> str:
    return f"not evaluated: {why}" if share is None else f"{share:.0%}"


def _falling(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda each: (-each[1], each[0]))


def _share(row: Mapping[str, Any]) -> str:
    share = row["found"] / row["orders"] if row["orders"] else math.nan
    return f"{share:.2f} ({row['low']:.2f}–{row['high']:.2f})"


def _list(entries: Mapping[str, object]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in entries.items()) or "- none"


def _table(metrics: Mapping[str, float]) -> str:
    """One row a metric, one column a contender."""
    rows = [
        f"| {_worded(name)} | "
        + " | ".join(_with_interval(metrics, f"{contender}/{name}") for contender in CONTENDERS)
        + " |"
        for name in METRICS
    ]
    heading = f"| | {' | '.join(name.replace('_', ' ') for name in CONTENDERS)} |"
    return "\n".join((heading, "|---" * (len(CONTENDERS) + 1) + "|", *rows))


def _worded(name: str) -> str:
    """A figure's name as a person reads it."""
    return name.replace("_percent", " %").replace("0_5", "0.5").replace("_", " ")


def _with_interval(metrics: Mapping[str, float], name: str) -> str:
    """A figure with its 95 % interval by customer; "random" is known without one."""
    if name.startswith("random/") or f"{name}_low" not in metrics:
        return f"{metrics[name]:.3f}"
    return f"{metrics[name]:.3f} ({metrics[f'{name}_low']:.3f}–{metrics[f'{name}_high']:.3f})"
