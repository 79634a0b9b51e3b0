"""Listed names as orders may write them, in 21 kinds, and ordinary names that no list holds; all drawn from one seed.

Longer than 250 lines: 21 kinds of variation, each a few lines, and the ordinary names beside them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from features.parties.screening.entries import Listed

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FORMS = {
    "ltd": ["Limited", "Ltd.", "LTD", "Co Ltd", "Company Limited"],
    "limited": ["Ltd", "Ltd.", "LTD."],
    "llc": ["L.L.C.", "Limited Liability Company", "LLC."],
    "ooo": ["LLC", "O.O.O.", "Limited Liability Company", "Obshchestvo s ogranichennoy otvetstvennostyu"],
    "ao": ["JSC", "Aktsionernoe obshchestvo", "AO."],
    "oao": ["OJSC", "JSC", "Otkrytoe aktsionernoe obshchestvo"],
    "pao": ["PJSC", "Publichnoe aktsionernoe obshchestvo"],
    "jsc": ["Joint Stock Company", "J.S.C.", "AO"],
    "corporation": ["Corp", "Corp.", "Inc."],
    "corp": ["Corporation", "Inc"],
    "inc": ["Incorporated", "Corp."],
    "company": ["Co.", "Co", "Company Ltd"],
    "co": ["Company", "Co. Ltd."],
    "gmbh": ["Gesellschaft mit beschränkter Haftung", "GmbH & Co KG"],
    "sa": ["S.A.", "SA de CV"],
}
SHORTER = {
    "technology": ["Tech", "Tech."], "technologies": ["Tech", "Technol."], "international": ["Intl", "Int'l"],
    "electronics": ["Elec.", "Electr."], "trading": ["Trdg", "Trad."], "industry": ["Ind."],
    "industries": ["Ind.", "Inds"],
    "engineering": ["Eng.", "Engg"], "development": ["Dev.", "Devt"], "manufacturing": ["Mfg", "Mfg."],
    "research": ["Res.", "Rsch"], "institute": ["Inst.", "Inst"], "corporation": ["Corp"], "company": ["Co"],
    "limited": ["Ltd"], "group": ["Grp", "Gp"], "import": ["Imp."], "export": ["Exp."], "university": ["Univ.", "Uni"],
    "science": ["Sci."], "sciences": ["Sci."], "equipment": ["Equip.", "Eqpt"], "communications": ["Comm.", "Comms"],
    "communication": ["Comm"], "systems": ["Sys.", "Sys"], "services": ["Svcs", "Srvs"], "management": ["Mgmt"],
    "aviation": ["Avn", "Avia"], "shipping": ["Shpg"], "national": ["Nat'l", "Natl"], "general": ["Gen."],
    "transport": ["Trans."], "construction": ["Constr."], "investment": ["Inv.", "Invest."], "laboratory": ["Lab"],
    "center": ["Ctr"], "centre": ["Ctr"], "factory": ["Fty"], "machinery": ["Mach."], "petroleum": ["Petr."],
    "department": ["Dept."], "association": ["Assn", "Assoc."], "holding": ["Hldg"], "holdings": ["Hldgs"],
}  # fmt: skip
CITIES = ("Shanghai", "Dubai", "Moscow", "Istanbul", "Singapore", "Hong Kong", "Shenzhen", "Kuala Lumpur", "Beijing")
STREETS = ("Nathan Road", "King Street", "Jalan Ampang", "Leninsky Prospekt", "Zhongshan Road", "Al Maktoum Road")
LOOKS = {"a": "а", "o": "о"}
ROMANISED = [
    ("shch", "sch"), ("kh", "h"), ("iy", "y"), ("yy", "y"), ("y", "i"), ("ya", "ia"), ("yu", "iu"), ("zh", "j"),
    ("ts", "c"), ("ye", "e"), ("v", "w"), ("ks", "x"), ("ei", "ey"), ("oe", "oye"),
]  # fmt: skip
WADE = [
    ("zh", "ch"), ("x", "hs"), ("q", "ch'"), ("ong", "ung"), ("gu", "ku"), ("j", "ch"), ("d", "t"), ("b", "p"),
    ("z", "ts"), ("si", "szu"),
]  # fmt: skip
ARABIC = [
    tuple(each.split(">"))
    for each in [
        "mohammad>muhammed",
        "muhammad>mohamed",
        "ahmad>ahmed",
        "hussein>hossain",
        "husayn>hussein",
        "hasan>hassan",
        "yusuf>youssef",
        "ou>u",
        "q>k",
        "ee>i",
        "dh>d",
        "aa>a",
        "ei>ey",
        "ks>x",
        "ya>ia",
        "iy>y",
        "kh>h",
        "y>i",
        "oo>u",
        "ii>i",
        "ch>tch",
        "j>dj",
        "sh>ch",
        "gh>g",
        "c>k",
        "z>s",
        "w>v",
        "ll>l",
        "ss>s",
        "ph>f",
    ]
]
CYRILLIC = [
    tuple(each.split(">"))
    for each in [
        "shch>щ",
        "zh>ж",
        "kh>х",
        "ts>ц",
        "ch>ч",
        "sh>ш",
        "yu>ю",
        "ya>я",
        "yo>ё",
        "ye>е",
        "a>а",
        "b>б",
        "v>в",
        "g>г",
        "d>д",
        "e>е",
        "z>з",
        "i>и",
        "y>й",
        "k>к",
        "l>л",
        "m>м",
        "n>н",
        "o>о",
        "p>п",
        "r>р",
        "s>с",
        "t>т",
        "u>у",
        "f>ф",
        "h>х",
        "c>к",
        "j>дж",
        "w>в",
        "x>кс",
        "q>к",
    ]
]
RUSSIAN_FORMS = {"ooo": "ООО", "oao": "ОАО", "pao": "ПАО", "ao": "АО", "zao": "ЗАО", "npo": "НПО"}


@dataclass(frozen=True)
class Drawn:
    """Queries with the entries each was made from, and the aliases that the index may not know."""

    queries: pd.DataFrame  # kind, text, entry
    held_back: pd.Index


def drawn(listed: Listed, seed: int, each: int = 120, native: pd.DataFrame | None = None) -> Drawn:
    """`each` queries of every kind, made from names of the list; `native` holds English and Chinese names."""
    draw = random.Random(seed)  # noqa: S311 -- a benchmark, no secret
    names = listed.names[listed.names["strength"].isin(["primary", "alias"])].copy()
    names["type"] = listed.entries["type"].to_numpy()[names["entry"]]
    names["code"] = listed.entries["list_code"].to_numpy()[names["entry"]]
    names["words"] = names["text"].str.split().str.len()
    firm = (names["type"] == "Entity") | names["code"].isin(["EL", "MEU", "UVL"])
    firms, persons = names[firm & (names["words"] >= 2)], names[(names["type"] == "Individual") & (names["words"] >= 2)]
    places = listed.entries["countries"].to_numpy()
    china = firms[[any(c in places[e] for c in ("CN", "HK")) for e in firms["entry"]]]
    russia = firms[
        firms["text"].str.contains(r"(?i)\b(?:ooo|oao|pao|ao|zao|npo|zavod|obshch|nauchno)\b|ogran|oye\b|iy\b")
    ]
    rows: list[tuple[str, str, int]] = []

    def add(kind: str, pool: pd.DataFrame, change: Callable[[random.Random, str], str | None]) -> None:
        made, order = 0, draw.sample(range(len(pool)), len(pool))
        for at in order:
            text, entry = str(pool["text"].iloc[at]), int(pool["entry"].iloc[at])
            new = change(draw, text)
            if new and new != text and len(new) > 2:
                rows.append((kind, new, entry))
                made += 1
            if made == each:
                return

    add("case, punctuation", firms, _case)
    add("one typo", firms, lambda d, t: _typo(d, t))
    add("two typos", firms, lambda d, t: _typo(d, _typo(d, t)))
    add("word order", firms, _order)
    add("company suffix changed", firms, _form)
    add("abbreviated words", firms, _shorter)
    add("one word missing", firms[firms["words"] >= 3], _missing)
    add("branch or city added", firms, _branch)
    add("spacing", firms, _spacing)
    add("Russian romanisation", russia, lambda d, t: _respelt(d, t, ROMANISED))
    add("Chinese romanisation", china, _chinese)
    add("acronym only", firms[firms["words"] >= 4], _acronym)
    short = names[names["text"].str.fullmatch(r"[A-Z0-9]{3,5}")]
    add("short listed name", short, lambda d, t: t.lower() if d.random() < 0.5 else t + " Ltd")
    add("homoglyphs", firms, _looks)
    add("address in the name field", firms, _address)
    held = _held_back(listed, firms, draw, each)
    rows += [("alias not in the list", str(names["text"][at]), int(names["entry"][at])) for at in held]
    add("Cyrillic spelling", russia, _cyrillic)
    if native is not None:
        rows += _native(listed, native)
    add("person, order", persons, _order)
    add("person, typo", persons, lambda d, t: _typo(d, t))
    add("person, romanisation", persons, lambda d, t: _respelt(d, t, ARABIC))
    return Drawn(pd.DataFrame(rows, columns=["kind", "text", "entry"]), pd.Index(held))


def _case(draw: random.Random, text: str) -> str:
    changed = draw.choice([text.lower, text.title, text.upper])()
    return changed.replace(",", "").replace(".", "") if draw.random() < 0.5 else changed.replace(" ", "  ", 1) + "."


def _typo(draw: random.Random, text: str) -> str:
    places = [at for at, each in enumerate(text) if each.isalpha()]
    if len(places) < 4:
        return text
    at, how = draw.choice(places[1:]), draw.randrange(4)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + draw.choice(LETTERS) + text[at:]
    if how == 2:
        return text[:at] + draw.choice(LETTERS) + text[at + 1 :]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def _order(draw: random.Random, text: str) -> str:
    words = text.replace(",", "").split()
    draw.shuffle(words)
    return " ".join(words)


def _form(draw: random.Random, text: str) -> str | None:
    words = text.split()
    for at in (len(words) - 1, 0):
        form = words[at].lower().replace(".", "").strip(",")
        if form in FORMS:
            words[at] = draw.choice(FORMS[form])
            return " ".join(words)
    return None


def _shorter(draw: random.Random, text: str) -> str | None:
    words = text.split()
    places = [at for at, word in enumerate(words) if word.lower().strip(",.") in SHORTER]
    for at in places:
        words[at] = draw.choice(SHORTER[words[at].lower().strip(",.")])
    return " ".join(words) if places else None


def _missing(draw: random.Random, text: str) -> str:
    words = text.split()
    del words[draw.randrange(1, len(words))]
    return " ".join(words)


def _branch(draw: random.Random, text: str) -> str:
    city = draw.choice(CITIES)
    return draw.choice([f"{text} ({city} Branch)", f"{text} - {city}", f"{text}, {city} Office", f"{text} {city}"])


def _spacing(draw: random.Random, text: str) -> str | None:
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if draw.random() < 0.5 and len(words) >= 2:
        at = draw.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
        return " ".join(words)
    if not long:
        return None
    at = draw.choice(long)
    cut = draw.randrange(2, len(words[at]) - 2)
    words[at] = f"{words[at][:cut]} {words[at][cut:]}"
    return " ".join(words)


def _respelt(draw: random.Random, text: str, pairs: list[tuple[str, ...]]) -> str | None:
    found = [pair for pair in pairs if pair[0] in text.lower()]
    changed = text.lower()
    for old, new in draw.sample(found, min(2, len(found))):
        changed = changed.replace(old, new)
    return changed.title() if found else None


def _chinese(draw: random.Random, text: str) -> str | None:
    words = text.split()
    own = [at for at, word in enumerate(words[:2]) if re.fullmatch("[A-Z][a-z]{3,}", word)]
    if not own:
        return None
    at = draw.choice(own)
    found = [pair for pair in WADE if pair[0] in words[at].lower()]
    if not found:
        return None
    old, new = draw.choice(found)
    words[at] = words[at].lower().replace(old, new, 1).capitalize()
    return " ".join(words)


def _acronym(draw: random.Random, text: str) -> str | None:
    words = [word for word in re.findall(r"[A-Za-z]+", text) if word.lower() not in ("of", "and", "the", "for")]
    return "".join(word[0] for word in words).upper() if 4 <= len(words) <= 7 else None


def _looks(draw: random.Random, text: str) -> str | None:
    changed = "".join(LOOKS.get(each, each) for each in text.lower())
    return changed if changed != text.lower() else None


def _address(draw: random.Random, text: str) -> str:
    number = draw.randrange(1, 300)
    where = draw.choice([f"No. {number} ", f"Room {number}, ", f"{number} ", f"Unit {number}, "])
    return f"{text}, {where}{draw.choice(STREETS)}, {draw.choice(CITIES)}"


def _cyrillic(draw: random.Random, text: str) -> str:
    words = [RUSSIAN_FORMS.get(word, word) for word in text.lower().split()]
    out = []
    for word in words:
        if word.isascii():
            for old, new in CYRILLIC:
                word = word.replace(old, new)
        out.append(word)
    return " ".join(out)


def _held_back(listed: Listed, firms: pd.DataFrame, draw: random.Random, each: int) -> list[int]:
    aliases = firms[firms["strength"] == "alias"]
    several = aliases[aliases.groupby("entry")["entry"].transform("size") >= 1]
    return sorted(draw.sample(list(several.index), min(each, len(several))))


def _native(listed: Listed, native: pd.DataFrame) -> list[tuple[str, str, int]]:
    by_name = dict(zip(listed.entries["name"], listed.entries.index, strict=True))
    rows = [("Chinese characters", str(row.native), by_name[str(row.english)]) for row in native.itertuples()
            if str(row.english) in by_name]  # fmt: skip
    return list(dict.fromkeys(rows))[:36]


SYLLABLES = [
    "an",
    "bai",
    "bao",
    "bei",
    "chang",
    "cheng",
    "chuan",
    "da",
    "dong",
    "fei",
    "feng",
    "fu",
    "gang",
    "guang",
    "hai",
    "han",
    "hao",
    "he",
    "heng",
    "hong",
    "hua",
    "huan",
    "hui",
    "ji",
    "jia",
    "jian",
    "jin",
    "jing",
    "ju",
    "kai",
    "kang",
    "ke",
    "lan",
    "li",
    "lian",
    "ling",
    "long",
    "lu",
    "mei",
    "min",
    "ming",
    "nan",
    "ning",
    "peng",
    "qi",
    "qing",
    "rong",
    "rui",
    "sen",
    "shan",
    "sheng",
    "shi",
    "shun",
    "tai",
    "tang",
    "tian",
    "tong",
    "wan",
    "wei",
    "wen",
    "xiang",
    "xin",
    "xing",
    "xu",
    "yang",
    "yi",
    "ying",
    "yong",
    "yu",
    "yuan",
    "yun",
    "ze",
    "zhen",
    "zheng",
    "zhi",
    "zhong",
]
TRADES = ("Electronics", "Technology", "Trading", "Import & Export", "Logistics", "Industrial", "Optoelectronics",
          "Information Technology", "Semiconductor", "Machinery", "Plastics", "Garment", "Medical Supply")  # fmt: skip
TOWNS = ("Shenzhen", "Guangzhou", "Dongguan", "Shanghai", "Hong Kong", "Suzhou", "Ningbo", "Xiamen", "Wuhan", "Foshan")
GIVEN = [
    "Anna",
    "Piotr",
    "Lucas",
    "Maria",
    "Chen",
    "Wei",
    "Ibrahim",
    "Fatima",
    "John",
    "Olga",
    "Diego",
    "Yuki",
    "Amina",
    "Karl",
    "Sofia",
    "Ivan",
    "Priya",
    "Thomas",
    "Aisha",
    "Henrik",
    "Carmen",
    "Ahmed",
    "Elena",
    "Paulo",
    "Linh",
    "Omar",
    "Grace",
    "Viktor",
    "Leila",
    "Marco",
]
FAMILY = [
    "Abrahamsen",
    "Kowalska",
    "Wheeler",
    "Ferreira",
    "Lindqvist",
    "Okafor",
    "Tanaka",
    "Haddad",
    "Petersen",
    "Moreau",
    "Nakagawa",
    "Salonen",
    "Bianchi",
    "Novotny",
    "Achterberg",
    "Mbeki",
    "Rosales",
    "Thapa",
    "Quintero",
    "Steiner",
    "Demir",
    "Osei",
    "Varga",
    "Lim",
    "Nguyen",
    "Castellano",
    "Ekström",
    "Boateng",
    "Whitcombe",
    "Zielinski",
]


def ordinary(seed: int, companies: list[str], each: int = 600) -> pd.DataFrame:
    """Clean names: given companies, the same with address or branch, Chinese firms of syllables, persons."""
    draw = random.Random(seed + 1)  # noqa: S311
    real = draw.sample(companies, min(each, len(companies))) if companies else [_invented(draw) for _ in range(each)]
    rows = [("company", name) for name in real]
    more = [draw.choice(real) for _ in range(each // 2)]
    rows += [("company with address or branch", draw.choice([_address, _branch])(draw, name)) for name in more]
    rows += [("Chinese firm", _chinese_firm(draw)) for _ in range(each)]
    rows += [("person", f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}") for _ in range(each)]
    return pd.DataFrame(rows, columns=["kind", "text"]).drop_duplicates("text", ignore_index=True)


def _chinese_firm(draw: random.Random) -> str:
    brand = "".join(draw.sample(SYLLABLES, draw.choice([2, 2, 3]))).capitalize()
    return f"{draw.choice(TOWNS)} {brand} {draw.choice(TRADES)} Co., Ltd."


def _invented(draw: random.Random) -> str:
    brand = "".join(draw.choice(["ta", "lo", "mi", "ren", "vor", "sel", "gra", "pen", "dal", "ber"]) for _ in range(3))
    return f"{brand.capitalize()} {draw.choice(TRADES)} {draw.choice(['Inc.', 'GmbH', 'Ltd', 'Corp'])}"
