"""What does not fit the part: each signal's yes, no and not evaluated, and the honest lines that look alike."""

from collections.abc import Callable

import pytest

from features.mismatches import (
    chips_per_unit_does_not_fit_the_part,
    description_does_not_fit_the_part,
    eccn_does_not_fit_the_class,
    maker_does_not_fit_the_part,
    part_names_two_chips,
    tariff_code_does_not_fit_the_part,
)

Value = Callable[..., object]
NOTHING_STATED = {"item_description": "", "eccn": "", "hs_code": "", "manufacturer": ""}
SERVER = {"part_number": "R760XA", "item_description": "server, L40S"}
CABLE = {"part_number": "CBL-1", "eccn": "EAR99", "item_description": "copper cable", "hs_code": "8544"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="a GPU module"),
        pytest.param({"item_description": "video adapter cable"}, True, id="an accelerator declared as an adapter"),
        pytest.param({"item_description": "H100 board"}, False, id="the chip's own name is description enough"),
        pytest.param({"item_description": "H200 board"}, True, id="another chip's name is not"),
        pytest.param({"part_number": "H100 PCIe"}, False, id="a description without name fits any"),
        pytest.param(
            {"part_number": "H100 PCIe", "item_description": "H100 card"}, False, id="the family's name fits its member"
        ),
        pytest.param(
            {"part_number": "GB200 NVL72", "item_description": "rack with 72 B200"}, False, id="GB200 holds B200"
        ),
        pytest.param({"item_description": ""}, None, id="no description"),
        pytest.param(SERVER, None, id="no chip in the part number"),
        pytest.param(CABLE, False, id="a cable declared as a cable fits"),
    ],
)
def test_description_does_not_fit_the_part(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(description_does_not_fit_the_part, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="boards"),
        pytest.param({"hs_code": "8504.40"}, True, id="power supplies"),
        pytest.param({"hs_code": "", "schedule_b": "8504400000"}, True, id="the same in the export declaration"),
        pytest.param({"hs_code": "8542.31"}, False, id="circuits"),
        pytest.param({"part_number": "DGX H100", "hs_code": "8471.50"}, False, id="a whole system is a computer"),
        pytest.param({"hs_code": ""}, None, id="no code"),
        pytest.param(SERVER, None, id="no chip in the part number"),
        pytest.param(CABLE, False, id="a cable declared as a cable fits"),
    ],
)
def test_tariff_code_does_not_fit_the_part(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(tariff_code_does_not_fit_the_part, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="an .a item declared as .a"),
        pytest.param({"eccn": "EAR99"}, True, id="an .a item declared as EAR99"),
        pytest.param({"eccn": "3A090.b"}, True, id="an .a item declared as .b"),
        pytest.param({"part_number": "A30", "eccn": "5A992.c"}, True, id="a .b item declared as encryption"),
        pytest.param({"part_number": "A30", "eccn": "4A090.b"}, False, id="a .b item declared as .b"),
        pytest.param({"part_number": "A30", "eccn": "3A090.a"}, False, id="a .b item declared too high"),
        pytest.param({"part_number": "NVIDIA T4"}, False, id="nothing is too low for an uncontrolled chip"),
        pytest.param(
            {"part_number": "R760XA", "item_description": "8x L40S", "eccn": "EAR99"}, True, id="by description"
        ),
        pytest.param({"eccn": ""}, None, id="no ECCN"),
        pytest.param({"eccn": "TBD"}, None, id="a word that classifies nothing"),
        pytest.param({"part_number": "XQ-1", "item_description": ""}, None, id="a part nobody knows"),
        pytest.param({"part_number": "XQ-1", "tpp": "9000", "eccn": "EAR99"}, True, id="against the file's own figure"),
        pytest.param({"part_number": "L4", "eccn": "EAR99", "order_date": "2023-11-16"}, False, id="L4 was EAR99 once"),
        pytest.param({"part_number": "L4", "eccn": "EAR99", "order_date": "2023-11-17"}, True, id="and then was not"),
    ],
)
def test_eccn_does_not_fit_the_class(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(eccn_does_not_fit_the_class, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="the chip's own vendor"),
        pytest.param({"manufacturer": "NVIDIA Corporation"}, False, id="with its company form"),
        pytest.param({"manufacturer": "Super Micro Computer, Inc."}, False, id="a server maker"),
        pytest.param({"manufacturer": "PNY Technologies"}, False, id="a card maker"),
        pytest.param({"manufacturer": "AMD"}, True, id="a rival"),
        pytest.param({"manufacturer": "Sandbrook"}, True, id="a name nobody knows on a module"),
        pytest.param({"manufacturer": "Dellwood"}, True, id="a name that only begins like a maker's"),
        pytest.param({"part_number": "DGX H100", "manufacturer": "Brennick"}, None, id="anybody may build a server"),
        pytest.param({"part_number": "DGX H100", "manufacturer": "AMD"}, True, id="but no rival does"),
        pytest.param({"part_number": "MI300X", "manufacturer": "AMD"}, False, id="the vendor of another chip"),
        pytest.param({"manufacturer": "unknown"}, None, id="a placeholder"),
        pytest.param({"manufacturer": ""}, None, id="no maker"),
        pytest.param({"part_number": "XQ-1", "item_description": ""}, None, id="a part nobody knows"),
        pytest.param(CABLE | {"manufacturer": "Sandbrook"}, False, id="anybody may make a cable"),
    ],
)
def test_maker_does_not_fit_the_part(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(maker_does_not_fit_the_part, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, False, id="one chip"),
        pytest.param({"part_number": "H100 or A100"}, True, id="two chips"),
        pytest.param({"part_number": "R760XA", "item_description": "server, L40S or A40"}, True, id="two described"),
        pytest.param({"part_number": "XQ-1", "item_description": "GPU"}, None, id="no chip named"),
        pytest.param(CABLE, False, id="a cable"),
    ],
)
def test_part_names_two_chips(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(part_names_two_chips, cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"chips_per_unit": "1"}, False, id="one chip in a module"),
        pytest.param({"part_number": "DGX H100", "chips_per_unit": "1"}, True, id="one chip in a server of eight"),
        pytest.param({"part_number": "DGX H100", "chips_per_unit": "8"}, False, id="eight in a server of eight"),
        pytest.param({}, None, id="no count"),
        pytest.param(
            {"part_number": "XQ-1", "item_description": "", "chips_per_unit": "1"}, None, id="an unknown part"
        ),
        pytest.param(CABLE, False, id="a cable holds none"),
    ],
)
def test_chips_per_unit_does_not_fit_the_part(value: Value, cells: dict[str, str], expected: bool | None) -> None:
    assert value(chips_per_unit_does_not_fit_the_part, cells) == expected
