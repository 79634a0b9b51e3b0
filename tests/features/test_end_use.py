"""Stated end uses in five languages: what they speak of, what only sounds like it, and what is denied."""

from datetime import date

import pandas as pd
import pytest

from features.end_use import KINDS, spoken_of
from features.reference.tables import Tables

DAY = date(2026, 6, 12)


def said(tables: Tables, text: str | None, day: date | None = DAY) -> pd.Series:
    cells = pd.Series([text], dtype="str", index=[5])
    found = spoken_of(cells, pd.Series(pd.to_datetime([day]), index=[5]).astype("datetime64[us]"), tables)
    assert found.index.tolist() == [5]
    assert list(found.columns) == list(KINDS)
    assert set(map(str, found.dtypes)) == {"boolean"}
    return found.iloc[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Simulation of WARHEADS", "weapons", id="a plural in capitals"),
        pytest.param("Models for missile-guidance systems", "weapons", id="a hyphen between the words"),
        pytest.param("weapon\nsystem research", "weapons", id="a broken line"),
        pytest.param("用于导弹仿真", "weapons", id="Chinese"),
        pytest.param("用於飛彈模擬", "weapons", id="Chinese in full characters"),
        pytest.param("弾道ミサイルの軌道計算", "weapons", id="Japanese"),
        pytest.param("탄도미사일 궤적 계산", "weapons", id="Korean without the space"),
        pytest.param("Waffenforschungsprojekt", "weapons", id="German compound"),
        pytest.param("Signals intelligence analysis", "military_intelligence", id="intelligence"),
        pytest.param("軍事情報の分析", "military_intelligence", id="intelligence, Japanese"),
        pytest.param("军事情报分析", "military_intelligence", id="intelligence, Chinese"),
        pytest.param("Fernmeldeaufklärung", "military_intelligence", id="intelligence, German"),
        pytest.param("Battlefield simulation", "military", id="soldiers"),
        pytest.param("국방 연구", "military", id="soldiers, Korean"),
        pytest.param("Model training for customers", "training_for_others", id="training for others"),
        pytest.param("为客户提供模型训练", "training_for_others", id="training for others, Chinese"),
        pytest.param("Modelltraining für Dritte", "training_for_others", id="training for others, German"),
        pytest.param("Exascale supercomputer", "supercomputer", id="a supercomputer"),
        pytest.param("スーパーコンピューター", "supercomputer", id="a supercomputer, Japanese"),
        pytest.param("Design of 7nm FinFET process", "advanced_node", id="a node written in one word"),
        pytest.param("先进制程研发", "advanced_node", id="a node, Chinese"),
    ],
)
def test_a_text_speaks_of_a_kind(tables: Tables, text: str, kind: str) -> None:
    assert said(tables, text)[kind]


@pytest.mark.parametrize(
    "text",
    [
        "Weather model training",
        "Own data centre, model training and inference",
        "Training of our own models",
        "GPU cloud for business customers",
        "Rental of computing to research groups",
        "Simulation and design",
        "Nuclear power plant safety",
        "Fire control in buildings",
        "Business intelligence",
        "Artificial intelligence research",
        "Military history archive",
        "17 nm sensor research",
        "Biological research",
        "图像识别",
        "天気予報モデルの学習",
        "자사 모델 학습",
        "Training eigener Modelle",
        "",
    ],
)
def test_what_only_sounds_like_it_is_none(tables: Tables, text: str) -> None:
    assert not said(tables, text or "Own use").any()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Non-military research", id="non-military"),
        pytest.param("Will not be used for nuclear weapons, missiles or warheads.", id="the sentence of a form"),
        pytest.param("Not for military or weapons use", id="not for military use"),
        pytest.param("不用于军事用途或导弹研发", id="Chinese"),
        pytest.param("軍事目的およびミサイル開発には使用しない", id="Japanese, where the denial stands last"),
        pytest.param("미사일 개발에 사용하지 않음", id="Korean, where the denial stands last"),
        pytest.param("Nicht für Waffensysteme", id="German"),
    ],
)
def test_a_denial_is_a_no(tables: Tables, text: str) -> None:
    assert said(tables, text).eq(False).all()


def test_a_denial_ends_with_its_sentence(tables: Tables) -> None:
    found = said(tables, "Training models for customers, not for military use. Later missile guidance.")
    assert (found["training_for_others"], found["military"], found["weapons"]) == (True, False, True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param(None, DAY, id="nothing is stated"),
        pytest.param("TBD", DAY, id="a placeholder states nothing"),
        pytest.param("warhead", None, id="a text without a day"),
        pytest.param("warhead", date(2015, 12, 31), id="the day before the table begins"),
    ],
)
def test_what_is_not_stated_is_not_evaluated(tables: Tables, text: str | None, day: date | None) -> None:
    assert said(tables, text, day).isna().all()


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2016, 1, 2)])
def test_words_count_from_their_first_day(tables: Tables, day: date) -> None:
    assert said(tables, "warhead", day)["weapons"]


def test_no_text_at_all_gives_no_row(tables: Tables) -> None:
    empty = pd.Series([], dtype="str")
    assert spoken_of(empty, pd.Series([], dtype="datetime64[us]"), tables).shape == (0, len(KINDS))
