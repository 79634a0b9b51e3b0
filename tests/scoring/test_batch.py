"""Records in are records out; gate, score and completeness stand apart; the action is the first that applies."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.known import Known, known_on
from features.orders.book import Book, from_frame, read_orders
from features.orders.fields import fields
from scoring import flags
from scoring.batch import ALARMING, NOT_SCREENED, STEPS, actions, score, score_frame
from scoring.model import Model, ModelRefused
from scoring.result import COLUMNS

Books = Callable[..., Book]
Frames = Callable[..., pd.DataFrame]
REASONS = [f"reason_{place}" for place in range(1, 6)]
DIVERTER = {
    "delivery_place_type": "forwarder",
    "transit_countries": "HK",
    "forwarder_name": "Sundvik Freight",
    "repackaging_requested": "yes",
    "payer_country": "HK",
    "payer_name": "Ostrava Trading",
    "payment_prepaid_share": "100%",
    "installation_declined": "yes",
    "quantity": "2000",
}


def scored(book: Book, known: Known, model: Model, **options: object) -> pd.DataFrame:
    return score(book, known, model, **options).results  # type: ignore[arg-type]


# what applies first decides: gate, authorisation, band, completeness, class, General Prohibition 10 → action
ACTIONS = [
    pytest.param("stop", "missing", "low", 1.0, "a", False, "stop", id="an embargo stops"),
    pytest.param("stop", "claimed", "low", 1.0, "a", False, "stop", id="a claim does not lift an embargo"),
    pytest.param("licence", "unusable", "low", 1.0, "a", False, "stop", id="a claim that cannot be used stops"),
    pytest.param("licence", "missing", "low", 1.0, "a", False, "licence", id="a licence is missing"),
    pytest.param("licence", "unknown", "low", 1.0, "a", False, "licence", id="a claim nobody knows"),
    pytest.param("licence", "missing", "critical", 0.0, "a", True, "licence", id="a licence goes before a review"),
    pytest.param("licence", "claimed", "low", 1.0, "a", False, "release", id="a claimed licence, low and complete"),
    pytest.param("licence", "claimed", "high", 1.0, "a", False, "review", id="a claimed licence, but high"),
    pytest.param("licence", "claimed", "low", 0.1, "a", False, "ask", id="a claimed licence, but little known"),
    pytest.param("clear", "not_needed", "high", 1.0, "a", False, "review", id="high"),
    pytest.param("clear", "not_needed", "critical", 1.0, "neither", False, "review", id="critical, whatever the item"),
    pytest.param("clear", "not_needed", "low", 1.0, "a", True, "review", id="General Prohibition 10"),
    pytest.param("unknown", "unknown", "critical", 0.1, "a", False, "review", id="a review goes before a question"),
    pytest.param("unknown", "unknown", "low", 1.0, "a", False, "ask", id="an open gate, spotless score"),
    pytest.param("clear", "not_needed", "low", 0.29, "unknown", False, "ask", id="too little known of an unknown item"),
    pytest.param("clear", "not_needed", "low", 0.3, "a", False, "release", id="just enough known"),
    pytest.param("clear", "not_needed", "low", 0.0, "neither", False, "release", id="little known of a free item"),
    pytest.param("clear", "not_needed", "elevated", 1.0, "a", False, "release", id="elevated releases"),
]


@pytest.mark.parametrize(("gate", "authorisation", "band", "share", "chip_class", "gp10", "expected"), ACTIONS)
def test_the_first_action_that_applies(
    gate: str, authorisation: str, band: str, share: float, chip_class: str, gp10: bool, expected: str
) -> None:
    row = {"gate": gate, "authorisation": authorisation, "band": band, "completeness": share, "chip_class": chip_class}
    assert actions(pd.DataFrame([row], index=[4]), pd.Series([gp10], index=[4]), 0.3).tolist() == [expected]


def test_the_result_has_exactly_the_promised_columns(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book(), known, baseline)
    assert tuple(found.columns) == COLUMNS
    assert found["status"].tolist() == ["scored"]
    assert found[["gate", "action", "band", "authorisation", "leg", "chip_class"]].notna().all(axis=None)
    assert found["chips"].tolist() == [8.0]
    assert found["rules_date"].tolist() == ["2026-11-25"]


def test_every_record_comes_back_in_its_place(known: Known, baseline: Model, tmp_path: Path) -> None:
    """A good line, one with too many cells, the headings again, a blank row, a good line."""
    path = tmp_path / "orders.csv"
    heading = "order_id,part_number,quantity,buyer_name,destination_country"
    path.write_text(
        f"{heading}\nA,H100,8,Norrhall,SG\nB,H100,8,Norrhall,SG,too,many\n{heading}\n\nC,T4,1,Norrhall,SG\n", "utf-8"
    )
    book = read_orders(path)
    found = scored(book, known, baseline)
    assert found.index.equals(book.raw.index)
    assert found["status"].tolist() == ["scored", "rejected", "skipped", "scored"]
    assert found["problems"].iloc[1].startswith("orders.csv, row 3")
    assert found["problems"].iloc[2].startswith("orders.csv, row 4")


def test_a_record_that_cannot_be_read_is_asked_about_and_never_clear(
    known: Known, baseline: Model, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,part_number,quantity\nA,H100,8\nB,H100\n", "utf-8")
    rejected = scored(read_orders(path), known, baseline).iloc[1]
    assert (rejected["status"], rejected["gate"], rejected["action"]) == ("rejected", "unknown", "ask")
    assert rejected["ask_1"]
    assert pd.isna(rejected["score"])
    assert rejected["model_version"]


def test_a_file_of_which_nothing_can_be_read_still_comes_back(known: Known, baseline: Model, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,part_number,quantity\nA,H100,8,x\nB,H100\n", "utf-8")
    found = scored(read_orders(path), known, baseline)
    assert found["action"].tolist() == ["ask", "ask"]
    assert tuple(found.columns) == COLUMNS


def test_a_prohibited_order_with_a_low_score_is_a_stop(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book({"destination_country": "IR", "end_user_country": "IR", "part_number": "T4"}), known, baseline)
    assert (found["gate"].iloc[0], found["action"].iloc[0]) == ("stop", "stop")
    assert found["band"].iloc[0] == "low"


def test_a_spotless_order_with_an_open_owner_is_a_question(book: Books, baseline: Model) -> None:
    found = scored(book(), known_on(pd.Timestamp("2026-11-25").date()), baseline).iloc[0]
    assert (found["gate"], found["action"]) == ("unknown", "ask")
    assert "headquarter" in found["ask_1"].lower()


def test_gate_and_completeness_do_not_move_the_score(book: Books, known: Known, baseline: Model) -> None:
    """A claimed licence changes authorisation and action; the model never hears of it."""
    plain = {"destination_country": "CN", "end_user_country": "CN"}
    found = scored(book(plain, plain | {"licence_code": "C30", "licence_number": "D999999"}), known, baseline)
    assert found["authorisation"].tolist() == ["missing", "claimed"]
    assert found["score"].nunique() == found["band"].nunique() == found["completeness"].nunique() == 1


def test_the_base_rate_changes_the_probability_and_nothing_else(book: Books, known: Known, baseline: Model) -> None:
    lines = book({}, DIVERTER)
    own, rare = (scored(lines, known, baseline, base_rate=rate) for rate in (None, 0.001))
    assert (rare["score"] < own["score"]).all()
    pd.testing.assert_frame_equal(rare.drop(columns="score"), own.drop(columns="score"))


def test_reasons_stand_where_the_band_alarms_or_a_review_is_due(book: Books, known: Known, baseline: Model) -> None:
    huawei = {"part_number": "Ascend 910B", "manufacturer": "Huawei"}
    found = scored(book({}, DIVERTER, huawei, {"destination_country": "IR"} | DIVERTER), known, baseline)
    assert found["action"].tolist()[1:] == ["review", "review", "stop"]
    told = found["reason_1"].notna().tolist()
    assert told == [False, True, True, True]
    assert (found["band"].isin(ALARMING) | (found["action"] == "review")).tolist() == told


def test_reasons_for_all_and_for_none(book: Books, known: Known, baseline: Model) -> None:
    lines = book({"end_user_name": "TBD"}, DIVERTER)
    assert scored(lines, known, baseline, reasons_for="all")["reason_1"].notna().all()
    assert scored(lines, known, baseline, reasons_for="none")[REASONS].isna().all(axis=None)


def test_flags_gate_reasons_and_questions_are_told_on_every_line(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book({}, DIVERTER), known, baseline)
    assert (found["gate_reasons"] != "").all()
    assert found["red_flags"].notna().all()
    assert found["ask_1"].notna().all()


def test_an_item_of_unknown_class_is_asked_for_its_eccn(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book({"part_number": "XQ-9"}, {"part_number": "XQ-9", "eccn": "5A992"}), known, baseline)
    asked = found[["ask_1", "ask_2", "ask_3"]].isin([fields()["eccn"].question]).any(axis=1)
    assert asked.tolist() == [True, False]


def test_nothing_is_asked_to_open_a_gate_that_no_answer_opens(book: Books, known: Known, baseline: Model) -> None:
    """A stop stays a stop: what is asked first is then what moves the score."""
    iran = {"destination_country": "IR", "ult_consignee_name": "", "buyer_id": "", "buyer_name": "Sundvik Trading"}
    found = score(book(iran), known, baseline)
    assert found.judged["gate_lacks"].tolist() != [""]
    assert found.results["gate"].tolist() == ["stop"]
    assert found.results["ask_1"].iloc[0] != fields()[found.judged["gate_lacks"].iloc[0].split(";")[0]].question


def test_every_step_is_named_as_it_begins(book: Books, known: Known, baseline: Model) -> None:
    heard: list[str] = []
    score(book(), known, baseline, watch=heard.append)
    assert tuple(heard) == STEPS


def test_a_result_says_that_its_bands_were_fitted_to_the_users_orders(
    book: Books, known: Known, baseline: Model
) -> None:
    own = replace(baseline, own_bands="bands-0123abcd", thresholds=(-9.0, -8.5, -8.0))
    found = scored(book(), known, own).iloc[0]
    assert found["model_version"].startswith(f"{baseline.version}+bands-0123abcd; ")
    assert "bands fitted to your own order book" in found["model_version"]
    assert found["band"] == "critical"


def test_nothing_is_said_to_have_been_screened(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book(), known, baseline).iloc[0]
    assert found["list_hits"] == ""
    assert NOT_SCREENED in found["lists_version"]
    assert known.tables.version in found["lists_version"]


def test_a_result_says_what_its_model_was_trained_on(book: Books, known: Known, baseline: Model) -> None:
    assert "simulated orders, not fitted to this order book" in scored(book(), known, baseline)["model_version"].iloc[0]
    own = replace(baseline, version="run-1", facts={**baseline.facts, "simulated": False})
    said = scored(book(), known, own)["model_version"].iloc[0]
    assert said.startswith("run-1; ")
    assert "simulated" not in said


def test_a_model_of_other_features_scores_nothing(book: Books, known: Known, small: Model) -> None:
    with pytest.raises(ModelRefused, match="was trained on 3 features"):
        score(book(), known, small)


def test_the_frame_door_gives_the_users_columns_and_ours(orders: Frames, known: Known, baseline: Model) -> None:
    frame = orders({}, DIVERTER).fillna("")
    found = score_frame(frame, baseline, known)
    assert list(found.columns) == [*frame.columns, *COLUMNS]
    pd.testing.assert_frame_equal(found[list(COLUMNS)], scored(from_frame(frame), known, baseline))


VARIED: tuple[dict[str, str], ...] = (
    {},
    DIVERTER,
    {"destination_country": "CN", "end_user_country": "CN"},
    {"destination_country": "IR"},
    {"destination_country": "US", "end_user_country": "US"},
    {"destination_country": ""},
    {"part_number": "XQ-1", "item_description": "GPU server"},
    {"part_number": "Ascend 910B"},
    {"buyer_name": "Sundvik Data", "buyer_id": "", "end_user_name": "TBD"},
    {"quantity": "-4"},
    {"quantity": ""},
    {"order_date": "2026-02-30"},
)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(len(VARIED))), st.integers(1, len(VARIED)))
def test_a_line_is_judged_the_same_alone_in_any_order_and_any_batch(
    orders: Frames, known: Known, baseline: Model, order: list[int], size: int
) -> None:
    frame = orders(*VARIED).fillna("")
    whole = scored(from_frame(frame), known, baseline, reasons_for="all")
    chosen = order[:size]
    part = scored(from_frame(frame.iloc[chosen].reset_index(drop=True)), known, baseline, reasons_for="all")
    kept = [name for name in COLUMNS if name != "problems"]  # its row numbers are those of the file
    pd.testing.assert_frame_equal(part[kept], whole.iloc[chosen].reset_index(drop=True)[kept], check_exact=True)


def test_columns_nobody_knows_change_nothing(orders: Frames, known: Known, baseline: Model) -> None:
    frame = orders(*VARIED).fillna("")
    more = frame.assign(colour="blue", zzz="1")
    pd.testing.assert_frame_equal(scored(from_frame(more), known, baseline), scored(from_frame(frame), known, baseline))


def test_a_return_is_kept_and_gated(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book({"quantity": "-4", "destination_country": "CN"}), known, baseline).iloc[0]
    assert (found["status"], found["gate"], found["chips"]) == ("scored", "licence", -4.0)


def test_completeness_is_a_share(book: Books, known: Known, baseline: Model) -> None:
    found = scored(book(*VARIED), known, baseline)
    assert found["completeness"].between(0, 1).all()
    assert found["score"].between(0, 1, inclusive="neither").all()
    assert {key for cell in found["red_flags"] for key in cell.split("; ") if key} <= {
        flag.key for _, flag in flags.measured()
    }


def test_the_past_of_a_line_is_the_earlier_lines_of_its_file(book: Books, known: Known, baseline: Model) -> None:
    first = {"order_date": "2024-01-12"}
    alone, both = score(book({}), known, baseline), score(book({}, first), known, baseline)
    assert pd.isna(alone.matrix["returns_after_a_long_silence"].iloc[0])
    assert both.matrix["returns_after_a_long_silence"].astype("object").fillna("not told").tolist() == [
        True,
        "not told",
    ]
    assert set(both.results["past_version"]) == {"this file alone"}


def test_a_band_that_decided_lines_leave_open_is_told_among_what_was_not_evaluated(
    book: Books, known: Known, baseline: Model
) -> None:
    plain = scored(book(), known, baseline)
    open_band = replace(baseline, intervals=((-30.0, 0.01, 0.999), (30.0, 0.01, 0.999)))
    told = scored(book(), known, open_band)
    first = "band (0.01 to 1.00 of decided lines that rank like it were confirmed)"
    assert told["band"].tolist() == plain["band"].tolist() == ["low"]
    assert told["not_evaluated"].tolist() == [f"{first}; {plain['not_evaluated'].iloc[0]}"]
