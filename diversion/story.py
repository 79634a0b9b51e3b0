"""One line's whole story on the terminal: facts as understood, gate, signals, questions, problems."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.markup import escape

from diversion.show import OUT
from diversion.work import Story
from features.declare import Feature
from features.gate_places import PARTY
from features.matrix import FEATURES
from features.orders.problems import shown
from features.parties.master import COUNTRY, ROLES
from features.red_flags import red_flags
from scoring.explain import cited, spoken
from scoring.model import contributions, interval, margins


def tell(story: Story) -> None:
    """Prints the story of one line."""
    row = story.result
    OUT.print(f"\n[bold]Order {escape(shown(story.key))}[/bold]: action [bold]{row['action']}[/bold]")
    OUT.print(
        f"gate {row['gate']}, authorisation {row['authorisation']}, rules of {row['rules_date']}, leg {row['leg']}"
    )
    for reason in row["gate_reasons"].split(" | "):
        OUT.print(f"  - {escape(reason)}")
    _facts(story)
    OUT.print(f"score {row['score']:.4f} (band {row['band']}), completeness {row['completeness']:.0%}")
    _interval(story)
    OUT.print(f"model {escape(row['model_version'])}; {escape(row['lists_version'])}", style="dim")
    _signals(story)
    for place in range(1, 4):
        if pd.notna(row[f"ask_{place}"]):
            OUT.print(f"ask: {escape(row[f'ask_{place}'])}")
    for problem in filter(None, str(row["problems"]).split(" | ")):
        OUT.print(f"problem: {escape(problem)}")


def _interval(story: Story) -> None:
    """What share of the calibration lines near this margin was confirmed (Venn-Abers); nothing where none is kept.

    The score is one smooth line over all margins, so it may lie outside.
    """
    (lowest,), (highest,) = interval(story.model, margins(story.model, story.matrix))
    if pd.notna(lowest):
        told = f"of decided lines that rank like it, {lowest:.4f} to {highest:.4f} were confirmed"
        OUT.print(f"  {told} (the wider apart, the fewer such lines)")


def _facts(story: Story) -> None:
    """What was understood of the row: item, quantity and value, route, and who the parties are."""
    line, row = story.lines, story.result
    chip = line["chip"] if pd.notna(line["chip"]) else "not in the chip table"
    OUT.print(f"item: {escape(str(chip))}, class {row['chip_class']}, TPP {_number(row['tpp_total'])}")
    OUT.print(
        f"  row {story.raw_row} says part {_said(line['part_number'])}, ECCN {_said(line['eccn'])}, "
        f"quantity {_number(line['quantity'])}: {_number(row['chips'])} chips, USD {_number(line['usd'])}, "
        f"ordered {_said(line['order_date'])}"
    )
    stops = "direct" if line["transit_countries"] == "" else _said(line["transit_countries"])
    OUT.print(f"route: {_said(line['seller_country'])} → {stops} → {_said(line['destination_country'])}")
    for role in ROLES:
        if pd.notna(line[f"{role}_name"]) or role != "inter_consignee":
            OUT.print(f"{PARTY[role]}: {_party(story, role)}")


def _party(story: Story, role: str) -> str:
    """Name and country as written, how the customer file knew the party, and what it said."""
    line = story.lines
    named = f"{_said(line[f'{role}_name'])} ({_said(line[COUNTRY[role]])})"
    if not story.customers:
        return f"{named}, no customer file to look in"
    if pd.isna(line[f"{role}_found_by"]):
        return f"{named}, not found in the customer file"
    facts = ("hq_country", "ultimate_parent_country", "incorporation_date", "business_type")
    told = [f"{fact.replace('_', ' ')} {_said(line[f'{role}_{fact}'])}" for fact in facts]
    return f"{named}, found by {line[f'{role}_found_by']}: {', '.join(told)}"


def _signals(story: Story) -> None:
    """Every signal, what moves the score most first; then those seen as no, and those that could not be evaluated."""
    added = contributions(story.model, story.matrix).iloc[0]
    values = story.matrix.to_dict("records")[0]
    OUT.print("what moves the score (log-odds, from a start of " + f"{added['intercept']:+.2f}):")
    groups: dict[str, list[str]] = {"no": [], "not evaluated": []}
    for each in sorted(FEATURES, key=lambda each: -added[each.name]):
        value = spoken(values[each.name], each.unit)
        if each.kind == "flag" and value in groups:
            groups[value] += _quiet(each, value, float(added[each.name]), story)
            continue
        said = red_flags()[each.flag].title if each.kind == "flag" else each.meaning
        OUT.print(f"  {added[each.name]:+.2f}  {escape(said.rstrip('.'))}: {each.name} = {value}")
        OUT.print(f"         {escape(_source(each))}", style="dim")
    for title, told in (("evaluated, not seen", groups["no"]), ("not evaluated", groups["not evaluated"])):
        OUT.print(f"{title}:" if told else f"{title}: none")
        for sentence in told:
            OUT.print(f"  {escape(sentence)}", style="dim")


def _quiet(feature: Feature, value: str, added: float, story: Story) -> Iterator[str]:
    """A flag that was no or could not be evaluated, as one line."""
    flag = red_flags()[feature.flag]
    applies = story.result["chip_class"] in flag.classes and story.result["leg"] in flag.legs
    open_ = f" (from {', '.join(feature.fields)})" if value == "not evaluated" else ""
    unless = "" if applies else "; does not apply to this class or leg"
    yield f"{added:+.2f}  {flag.title}: {feature.name}{open_} {_source(feature)}{unless}"


def _source(feature: Feature) -> str:
    flag = red_flags()[feature.flag]
    return f"[{flag.key}; {cited(flag)}]"


def _said(cell: object) -> str:
    """A cell as it may be shown, or that it is not stated."""
    if pd.isna(cell) or cell == "":  # type: ignore[call-overload]  # a cell is a scalar
        return "not stated"
    return escape(f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else shown(str(cell)))


def _number(cell: float) -> str:
    return "not known" if pd.isna(cell) else f"{cell:,.0f}"
