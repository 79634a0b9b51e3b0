"""The names that one cell of an order may hold: labels, addresses, branches, care-of and former names taken apart."""

from __future__ import annotations

import re

LABEL = re.compile(
    r"^\s*(?:(?:field|box|line|item)\s*\d+|shipper|consignee|buyer|seller|notify(?: party)?|end[ -]?user|forwarder|"
    r"payer|customer|bill to|ship to|sold to|deliver to|attn|attention|name|company|party|to)\s*[:#]\s*"
    r"|^\s*(?:messrs|m/s)\.?[\s:]+|^\s*m/[vt]\.?\s+|^\s*(?:the )?so-called\s+",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"[,;\n]\s*(?:no\.?\s*\d|#?\d|(?:room|rm|unit|flat|suite|ste|floor|office no|building|bldg|block|blk|plot|shop|"
    r"house|p\.?\s?o\.?\s?box|warehouse|level|lot|km|street|st|ul|ulitsa|prospekt|jalan)\b\.?\s*[#\w-]*\d).*$"
    r"|\s+(?:room|rm|unit|flat|suite)\s+\d.*$|[,;]\s*\d{1,5}\s.*$",
    re.IGNORECASE | re.DOTALL,
)
CARE_OF = re.compile(r"[,;]?\s+\(?(?:c/o|care of|on behalf of|o/b/o|p\.p\.)\)?[\s:]+", re.IGNORECASE)
OTHER_NAME = re.compile(
    r"[,;]?\s*[\s(](?:a[./]?k[./]?a|f[./]?k[./]?a|n[./]?k[./]?a|d[./]?b[./]?a|t/a|trading as|doing business as|"
    r"also known as|formerly known as|formerly|previously|ex)\b[-.:\s]+",
    re.IGNORECASE,
)
BRANCH = re.compile(
    r"\s*\([^()]*(?:branch|office|division|dept|department|factory|warehouse|plant|flag|rep\.?)\b[^()]*\)\s*$"
    r"|\s*(?:[,;]|\s[-\u2013])\s*[\w .'-]{2,30}?\s(?:branch|office|rep office|division|site)\.?\s*$"
    r"|\s+[-\u2013]\s+[\w .'-]{3,30}$",
    re.IGNORECASE,
)
BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
LONGEST = 400


def variants(cell: str, countries: frozenset[str] = frozenset()) -> dict[str, str]:
    """Every name that may stand in the cell, with its shape; all of them are screened and the best hit counts.

    "whole" is the cell itself; "cleaned" lost a label, an address or what stands before and after "c/o"; "shortened"
    lost a branch or a bracket, which may be another firm. A bracket that holds one of `countries` stays: it tells
    sister companies apart.

    >>> variants("Norrhall Ltd (Kisumu Branch)")
    {'Norrhall Ltd (Kisumu Branch)': 'whole', 'Norrhall Ltd': 'shortened'}
    """
    text = cell[:LONGEST]
    found = {text: "whole"}
    plain = LABEL.sub("", text)
    for piece in CARE_OF.split(plain):
        for name in OTHER_NAME.split(piece):
            short = _tidy(ADDRESS.sub("", name))
            for each in (_tidy(name), short):
                if len(each) > 1:
                    found.setdefault(each, "cleaned")
            for each in (_tidy(BRANCH.sub("", short)), _tidy(_without_brackets(short, countries))):
                if len(each) > 2:
                    found.setdefault(each, "shortened")
    return found


def _without_brackets(name: str, countries: frozenset[str]) -> str:
    return BRACKET.sub(lambda met: met[0] if met[0].strip(" ()[]").lower() in countries else "", name)


def _tidy(name: str) -> str:
    tidied = name.strip(" ,;:-\u2013\n\t")
    return tidied[:-1] if tidied.endswith(")") and "(" not in tidied else tidied
