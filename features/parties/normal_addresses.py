"""An address as words and numbers: country cut off, floor, room and block in one form, abbreviations in full."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from features.orders.countries import aliases, country_key
from features.parties.normal_names import Spelling, Spelt, spelling
from features.parties.normal_scripts import latin, visible
from features.reference.tables import Tables, load

FLOOR = re.compile(
    r"\b(?:g|l)?\s?(\d{1,3})\s?/\s?f\b|\b(\d{1,3})(?:st|nd|rd|th)?[\s-]*(?:(?:floor|flr|fl)\b(?![\s.]*\d)|f\b)|\b(?:floor|flr|fl|level|f)\s?(\d{1,3})\b"
)
GROUND = re.compile(r"\bg\s?/\s?f\b|\bground\s+(?:floor|fl)\b")
ROOM = re.compile(
    r"\b(?:room|rooms|rm|rms|unit|units|flat|flt|suite|ste|apt|apartment|office|ofc|shop|workshop|ws|no\.?\s*room|kv)\.?\s*(?:no\.?|#)?\s?([a-z]?\d{1,5}[a-z]?)\b"
)
BLOCK = re.compile(
    r"\b(?:block|blk|blok|tower|twr|building|bldg|phase)\.?\s?([a-z]|\d{1,2})\b(?!\s*/)|\b([a-z]) ?(?:block|座)\b"
)
PO_BOX = re.compile(r"\bp\.?\s?o\.?\s?box\s*(?:no\.?)?\s*(\d+)|\bpost(?:al)? box\s*(\d+)")
BOX = re.compile(r"\bp\.?\s?o\.?\s?box\b|\bno\b")
SAYS = re.compile(r"[^\W\d_]{2}")
DOTS = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
TOKEN = re.compile(r"[a-z]+|[0-9]+(?:[a-z](?![a-z]))?")
RANGE = re.compile(r"(\d+)\s*[-\u2013&+]\s*(?=\d)")
COUNTRY_WORDS = 5  # at most in the name of a country at the end of an address
MOST = 24
LONGEST = 400
POSTAL = 5  # digits from which a number is no house number
LEAST_WORDS = 2  # that tell something: "St" alone is no address


@dataclass(frozen=True)
class Places:
    """What the tables say of addresses."""

    countries: Mapping[str, str]
    meant: Mapping[str, str]
    native: Mapping[str, str]
    told: Spelling


@dataclass(frozen=True)
class Placed:
    """An address in normal form; `numbers` are of the house, `inside` of floor, room and block."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    inside: frozenset[str]
    country: str

    @property
    def key(self) -> str:
        """Equal for addresses of the same words and numbers in any order; "" for less than an address."""
        if not self.numbers or len(self.words) + len(self.numbers) <= LEAST_WORDS:
            return ""
        return " ".join(sorted({*self.words, *self.numbers, *self.inside}))


def places(tables: Tables) -> Places:
    """The words of the tables address_synonyms and country_names."""
    synonyms = tables.frames["address_synonyms"]
    rows = dict(zip(synonyms["written"].astype(str), synonyms["meant"].astype(str), strict=True))
    told = spelling(tables)
    native = dict(told.native) | {key: value for key, value in rows.items() if not key.isascii()}
    return Places(aliases(tables.frames["country_names"]), rows, native, told)


@cache
def shipped() -> Places:
    """The places of the shipped tables."""
    return places(load())


def placed(addresses: Iterable[str], known: Places) -> list[Placed]:
    """The normal form of each address."""
    return [_one(address, known) for address in addresses]


def _one(address: str, known: Places) -> Placed:
    rest, country = _without_country(unicodedata.normalize("NFKC", address[:LONGEST]).casefold(), known)
    text = latin(visible(rest), known.native)
    inside: set[str] = set()
    boxes: set[str] = set()
    text = GROUND.sub(" ", text)
    for kind, pattern in (("box", PO_BOX), ("floor", FLOOR), ("room", ROOM), ("block", BLOCK)):
        for found in pattern.finditer(text):
            number = kind + next(group for group in found.groups() if group).lstrip("0")
            (boxes if kind == "box" else inside).add(number)
        text = pattern.sub(" ", text)
    text = DOTS.sub("", text)
    tokens = TOKEN.findall(RANGE.sub(r"\1 ", text.replace("'", "")))
    words = [known.meant.get(each, each) for each in tokens if not each[0].isdigit()]
    numbers = [each.lstrip("0") or "0" for each in tokens if each[0].isdigit()]
    inside |= {"post" + each for each in numbers if len(each) >= POSTAL}
    kept = [part for word in words for part in word.split() if part != "number"]
    house = boxes | {each for each in _numbered(numbers) if len(each.split("#")[0]) < POSTAL}
    return Placed(tuple(dict.fromkeys(kept))[:MOST], frozenset(house), frozenset(inside), country)


def _numbered(numbers: list[str]) -> list[str]:
    """A number that returns is told from its first appearance: "14, No. 14" has two."""
    return [
        each if numbers[:at].count(each) == 0 else f"{each}#{numbers[:at].count(each)}"
        for at, each in enumerate(numbers)
    ]


def _without_country(text: str, known: Places) -> tuple[str, str]:
    """The address without the country at its end, in any of its names; a road named after a country stays."""
    country = ""
    while True:
        words = re.split(r"([\s,;]+)", text.strip(" ,;."))
        for size in range(min(2 * COUNTRY_WORDS - 1, len(words) - 1), 0, -2):
            end, rest = "".join(words[-size:]), "".join(words[:-size])
            street = size == 1 and (len(end) == 1 or end in known.meant)  # "St" is a street before it is an island
            code = "" if street else known.countries.get(country_key(end), "")
            if code and "|" not in code and SAYS.search(BOX.sub("", rest)):
                text, country = rest, country or code
                break
        else:
            return text, country


def as_name(address: Placed) -> Spelt:
    """The address as words that can be held against other addresses."""
    return Spelt((*address.words, *sorted(each.replace("#", "") for each in address.numbers)), "")
