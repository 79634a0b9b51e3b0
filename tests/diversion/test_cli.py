"""The command: which exit code, what is said where, what is written, and what is never imported or told."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from diversion import cli
from features.matrix import FEATURES
from features.red_flags import red_flags
from scoring.champion import BASELINE
from scoring.model import load, save
from scoring.result import COLUMNS

Run = Callable[..., Any]
VERBS = (
    "score",
    "check",
    "explain",
    "calibrate",
    "simulate",
    "train",
    "wording",
    "evaluate",
    "screen",
    "serve",
    "wording",
    "second-look",
    "promote",
    "rollback",
    "shadow",
    "monitor",
    "flags",
    "features",
)
RESULT = Path("orders.scored.csv")


def test_a_scored_file_exits_0_and_stands_beside_its_source(run: Run, orders: Callable[..., str]) -> None:
    ran = run("score", orders(), "--as-of", "2026-11-25")
    assert ran.code == 0
    assert ran.out == ""
    assert "orders.csv: 1 records = 1 scored" in ran.err
    assert "rules of 2026-11-25" in ran.err
    assert "no screening list" in ran.err
    assert ran.err.splitlines()[-1] == "result: orders.scored.csv"
    assert list(pd.read_csv(RESULT).columns)[-len(COLUMNS) :] == list(COLUMNS)


def test_the_first_line_on_stderr_names_the_model(run: Run, orders: Callable[..., str]) -> None:
    ran = run("score", orders())
    assert ran.err.splitlines()[0].startswith("model baseline")
    named = run("explain", orders(), "--order", "A-1", "--model", str(BASELINE))
    assert named.err.splitlines()[0].endswith("as asked")


def test_the_same_input_gives_the_same_bytes(run: Run, orders: Callable[..., str]) -> None:
    lines = orders({}, {"destination_country": "CN"})
    for name in ("one.csv", "two.csv", "one.xlsx", "two.xlsx"):
        assert run("score", lines, "--as-of", "2026-11-25", "--out", name).code == 0
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "jsonl"])
def test_every_format_is_written_under_its_suffix(run: Run, orders: Callable[..., str], kind: str) -> None:
    assert run("score", orders(), "--format", kind).code == 0
    assert Path(f"orders.scored.{kind}").stat().st_size > 0


def test_a_report_is_written_beside_the_result_and_named(run: Run, orders: Callable[..., str], room: Path) -> None:
    lines = orders({}, {"destination_country": "CN"})
    for name in ("one.html", "two.html"):
        ran = run("score", lines, "--as-of", "2026-11-25", "--report", name)
        assert ran.code == 0
        assert ran.err.splitlines()[-2:] == [f"report: {name}", "result: orders.scored.csv"]
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()
    assert sorted(path.name for path in room.iterdir()) == ["one.html", "orders.csv", "orders.scored.csv", "two.html"]


@pytest.mark.parametrize("places", [["--out", "result.doc"], ["--report", "report.doc"], ["--out", "orders.csv"]])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read_or_scored(
    run: Run, orders: Callable[..., str], monkeypatch: pytest.MonkeyPatch, places: list[str]
) -> None:
    def reads(*arguments: object) -> None:
        raise AssertionError("the orders were read")

    monkeypatch.setattr("diversion.work.read_in_parts", reads)
    assert run("score", orders(), *places).code == 2


def test_a_workbook_that_would_not_fit_is_refused_before_scoring(
    run: Run, orders: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def scores(*arguments: object, **options: object) -> None:
        raise AssertionError("the orders were scored")

    monkeypatch.setattr("scoring.workbook.RECORDS", 1)
    monkeypatch.setattr("diversion.work.score_book", scores)
    ran = run("score", orders({}, {}), "--format", "xlsx")
    assert ran.code == 2
    assert "a sheet holds 1" in ran.err


def test_nothing_is_written_but_the_result(run: Run, orders: Callable[..., str], room: Path) -> None:
    run("score", orders())
    assert sorted(path.name for path in room.iterdir()) == ["orders.csv", "orders.scored.csv"]


def test_the_gate_follows_the_day_and_a_backtest_the_order(run: Run, orders: Callable[..., str]) -> None:
    lines = orders({"destination_country": "CN", "part_number": "H20", "order_date": "2025-04-08"})
    run("score", lines, "--as-of", "2026-11-25")
    assert pd.read_csv(RESULT)["gate"].tolist() == ["licence"]
    run("score", lines, "--as-of", "2026-11-25", "--backtest")
    assert pd.read_csv(RESULT)["rules_date"].tolist() == ["2025-04-08"]
    assert pd.read_csv(RESULT)["gate"].tolist() == ["clear"]


USAGE = [
    pytest.param(["score"], id="no file"),
    pytest.param(["score", "orders.csv", "--colour"], id="an option nobody knows"),
    pytest.param(["score", "orders.csv", "--as-of", "25.11.2026"], id="a day in another form"),
    pytest.param(["score", "orders.csv", "--format", "pdf"], id="a format nobody writes"),
    pytest.param(["score", "orders.csv", "--base-rate", "2"], id="a base rate that is no share"),
    pytest.param(["score", "orders.csv", "--out", "result.doc"], id="an output of another kind"),
    pytest.param(["score", "orders.csv", "--out", "no/folder/result.csv"], id="an output nowhere"),
    pytest.param(["score", "orders.csv", "--report", "report.pdf"], id="a report of another kind"),
    pytest.param(["score", "orders.csv", "--report", "no/folder/report.html"], id="a report nowhere"),
    pytest.param(["score", "orders.csv", "--out", "orders.csv"], id="an output over the order file"),
    pytest.param(["calibrate", "orders.csv"], id="a calibration without a capacity"),
    pytest.param(["calibrate", "orders.csv", "--capacity", "3/week"], id="a calibration on one order"),
    pytest.param(["score", "orders.csv", "--model", "nowhere"], id="a model folder that is none"),
    pytest.param(["explain", "orders.csv", "--order", "Z-9"], id="an order that the file has not"),
    pytest.param(["explain", "orders.csv", "--order", "A-1", "--line", "9"], id="a line that the order has not"),
    pytest.param(["check", "nothing.csv"], id="a file that is not there"),
    pytest.param(["promote", "--yes"], id="nothing to promote"),
    pytest.param(["dance"], id="a verb nobody knows"),
]


@pytest.mark.parametrize("arguments", USAGE)
def test_a_refused_call_exits_2_and_writes_nothing(
    run: Run, orders: Callable[..., str], room: Path, arguments: list[str]
) -> None:
    orders()
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.err
    assert sorted(path.name for path in room.iterdir()) == ["orders.csv"]


def test_a_file_with_a_rejected_record_exits_1_with_its_result(run: Run, orders: Callable[..., str]) -> None:
    path = Path(orders())
    path.write_text(path.read_text(encoding="utf-8") + "A-2,short\n", encoding="utf-8")
    assert run("score", "orders.csv").code == 1
    assert pd.read_csv(RESULT)["status"].tolist() == ["scored", "rejected"]
    assert run("check", "orders.csv").code == 1


def test_an_internal_fault_exits_70_and_tells_no_customer_value(
    run: Run, orders: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(lines: pd.DataFrame, known: object) -> pd.DataFrame:
        raise KeyError(lines["buyer_name"].iloc[0])

    monkeypatch.setattr("scoring.batch.gate", fails)
    ran = run("score", orders({"buyer_name": "Secret Harbour Ltd"}))
    assert ran.code == 70
    assert "internal fault (KeyError)" in ran.err
    assert "batch.py:" in ran.err
    assert "Secret Harbour" not in ran.out + ran.err
    assert not RESULT.exists()


def test_a_fault_while_writing_leaves_the_earlier_result_whole(
    run: Run, orders: Callable[..., str], room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        arguments[1].write_text("half", encoding="utf-8")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    lines = orders()
    run("score", lines)
    before = RESULT.read_bytes()
    monkeypatch.setattr("scoring.result.write_csv", fails)
    ran = run("score", lines)
    assert ran.code == 2
    assert "not written: No space left on device" in ran.err
    assert RESULT.read_bytes() == before
    assert sorted(path.name for path in room.iterdir()) == ["orders.csv", "orders.scored.csv"]


def test_every_refusal_the_rooms_can_raise_is_known_to_the_command() -> None:
    root = Path(cli.__file__).parents[1]
    sources = [path for name in ("features", "scoring", "training") for path in (root / name).rglob("*.py")]
    declared = {
        line.split()[1].partition("(")[0]
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("class ") and "Refused(" in line
    }
    assert declared == cli.REFUSALS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_how_it_is_used(run: Run, verb: str) -> None:
    ran = run(verb, "--help")
    assert ran.code == 0
    assert f"diversion {verb}" in ran.out


def test_the_verbs_are_those_of_the_documents(run: Run) -> None:
    told = run("--help").out
    verbs = {each.name or each.callback.__name__ for each in cli.app.registered_commands if each.callback}
    assert verbs == set(VERBS)
    for verb in VERBS:
        assert verb in told


def test_flags_lists_every_flag_measured_or_unseen_and_why(run: Run) -> None:
    ran = run("flags")
    assert ran.code == 0
    told = " ".join(ran.out.split())
    for key, flag in red_flags().items():
        assert f"{key}: " in told
        assert flag.unseen is None or " ".join(flag.unseen.split()) in told
    measured = sum(flag.unseen is None for flag in red_flags().values())
    assert f"{len(red_flags())} red flags: {measured} measured" in told


def test_features_lists_every_feature_with_unit_direction_flag_and_fields(run: Run) -> None:
    told = " ".join(run("features").out.split())
    for each in FEATURES:
        assert f"{each.name} ({each.unit}, risk {each.risk}, revision {each.revision})" in told
        assert each.meaning in told
        assert f"red flag {each.flag}, from {', '.join(each.fields)}" in told
    assert told.endswith(f"{len(FEATURES)} features")


def test_check_shows_what_was_understood_before_anything_is_scored(run: Run, orders: Callable[..., str]) -> None:
    ran = run("check", orders({"colour": "blue", "destination_country": "Atlantis"}))
    assert ran.code == 0
    assert "1 records (1 scored)" in ran.out
    assert "kept but not understood: colour" in ran.out
    assert "'Atlantis' is not a known country" in ran.out
    assert "order_date: 2026-01-12 to 2026-01-12" in ran.out
    assert not RESULT.exists()


def test_explain_tells_gate_signals_sources_and_questions_of_one_order(run: Run, orders: Callable[..., str]) -> None:
    lines = orders({}, {"destination_country": "CN", "transit_countries": "HK", "end_user_name": "[bold]TBD[/bold]"})
    ran = run("explain", lines, "--order", "A-2", "--as-of", "2026-11-25")
    assert ran.code == 0
    assert "Order A-2 line 1: action licence" in ran.out
    assert "gate licence, authorisation missing, rules of 2026-11-25, leg export" in ran.out
    assert "15 CFR 742.6(a)(6)(iii)(A)" in ran.out
    assert "passes_a_hub = yes" in ran.out
    assert "ask: " in ran.out
    assert "A-1" not in ran.out


def test_explain_tells_how_far_decided_lines_leave_the_probability_open(
    run: Run, orders: Callable[..., str], room: Path
) -> None:
    save(replace(load(BASELINE), intervals=((-9.0, 0.01, 0.02), (9.0, 0.01, 0.02))), room / "kept", "# Kept\n")
    save(replace(load(BASELINE), intervals=()), room / "bare", "# Bare\n")
    told = run("explain", orders({}), "--order", "A-1", "--model", "kept").out
    assert "of decided lines that rank like it, 0.0100 to 0.0200 were confirmed" in told
    assert "that rank like it" not in run("explain", orders({}), "--order", "A-1", "--model", "bare").out


def test_explain_tells_what_was_understood_of_item_route_and_parties(
    run: Run, orders: Callable[..., str], room: Path
) -> None:
    (room / "customers.csv").write_text(
        "customer_id,legal_name,party_country,hq_country,business_type\nC-1,Norrhall Compute,SG,SE,cloud_iaas\n",
        encoding="utf-8",
    )
    lines = orders({"transit_countries": "HK;MY", "end_user_name": "Sundvik Oy", "end_user_country": "FI"})
    told = run("explain", lines, "--order", "A-1", "--customers", "customers.csv").out
    assert "row 2 says part H100 SXM5, ECCN not stated, quantity 8: 8 chips, USD not known, ordered 2026-01-12" in told
    assert "route: US → HK;MY → SG" in told
    assert "buyer: Norrhall Compute (SG), found by name and country: hq country SE" in told
    assert "end user: Sundvik Oy (FI), not found in the customer file" in told
    assert "no customer file to look in" in run("explain", lines, "--order", "A-1").out


def test_explain_tells_every_flag_with_its_source_whether_seen_or_not_or_open(
    run: Run, orders: Callable[..., str]
) -> None:
    told = run("explain", orders({"repackaging_requested": "no", "payer_country": "HK"}), "--order", "A-1").out
    seen, _, rest = told.partition("evaluated, not seen:")
    no, _, unknown = rest.partition("not evaluated:")
    assert "paid_from_a_third_country = yes" in seen
    assert "repackaging_is_requested [repackaging; " in no
    assert "passes_a_hub (from transit_countries, inter_consignee_country) [abnormal-route; " in unknown
    for each in FEATURES:
        assert f"[{each.flag}; " in told
        assert each.name in told


def test_explain_tells_every_line_of_an_order_or_the_one_that_is_named(run: Run, orders: Callable[..., str]) -> None:
    lines = orders({"order_id": "B", "line_no": "1"}, {"order_id": "B", "line_no": "2"}, {"order_id": "C"})
    both = run("explain", lines, "--order", "B").out
    assert ["Order B line 1:" in both, "Order B line 2:" in both, "Order C" in both] == [True, True, False]
    one = run("explain", lines, "--order", "B", "--line", "2").out
    assert ["Order B line 1:" in one, "Order B line 2:" in one] == [False, True]


def test_explain_tells_the_problems_of_the_line(run: Run, orders: Callable[..., str]) -> None:
    told = run("explain", orders({}, {"destination_country": "Atlantis"}), "--order", "A-2").out
    assert "problem: orders.csv, row 3, destination_country: 'Atlantis' is not a known country" in told
    assert "route: US → not stated → not stated" in told


def test_markup_in_a_file_is_shown_as_it_stands(run: Run, orders: Callable[..., str]) -> None:
    told = run("check", orders({"buyer_name": "[red]Norrhall[/red]"})).out
    assert "[red]Norrhall[/red]" in told


def modules(*arguments: str, cwd: Path) -> set[str]:
    """The modules that a run of the command has imported."""
    code = (
        "import json, sys\nfrom diversion.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "json.dump(sorted(sys.modules), open('modules.json', 'w'))"
    )
    call = [sys.executable, "-c", code, *arguments]
    subprocess.run(call, cwd=cwd, check=True, capture_output=True)  # noqa: S603  (our own interpreter)
    return set(json.loads((cwd / "modules.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"]])
def test_help_imports_nothing_that_is_slow(room: Path, arguments: list[str]) -> None:
    assert not modules(*arguments, cwd=room) & {"pandas", "numpy", "pyarrow", "mlflow", "lightgbm", "sklearn"}


def test_scoring_imports_neither_mlflow_nor_the_training_room(room: Path, orders: Callable[..., str]) -> None:
    used = modules("score", orders(), cwd=room)
    assert RESULT.exists()
    assert "scoring.batch" in used
    assert not {name for name in used if name.partition(".")[0] in ("mlflow", "training")}


def test_a_simulated_book_is_written_and_scored(run: Run, room: Path) -> None:
    assert run("simulate", "--lines", "60", "--seed", "3", "--out", "world").code == 0
    assert sorted(path.name for path in (room / "world").iterdir()) == [
        "customers.csv",
        "orders.csv",
        "outcomes.csv",
        "truth.csv",
    ]
    ran = run("score", "world/orders.csv", "--customers", "world/customers.csv", "--out", "world/result.parquet")
    assert ran.code == 0
    assert set(pd.read_parquet("world/result.parquet")["status"]) == {"scored"}
