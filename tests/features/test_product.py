"""From part number or description to chip, count and class; figures decide, unknown stays unknown, every rule dated."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from features.eccn import eccn_class
from features.known import Known
from features.lines import with_facts
from features.reference.tables import Tables

Facts = Callable[..., pd.Series]
NO_DESCRIPTION = {"item_description": "", "eccn": "", "hs_code": "", "manufacturer": ""}
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
    assert eccn_class(pd.Series([eccn or None], dtype="str")).tolist() == [expected]


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


# What the confidence of a match says


@pytest.mark.parametrize(
    ("cells", "match"),
    [
        pytest.param({"part_number": "900-21010-0000-000"}, "exact part", id="a maker's part number"),
        pytest.param({"part_number": "NVIDIA H100 SXM5 80GB"}, "exact part", id="the full name with its maker"),
        pytest.param({"part_number": "DGX H100"}, "exact part", id="the name of a system"),
        pytest.param({"part_number": "SYS-821GE-TNHR DGX H100"}, "name in part number", id="a name among other words"),
        pytest.param({"part_number": "H100"}, "family name", id="the name of a family: the strictest counts"),
        pytest.param({"part_number": "A100 SXM4"}, "family name", id="a name that two memory sizes share"),
        pytest.param({"part_number": "H20"}, "exact part", id="a short name of one chip only"),
        pytest.param(
            {"part_number": "R760XA", "item_description": "server, L40S"}, "description only", id="the description"
        ),
        pytest.param({"part_number": "Kit T4 + H100", "manufacturer": "NVIDIA"}, "several chips", id="two chips"),
        pytest.param({"part_number": "XQ-1"}, None, id="a part nobody knows"),
    ],
)
def test_the_confidence_of_a_match(facts: Facts, cells: dict[str, str], match: str | None) -> None:
    found = facts(**cells)["match"]
    assert (None if pd.isna(found) else found) == match


# What a file states against its part


@pytest.mark.parametrize(
    ("cells", "per_unit", "contradicted"),
    [
        pytest.param({"part_number": "DGX H100", "chips_per_unit": "1"}, 8, True, id="one chip in a server of eight"),
        pytest.param({"part_number": "HGX H100", "chips_per_unit": "7"}, 8, True, id="one below"),
        pytest.param({"part_number": "HGX H100", "chips_per_unit": "8"}, 8, False, id="as many"),
        pytest.param({"part_number": "HGX H100", "chips_per_unit": "9"}, 9, False, id="one more: the larger counts"),
        pytest.param({"part_number": "GB200 NVL72", "chips_per_unit": "1"}, 72, True, id="a rack as one item"),
        pytest.param({"part_number": "XQ-1", "tpp": "5000", "chips_per_unit": "4"}, 4, False, id="a part nobody knows"),
        pytest.param({"part_number": "DGX H100"}, 8, False, id="no count stated"),
    ],
)
def test_a_count_below_what_the_name_holds_does_not_count(
    facts: Facts, cells: dict[str, str], per_unit: float, contradicted: bool
) -> None:
    line = facts(**({"quantity": "1"} | cells))
    assert (line["per_unit"], line["chips"], line["count_contradicted"]) == (per_unit, per_unit, contradicted)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"part_number": "XQ-1", "tpp": "0"}, "unknown", id="no performance at all"),
        pytest.param({"part_number": "XQ-1", "tpp": "-5000"}, "unknown", id="less than none"),
        pytest.param({"part_number": "XQ-1", "tpp": "1e12"}, "a", id="more than any chip has"),
        pytest.param({"part_number": "XQ-1", "tpp": "2400", "performance_density": "0"}, "unknown", id="no density"),
        pytest.param(
            {"part_number": "XQ-1", "tpp": "16", "eccn": "3A090.a"}, "a", id="the stricter of figure and ECCN"
        ),
        pytest.param({"part_number": "XQ-1", "tpp": "16", "eccn": "3A090.b"}, "b", id="and of figure and .b"),
        pytest.param(
            {"part_number": "XQ-1", "tpp": "2400", "performance_density": "1.6", "eccn": "3A090.a"},
            "a",
            id=".a over .b",
        ),
        pytest.param({"part_number": "XQ-1", "tpp": "16"}, "neither", id="a low figure that nothing contradicts"),
        pytest.param({"part_number": "NVIDIA T4", "tpp": "1040"}, "neither", id="the chip's own figure"),
        pytest.param({"part_number": "NVIDIA T4", "tpp": "1140"}, "neither", id="a tenth more is another source"),
        pytest.param({"part_number": "NVIDIA T4", "tpp": "5000"}, "unknown", id="far more than the chip has is open"),
        pytest.param({"part_number": "NVIDIA T4", "tpp": "8320"}, "neither", id="the figure of the whole line"),
        pytest.param({"part_number": "NVIDIA A30", "tpp": "9999"}, "b", id="a controlled chip stays controlled"),
        pytest.param({"part_number": "NVIDIA H100", "tpp": "1"}, "a", id="less than the chip has changes nothing"),
        pytest.param(
            {"part_number": "NVIDIA T4", "tpp": "5000", "order_date": "2022-10-06"}, "neither", id="before any control"
        ),
    ],
)
def test_an_impossible_figure_never_gives_the_safest_class(facts: Facts, cells: dict[str, str], expected: str) -> None:
    assert facts(**cells)["chip_class"] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"hs_code": "8471.50"}, "unknown", id="servers"),
        pytest.param({"hs_code": "8471.80"}, "unknown", id="graphics cards"),
        pytest.param({"hs_code": "8473.30"}, "unknown", id="boards"),
        pytest.param({"hs_code": "8542.31"}, "unknown", id="processors"),
        pytest.param({"schedule_b": "8542310000"}, "unknown", id="processors, by Schedule B"),
        pytest.param(
            {"hs_code": "8473.30", "item_description": "Computer parts"}, "unknown", id="words that say nothing"
        ),
        pytest.param(
            {"hs_code": "8473.30", "item_description": "Memory module DDR5"}, "neither", id="words that say it"
        ),
        pytest.param({"hs_code": "8471.70"}, "neither", id="a code for something else"),
        pytest.param({"hs_code": "8544.42"}, "neither", id="cables"),
        pytest.param({}, "neither", id="no code"),
    ],
)
def test_an_undescribed_part_under_an_accelerator_s_code_stays_open(
    facts: Facts, cells: dict[str, str], expected: str
) -> None:
    """Its ECCN says EAR99, and nothing but the paper says so."""
    assert facts(part_number="XQ-1", eccn="EAR99", **cells)["chip_class"] == expected
