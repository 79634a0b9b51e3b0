"""The page: what a manager reads of a scored file; whole, self-contained, and harmless whatever the file holds."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from features.known import Known
from features.orders.book import Book, from_frame
from scoring import report
from scoring.batch import score
from scoring.model import Model
from scoring.ranked import SHOWN
from scoring.report import Judged, check_place, page, whole
from scoring.result import ResultRefused

Books = Callable[..., Book]
Pages = Callable[..., str]
CHINA = {"destination_country": "CN", "end_user_country": "CN"}
IRAN = {"destination_country": "IR", "part_number": "T4"}


class Reader(HTMLParser):
    """Every element with its attributes, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.styles = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def judged(book: Books, known: Known, baseline: Model) -> Callable[..., Judged]:
    def build(*changes: dict[str, str]) -> Judged:
        lines = book(*changes)
        return Judged(lines, score(lines, known, baseline), known, ("model baseline-4", "bands of the model"), baseline)

    return build


@pytest.fixture(scope="module")
def shown(judged: Callable[..., Judged]) -> Callable[..., Reader]:
    return lambda *changes: Reader(page(judged(*changes)))


def test_the_head_names_file_rules_lists_model_and_bands(shown: Callable[..., Reader], known: Known) -> None:
    text = shown({}).text
    for told in ("sha256 ", "Rules of 2026-11-25", f"tables {known.tables.version}", "baseline-4+simulated"):
        assert told in text
    assert "model baseline-4 · bands of the model" in text
    assert "The model was trained on a simulated order book." in text


def test_a_model_of_real_orders_brings_no_notice(judged: Callable[..., Judged]) -> None:
    found = judged({})
    own = replace(found.model, facts={**found.model.facts, "simulated": False})
    assert "trained on a simulated" not in Reader(page(replace(found, model=own))).text


def test_it_is_no_verdict(shown: Callable[..., Reader]) -> None:
    text = shown({}).text
    assert "not legal advice" in text
    assert "A flag that could not be evaluated is not a no." in text
    assert not re.search(r"\bclean\b", text)


def test_totals_count_an_order_where_its_worst_line_stands(shown: Callable[..., Reader]) -> None:
    text = shown({"order_id": "A", "line_no": "1"}, {"order_id": "A", "line_no": "2"} | IRAN, {"order_id": "B"}).text
    assert "2 orders with 3 lines were scored" in text
    assert "stop 1 1 " in text


def test_the_queue_begins_with_the_most_pressing_order(shown: Callable[..., Reader]) -> None:
    text = shown({}, CHINA, IRAN).text.partition("Orders to work on")[2].partition("Routes")[0]
    assert text.index("A-3") < text.index("A-2")
    assert "A-1" not in text or text.index("A-2") < text.index("A-1")
    assert "licence, authorisation missing:" in text
    assert "15 CFR" in text


def test_a_long_queue_is_cut_and_the_rest_counted(shown: Callable[..., Reader]) -> None:
    text = shown(*[IRAN] * (SHOWN + 7)).text
    assert "7 more orders are to be worked on and not shown here" in text


def test_a_file_with_nothing_to_work_on_says_so(shown: Callable[..., Reader]) -> None:
    free = {"part_number": "T4", "eccn": "5A992"}
    assert "No order is to be worked on" in shown(free).text


def test_routes_show_countries_by_name_with_the_stops_on_the_way(shown: Callable[..., Reader]) -> None:
    text = shown({"transit_countries": "HK;MY"}, CHINA).text.partition("Routes")[2].partition("Red flags seen")[0]
    assert "United States" in text
    assert "China 1 licence" in text
    assert "Hong Kong 1, Malaysia 1" in text


def test_flags_are_shown_with_source_and_how_sure(shown: Callable[..., Reader]) -> None:
    text = shown({"transit_countries": "HK"}).text.partition("Red flags seen")[2].partition("What was not evaluated")[0]
    assert "transshipment point 1 " in text
    assert re.search("our words|derived by us|not official text", text)


def test_what_was_not_evaluated_names_flags_fields_and_questions(shown: Callable[..., Reader]) -> None:
    text = shown({}, CHINA).text.partition("What was not evaluated")[2]
    assert re.search(r"Questions to ask most question orders [^?]+\? [12] ", text)
    assert "100%" in text
    assert "transit_countries" in text


def test_problems_of_the_file_are_counted_by_kind(shown: Callable[..., Reader]) -> None:
    text = shown({"destination_country": "Atlantis"}, {"destination_country": "Atlantis"}).text
    assert "problem 2 frame, row 2, destination_country: 'Atlantis' is not a known country" in text


HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="an element that ends an attribute"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="a template"),
    pytest.param("</style><style>*{display:none}", id="an end of the style sheet"),
    pytest.param("javascript:alert(1)", id="a link"),
    pytest.param("=HYPERLINK(1)", id="a formula"),
]
TEXTS = ("order_id", "buyer_name", "ult_consignee_name", "end_user_name", "destination_country", "seller_country")


@pytest.mark.parametrize("cell", HOSTILE)
def test_what_a_cell_says_is_shown_and_never_run(shown: Callable[..., Reader], cell: str) -> None:
    found = shown(dict.fromkeys(TEXTS, cell), IRAN | {"buyer_name": cell})
    assert cell in found.text or cell[:40] in found.text
    plain = [tag for tag, _ in shown({}, IRAN).elements]
    assert {tag for tag, _ in found.elements} <= {*plain, "strong"}
    assert sum(tag == "style" for tag, _ in found.elements) == 1


@pytest.mark.parametrize("attribute", ["href", "src", "style", "onerror", "onclick", "action"])
def test_no_element_can_load_run_or_lead_anywhere(shown: Callable[..., Reader], attribute: str) -> None:
    assert not [tag for tag, attributes in shown(*[IRAN] * 3).elements if attribute in attributes]


def test_direction_and_control_characters_are_made_visible(shown: Callable[..., Reader]) -> None:
    found = shown(IRAN | {"buyer_name": "Norrhall\u202eetupmoC\x07", "order_id": "A\u2066-9"})
    assert "Norrhall<U+202E>etupmoC" in found.text
    assert "A<U+2066>-9" in found.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", found.text)


def test_a_very_long_cell_is_cut(shown: Callable[..., Reader]) -> None:
    found = shown(IRAN | {"buyer_name": "y" * 100_000, "end_user_name": "z" * 100_000})
    assert "yyy…" in found.text
    assert len(found.text) < 20_000


def test_only_its_own_style_sheet_is_accepted_and_no_script(judged: Callable[..., Judged]) -> None:
    html = page(judged({}))
    (policy,) = [a["content"] for tag, a in Reader(html).elements if a.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in html
    assert "http://" not in html + report.HERE.joinpath("report.css").read_text(encoding="utf-8")


def test_every_table_says_what_its_rows_and_columns_are(shown: Callable[..., Reader]) -> None:
    headings = [attributes for tag, attributes in shown({}, IRAN, CHINA).elements if tag == "th"]
    assert headings
    assert {attributes.get("scope") for attributes in headings} == {"col", "row"}


def test_numbers_have_thousands_separators(shown: Callable[..., Reader]) -> None:
    priced = IRAN | {"quantity": "12000", "unit_price": "1000", "currency": "USD"}
    assert "12,000,000" in shown(priced).text


def test_the_same_judgement_is_the_same_page(judged: Callable[..., Judged]) -> None:
    changes = ({}, CHINA, IRAN, {"transit_countries": "HK;MY"})
    assert page(judged(*changes)) == page(judged(*changes))


def test_the_order_of_the_lines_does_not_change_the_queue(orders: Callable[..., pd.DataFrame], known, baseline) -> None:
    frame = orders({}, CHINA, IRAN, IRAN, CHINA)
    queues = []
    for each in (frame, frame.iloc[::-1].reset_index(drop=True)):
        book = from_frame(each)
        text = Reader(page(Judged(book, score(book, known, baseline), known, (), baseline))).text
        queues.append(text.partition("Orders to work on")[2].partition("Red flags seen")[0])
    assert queues[0] == queues[1]


def test_a_file_of_which_nothing_can_be_read_still_has_a_page(known: Known, baseline: Model, tmp_path: Path) -> None:
    from features.orders.book import read_orders

    path = tmp_path / "o.csv"
    path.write_text("order_id,part_number,quantity\nA,H100,8,x\nB,H100\n", encoding="utf-8")
    book = read_orders(path)
    text = Reader(page(Judged(book, score(book, known, baseline), known, (), baseline))).text
    assert "0 orders with 0 lines were scored ; 2 records were rejected" in text.replace("scored;", "scored ;")


@pytest.mark.parametrize("name", ["report.csv", "report", "no/folder/report.html"])
def test_a_place_that_cannot_take_a_page_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ResultRefused):
        check_place(tmp_path / name)


def test_a_page_appears_whole_when_all_went_well(tmp_path: Path) -> None:
    with whole("<p>é</p>", tmp_path / "r.html"):
        assert not (tmp_path / "r.html").exists()
    assert (tmp_path / "r.html").read_bytes() == "<p>é</p>".encode()


def test_a_page_does_not_appear_when_the_result_could_not_be_written(tmp_path: Path) -> None:
    def fails() -> None:
        with whole("<p>", tmp_path / "r.html"):
            raise ResultRefused("no room")

    with pytest.raises(ResultRefused, match="no room"):
        fails()
    assert not list(tmp_path.iterdir())


def test_a_page_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultRefused, match="not written"), whole("<p>", tmp_path / "absent" / "r.html"):
        pass


def test_no_page_is_asked_for(tmp_path: Path) -> None:
    with whole("", None):
        pass
    assert not list(tmp_path.iterdir())
