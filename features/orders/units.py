"""What may stand beside an amount: a unit of the field, which is converted, or a currency, which is left out."""

from decimal import Decimal

from features.orders.cells import Fault
from features.orders.fields import Field

# ISO 4217 codes in force, with CNH and RMB, which invoices use for the yuan
CURRENCIES = frozenset(  # a list literal would stand one code a line
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG""".split()  # noqa: SIM905
)
SIGNS = frozenset({"$", "US$", "HK$", "NT$", "S$", "A$", "C$", "R$", "€", "£", "¥", "₩", "₹", "₽", "₺", "₫", "฿", "₪"})
SIGNS |= {"RM", "KR", "FR", "元", "円", "원"}
DOLLARS = frozenset({"", "$", "US$", "USD"})  # what may stand beside an amount in a column of US dollars
MONEY = frozenset({"currency", "USD"})
ONE, POUND = Decimal(1), Decimal("0.45359237")
UNITS: dict[
    str, dict[str, Decimal]
] = {  # words that may stand in the cell, and what they are worth in the field's unit
    "MW": {"mw": ONE, "kw": Decimal("0.001"), "gw": Decimal(1000), "w": Decimal("0.000001")},
    "kg": {"kg": ONE, "kgs": ONE, "g": Decimal("0.001"), "t": Decimal(1000), "lb": POUND, "lbs": POUND},
    "1": {"%": Decimal("0.01")},
    "%": {"%": ONE},
    "pieces": dict.fromkeys(("pc", "pcs", "piece", "pieces", "ea", "each", "unit", "units"), ONE),
    "chips": dict.fromkeys(("chip", "chips", "gpu", "gpus"), ONE),
}
NO_NUMBER = Fault("is not a number", "write digits with a decimal point, such as 1250.50")
OTHER_CURRENCY = Fault("is not in US dollars", "convert it, or put it in line_value with its currency")


def factor_of(words: tuple[str, str], field: Field) -> Decimal | Fault:
    """What the words around the digits are worth: a unit of the field, or a currency, which is left out."""
    factor = ONE
    for word in filter(None, words):
        money = field.unit in MONEY and (word.upper() in CURRENCIES or word.upper() in SIGNS)
        if not money and word.casefold() not in UNITS.get(field.unit, {}):
            return NO_NUMBER
        if money and field.unit == "USD" and word.upper() not in DOLLARS:
            return OTHER_CURRENCY
        factor = ONE if money else UNITS[field.unit][word.casefold()]
    return factor
