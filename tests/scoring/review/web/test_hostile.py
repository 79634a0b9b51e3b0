"""Whatever an order, a person or another system writes stays text, on every page and in the API."""

import csv
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scoring.review import acts, exports
from scoring.review.cases import search

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("\"'><img src=x onerror=alert(1)>", id="a way out of an attribute"),
    pytest.param("</textarea></title><svg onload=alert(1)>", id="a way out of a field"),
    pytest.param("javascript:alert(1)", id="an address that runs"),
    pytest.param("=HYPERLINK(\"http://evil.example\",\"x\")", id="a formula"),
    pytest.param("x'; DROP TABLE cases; --", id="SQL"),
    pytest.param("{{ 7*7191 }}{% include 'base.html.jinja' %}", id="a template"),
    pytest.param("Nor\u202erhall\u2066", id="text that runs right to left"),
    pytest.param("A" * 4000, id="4,000 letters"),
    pytest.param("%s%n{0}\\x00\\u0000", id="signs of other languages"),
]  # fmt: skip
JSON = "application/json"
SHEET = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "h3",
    "p",
    "div",
    "br",
    "table",
    "tr",
    "th",
    "td",
}
"""All that a printed case file is made of."""
SEEN = {0x202E: "<U+202E>", 0x2066: "<U+2066>"}
FIELDS = ("buyer_name", "buyer_address", "end_user_name", "ult_consignee_name", "payer_name", "part_number",
          "contact_email", "item_description")  # fmt: skip


class Read(HTMLParser):
    """What a browser would find on a page: its tags with attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """A text."""
        self.text += data


def is_ours(page: str) -> bool:
    """Whether a page runs our own script only, and holds no picture, frame or act of an attribute."""
    tags = Read(page).tags
    scripts = [told for tag, told in tags if tag == "script"]
    known = not {tag for tag, _ in tags} & {"img", "iframe", "object", "embed", "style", "base"}
    quiet = not [name for _, told in tags for name in told if name.startswith("on") or name == "style"]
    plain = not [told for _, told in tags if str(told.get("href") or told.get("action") or "/")[:1] not in "/#"]
    return scripts == [{"src": "/static/desk.js", "defer": None}] and known and quiet and plain


def test_an_order_is_text_on_every_page_and_in_the_api(empty: Any, judge: Callable[..., Any]) -> None:
    names = [str(each.values[0]) for each in HOSTILE]
    cells = [dict.fromkeys(FIELDS, name) | {"order_id": f"{at} {name}"[:200]} for at, name in enumerate(names)]
    judge(*cells).into(empty.room.store)
    apu, token = empty.browser("apu"), empty.token("apu", "read")
    assert is_ours(apu.get("/queue?state=").text)
    for case, name in enumerate(names, start=1):
        pages = [apu.get(f"/case/{case}"), apu.get(f"/case/{case}?reveal=true")]
        told = token.get(f"/api/v1/cases/{case}")
        assert (name, [is_ours(page.text) for page in pages]) == (name, [True, True])
        assert (told.headers["content-type"], told.json()["case"]["buyer"] in Read(pages[0].text).text) == (JSON, True)
        assert not [sign for sign in ("50337", "\u202e", "\u2066") if sign in pages[1].text + told.text]
        printed = apu.get(f"/case/{case}/print").text
        assert not {tag for tag, _ in Read(printed).tags} - SHEET
        assert told.json()["case"]["buyer"] in Read(printed).text


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_person_writes_is_text_wherever_it_comes_back(desk: Any, name: str) -> None:
    ann, case = desk.browser("ann"), desk.room.case("A-1")
    fields = desk.answers("A-1")
    fields["note"] = [name] * len(fields["note"])
    ann.post(f"/case/{case}/comment", text=name)
    ann.post(f"/case/{case}/answer", **fields)
    ann.post(f"/case/{case}/attach", files={"file": ("name.txt", name.encode())})
    refused = ann.post(f"/case/{case}/decide", comment=name, decision=name, flag=[name], answer=[name], note=[name])
    view = ann.post("/views", name=name[:60], query=f"words={name[:60]}")
    pages = [refused, view, ann.get("/queue"), ann.get(f"/case/{case}"),
             ann.post("/tokens", title=name[:100], scope=["read"]), ann.post("/tokens", title="x", scope=[name]),
             desk.client().post("/login", data={"name": name, "password": name}),
             ann.post("/many/close", case=[case], decision=name, comment=name)]  # fmt: skip
    assert [answer.status_code < 500 and (not answer.text or is_ours(answer.text)) for answer in pages] == [True] * 8
    assert name.translate(SEEN) in Read(pages[3].text).text


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_person_writes_is_text_in_the_printed_file(desk: Any, name: str) -> None:
    case = desk.room.answered("A-4")
    acts.comment(desk.room.store, desk.room.who["ann"], case, name)
    acts.decide(desk.room.store, desk.room.who["ann"], case, replace(desk.room.clean, comment=name))
    printed = Read(desk.browser("apu").get(f"/case/{case}/print").text)
    assert not {tag for tag, _ in printed.tags} - SHEET
    assert name.translate(SEEN) in printed.text
    assert not {"\u202e", "\u2066"} & set(printed.text)


def test_decisions_that_go_out_hold_no_formula(empty: Any, judge: Callable[..., Any], tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://evil.example")', "+1", "-2+3", "@SUM(A1)", "\t=1", "<b>", "x'; DROP TABLE cases; --"]
    judge(*({"order_id": name, "value_usd": "9000", "quantity": "1", "part_number": "L4"} for name in names)).into(
        empty.room.store
    )
    orders = [row["order_id"] for row in search(empty.room.store, empty.room.who["vic"])[0]]
    made = [empty.room.decided(order, by="apu") for order in orders]
    assert len(made) == len(names)
    for name in ("out.csv", "out.xlsx"):
        exports.export_decisions(empty.room.store, empty.room.who["apu"], tmp_path / name)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    cells = [cell for row in rows[1:] for cell in row]
    assert len(rows) > 1
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t")]
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet.max_row == len(rows)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_address_is_text_too(desk: Any, name: str) -> None:
    ann = desk.browser("ann")
    for filters in ("words", "state", "band", "action", "assignee", "destination", "buyer", "chip", "queue"):
        answer = ann.client.get("/queue", params={filters: name})
        assert (answer.status_code, is_ours(answer.text)) == (200, True)
    assert is_ours(desk.client().get("/link", params={"secret": name}).text)
