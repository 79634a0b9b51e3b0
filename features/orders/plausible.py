"""A reading of bytes is plausible when it uses the common characters of its script; a wrong one has rare ones."""

import re
from collections.abc import Callable

from features.orders.frequent import CHINESE, JAPANESE, KOREAN

NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x19\x7f-\x9f\ue000-\uf8ff\ufffd]")  # 0x1A ends files of old systems
FAIR, POOR = 0.6, 0.2  # a character of the basic set of its script; one that is possible and seldom
MARKS = frozenset("、。・「」『』【】（）〔〕《》〈〉：；，．！？ー―—～〜…“”‘’·※○●◎△▲□■◇◆→№㈱㈜㊞々〆ヶ　￥")
QUOTES = "‘’“”„«»–—…"
LATIN = frozenset("ÄÖÜäöüßÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛàáâãåæçèéêëìíîïñòóôõøùúûýŠšŽžŒœŸ€£§°²³µ–—‘’“”„…•™®©«»½¼¾±×·¡¿ªº´\xa0")


def plausibility(text: str, encoding: str) -> float:
    """The mean over all other than ASCII characters, 0 to 1; 1 when there are none, 0 when it cannot be text.

    An East Asian character on the heels of a small Latin letter is poor: so does an accented letter read wrongly look.
    """
    if NOT_TEXT.search(text):
        return 0.0
    if encoding == "cp1252":
        runs = re.findall(r"[^\x00-\x7f]+", text)
        length = sum(map(len, runs))
        return sum(map(_western, runs)) / length if length else 1.0
    judge = GUESSED.get(encoding)
    other = [
        (before, character) for before, character in zip(" " + text, text, strict=False) if not character.isascii()
    ]
    if judge is None or not other:
        return 1.0
    return sum(POOR if "a" <= before <= "z" else judge(character) for before, character in other) / len(other)


def _western(run: str) -> float:
    """Western words hold one or two accented letters side by side; a run of capitals and signs is another script."""
    if len(run) > 2:
        return 0.0
    known = sum(character in LATIN for character in run)
    letters = "".join(character for character in run.strip(QUOTES) if character.isalpha())
    alike = (
        len(run) == 1
        or not letters
        or (len(letters) == len(run.strip(QUOTES)) and letters.islower() | letters.isupper())
    )
    return float(known) if alike else known * POOR


def _chinese(character: str) -> float:
    if character in CHINESE or character in MARKS or "！" <= character <= "～":
        return 1.0
    lead = _lead(character, "gb2312")
    return FAIR if 0xB0 <= lead <= 0xD7 else POOR if lead >= 0xD8 else 0.0  # level 1, level 2 of GB/T 2312


def _japanese(character: str) -> float:
    if "ぁ" <= character <= "ヺ" or character in JAPANESE or character in MARKS or "！" <= character <= "～":
        return 1.0
    lead = _lead(character, "cp932")
    if lead < 0x81 or 0xA0 <= lead <= 0xDF:  # kana of half width: also what Latin letters turn into
        return POOR
    return FAIR if 0x88 <= lead <= 0x98 else 0.0  # level 1 of JIS X 0208


def _korean(character: str) -> float:
    if character in KOREAN or character in MARKS:
        return 1.0
    return FAIR if 0xB0 <= _lead(character, "euc_kr") <= 0xC8 else 0.0  # the syllables of KS X 1001


def _lead(character: str, encoding: str) -> int:
    """The first byte of a character in an encoding, 0 when it has none."""
    return (character.encode(encoding, "ignore") or b"\0")[0]


GUESSED: dict[str, Callable[[str], float] | None] = {
    "gb18030": _chinese,
    "cp932": _japanese,
    "cp949": _korean,
    "cp1252": None,
}
"""The encodings that are tried, each with the judge of its characters; Western text is judged by runs."""
