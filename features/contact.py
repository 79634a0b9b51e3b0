"""Signals of who writes: the contact's mail, telephone and website."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from features.charts import Chart
from features.declare import any_of, feature, three_valued
from features.known import Known
from features.lines import asked_once, treated_as
from features.reference.tables import STATES_KEPT, Tables

IN_PLACES = ("buyer_country", "end_user_country", "destination_country")
"""Where a contact may sit without a question: at the buyer's, the end user's, or where the goods go."""

SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"})
"""Labels that stand before a country's, as in co.jp: the name of the firm is the label before them."""

LONGEST_CODE = 4  # digits of a country code; of the North American plan with its area code


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="no-web-presence",
    fields=("website", "contact_email"),
    revision=1,
)
def no_web_presence(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer has no website and writes from a free mail domain; not evaluated unless either is stated."""
    free_mail = _is_free_mail(lines, known)
    website = lines["buyer_website"].notna()
    return three_valued(free_mail.fillna(False) & ~website, website | free_mail.notna())


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="personal-email",
    fields=("contact_email",),
    revision=1,
)
def writes_from_a_free_mail_domain(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The buyer's contact writes from a mail domain that anyone can get; not evaluated without mail address or date."""
    return _is_free_mail(lines, known)


def _is_free_mail(lines: pd.DataFrame, known: Known) -> pd.Series:
    """Whether the contact's domain is one that anyone can get; not evaluated without mail or date."""
    return _free_domains(known.tables).on(asked_once(mail_domain, lines["contact_email"]), lines["order_date"])


@lru_cache(maxsize=STATES_KEPT)
def _free_domains(tables: Tables) -> Chart:
    def free(domain: pd.Series, day: pd.Series) -> pd.Series:
        row = tables.on("free_mail", domain, day)
        return three_valued(row["source"].notna(), row["known"])

    return Chart.of("free_mail", tables, free)


def mail_domain(mails: pd.Series) -> pd.Series:
    """The domain of the first address in a cell, lower case; missing where it holds none."""
    return mails.str.lower().str.extract(r"@([^@\s<>;,]+)")[0].str.rstrip(".")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="mail-not-website",
    fields=("website", "contact_email"),
    revision=1,
)
def mail_domain_is_not_the_website(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The contact's company domain has another name than the website; not evaluated without both, or for free mail."""

    sender = asked_once(lambda mail: firm_label(mail_domain(mail)), lines["contact_email"])
    owner = asked_once(firm_label, lines["buyer_website"])
    company_mail = (~_is_free_mail(lines, known)).fillna(False)
    return three_valued(sender != owner, sender.notna() & owner.notna()).where(company_mail)


def firm_label(addresses: pd.Series) -> pd.Series:
    """The label of a domain or web address that names its owner: norrhall of www.norrhall.co.jp; missing without one.

    Domains of one owner in two countries bear the same label, so they are alike.
    """
    host = addresses.str.lower().str.replace(r"^[a-z]+://", "", regex=True).str.extract(r"^([^/:?#\s]+)")[0]
    return pd.Series([_owner(each) for each in host.fillna("")], index=addresses.index, dtype="str")


def _owner(host: str) -> str | None:
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2:
        return None
    del labels[-1]
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL:
        del labels[-1]
    return labels[-1].replace("-", "")


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="phone-elsewhere",
    fields=("contact_phone", "buyer_country", "end_user_country", "destination_country"),
    revision=1,
)
def telephone_is_of_another_country(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The contact's number has the code of a country that no party and no goods are in; not evaluated without a code.

    Nor while one of these countries is not stated, unless the number is of another one of them.
    """
    places = asked_once(
        lambda phone, day: places_of_number(phone, day, known.tables), lines["contact_phone"], lines["order_date"]
    )
    away = [asked_once(lambda place, of: _is_away(place, of, known.tables), lines[name], places) for name in IN_PLACES]
    at_home = any_of((~each).fillna(False) for each in away)
    return (away[0] & away[1] & away[2]).mask(at_home.astype(bool), False)


def places_of_number(phones: pd.Series, dates: pd.Series, tables: Tables) -> pd.Series:
    """The places that share a number's code, ";"-separated; missing without "+" or "00", and for toll-free numbers."""
    digits = phones.str.replace(r"[^\d+]", "", regex=True).str.extract(r"^(?:\+|00)(\d{4,})")[0]
    places = pd.Series(index=phones.index, dtype="str")
    undecided = digits.notna()
    for length in range(LONGEST_CODE, 0, -1):
        row = tables.on("calling_codes", digits.str[:length].where(undecided), dates)
        places = places.fillna(row["places"])
        undecided &= row["places"].isna()
    return places.where(places != "")


def _is_away(place: pd.Series, places: pd.Series, tables: Tables) -> pd.Series:
    """Whether a place is none of a ";"-separated list, territories taken for their parent."""
    each = places.str.split(";").explode()
    theirs = treated_as(each.astype("str"), tables)
    here = treated_as(place, tables).reindex(each.index)
    among = ((here == theirs) & theirs.notna()).groupby(level=0).any()
    return three_valued(~among, place.notna() & places.notna())


FEATURES = (
    no_web_presence,
    writes_from_a_free_mail_domain,
    mail_domain_is_not_the_website,
    telephone_is_of_another_country,
)
