"""`check` asks what only a person can say, keeps the answers in a profile, and shows the same as a page."""

import os
import re
import subprocess
import sys
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


HEAD = frozenset({"html", "head", "meta", "title", "style", "body", "section", "h1", "h2", "h3", "p", "ul", "li"})
ALLOWED = HEAD | {"table", "thead", "tbody", "tr", "th", "td", "bdi", "/bdi"}


class Tags(HTMLParser):
    """The tags and attributes of a page, and the texts of its isolated parts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.isolated: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))
        if tag == "bdi":
            self.isolated.append("")

    def handle_data(self, data: str) -> None:
        if self.seen and self.seen[-1][0] == "bdi":
            self.isolated[-1] += data
        else:
            self.outside.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "bdi":
            self.seen.append(("/bdi", ()))


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


def test_a_profile_holds_mapping_and_answers_of_both_files(run: Run, orders: Callable[..., str], room: Path) -> None:
    (room / "customers.csv").write_text("Firma,Nr.,founded\nNorrhall,C,03/04/2020\n", encoding="utf-8")
    call = ("check", orders(AMBIGUOUS), "--customers", "customers.csv", "--profile", "acme")
    said = ("Firma=legal_name", "Nr.=customer_id", "incorporation_date=day-first", "order_date=month-first")
    first = run(*call, "--save", *(word for each in said for word in ("--answer", each)))
    assert (first.code, "version 1" in first.err) == (0, True)
    again = run(*call)
    assert "2020-04-03" in again.out
    assert "2026-03-04" in again.out
    assert "the file lacks" not in again.out
    shown = run("profile", "show", "acme").out
    of_orders, of_customers = shown.split("customer file:")
    assert "order_date: answered month-first" in of_orders
    assert "Firma" not in of_orders
    assert "Firma is legal_name" in of_customers
    assert "incorporation_date: answered day-first" in of_customers
    assert run("score", *call[1:]).code == 0


def test_saving_after_a_check_of_one_file_keeps_what_was_said_of_the_other(
    run: Run, orders: Callable[..., str], room: Path
) -> None:
    (room / "customers.csv").write_text("customer_id,legal_name\nC,Norrhall\n", encoding="utf-8")
    kept = ("--profile", "acme", "--save")
    run("check", orders(AMBIGUOUS), "--answer", "order_date=day-first", *kept)
    run("check", "customers.csv", *kept)
    run("check", orders(AMBIGUOUS), *kept)
    shown = run("profile", "show", "acme").out
    assert "version 3" in shown
    assert "order_date: answered day-first" in shown
    assert "legal_name is legal_name" in shown


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


def test_a_list_of_the_parties_of_orders_is_shown_by_its_kind_and_not_scored(run: Run, room: Path) -> None:
    text = "buyer_name,buyer_country,buyer_address\nNorrhall,DE,1 Quay\nNorrhall,DE,1 Quay\n,SG,2 Quay\n"
    (room / "parties.csv").write_text(text, encoding="utf-8")
    shown = run("check", "parties.csv", "--report", "report.html")
    assert shown.code == 0
    assert "a list of parties" in shown.out
    assert "3 records (3 read), 0 blank rows" in shown.out
    assert "problem:" not in shown.out
    assert "Norrhall" in (room / "report.html").read_text(encoding="utf-8")
    refused = run("score", "parties.csv")
    assert refused.code == 2
    assert "the file holds parties only" in refused.err
    assert "to score, add order number, part and quantity" in refused.err


@pytest.mark.parametrize("heading", ["ult_consignee_name", "end_user_name", "customer", "forwarder_name"])
def test_a_list_of_one_column_of_names_is_a_list_of_parties(run: Run, room: Path, heading: str) -> None:
    (room / "parties.csv").write_text(f"{heading}\nNorrhall\n", encoding="utf-8")
    assert "of parties" in run("check", "parties.csv").out


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


NAMES = {
    "G8: markup": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    "G9: the end of an element": ("</bdi></table><script>x</script>", "</bdi></table><script>x</script>"),
    "G7: a formula": ('=HYPERLINK("x")', '=HYPERLINK("x")'),
    "E14: a direction override": ("Norrhall\u202eetupmoc", "Norrhall<U+202E>etupmoc"),
    "E14: an isolate left open": ("Norrhall\u2067x", "Norrhall<U+2067>x"),
    "E10: a character of no width": ("Norr\u200bhall", "Norr<U+200B>hall"),
    "a sequence that a terminal obeys": ("Norrhall\x1b[2Jx", "Norrhall<U+001B>[2Jx"),
    "E15: an Arabic name": ("شركة الحوسبة", "شركة الحوسبة"),
}


@pytest.mark.parametrize("place", ["cell", "heading", "cell that is a problem", "cell that is asked"])
@pytest.mark.parametrize("name", NAMES)
def test_whatever_stands_in_a_file_is_shown_as_text_and_alone(
    run: Run, orders: Callable[..., str], room: Path, name: str, place: str
) -> None:
    given, shown = NAMES[name]
    frame = pd.read_csv(room / orders(AMBIGUOUS), dtype="str", keep_default_na=False)
    if place == "heading":
        frame[given] = "x"
    else:
        column = {"cell": "buyer_name", "cell that is a problem": "destination_country"}.get(place, "order_date")
        frame[column] = given if place != "cell that is asked" else f"03/04/2026{given}"
    frame.to_csv("orders.csv", index=False)
    ran = run("check", "orders.csv", "--report", "report.html")
    page = (room / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert any(shown in part for part in tags.isolated)
    assert not any(shown in part or "شركة" in part for part in tags.outside)
    assert {tag for tag, _ in tags.seen} <= ALLOWED
    for text in (page, ran.out, ran.err):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]", text)


def test_a_file_name_is_shown_as_text_too(run: Run, text: Callable[..., str], room: Path) -> None:
    (room / "a\u202e<b>.csv").write_text(text(), encoding="utf-8")
    run("check", "a\u202e<b>.csv", "--report", "report.html")
    page = (room / "report.html").read_text(encoding="utf-8")
    assert "a&lt;U+202E&gt;&lt;b&gt;.csv" in page
    assert "\u202e" not in page


def test_a_report_that_cannot_be_written_is_refused(run: Run, orders: Callable[..., str]) -> None:
    ran = run("check", orders(), "--report", "no/folder/report.html")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_digits_of_an_identifier_are_no_number(run: Run, orders: Callable[..., str]) -> None:
    told = run("check", orders({"order_id": "4500012345", "buyer_id": "C2044"})).out
    assert "order_id             order_id             100%    identifier" in told
    assert "buyer_id             buyer_id             100%    identifier" in told


def test_e5_a_console_that_cannot_print_a_character_does_not_stop_the_run(
    orders: Callable[..., str], room: Path
) -> None:
    """E5: under code page 950 a byte-order mark or a picture character is shown by its code."""
    orders({"buyer_name": "\ufeffNorrhall \N{ROCKET}", "end_user_name": "Ægir"})
    place = {**os.environ, "PYTHONIOENCODING": "cp950", "PYTHONUTF8": "0", "COLUMNS": "200"}
    code = "from diversion.cli import main; main()"
    for verb, told in (("check", "stdout"), ("score", "stderr")):
        call = [sys.executable, "-c", code, verb, "orders.csv"]
        done = subprocess.run(call, env=place, cwd=room, capture_output=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr.decode("cp950", "replace")
        assert "orders.csv: 1 records" in getattr(done, told).decode("cp950")
        assert b"\\U0001f680" in done.stdout or verb == "score"


def test_days_after_today_are_counted(run: Run, orders: Callable[..., str]) -> None:
    assert "(1 after " in run("check", orders({"order_date": "2999-01-01"}, {})).out
