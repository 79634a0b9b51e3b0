"""Prints the pages of this folder from the declarations: python docs/make_pages.py. A test compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from features.matrix import FEATURES
from features.orders.fields import fields
from features.red_flags import red_flags
from features.reference import tables

HERE = Path(__file__).parent
MADE = "Printed by `docs/make_pages.py` from the declarations; do not edit.\n"


def features_page() -> Iterator[str]:
    """Every feature: what it says, unit, direction, flag, fields, level when missing."""
    yield "# Features\n"
    yield MADE
    yield f"{len(FEATURES)} signals. A flag is no < not evaluated < yes; a missing number takes its level.\n"
    for module in dict.fromkeys(each.build.__module__ for each in FEATURES):
        yield f"## `{module.replace('.', '/')}.py`\n"
        for each in (each for each in FEATURES if each.build.__module__ == module):
            missing = "not evaluated" if each.neutral is None else f"{each.neutral:,g} {each.unit}"
            yield f"### {each.name}\n"
            yield f"{each.meaning}\n"
            yield f"- {each.kind}, unit {each.unit}, risk {each.risk}, revision {each.revision}; missing: {missing}"
            yield f"- red flag [{each.flag}](flags.md#{each.flag})"
            yield f"- reads {', '.join(f'[{name}](fields.md)' for name in each.fields)}\n"


def flags_page() -> Iterator[str]:
    """Every red flag: title, source and mark, weight, measured by what or unseen and why, the question it asks."""
    measured = {key: [each.name for each in FEATURES if each.flag == key] for key in red_flags()}
    yield "# Red flags\n"
    yield MADE
    yield (
        f"{len(red_flags())} flags of published guidance in our own words, {sum(map(bool, measured.values()))} of them "
        "measured. "
        "`seen`: read in a source; `derived`: follows from one; `memory`: not seen, never official text. The weight is "
        "what a yes adds to the log-odds before any outcome is known: the founders' judgement.\n"
    )
    for flag in red_flags().values():
        yield f"### {flag.key}\n"
        yield f"{flag.title}.\n"
        by = ", ".join(f"[{name}](features.md#{name})" for name in measured[flag.key])
        yield f"- measured by {by}" if by else f"- unseen: {flag.unseen}"
        yield f"- source: {flag.source} (`{flag.sure}`{'; ' + ', '.join(flag.refs) if flag.refs else ''})"
        yield f"- weight {flag.log_odds:g}; classes {', '.join(flag.classes)}; legs {', '.join(flag.legs)}"
        yield f"- {flag.ask}\n"


def fields_page() -> Iterator[str]:
    """The vocabulary of order, customer and outcome files."""
    yield "# Fields\n"
    yield MADE
    yield "Canonical names are understood in any file; so are the aliases, whatever their case, spaces, punctuation.\n"
    yield "| field | of | needed | type | allowed | aliases |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for each in fields().values():
        cells = (each.name, each.group, each.required, each.type, "; ".join(each.allowed), "; ".join(each.aliases))
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def tables_page() -> Iterator[str]:
    """Every reference table: what a row means, publisher, source, when read, from which day on it answers."""
    known = tables.load()
    yield "# Reference tables\n"
    yield MADE
    yield "Each row has first and last day (empty while in force), source and mark; an old order meets its own day's.\n"
    for name, card in known.cards.items():
        yield f"## {name}\n"
        yield f"{card.title}. {len(known.frames[name]):,} rows.\n"
        yield " ".join(card.row.split()) + "\n"
        yield f"- publisher: {card.publisher}"
        yield f"- source: {card.source}, read {card.read_on}"
        yield f"- answers from {card.known_from} on"
        yield "- columns: " + "; ".join(f"`{column}` {meaning}" for column, meaning in card.columns.items())
        yield "- to renew: " + " ".join(f"{place}. {step}" for place, step in enumerate(card.renew, 1)) + "\n"


def gate_page() -> Iterator[str]:
    """Every dated rule of the gate, and every authorisation it knows."""
    known = tables.load()
    yield "# Gate rules\n"
    yield MADE
    yield "The worst result is the gate: stop > licence > unknown > clear; a note changes nothing; reasons are kept.\n"
    yield " ".join(known.cards["gate_rules"].row.split()) + "\n"
    for rule in known.frames["gate_rules"].to_dict("records"):
        until = "" if str(rule["end"]) == "NaT" else f" to {rule['end']:%Y-%m-%d}"
        yield f"### {rule['rule']}\n"
        yield f"{rule['says']}\n"
        yield f"- result `{rule['result']}`, tests the {rule['test']}, items {rule['item']}, legs {rule['legs']}"
        yield from _scope(rule)
        yield f"- in force from {rule['start']:%Y-%m-%d}{until}; {rule['cite']} ({rule['source']}; `{rule['sure']}`)\n"
    yield "## Authorisations\n"
    yield "Two claims that mean different things contradict each other: the authorisation is then unknown.\n"
    yield "| code | means | kind | reaches | not for | in words | note | from | mark |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    columns = ("code", "means", "kind", "usable_for", "countries_not", "other_words", "note")
    for row in known.frames["licence_exceptions"].to_dict("records"):
        cells = [str(row[name]) for name in columns]
        yield "| " + " | ".join(_cell(cell) for cell in [*cells, f"{row['start']:%Y-%m-%d}", row["sure"]]) + " |"


def _scope(rule: dict[Any, Any]) -> Iterator[str]:
    """Where, of whom, of what and under which switch a rule hits; lines only for what it names."""
    if rule["speaks_of"]:
        yield f"- end use speaks of {rule['speaks_of'].replace(';', ' or ')}"
    if rule["groups_any"] or rule["countries"]:
        where = (rule["groups_any"] or "–", rule["groups_none"] or "–", rule["countries"] or "–")
        yield "- groups {}, but not {}; places named {}".format(*where)
    if rule["owned_from"]:
        below = f", below {rule['owned_below']}" if rule["owned_below"] else ""
        yield f"- owned by listed parties from {rule['owned_from']} per cent{below}"
    if rule["switch"]:
        yield f'- only while the switch of the affiliates rule stands on "{rule["switch"]}"'
    if rule["only_while"]:
        yield f"- only while the switch {rule['only_while'].replace(' ', ' is ')} (table rule_switches)"
    if rule["limit"]:
        yield f"- only {rule['limit']} (table tpp_limits)"
    if rule["exceptions"]:
        yield "- no licence exception covers it"


def due_diligence_page() -> Iterator[str]:
    """Every action that BIS recommends, with the flags that show its result and the fields that record it."""
    yield "# Due diligence\n"
    yield MADE
    yield "What the documents of 13 May 2025 ask a seller to do, in our own words; marks as in flags.md.\n"
    rows = tables.load().frames["due_diligence"]
    for document, actions in rows.groupby("document", sort=False):
        yield f"## {str(document).capitalize()}\n".replace("ai ", "AI ")
        for row in actions.to_dict("records"):
            yield f"### {row['action']}\n"
            yield f"{row['says']}\n"
            shown = ", ".join(f"[{key}](flags.md#{key})" for key in row["shown_by"].split(";") if key)
            yield f"- shown by {shown or 'no flag: a person does and records it'}"
            yield f"- recorded in {row['fields'].replace(';', ', ') or 'no field of an order file'}"
            yield f"- from {row['start']:%Y-%m-%d}; {row['source']} (`{row['sure']}`)\n"


def model_card_page() -> Iterator[str]:
    """The card of the shipped model, as this version prints it."""
    from scoring.champion import BASELINE
    from scoring.model import load
    from training.card import card

    model = load(BASELINE)
    yield card(model, model.facts["metrics"])


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "features.md": features_page,
    "flags.md": flags_page,
    "fields.md": fields_page,
    "tables.md": tables_page,
    "gate.md": gate_page,
    "due_diligence.md": due_diligence_page,
    "model_card.md": model_card_page,
}


def text(page: Callable[[], Iterator[str]]) -> str:
    """A page as it stands in the file."""
    return "\n".join(page()).rstrip("\n") + "\n"


def _cell(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(text(page), encoding="utf-8", newline="\n")
