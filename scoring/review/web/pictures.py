"""Pictures of a case and of the desk as SVG drawn here: no script, no file from elsewhere, never by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from features.reference.tables import load

MAP_WIDTH, MAP_HEIGHT = 720, 300
NORTH, SOUTH = 75, -50  # degrees shown
PLOT_WIDTH, PLOT_HEIGHT = 720, 150
STOPS = ("seller_country", "transit_countries", "inter_consignee_country", "ult_consignee_country",
         "destination_country", "end_user_country")  # fmt: skip
"""Fields of a route, in the order in which goods pass."""


def bar(added: float, most: float) -> Markup:
    """A bar from the middle: to the right what raises the score, to the left what lowers it (hatched by its outline).

    `most` is the largest contribution of the picture, in the same log-odds.
    """
    width = 0.0 if not most else min(abs(added) / most, 1.0) * 98
    start, kind = (100.0, "up") if added > 0 else (100.0 - width, "down")
    return Markup(
        '<svg class="bar" viewBox="0 0 200 12" role="img" aria-hidden="true"><line x1="100" y1="0" x2="100" y2="12"/>'
        '<rect class="{}" x="{:.1f}" y="2" width="{:.1f}" height="8"/></svg>'
    ).format(kind, start, width)


def share(part: float, whole: float) -> Markup:
    """A bar of a part of a whole."""
    width = 0.0 if not whole else 200 * min(part / whole, 1.0)
    drawn = Markup('<svg class="bar" viewBox="0 0 200 12" aria-hidden="true"><rect class="up" y="2" width="{:.1f}"'
                   ' height="8"/></svg>')  # fmt: skip
    return drawn.format(width)


def stops(order: Mapping[str, Any]) -> list[str]:
    """The countries that goods pass, in order; one that follows itself stands once."""
    found: list[str] = []
    for name in STOPS:
        for code in str(order.get(name, "")).split(";"):
            if code and (not found or found[-1] != code):
                found.append(code)
    return found


def route(order: Mapping[str, Any]) -> Markup:
    """The route of an order on a schematic map: numbered stops on a grid of 30 degrees; "" for fewer than two."""
    places = [(code, *_centres()[code]) for code in stops(order) if code in _centres()]
    if len(places) < 2:
        return Markup("")
    at = [(code, *_point(north, east)) for code, north, east in places]
    drawn = [
        Markup('<line class="grid" x1="{0}" y1="0" x2="{0}" y2="{1}"/>').format(x, MAP_HEIGHT) for x in _meridians()
    ]
    drawn += [
        Markup('<line class="grid" x1="0" y1="{0}" x2="{1}" y2="{0}"/>').format(y, MAP_WIDTH) for y in _parallels()
    ]
    drawn.append(_lands())
    drawn += [
        Markup('<line class="leg" x1="{:.0f}" y1="{:.0f}" x2="{:.0f}" y2="{:.0f}"/>').format(*here[1:], *there[1:])
        for here, there in pairwise(at)
    ]
    for number, (code, x, y) in _numbered(at).items():
        drawn.append(Markup('<circle cx="{:.0f}" cy="{:.0f}" r="6"/>').format(x, y))
        side, anchor = (-10, "end") if x > MAP_WIDTH - 90 else (10, "start")
        label = Markup('<text x="{:.0f}" y="{:.0f}" text-anchor="{}">{} {}</text>')
        drawn.append(label.format(x + side, y - 8, anchor, number, code))
    told = " to ".join(code for code, *_ in places)
    return Markup('<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="Route {}">{}</svg>').format(
        MAP_WIDTH, MAP_HEIGHT, told, Markup("").join(drawn)
    )


@cache
def _lands() -> Markup:
    """Every country as a faint dot, so that the eye finds the continents."""
    dots = "".join("M{:.0f} {:.0f}h0".format(*_point(north, east)) for north, east in _centres().values())
    return Markup('<path class="land" d="{}"/>').format(dots)


def _numbered(at: Sequence[tuple[str, float, float]]) -> dict[str, tuple[str, float, float]]:
    """Each place once, with the numbers of the stops that lie there."""
    numbers: dict[tuple[str, float, float], list[str]] = {}
    for number, place in enumerate(at, start=1):
        numbers.setdefault(place, []).append(str(number))
    return {", ".join(each): place for place, each in numbers.items()}


def _point(north: float, east: float) -> tuple[float, float]:
    return (east + 180) / 360 * MAP_WIDTH, (NORTH - north) / (NORTH - SOUTH) * MAP_HEIGHT


def _meridians() -> list[int]:
    return [round((east + 180) / 360 * MAP_WIDTH) for east in range(-150, 180, 30)]


def _parallels() -> list[int]:
    return [round((NORTH - north) / (NORTH - SOUTH) * MAP_HEIGHT) for north in range(60, SOUTH, -30)]


@cache
def _centres() -> dict[str, tuple[float, float]]:
    frame = load().frames["country_centroids"]
    degrees = zip(frame["latitude"].astype(float), frame["longitude"].astype(float), strict=True)
    return dict(zip(frame["iso2"].tolist(), degrees, strict=True))


def history(rows: Iterable[Mapping[str, Any]], this: int) -> Markup:
    """The customer's orders by date (across) and TPP (up, square root); this case is the filled square.

    "" where fewer than two orders have a date and a TPP.
    """
    known = [each for each in rows if each["ordered"] and (each["tpp"] or 0) > 0]
    if len(known) < 2:
        return Markup("")
    days = [date.fromisoformat(each["ordered"]).toordinal() for each in known]
    first, last, most = min(days), max(days), max(each["tpp"] for each in known)
    drawn = [Markup('<line class="grid" x1="40" y1="125" x2="{}" y2="125"/>').format(PLOT_WIDTH)]
    for day, each in zip(days, known, strict=True):
        x = 50 + (PLOT_WIDTH - 70) * (day - first) / max(last - first, 1)
        y = 125 - 110 * (each["tpp"] / most) ** 0.5
        title = Markup("<title>{}: {}, TPP {:,.0f}, {}</title>").format(
            each["ordered"], each["order_id"], each["tpp"], each["state"]
        )
        if each["id"] == this:
            mark = Markup('<rect class="this" x="{:.0f}" y="{:.0f}" width="10" height="10">{}</rect>')
            drawn.append(mark.format(x - 5, y - 5, title))
        else:
            drawn.append(Markup('<circle cx="{:.0f}" cy="{:.0f}" r="4">{}</circle>').format(x, y, title))
    axis = Markup('<text x="0" y="20">{}</text><text x="50" y="143">{}</text><text x="{}" y="143" text-anchor="end">{}'
                  "</text>").format(
        f"{most:,.0f}", date.fromordinal(first).isoformat(), PLOT_WIDTH - 10, date.fromordinal(last).isoformat()
    )  # fmt: skip
    label = f"{len(known)} orders of this customer by date and TPP"
    return Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        PLOT_WIDTH, PLOT_HEIGHT, label, Markup("").join(drawn), axis
    )
