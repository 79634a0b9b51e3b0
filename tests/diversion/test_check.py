"""`check` asks what only a person can say, keeps the answers in a profile, and shows the same as a page."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

Run = Callable[..., Any]
AMBIGUOUS = {"order_date": "03/04/2026", "buyer_country": "Korea"}
ANSWERS = ("--answer", "order_date=day-first", "--answer", "buyer_country=KR")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def test_each_doubt_is_asked_once_with_the_option_that_answers_it(run: Run, orders: Callable[..., str]) -> None:
    ran = run("check", orders(AMBIGUOUS, AMBIGUOUS))
    assert ran.out.count("question: order_date") == 1
    assert "--answer order_date=day-first" in ran.out
    assert "--answer buyer_country=KR" in ran.out


def test_an_answer_settles_a_question_in_check_score_and_explain(run: Run, orders: Callable[..., str]) -> None:
    lines = orders(AMBIGUOUS)
    assert "question" not in run("check", lines, *ANSWERS).out
    assert "questions" not in run("score", lines, *ANSWERS).err
    assert "2 questions about orders.csv" in run("score", lines).err
    assert run("explain", lines, "--order", "A-1", *ANSWERS).code == 0


def test_a_saved_profile_answers_for_the_next_file(run: Run, orders: Callable[..., str]) -> None:
    lines = orders(AMBIGUOUS)
    ran = run("check", lines, *ANSWERS, "--profile", "acme", "--save")
    assert "profile acme, version 1" in ran.err
    assert "question" not in run("check", lines, "--profile", "acme").out
    assert run("score", lines, "--profile", "acme").code == 0
    assert "acme: version 1" in run("profile", "list").out
    assert "order_date: answered day-first" in run("profile", "show", "acme").out
    assert run("profile", "rename", "acme", "acme-eu").code == 0
    assert run("check", lines, "--profile", "acme").code == 2


REFUSED = [
    pytest.param(["--answer", "order_date"], id="an answer without a value"),
    pytest.param(["--answer", "colour=day-first"], id="an answer about no column"),
    pytest.param(["--answer", "order_date=KR"], id="an answer of another kind"),
    pytest.param(["--profile", "../acme"], id="a profile outside the home"),
    pytest.param(["--profile", "nobody"], id="a profile that is not there"),
]


@pytest.mark.parametrize("arguments", REFUSED)
@pytest.mark.parametrize("verb", ["check", "score"])
def test_what_cannot_be_meant_is_refused(
    run: Run, orders: Callable[..., str], room: Path, verb: str, arguments: list[str]
) -> None:
    ran = run(verb, orders(AMBIGUOUS), *arguments)
    assert ran.code == 2
    assert sorted(path.name for path in room.iterdir()) == ["orders.csv"]


def test_saving_without_a_name_is_a_fault_of_use(run: Run, orders: Callable[..., str]) -> None:
    assert run("check", orders(), "--save").code == 2


def test_an_answer_about_the_customer_file_goes_there(run: Run, orders: Callable[..., str], room: Path) -> None:
    (room / "customers.csv").write_text("customer_id,legal_name,founded\nC,Norrhall,03/04/2020\n", encoding="utf-8")
    call = ("check", orders(), "--customers", "customers.csv")
    assert "question: incorporation_date" in run(*call).out
    assert "2020-04-03" in run(*call, "--answer", "incorporation_date=day-first").out


def test_the_join_of_the_customer_master_is_listed(run: Run, orders: Callable[..., str], room: Path) -> None:
    text = "customer_id,legal_name,party_country\nC1,Norrhall Compute,SG\nC2,Tarn,DE\n"
    (room / "customers.csv").write_text(text, encoding="utf-8")
    lines = orders({"buyer_id": "C2", "buyer_name": "Tarn"}, {}, {"end_user_name": "Vale & Co"})
    told = " ".join(run("check", lines, "--customers", "customers.csv").out.split())
    assert "buyer id 1 1" in told
    assert "buyer name and country 1 2" in told
    assert "end_user not found 1 1" in told
    assert "not among the customers (lines): Vale & Co (1)" in told


def test_a_file_of_parties_only_is_shown_and_not_scored(run: Run, room: Path) -> None:
    (room / "parties.csv").write_text("entity name,country\nNorrhall,DE\n", encoding="utf-8")
    shown = run("check", "parties.csv")
    assert shown.code == 0
    assert "holds no orders to score" in shown.out
    refused = run("score", "parties.csv")
    assert refused.code == 2
    assert "the file holds parties only" in refused.err


def test_the_page_says_the_same_in_a_file_without_script_and_with_every_value_escaped(
    run: Run, orders: Callable[..., str], room: Path
) -> None:
    frame = pd.read_csv(room / orders(AMBIGUOUS), dtype="str", keep_default_na=False)
    frame["buyer_name"], frame[f"{HOSTILE}"], frame["destination_country"] = HOSTILE, "x", HOSTILE
    frame.to_csv("orders.csv", index=False)
    (room / "customers.csv").write_text("customer_id,legal_name,country\nC,Tarn,DE\n", encoding="utf-8")
    ran = run("check", "orders.csv", "--customers", "customers.csv", "--report", "report.html")
    assert ran.code == 0, ran.err
    page = (room / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert ran.code == 0
    assert not {tag for tag, _ in tags.seen} & {"script", "img", "link", "iframe", "a", "form", "object"}
    assert not {name for _, names in tags.seen for name in names if name.startswith("on") or name in ("style", "src")}
    assert "&lt;script&gt;" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    for said in ("03/04/2026", "--answer order_date=day-first", "Korea", "not found", "orders.csv", "customers.csv"):
        assert said in page
    assert not re.search(r"https?://", page)


def test_a_report_that_cannot_be_written_is_refused(run: Run, orders: Callable[..., str]) -> None:
    ran = run("check", orders(), "--report", "no/folder/report.html")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_days_after_today_are_counted(run: Run, orders: Callable[..., str]) -> None:
    assert "(1 after " in run("check", orders({"order_date": "2999-01-01"}, {})).out
