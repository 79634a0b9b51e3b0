"""Pictures are drawn here, say in words what they show, and never by colour alone."""

from typing import Any
from xml.etree import ElementTree

import pytest

from features.reference.tables import load
from scoring.review.web import pictures


def drawn(picture: str) -> ElementTree.Element:
    """The picture as a tree: it is well formed."""
    return ElementTree.fromstring(picture)  # noqa: S314  (our own text)


def case(number: int, ordered: str | None, tpp: float | None, **cells: Any) -> dict[str, Any]:
    """An earlier case of a customer."""
    return {"id": number, "ordered": ordered, "tpp": tpp, "order_id": f"A-{number}", "state": "open", **cells}


@pytest.mark.parametrize(
    ("added", "kind", "start", "width"),
    [
        pytest.param(2.0, "up", 100.0, 98.0, id="what raises goes to the right"),
        pytest.param(-1.0, "down", 51.0, 49.0, id="what lowers goes to the left, as an outline"),
        pytest.param(0.0, "down", 100.0, 0.0, id="nothing has no length"),
    ],
)
def test_a_bar_starts_in_the_middle(added: float, kind: str, start: float, width: float) -> None:
    bar = drawn(pictures.bar(added, 2.0)).find("rect")
    assert bar is not None
    assert (bar.get("class"), float(bar.get("x", "")), float(bar.get("width", ""))) == (kind, start, width)


def test_a_share_is_a_part_of_its_bar_and_nothing_of_nothing() -> None:
    widths = [drawn(pictures.share(*each)).find("rect").get("width") for each in ((1, 4), (0, 0), (5, 4))]  # type: ignore[union-attr]
    assert widths == ["50.0", "0.0", "200.0"]


@pytest.mark.parametrize(
    ("order", "stops"),
    [
        pytest.param({"seller_country": "US", "destination_country": "SG"}, ["US", "SG"], id="two ends"),
        pytest.param(
            {"seller_country": "US", "transit_countries": "HK;AE", "destination_country": "SG"},
            ["US", "HK", "AE", "SG"],
            id="the way lies between them",
        ),
        pytest.param({"destination_country": "SG", "end_user_country": "SG"}, ["SG"], id="a country once in a row"),
        pytest.param({}, [], id="a route that is not stated"),
    ],
)
def test_a_route_passes_countries_in_the_order_of_the_goods(order: dict[str, str], stops: list[str]) -> None:
    assert pictures.stops(order) == stops


def test_a_route_is_a_line_over_numbered_stops_and_says_so() -> None:
    picture = drawn(pictures.route({"seller_country": "US", "transit_countries": "HK", "destination_country": "US"}))
    assert picture.get("aria-label") == "Route US to HK to US"
    assert len(picture.findall("line[@class='leg']")) == 2
    assert [each.text for each in picture.findall("text")] == ["1, 3 US", "2 HK"]


@pytest.mark.parametrize("country", ["", "XX", "<script>", "SG"])
def test_a_route_that_is_no_line_is_not_drawn(country: str) -> None:
    assert pictures.route({"seller_country": "SG", "destination_country": country}) == ""


def test_every_country_lies_on_the_map_once() -> None:
    tables = load().frames
    places = tables["country_centroids"]
    assert sorted(places["iso2"]) == sorted(tables["countries"]["iso2"].unique())
    assert places["latitude"].astype(float).between(-90, 90).all()
    assert places["longitude"].astype(float).between(-180, 180).all()


def test_a_history_marks_this_case_and_names_each_order() -> None:
    rows = [case(1, "2025-01-01", 100.0), case(2, "2025-06-01", 400.0, order_id="<b>"), case(3, None, 5.0)]
    picture = drawn(pictures.history(rows, 2))
    assert picture.get("aria-label") == "2 orders of this customer by date and TPP"
    assert picture.find("rect[@class='this']/title").text == "2025-06-01: <b>, TPP 400, open"  # type: ignore[union-attr]
    assert float(picture.find("circle").get("cy", "")) == pytest.approx(125 - 110 * 0.5, abs=1)  # type: ignore[union-attr]


@pytest.mark.parametrize("rows", [[], [case(1, "2025-01-01", 1.0)], [case(1, "2025-01-01", 0.0), case(2, None, 3.0)]])
def test_a_history_of_fewer_than_two_is_not_drawn(rows: list[dict[str, Any]]) -> None:
    assert pictures.history(rows, 1) == ""
