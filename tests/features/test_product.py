"""From part number or description to chip, count and class; figures decide, unknown stays unknown, every rule dated."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from features.known import Known
from features.lines import with_facts
from features.product import (
    description_does_not_fit_the_part,
    price_is_out_of_range,
    stated_class,
    tpp_of_the_line,
)
from features.reference.tables import Tables

Facts = Callable[..., pd.Series]
NO_DESCRIPTION = {"item_description": "", "eccn": "", "hs_code": "", "manufacturer": ""}
UNKNOWN_PART = {"part_number": "XQ-1", **NO_DESCRIPTION}
DATA = os.environ.get("DIVERSION_DATA")


@pytest.fixture(scope="session")
def facts(order: Callable[..., pd.DataFrame], known: Callable[..., Known]) -> Facts:
    """The plain line with some cells changed and the facts its part adds; no description, no ECCN."""
    here = known()
    return lambda **cells: with_facts(order(**(NO_DESCRIPTION | cells)), here).iloc[0]


def classes(lines: pd.DataFrame, known: Known) -> list[str]:
    return with_facts(lines, known)["chip_class"].tolist()


# The class of every chip


def by_the_order_of_decision(tpp: float, density: float, data_centre: str) -> str:
    """Class from 17 November 2023, decided step by step as a reader of 3A090 would."""
    if pd.isna(tpp):
        return "unknown"
    if tpp >= 4800:
        return "a"
    if data_centre == "no" or tpp < 1600:
        return "neither"
    if pd.isna(density):
        return "unknown"
    if density >= 5.92:
        return "a"
    return "b" if density >= 3.2 or (tpp >= 2400 and density >= 1.6) else "neither"


def test_every_chip_of_the_table_has_the_class_its_figures_say(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known], tables: Tables
) -> None:
    chips = tables.frames["chips"]
    aliases = tables.frames["chip_names"].query("unit == 'chip'").drop_duplicates("chip").set_index("chip")["alias"]
    rows = [{"part_number": aliases[chip], "order_date": "2026-01-01"} | NO_DESCRIPTION for chip in chips["chip"]]
    found = with_facts(orders(*rows), known())
    assert found["chip"].tolist() == chips["chip"].tolist()
    numbers = chips[["tpp", "performance_density"]].apply(pd.to_numeric)
    figures = numbers.assign(data_centre=chips["data_centre"]).itertuples(index=False)
    assert found["chip_class"].tolist() == [by_the_order_of_decision(*each) for each in figures]


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="data: set DIVERSION_DATA to the folder of the chip source table")
def test_every_chip_has_the_class_its_source_table_states(
    orders: Callable[..., pd.DataFrame], known: Callable[..., Known]
) -> None:
    table = pd.read_csv(Path(str(DATA)) / "chips.csv", dtype="str", keep_default_na=False)
    rows = [{"part_number": name, "order_date": "2026-01-01"} | NO_DESCRIPTION for name in table["name"]]
    rows = [row | {"manufacturer": vendor} for row, vendor in zip(rows, table["vendor"], strict=True)]
    found = with_facts(orders(*rows), known())
    assert dict(zip(table["name"], found["chip"], strict=True)) == dict(zip(table["name"], table["name"], strict=True))
    stated = table["classification"].str.extract(r"^(?:3A090\.)?(a|b|neither|unknown)")[0]
    assert dict(zip(table["name"], found["chip_class"], strict=True)) == dict(zip(table["name"], stated, strict=True))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param("H20 SXM 96GB", "neither", id="H20 lies below every limb, whatever trackers say"),
        pytest.param("NVIDIA L4", "a", id="L4 is small and cheap, and .a by density"),
        pytest.param("NVIDIA A10", "neither", id="A10 lies 1 % under the density line"),
        pytest.param("NVIDIA L20", "neither", id="L20 lies 2 % under the density line"),
        pytest.param("NVIDIA A30", "b", id="A30 is .b by the middle limb"),
        pytest.param("NVIDIA A40", "b", id="A40 is .b by density below 2400 TPP"),
        pytest.param("GeForce RTX 4090", "a", id="a game card is .a by TPP alone"),
        pytest.param("GeForce RTX 4090 D", "neither", id="its D version lies just under 4800"),
        pytest.param("Instinct MI325X", "a", id="MI325X is .a"),
        pytest.param("Ascend 910B", "a", id="a chip designed in China is classed like any other"),
    ],
)
def test_the_chips_that_naive_code_gets_wrong(facts: Facts, part: str, expected: str) -> None:
    assert facts(part_number=part)["chip_class"] == expected


@pytest.mark.parametrize(
    ("tpp", "density", "expected"),
    [
        pytest.param("4799", "1", "neither", id="one TPP below 4800, thin"),
        pytest.param("4799", "1.6", "b", id="one TPP below 4800 is still the middle limb"),
        pytest.param("4800", "0.1", "a", id="4800 TPP is .a at any density"),
        pytest.param("4801", "", "a", id="above 4800 TPP the density is not needed"),
        pytest.param("1599", "9", "neither", id="one TPP below 1600 at any density"),
        pytest.param("1600", "5.92", "a", id="1600 TPP at density 5.92 is .a"),
        pytest.param("1600", "5.91", "b", id="just under density 5.92 is .b"),
        pytest.param("1601", "5.93", "a", id="just above both bounds of the density limb"),
        pytest.param("1600", "3.2", "b", id="1600 TPP at density 3.2 is .b"),
        pytest.param("1600", "3.19", "neither", id="just under density 3.2 below 2400 TPP"),
        pytest.param("1600", "3.21", "b", id="just above density 3.2"),
        pytest.param("1599", "3.2", "neither", id="density 3.2 one TPP below 1600"),
        pytest.param("2399", "1.6", "neither", id="one TPP below the middle limb"),
        pytest.param("2400", "1.6", "b", id="2400 TPP at density 1.6 is .b"),
        pytest.param("2401", "1.61", "b", id="just inside the middle limb"),
        pytest.param("2400", "1.59", "neither", id="just under density 1.6"),
        pytest.param("1600", "", "unknown", id="density not stated between the limits is open"),
        pytest.param("1599", "", "neither", id="density is not needed below 1600 TPP"),
        pytest.param("", "9", "unknown", id="density without TPP says nothing"),
    ],
)
def test_the_limits_of_the_control(facts: Facts, tpp: str, density: str, expected: str) -> None:
    line = facts(part_number="XQ-1", tpp=tpp, performance_density=density)
    assert line["chip_class"] == expected


@pytest.mark.parametrize(
    ("part", "date", "expected"),
    [
        pytest.param("H100", "2022-10-06", "neither", id="no chip control the day before it began"),
        pytest.param("H100", "2022-10-07", "unknown", id="the first rule also asked for 600 GB/s: not shown by TPP"),
        pytest.param("H100", "2022-10-08", "unknown", id="the day after the first rule"),
        pytest.param("H100", "2023-11-16", "unknown", id="the last day of the first rule"),
        pytest.param("H100", "2023-11-17", "a", id="the day the present limits began"),
        pytest.param("H100", "2023-11-18", "a", id="the day after the present limits began"),
        pytest.param("NVIDIA L4", "2023-11-16", "neither", id="no density limb before November 2023"),
        pytest.param("NVIDIA L4", "2023-11-17", "a", id="the density limb from its first day"),
        pytest.param("NVIDIA A30", "2023-11-16", "neither", id="no .b item before November 2023"),
        pytest.param("NVIDIA A30", "2023-11-17", "b", id="the .b limbs from their first day"),
        pytest.param("NVIDIA A30", "2023-11-18", "b", id="the day after the .b limbs began"),
        pytest.param("H100", "", "unknown", id="without a date no rule can be chosen"),
    ],
)
def test_a_class_follows_the_rule_of_its_day(facts: Facts, part: str, date: str, expected: str) -> None:
    assert facts(part_number=part, order_date=date)["chip_class"] == expected


def test_a_stated_classification_counts_from_the_day_the_control_began(facts: Facts) -> None:
    assert facts(part_number="XQ-1", eccn="3A090.a", order_date="2022-10-06")["chip_class"] == "neither"
    assert facts(part_number="XQ-1", eccn="3A090.a", order_date="2022-10-07")["chip_class"] == "a"


# What a part number says


@pytest.mark.parametrize(
    ("cells", "chip", "chips"),
    [
        pytest.param({"part_number": "H100"}, "H100 SXM5 80GB", 1, id="a bare name is the strictest of its family"),
        pytest.param({"part_number": "NVIDIA A100-SXM4-80GB"}, "A100 SXM4 80GB", 1, id="maker, name and dashes"),
        pytest.param({"part_number": "nvidia a100_sxm4_80gb"}, "A100 SXM4 80GB", 1, id="lower case and underscores"),
        pytest.param({"part_number": "SYS-821GE-TNHR H100 8-GPU"}, "H100 SXM5 80GB", 8, id="a server that counts GPUs"),
        pytest.param({"part_number": "HGX H200 8-GPU"}, "H200 SXM 141GB", 8, id="a baseboard"),
        pytest.param({"part_number": "HGX H100 4-GPU"}, "H100 SXM5 80GB", 4, id="half a baseboard"),
        pytest.param({"part_number": "GB200 NVL72"}, "GB200 (per GPU)", 72, id="a rack is not one item"),
        pytest.param({"part_number": "8x H100"}, "H100 SXM5 80GB", 8, id="eight times a chip"),
        pytest.param({"part_number": "8XH100"}, "H100 SXM5 80GB", 8, id="eight times a chip without spaces"),
        pytest.param({"part_number": "8×H100"}, "H100 SXM5 80GB", 8, id="eight times with a real times sign"),
        pytest.param({"part_number": "8 x NVIDIA H100"}, "H100 SXM5 80GB", 8, id="the maker between count and name"),
        pytest.param({"part_number": "DGX H100"}, "H100 SXM5 80GB", 8, id="a system holds its chips unsaid"),
        pytest.param({"part_number": "1x DGX H100"}, "H100 SXM5 80GB", 8, id="one system is eight chips, not one"),
        pytest.param({"part_number": "2x DGX H100"}, "H100 SXM5 80GB", 16, id="two systems are sixteen chips"),
        pytest.param({"part_number": "2x Xeon, 8x H100"}, "H100 SXM5 80GB", 8, id="processors are not counted"),
        pytest.param(
            {"part_number": "H100", "item_description": "GPU, 16x PCIe, 2 x QSFP"},
            "H100 SXM5 80GB",
            1,
            id="lanes and ports are not counted",
        ),
        pytest.param(
            {"part_number": "R760XA", "item_description": "server with 4x L40S"}, "L40S", 4, id="only the description"
        ),
        pytest.param(
            {"part_number": "XE9680 H100", "item_description": "8-GPU server"}, "H100 SXM5 80GB", 8, id="count apart"
        ),
        pytest.param(
            {"part_number": "XE9680 H100", "item_description": "server with 8x H100"},
            "H100 SXM5 80GB",
            8,
            id="the description counts what the part number names",
        ),
        pytest.param({"part_number": "H100", "chips_per_unit": "4"}, "H100 SXM5 80GB", 4, id="the file's own count"),
        pytest.param({"part_number": "L4"}, "L4", 1, id="a short name alone"),
        pytest.param({"part_number": "NVIDIA L4 24GB"}, "L4", 1, id="a short name beside its maker"),
        pytest.param({"part_number": "GPU L4", "manufacturer": "NVIDIA"}, "L4", 1, id="the maker in its own column"),
        pytest.param({"part_number": "CBL-L4-2M"}, None, None, id="a cable is no L4"),
        pytest.param({"part_number": "XQ-1"}, None, None, id="a part nobody knows"),
        pytest.param({"part_number": ""}, None, None, id="no part number"),
    ],
)
def test_a_part_number_is_read(facts: Facts, cells: dict[str, str], chip: str | None, chips: float | None) -> None:
    line = facts(**({"quantity": "1"} | cells))
    assert (None if pd.isna(line["chip"]) else line["chip"]) == chip
    assert (None if pd.isna(line["chips"]) else line["chips"]) == chips


def test_of_several_chips_the_most_powerful_counts_and_the_line_says_so(facts: Facts) -> None:
    line = facts(part_number="Kit T4 + H100 + A100", manufacturer="NVIDIA")
    assert (line["chip"], line["several"]) == ("H100 SXM5 80GB", True)
    assert not facts(part_number="H100")["several"]


def test_the_part_number_is_believed_before_the_description(facts: Facts) -> None:
    line = facts(part_number="H20 SXM 96GB", item_description="H100 module")
    assert (line["chip"], line["found_in"]) == ("H20 SXM 96GB", "part number")


def test_a_return_takes_its_chips_back(facts: Facts) -> None:
    line = facts(part_number="DGX H100", quantity="-2")
    assert (line["chips"], line["tpp_total"]) == (-16, -16 * 15832)


# What an ECCN says


@pytest.mark.parametrize(
    ("eccn", "expected"),
    [
        pytest.param("3A090.a", "a", id="3A090.a"),
        pytest.param("4A090.b", "b", id="4A090.b"),
        pytest.param("3A090", "a", id="no paragraph: the strictest"),
        pytest.param("3A090.b.1", "b", id="a deeper paragraph"),
        pytest.param("5A992.z", "a", id="a .z item without level: the strictest"),
        pytest.param("5A992.z.1", "a", id="a .z item at the .a level"),
        pytest.param("4A003.z.2", "b", id="a .z item at the .b level"),
        pytest.param("5A002z2", "b", id="a .z item without dots"),
        pytest.param("3a 090.A", "a", id="a space inside"),
        pytest.param("3A-090_b", "b", id="dashes and underscores"),
        pytest.param("3AO90.a", "a", id="the letter O for a nought"),
        pytest.param("３Ａ０９０．ａ", "a", id="full-width letters"),
        pytest.param("ECCN: 3A090.a", "a", id="the word ECCN before it"),
        pytest.param("5A992.c / 4A090.a", "a", id="two codes: the strictest"),
        pytest.param("4A090.b; 3A090.a", "a", id="two controlled codes: the strictest"),
        pytest.param("EAR99", "neither", id="EAR99"),
        pytest.param("EAR 99", "neither", id="EAR99 with a space"),
        pytest.param("5A992.c", "neither", id="encryption items"),
        pytest.param("3A991.p", "neither", id="anti-terrorism level only"),
        pytest.param("", "unknown", id="empty"),
        pytest.param("TBD", "unknown", id="a word that classifies nothing"),
        pytest.param("N/A", "unknown", id="not applicable says nothing"),
        pytest.param("3A", "unknown", id="half a code"),
    ],
)
def test_a_stated_eccn(eccn: str, expected: str) -> None:
    cell = pd.Series([eccn or None], dtype="str")
    assert stated_class(cell, pd.Series([None], dtype="str")).tolist() == [expected]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, "unknown", id="an unknown part without ECCN is open"),
        pytest.param({"eccn": "EAR99"}, "neither", id="an unknown part with EAR99 is believed"),
        pytest.param({"eccn": "4A090.a"}, "a", id="an unknown part with 4A090.a is controlled"),
        pytest.param({"eccn": "5A992.z.2"}, "b", id="an unknown part with .z.2 is class b"),
        pytest.param(
            {"eccn": "EAR99", "item_description": "GPU server"}, "unknown", id="EAR99 on a GPU is not believed"
        ),
        pytest.param({"eccn": "EAR99", "tpp": "5000"}, "a", id="stated figures come before a stated ECCN"),
    ],
)
def test_an_unknown_part_is_classed_by_its_papers(facts: Facts, cells: dict[str, str], expected: str) -> None:
    assert facts(part_number="XQ-1", **cells)["chip_class"] == expected


def test_the_figures_of_a_known_chip_are_not_taken_from_the_file(facts: Facts) -> None:
    assert facts(part_number="H100", tpp="100", performance_density="0.1", eccn="EAR99")["chip_class"] == "a"


# What does not fit the part


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"item_description": "video adapter cable"}, True, id="an accelerator declared as an adapter"),
        pytest.param({"item_description": "H100 board"}, False, id="the chip's own name is description enough"),
        pytest.param({"hs_code": "8504.40"}, True, id="a tariff heading for power supplies"),
        pytest.param({"hs_code": "", "schedule_b": "8504400000"}, True, id="the same in the export declaration"),
        pytest.param({"hs_code": "8542.31"}, False, id="a heading for circuits"),
        pytest.param({"eccn": "EAR99"}, True, id="an .a item declared as EAR99"),
        pytest.param({}, False, id="everything fits"),
        pytest.param(NO_DESCRIPTION, None, id="nothing to compare the part with"),
        pytest.param({"part_number": "R760XA", "item_description": "server, L40S"}, None, id="no chip in the part"),
        pytest.param(
            {"part_number": "CBL-1", "eccn": "EAR99", "item_description": "copper cable", "hs_code": "8544"},
            False,
            id="a cable declared as a cable fits",
        ),
        pytest.param(
            {"part_number": "A30", "eccn": "EAR99", "order_date": "2023-11-16"}, False, id="before the .b limb"
        ),
        pytest.param({"part_number": "L4", "eccn": "EAR99", "order_date": "2023-11-16"}, False, id="L4 was EAR99 once"),
        pytest.param({"part_number": "L4", "eccn": "EAR99", "order_date": "2023-11-17"}, True, id="and then was not"),
    ],
)
def test_description_does_not_fit_the_part(
    value: Callable[..., object], cells: dict[str, str], expected: bool | None
) -> None:
    assert value(description_does_not_fit_the_part, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"unit_price": "8000"}, True, id="under a third of the low end"),
        pytest.param({"unit_price": "8400"}, False, id="a third of the low end"),
        pytest.param({"unit_price": "130000"}, True, id="over three times the high end"),
        pytest.param({"unit_price": "119000"}, False, id="within three times the high end"),
        pytest.param({"part_number": "DGX H100", "unit_price": "270000"}, False, id="a server is priced by its chips"),
        pytest.param({"unit_price": "", "line_value": "24000"}, True, id="by the value of the line"),
        pytest.param({"currency": "EUR"}, None, id="euros without a dollar value"),
        pytest.param({"currency": "EUR", "value_usd": "240000"}, False, id="euros with a dollar value"),
        pytest.param({"unit_price": ""}, None, id="no price"),
        pytest.param({"quantity": "-8"}, None, id="a return"),
        pytest.param({"quantity": "", "unit_price": "8000"}, True, id="the price of a unit needs no quantity"),
        pytest.param({"quantity": "", "unit_price": "8000", "currency": "EUR"}, None, id="but it needs dollars"),
        pytest.param({"quantity": "", "unit_price": ""}, None, id="neither price nor quantity"),
        pytest.param({"part_number": "B100"}, None, id="a chip of no known price"),
        pytest.param(UNKNOWN_PART, None, id="a part nobody knows"),
    ],
)
def test_price_is_out_of_range(value: Callable[..., object], cells: dict[str, str], expected: bool | None) -> None:
    assert value(price_is_out_of_range, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, 8 * 15832.0, id="eight H100"),
        pytest.param({"part_number": "DGX H100"}, 64 * 15832.0, id="eight servers"),
        pytest.param({"quantity": "-8"}, 0.0, id="a return adds nothing"),
        pytest.param({"quantity": ""}, None, id="no quantity"),
        pytest.param(UNKNOWN_PART, None, id="an unknown part is not small"),
        pytest.param(UNKNOWN_PART | {"eccn": "EAR99"}, 0.0, id="an uncontrolled part adds nothing"),
        pytest.param(UNKNOWN_PART | {"tpp": "2000"}, 16000.0, id="the file's own figure"),
    ],
)
def test_tpp_of_the_line(value: Callable[..., object], cells: dict[str, str], expected: float | None) -> None:
    assert value(tpp_of_the_line, cells) == expected
