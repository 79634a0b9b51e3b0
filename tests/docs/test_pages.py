"""The pages of docs/ say what the declarations say today, and the README's commands and columns exist."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

from diversion.cli import app
from scoring.result import COLUMNS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def make_pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_pages", ROOT / "docs" / "make_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = ["features.md", "flags.md", "fields.md", "tables.md", "gate.md", "due_diligence.md", "model_card.md"]


def test_every_page_is_checked() -> None:
    assert list(make_pages().PAGES) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_from_the_declarations(name: str) -> None:
    """Out of date? Run: python docs/make_pages.py"""
    pages = make_pages()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages.text(pages.PAGES[name])


def test_the_readme_names_every_result_column() -> None:
    told = set(re.findall(r"`([a-z_0-9]+)`", README)) | {f"reason_{n}" for n in range(1, 6)} | {"ask_2"}
    assert set(COLUMNS) - told == set()


def test_every_verb_in_the_readme_exists_and_every_verb_is_told() -> None:
    verbs = set(get_command(app).commands)  # type: ignore[attr-defined]
    told = set(re.findall(r"diversion ([a-z]+(?:-[a-z]+)?)", README))
    assert verbs <= told
    assert told <= verbs


def test_the_readme_has_exactly_two_set_up_commands() -> None:
    assert len(re.findall(r"^python3 -m venv ", README, flags=re.MULTILINE)) == 2
