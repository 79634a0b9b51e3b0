"""Who is linked with whom: each story is a few order lines, and what is said of the last of them.

Names, addresses and numbers of a story are its own; all stories stand in one book, so that none may disturb another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pytest

from features import network
from features.declare import Feature
from features.known import Known
from features.lines import with_facts
from features.links import AT_MOST
from features.links_facts import linked
from features.parties.screening import own
from features.parties.screening.lists import Lists, searchable
from features.past.narrow import narrow
from features.reference.tables import Tables

YES, NO, NOT_EVALUATED = True, False, None
Cells = dict[str, str]

EARLY = ("2023-01-16", "2023-07-03", "2024-01-15", "2024-07-01", "2025-01-13", "2025-07-07", "2026-01-12")
"""Days of unrelated lines: every story has a past that reaches back far enough."""

OWN = ("_name", "_address", "buyer_id", "legal_name", "customer_id", "registration_number", "part_number")


def line(day: str, firm: str, **cells: str) -> Cells:
    """A plain line of a firm that is buyer, consignee, end user and payer, with contacts and a forwarder of its own."""
    names = dict.fromkeys(("buyer_name", "ult_consignee_name", "end_user_name", "payer_name"), firm)
    places = dict.fromkeys(("buyer_address", "ult_consignee_address", "end_user_address"), f"{firm} street 7")
    plain = {"buyer_id": "", "contact_email": f"a@{firm.lower()}.example", "contact_phone": "", "dc_location": ""}
    carrier = {"forwarder_name": f"Cargo of {firm}", "forwarder_address": "", "notify_party_name": ""}
    return {"order_date": day, **names, **places, **plain, **carrier, **cells}


@dataclass(frozen=True)
class Story:
    """Lines, the master's rows, and the decisions: place of the line, decision, label class, day."""

    lines: Sequence[Cells]
    parties: Sequence[Cells] = ()
    decisions: Sequence[tuple[int, str, str, str]] = field(default_factory=tuple)

    def told(self, cells: Cells, number: int) -> Cells:
        """The cells with the number of the story in every name, address, mail domain, telephone and id."""
        mark = f"q{number:03d}"

        def own(name: str, cell: str) -> str:
            if name in ("contact_email", "website"):
                return cell.replace(".example", f"{mark}.example")
            if name == "contact_phone":
                return f"{cell} {number:03d}"
            return f"{cell} {mark}" if name.endswith(OWN) else cell

        return {name: own(name, cell) if cell else cell for name, cell in cells.items()}


BLAMED = ((0, "refused", "confirmed_diversion", "2026-03-01"),)


def straw(name: str, day: str, **cells: str) -> Cells:
    """A firm of its own at one address with others."""
    return line(day, name, buyer_address="3 Shared Lane", **cells)


def shared_address(firms: Sequence[str], last: str) -> Story:
    return Story([*(straw(firm, "2026-02-02") for firm in firms), straw(last, "2026-06-01")])


def to(site: str, name: str, day: str) -> Cells:
    return line(day, name, ult_consignee_name=site, end_user_name=site)


def paid_by(payer: str, name: str, day: str) -> Cells:
    return line(day, name, payer_name=payer)


def carried(name: str, day: str, consignee: str, carrier: str = "Wanderer Cargo") -> Cells:
    return line(day, name, forwarder_name=carrier, ult_consignee_name=consignee)


DROPS = [carried(f"Buyer{n}", "2026-02-02", f"Drop{n}") for n in range(5)]
AGAIN = [carried(f"Buyer{n}", "2026-03-02", f"Drop{n}") for n in range(5)]

NEW = {"contact_phone": "+49 555 01", "ult_consignee_name": "Hall"}
OLD = [line(day, "Oldstar", **NEW) for day in ("2025-01-06", "2025-02-03", "2025-03-03")]
RARE = {"part_number": "H100 SXM5 custom tray"}

STORIES: dict[tuple[Feature, str], tuple[Story, object]] = {
    (network.many_customers_use_the_address, "three other customers at the address"): (
        shared_address(["Aster", "Birch", "Cedar"], "Dahlia"),
        YES,
    ),
    (network.many_customers_use_the_address, "two others may be a group"): (
        shared_address(["Aster", "Birch"], "Dahlia"),
        NO,
    ),
    (network.many_customers_use_the_address, "one customer seen three times is one"): (
        shared_address(["Aster", "Aster", "Aster"], "Dahlia"),
        NO,
    ),
    (network.many_customers_use_the_address, "customers of the same day are not known yet"): (
        Story([straw(firm, "2026-06-01") for firm in ("Aster", "Birch", "Cedar", "Dahlia")]),
        NO,
    ),
    (network.many_customers_use_the_address, "customers that came later are not known"): (
        Story([*(straw(firm, "2026-06-02") for firm in ("Aster", "Birch", "Cedar")), straw("Dahlia", "2026-06-01")]),
        NO,
    ),
    (network.many_customers_use_the_address, "no address"): (
        Story([straw("Aster", "2026-02-02"), line("2026-06-01", "Dahlia", buyer_address="")]),
        NOT_EVALUATED,
    ),
    (network.customers_at_the_address, "two others are counted"): (shared_address(["Aster", "Birch"], "Dahlia"), 2.0),
    (network.customers_at_the_address, "the customer itself is not counted"): (shared_address(["Aster"], "Aster"), 0.0),
    (network.several_buyers_deliver_to_one_site, "a third new buyer of one site"): (
        Story(
            [to("Hall", "Aster", "2026-02-02"), to("Hall", "Birch", "2026-03-02"), to("Hall", "Cedar", "2026-04-01")]
        ),
        YES,
    ),
    (network.several_buyers_deliver_to_one_site, "the second buyer"): (
        Story([to("Hall", "Aster", "2026-02-02"), to("Hall", "Cedar", "2026-04-01")]),
        NO,
    ),
    (network.several_buyers_deliver_to_one_site, "an old customer of its own is no straw"): (
        Story(
            [
                line("2025-01-06", "Cedar"),
                to("Hall", "Aster", "2026-02-02"),
                to("Hall", "Birch", "2026-03-02"),
                to("Hall", "Cedar", "2026-04-01"),
            ]
        ),
        NO,
    ),
    (network.several_buyers_deliver_to_one_site, "the others came long before"): (
        Story(
            [to("Hall", "Aster", "2024-02-02"), to("Hall", "Birch", "2024-03-02"), to("Hall", "Cedar", "2026-04-01")]
        ),
        NO,
    ),
    (network.several_buyers_deliver_to_one_site, "neither consignee nor end user"): (
        Story([line("2026-04-01", "Cedar", ult_consignee_name="", end_user_name="")]),
        NOT_EVALUATED,
    ),
    (network.buyers_of_the_site, "all buyers before, however long ago"): (
        Story(
            [to("Hall", "Aster", "2024-02-02"), to("Hall", "Birch", "2026-03-02"), to("Hall", "Cedar", "2026-04-01")]
        ),
        2.0,
    ),
    (network.buyers_of_the_site, "goods that go to the forwarder go to no site"): (
        Story(
            [
                to("Hall", "Aster", "2026-02-02"),
                line("2026-04-01", "Cedar", ult_consignee_name="Hall", end_user_name="", forwarder_name="Hall"),
            ]
        ),
        None,
    ),
    (network.one_payer_pays_for_several_buyers, "it paid for two others"): (
        Story(
            [
                paid_by("Purse", "Aster", "2026-02-02"),
                paid_by("Purse", "Birch", "2026-03-02"),
                paid_by("Purse", "Cedar", "2026-04-01"),
            ]
        ),
        YES,
    ),
    (network.one_payer_pays_for_several_buyers, "it paid for one other"): (
        Story([paid_by("Purse", "Aster", "2026-02-02"), paid_by("Purse", "Cedar", "2026-04-01")]),
        NO,
    ),
    (network.one_payer_pays_for_several_buyers, "it pays for others only from that day on"): (
        Story([paid_by("Purse", firm, "2026-04-01") for firm in ("Aster", "Birch", "Cedar")]),
        NO,
    ),
    (network.one_payer_pays_for_several_buyers, "the payer is not stated"): (
        Story([paid_by("Purse", "Aster", "2026-02-02"), paid_by("", "Cedar", "2026-04-01")]),
        NOT_EVALUATED,
    ),
    (network.the_forwarder_serves_one_off_consignees, "five drop points, each once"): (
        Story([*DROPS, carried("Cedar", "2026-06-01", "Drop9")]),
        YES,
    ),
    (network.the_forwarder_serves_one_off_consignees, "each came again"): (
        Story([*DROPS, *AGAIN, carried("Cedar", "2026-06-01", "Drop9")]),
        NO,
    ),
    (network.the_forwarder_serves_one_off_consignees, "they are known only later"): (
        Story([*DROPS, carried("Cedar", "2026-02-02", "Drop9")]),
        NO,
    ),
    (network.the_forwarder_serves_one_off_consignees, "five buyers that receive for themselves"): (
        Story(
            [
                *(carried(f"Buyer{n}", "2026-02-02", f"Buyer{n}") for n in range(5)),
                carried("Cedar", "2026-06-01", "Drop9"),
            ]
        ),
        NO,
    ),
    (network.the_forwarder_serves_one_off_consignees, "no forwarder"): (
        Story([*DROPS, carried("Cedar", "2026-06-01", "Drop9", carrier="")]),
        NOT_EVALUATED,
    ),
    (network.one_off_share_of_the_forwarder, "one of four"): (
        Story([*DROPS[:4], *AGAIN[:3], carried("Cedar", "2026-06-01", "Drop9")]),
        0.25,
    ),
    (network.one_off_share_of_the_forwarder, "two consignees are too few"): (
        Story([*DROPS[:2], carried("Cedar", "2026-06-01", "Drop9")]),
        None,
    ),
    (network.the_forwarder_carried_refused_lines, "its only decided line was refused"): (
        Story([carried("Aster", "2026-02-02", "Hall"), carried("Cedar", "2026-06-01", "Cedar")], (), BLAMED),
        YES,
    ),
    (network.the_forwarder_carried_refused_lines, "one of three"): (
        Story(
            [
                carried("Aster", "2026-02-02", "Hall"),
                carried("Birch", "2026-02-02", "Birch"),
                carried("Dahlia", "2026-02-02", "Dahlia"),
                carried("Cedar", "2026-06-01", "Cedar"),
            ],
            (),
            (*BLAMED, (1, "cleared", "false_positive", "2026-03-01"), (2, "cleared", "false_positive", "2026-03-01")),
        ),
        NO,
    ),
    (network.the_forwarder_carried_refused_lines, "refused on the day of the order, too late for it"): (
        Story([carried("Aster", "2026-02-02", "Hall"), carried("Cedar", "2026-03-01", "Cedar")], (), BLAMED),
        NOT_EVALUATED,
    ),
    (network.the_forwarder_carried_refused_lines, "nothing of it was decided"): (
        Story([carried("Aster", "2026-02-02", "Hall"), carried("Cedar", "2026-06-01", "Cedar")]),
        NOT_EVALUATED,
    ),
    (network.a_refused_or_listed_party_is_near, "the buyer itself was refused"): (
        Story([line("2026-02-02", "Aster"), line("2026-06-01", "Aster")], (), BLAMED),
        YES,
    ),
    (network.a_refused_or_listed_party_is_near, "a new name at its mail domain"): (
        Story([line("2026-02-02", "Aster"), line("2026-06-01", "Birch", contact_email="b@aster.example")], (), BLAMED),
        YES,
    ),
    (network.a_refused_or_listed_party_is_near, "before the decision"): (
        Story([line("2026-02-02", "Aster"), line("2026-03-01", "Aster")], (), BLAMED),
        NO,
    ),
    (network.a_refused_or_listed_party_is_near, "an alarm that was false"): (
        Story(
            [line("2026-02-02", "Aster"), line("2026-06-01", "Aster")],
            (),
            ((0, "refused", "false_positive", "2026-03-01"),),
        ),
        NO,
    ),
    (network.a_refused_or_listed_party_is_near, "a shared free mail domain links nobody"): (
        Story(
            [
                line("2026-02-02", "Aster", contact_email="a@gmail.com"),
                line("2026-06-01", "Birch", contact_email="b@gmail.com"),
            ],
            (),
            BLAMED,
        ),
        NO,
    ),
    (network.a_refused_or_listed_party_is_near, "no date"): (
        Story([line("2026-02-02", "Aster"), line("", "Aster")], (), BLAMED),
        NOT_EVALUATED,
    ),
    (network.a_refused_or_listed_party_is_near, "rated prohibited before the order"): (
        Story(
            [line("2026-02-02", "Aster"), line("2026-06-01", "Aster")],
            [{"legal_name": "Aster", "kyc_risk_rating": "prohibited", "kyc_date": "2026-05-01", "website": ""}],
        ),
        YES,
    ),
    (network.a_refused_or_listed_party_is_near, "rated prohibited only later"): (
        Story(
            [line("2026-02-02", "Aster"), line("2026-06-01", "Aster")],
            [{"legal_name": "Aster", "kyc_risk_rating": "prohibited", "kyc_date": "2026-06-01", "website": ""}],
        ),
        NO,
    ),
    (network.a_refused_or_listed_party_is_near, "another company of a refused one's owner"): (
        Story(
            [line("2026-02-02", "Aster"), line("2026-06-01", "Birch")],
            [
                {"legal_name": firm, "ultimate_parent_name": "Root Holding", "website": ""}
                for firm in ("Aster", "Birch")
            ],
            BLAMED,
        ),
        YES,
    ),
    (network.links_to_a_refused_or_listed_party, "none away"): (
        Story([line("2026-02-02", "Aster"), line("2026-06-01", "Aster")], (), BLAMED),
        0.0,
    ),
    (network.links_to_a_refused_or_listed_party, "two links away, by telephone and by address"): (
        Story(
            [
                line("2026-02-02", "Aster", contact_phone="+49 555 01"),
                line("2026-03-02", "Birch", contact_phone="+49 555 01", buyer_address="9 Middle Road"),
                line("2026-06-01", "Cedar", buyer_address="9 Middle Road"),
            ],
            (),
            BLAMED,
        ),
        2.0,
    ),
    (network.links_to_a_refused_or_listed_party, "the link between is known only later"): (
        Story(
            [
                line("2026-02-02", "Aster", contact_phone="+49 555 01"),
                line("2026-06-01", "Birch", contact_phone="+49 555 01", buyer_address="9 Middle Road"),
                line("2026-06-01", "Cedar", buyer_address="9 Middle Road"),
            ],
            (),
            BLAMED,
        ),
        3.0,
    ),
    (network.links_to_a_refused_or_listed_party, "an address of many links nobody who comes late"): (
        Story([*(straw(f"Firm{n}", "2026-02-02") for n in range(AT_MOST)), straw("Dahlia", "2026-06-01")], (), BLAMED),
        3.0,
    ),
    (network.years_since_the_newest_link, "half a year ago the other was met"): (
        Story([straw("Aster", "2025-12-01"), straw("Dahlia", "2026-06-01")]),
        0.0,
    ),
    (network.years_since_the_newest_link, "the two have shared it for long"): (
        Story([straw("Aster", "2025-06-01"), straw("Dahlia", "2025-06-01"), straw("Dahlia", "2026-06-01")]),
        365 / 365.25,
    ),
    (network.years_since_the_newest_link, "nothing is shared"): (Story([line("2026-06-01", "Dahlia")]), None),
    (network.parties_in_the_linked_group, "a chain of three, all met before the month"): (
        Story(
            [
                line("2026-02-02", "Aster", contact_phone="+49 555 01"),
                line("2026-03-02", "Birch", contact_phone="+49 555 01", buyer_address="9 Middle Road"),
                line("2026-06-10", "Cedar", buyer_address="9 Middle Road"),
            ]
        ),
        2.0,
    ),
    (network.parties_in_the_linked_group, "groups stand as they were when the month began"): (
        Story(
            [
                line("2026-06-02", "Aster", contact_phone="+49 555 01"),
                line("2026-06-10", "Cedar", contact_phone="+49 555 01"),
            ]
        ),
        0.0,
    ),
    (network.known_under_another_name, "the customer number had another name"): (
        Story([line("2026-02-02", "Aster", buyer_id="77"), line("2026-06-01", "Birch", buyer_id="77")]),
        YES,
    ),
    (network.known_under_another_name, "the registration had another name"): (
        Story(
            [line("2026-02-02", "Aster"), line("2026-06-01", "Birch")],
            [{"legal_name": firm, "registration_number": "HRB 1", "website": ""} for firm in ("Aster", "Birch")],
        ),
        YES,
    ),
    (network.known_under_another_name, "the same name in another country"): (
        Story(
            [line("2026-02-02", "Aster", buyer_id="77", buyer_country="AT"), line("2026-06-01", "Aster", buyer_id="77")]
        ),
        NO,
    ),
    (network.known_under_another_name, "the other name comes later"): (
        Story([line("2026-06-02", "Aster", buyer_id="77"), line("2026-06-01", "Birch", buyer_id="77")]),
        NO,
    ),
    (network.known_under_another_name, "neither number"): (
        Story([line("2026-02-02", "Aster"), line("2026-06-01", "Birch")]),
        NOT_EVALUATED,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "contact, site and part of one that fell silent"): (
        Story([*OLD, line("2026-06-01", "Newstar", **NEW)]),
        YES,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "the old one still orders"): (
        Story([*OLD, line("2026-05-01", "Oldstar"), line("2026-06-01", "Newstar", **NEW)]),
        NO,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "the old one orders twice a year, and is not overdue"): (
        Story(
            [
                *(line(day, "Oldstar", **NEW) for day in ("2025-01-06", "2025-07-07", "2026-01-12")),
                line("2026-06-01", "Newstar", **NEW),
            ]
        ),
        NO,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "contact and part alone"): (
        Story([*OLD, line("2026-06-01", "Newstar", contact_phone="+49 555 01")]),
        NO,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "a buyer that is not new"): (
        Story([*OLD, line("2025-01-06", "Newstar"), line("2026-06-01", "Newstar", **NEW)]),
        NO,
    ),
    (network.takes_the_place_of_a_buyer_that_is_gone, "no date"): (
        Story([*OLD, line("", "Newstar", **NEW)]),
        NOT_EVALUATED,
    ),
    (network.marks_of_a_buyer_that_is_gone, "the telephone, and the part, of one that was refused"): (
        Story(
            [
                line("2026-02-02", "Aster", contact_phone="+49 555 01"),
                line("2026-06-01", "Birch", contact_phone="+49 555 01"),
            ],
            (),
            BLAMED,
        ),
        2.0,
    ),
    (network.marks_of_a_buyer_that_is_gone, "all four: contact, consignee, part and rhythm"): (
        Story(
            [*OLD, *(line(day, "Newstar", **NEW) for day in ("2026-03-02", "2026-04-01", "2026-05-01", "2026-06-01"))]
        ),
        4.0,
    ),
    (network.orders_what_only_refused_buyers_ordered, "a rare part of a refused buyer"): (
        Story([line("2026-02-02", "Aster", **RARE), line("2026-06-01", "Birch", **RARE)], (), BLAMED),
        YES,
    ),
    (network.orders_what_only_refused_buyers_ordered, "an honest buyer ordered it too"): (
        Story(
            [
                line("2026-02-02", "Aster", **RARE),
                line("2026-02-02", "Cedar", **RARE),
                line("2026-06-01", "Birch", **RARE),
            ],
            (),
            BLAMED,
        ),
        NO,
    ),
    (network.orders_what_only_refused_buyers_ordered, "before the refusal"): (
        Story([line("2026-02-02", "Aster", **RARE), line("2026-03-01", "Birch", **RARE)], (), BLAMED),
        NO,
    ),
    (network.orders_what_only_refused_buyers_ordered, "no part"): (
        Story(
            [line("2026-02-02", "Aster", **RARE), line("2026-06-01", "Birch", part_number="", item_description="")],
            (),
            BLAMED,
        ),
        NOT_EVALUATED,
    ),
}


@pytest.fixture(scope="module")
def said(orders: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> dict[tuple[str, str], object]:
    """What each story's feature says of its last line, all stories read and measured as one book."""
    rows, parties, verdicts, last = [], [], [], {}
    for number, ((feature, title), (story, _)) in enumerate(STORIES.items()):
        parties += [story.told({"customer_id": f"M-{at}", **cells}, number) for at, cells in enumerate(story.parties)]
        verdicts += [(f"S-{number}-{at}", "1", *told) for at, *told in story.decisions]
        rows += [
            {"order_id": f"S-{number}-{at}", "line_no": "1", **story.told(cells, number)}
            for at, cells in enumerate(story.lines)
        ]
        last[len(rows) - 1] = feature, title
    rows += [
        {"order_id": f"E-{day}", "line_no": "1", **line(day, f"Early{at}", part_number=f"P{at}")}
        for at, day in enumerate(EARLY)
    ]
    here = replace(
        known(customers=[{"registration_number": "", **cells} for cells in parties]), decisions=_made(verdicts)
    )
    lines = with_facts(orders(*rows), here)
    here = _with_past(lines, here)
    told = linked(lines, here)
    answers = {feature: feature(told, here) for feature in network.FEATURES}
    found = {(feature.name, title): answers[feature].iloc[place] for place, (feature, title) in last.items()}
    return {key: None if pd.isna(value) else value for key, value in found.items()}


def _made(verdicts: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(
        verdicts, columns=["order_id", "line_no", "decision", "label_class", "decided_on"], dtype="str"
    )
    return table.assign(decided_on=pd.to_datetime(table["decided_on"]).astype("datetime64[us]"))


def _with_past(lines: pd.DataFrame, known: Known) -> Known:
    past = narrow(lines[lines["order_date"].notna()], known.tables)
    return replace(known, past=past.sort_values(["order_date", "key"]).reset_index(drop=True))


@pytest.mark.parametrize(
    ("feature", "title", "expected"),
    [pytest.param(*key, expected, id=f"{key[0].name}: {key[1]}") for key, (_, expected) in STORIES.items()],
)
def test_what_the_past_says_of_a_line(
    said: dict[tuple[str, str], object], feature: Feature, title: str, expected: object
) -> None:
    assert said[feature.name, title] == expected


def test_every_signal_has_a_story() -> None:
    assert {feature for feature, _ in STORIES} == set(network.FEATURES)


@pytest.mark.parametrize("feature", network.FEATURES, ids=lambda feature: feature.name)
def test_without_a_past_nothing_is_evaluated(
    feature: Feature, orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> None:
    here = known()
    assert feature(with_facts(orders({}), here), here).isna().all()


def test_a_short_past_gives_no_no(orders: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> None:
    lines = with_facts(orders(line("2026-05-20", "Aster"), line("2026-06-01", "Birch", buyer_id="8")), known())
    here = replace(_with_past(lines, known()), decisions=_made([("A-1", "1", *BLAMED[0][1:])]))
    for feature in network.FEATURES:
        assert pd.isna(feature(lines, here).iloc[1]), feature.name


def test_a_short_past_still_gives_a_yes(orders: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> None:
    lines = with_facts(orders(*(straw(each, "2026-05-20") for each in "ABC"), straw("D", "2026-06-01")), known())
    here = _with_past(lines, known())
    assert network.many_customers_use_the_address(lines, here).tolist() == [pd.NA, pd.NA, pd.NA, True]


@pytest.fixture(scope="module")
def lists(tables: Tables) -> Lists:
    """A list that holds one invented firm."""
    row = {"name": "Velkorra Photonics Werke", "country": "DE", "meaning": "stop"}
    return searchable(own.from_table(pd.DataFrame([row], dtype="str"), "watch")[0], tables)


def test_a_customer_on_a_list_is_near_whoever_shares_its_telephone(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known], lists: Lists
) -> None:
    phone = {"contact_phone": "+49 555 01 999"}
    rows = [line("2026-02-02", "Velkorra Photonics Werke", **phone), line("2026-06-01", "Birch", **phone)]
    here = known(customers=[{"customer_id": "C-9", "legal_name": "Velkorra Photonics Werke GmbH", "website": ""}])
    listed = replace(here, lists=lists)
    lines = with_facts(orders(*rows), listed)
    links = network.links_to_a_refused_or_listed_party(lines, _with_past(lines, listed))
    assert links.tolist() == [0.0, 1.0]
    assert network.a_refused_or_listed_party_is_near(lines, _with_past(lines, listed)).tolist() == [True, True]
    unlisted = with_facts(orders(*rows), here)
    assert network.links_to_a_refused_or_listed_party(unlisted, _with_past(unlisted, here)).isna().all()
