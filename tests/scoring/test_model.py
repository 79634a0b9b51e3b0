"""A model folder is read back as it was written, or refused by name; guidance and trees make the margin."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.declare import Feature
from features.known import Known
from features.matrix import FEATURES
from scoring.model import (
    BANDS,
    FORMAT,
    Model,
    ModelRefused,
    bands,
    check_features,
    contributions,
    digest,
    doubtful,
    filled,
    input_of,
    interval,
    load,
    margins,
    probabilities,
    save,
)


@pytest.fixture
def folder(small: Model, tmp_path: Path) -> Path:
    save(small, tmp_path / "model", "# Small\n")
    return tmp_path / "model"


def changed(folder: Path, **entries: object) -> None:
    """Writes model.json again with some entries changed; None takes one out."""
    path = folder / "model.json"
    document = json.loads(path.read_text(encoding="utf-8")) | entries
    kept = {name: entry for name, entry in document.items() if entry is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


def test_a_saved_model_scores_as_before_and_saves_to_the_same_bytes(
    small: Model, folder: Path, tmp_path: Path, matrix: pd.DataFrame
) -> None:
    again = load(folder)
    np.testing.assert_array_equal(margins(again, matrix), margins(small, matrix))
    save(again, tmp_path / "again", "# Small\n")
    assert digest(tmp_path / "again") == digest(folder)


def test_the_folder_holds_text_and_no_pickle(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["booster-0.txt", "booster-1.txt", "card.md", "model.json"]
    assert (folder / "booster-0.txt").read_text(encoding="utf-8").startswith("tree\n")
    assert json.loads((folder / "model.json").read_text(encoding="utf-8"))["format"] == FORMAT


def test_the_shipped_baseline_knows_every_feature_that_is_built(baseline: Model) -> None:
    check_features(baseline, FEATURES)


def test_the_digest_changes_with_any_byte_of_any_file(folder: Path) -> None:
    before = digest(folder)
    (folder / "card.md").write_text("# Small.\n", encoding="utf-8")
    assert digest(folder) != before


def no_model(folder: Path) -> None:
    (folder / "model.json").unlink()


def cut(folder: Path) -> None:
    path = folder / "model.json"
    path.write_text(path.read_text(encoding="utf-8")[:200], encoding="utf-8")


def no_text(folder: Path) -> None:
    (folder / "model.json").write_bytes(b"\xff\xfe\x00\x00")


def last_booster_gone(folder: Path) -> None:
    (folder / "booster-1.txt").unlink()


def first_booster_gone(folder: Path) -> None:
    (folder / "booster-0.txt").unlink()


def booster_cut(folder: Path) -> None:
    path = folder / "booster-0.txt"
    path.write_text(path.read_text(encoding="utf-8")[:300], encoding="utf-8")


def booster_longer(folder: Path) -> None:
    path = folder / "booster-0.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("num_leaves=", "num_leaves= ", 1), encoding="utf-8")


def booster_binary(folder: Path) -> None:
    (folder / "booster-0.txt").write_bytes(b"\xff\xfe\x00\x01" * 20)


def reordered(folder: Path) -> None:
    path = folder / "booster-0.txt"
    text = path.read_text(encoding="utf-8")
    first, second = "passes_a_hub no_web_presence", "no_web_presence passes_a_hub"
    assert first in text
    path.write_text(text.replace(first, second), encoding="utf-8")


BROKEN = [
    pytest.param(no_model, "no model.json there", id="a folder without a model"),
    pytest.param(cut, "cannot be read as JSON", id="damaged JSON"),
    pytest.param(no_text, "cannot be read as JSON", id="JSON that is no text"),
    pytest.param(lambda f: (f / "model.json").write_text("[]"), "not a model description", id="JSON of another kind"),
    pytest.param(
        lambda f: changed(f, format=FORMAT + 1),
        f"format {FORMAT + 1} of model.json is none that this version reads",
        id="newer",
    ),
    pytest.param(lambda f: changed(f, format=None), "format None", id="no format stated"),
    pytest.param(lambda f: changed(f, knots=None), "knots", id="an entry is missing"),
    pytest.param(lambda f: changed(f, intercept="high"), "damaged", id="an entry of another kind"),
    pytest.param(lambda f: changed(f, facts=None), "facts", id="no facts"),
    pytest.param(lambda f: changed(f, facts=[]), "damaged", id="facts of another kind"),
    pytest.param(lambda f: changed(f, facts={"boosters": 2}), "simulated", id="no word on the world it was trained in"),
    pytest.param(lambda f: changed(f, thresholds=[0.0, 1.0]), "damaged", id="a threshold is missing"),
    pytest.param(lambda f: changed(f, inputs=[{"name": "x"}]), "damaged", id="an input without its declaration"),
    pytest.param(last_booster_gone, "booster files are missing", id="the last booster is missing"),
    pytest.param(first_booster_gone, "booster files are missing", id="the first booster is missing"),
    pytest.param(booster_cut, "booster-0.txt is cut or changed", id="a cut booster"),
    pytest.param(booster_longer, "booster-0.txt is cut or changed", id="a booster with a changed tree"),
    pytest.param(booster_binary, "damaged", id="a booster that is no text"),
    pytest.param(reordered, "booster-0.txt was trained on other columns", id="reordered booster columns"),
]


@pytest.mark.parametrize(("damage", "said"), BROKEN)
def test_a_folder_that_is_not_whole_is_refused_with_its_name(
    folder: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(folder)
    with pytest.raises(ModelRefused) as refused:
        load(folder)
    assert said in str(refused.value)
    assert str(folder) in str(refused.value)


def test_a_file_in_place_of_a_folder_is_refused(folder: Path) -> None:
    with pytest.raises(ModelRefused):
        load(folder / "card.md")


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"no model\.json there"):
        load(tmp_path / "nowhere")


def of(model: Model) -> tuple[Feature, ...]:
    """Declared features as the model was trained on them."""
    return tuple(
        Feature(_none, i.name, "", i.kind, i.unit, i.risk, i.flag, (), i.revision, i.neutral) for i in model.inputs
    )


def _none(lines: pd.DataFrame, known: Known) -> pd.Series:
    raise AssertionError("never built")


def test_a_model_of_other_features_is_refused_with_their_names(small: Model) -> None:
    first, *others = of(small)
    with pytest.raises(ModelRefused) as refused:
        check_features(small, (*others, replace(first, name="buyer_age")))
    said = str(refused.value)
    assert "no longer built: passes_a_hub" in said
    assert "built but unknown to the model: buyer_age" in said
    assert "retrain" in said


def test_a_model_of_another_revision_is_refused_with_its_name(small: Model) -> None:
    first, *others = of(small)
    check_features(small, (first, *others))
    with pytest.raises(ModelRefused, match="values changed since: passes_a_hub"):
        check_features(small, (replace(first, revision=2), *others))


def test_a_missing_value_enters_at_its_neutral_level(small: Model, matrix: pd.DataFrame) -> None:
    levels = filled(small.inputs, matrix)
    assert not np.isnan(levels).any()
    assert set(levels[:, 0]) == {0.0, 0.5, 1.0}
    assert set(levels[:, 2]) == {1.0, 6.0, 25.0}


def test_a_folder_of_format_1_scores_by_the_offsets_of_the_guidance(
    small: Model, folder: Path, matrix: pd.DataFrame
) -> None:
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    changed(folder, format=1, inputs=[{k: v for k, v in each.items() if k != "line"} for each in document["inputs"]])
    np.testing.assert_array_equal(margins(load(folder), matrix), margins(small, matrix))


def test_an_input_adds_by_its_line_once_reviews_drew_one_and_the_folder_keeps_it(
    small: Model, tmp_path: Path, matrix: pd.DataFrame
) -> None:
    line = ((1.0, 0.5), (6.0, 0.0), (25.0, -1.5))
    age = next(each for each in small.inputs if each.name == "age_of_the_youngest_party")
    bent = replace(small, inputs=tuple(replace(each, line=line) if each is age else each for each in small.inputs))
    save(bent, tmp_path / "bent", "# Bent\n")
    again = load(tmp_path / "bent")
    added = contributions(again, matrix)[age.name] - contributions(small, matrix)[age.name]
    np.testing.assert_allclose(added, np.interp(matrix[age.name].fillna(6.0), *np.transpose(line)))
    np.testing.assert_allclose(contributions(again, matrix).sum(axis=1), margins(again, matrix))
    assert next(each for each in again.inputs if each.name == age.name).reach == 2.0


def test_the_guidance_alone_adds_its_offsets(guided: Model, matrix: pd.DataFrame) -> None:
    """No hub, no answer on the web: -1 + 0 + 0.125."""
    row = matrix[(matrix["passes_a_hub"] == False) & matrix["no_web_presence"].isna()]  # noqa: E712  (three-valued)
    np.testing.assert_allclose(margins(guided, row), -0.875)


def test_unknown_is_never_below_no_and_never_above_yes(small: Model, matrix: pd.DataFrame) -> None:
    for flag in ("passes_a_hub", "no_web_presence"):
        no, unknown, yes = (
            margins(small, matrix.assign(**{flag: pd.array([state] * len(matrix), "boolean")}))
            for state in (False, None, True)
        )
        assert (no <= unknown).all()
        assert (unknown <= yes).all()


def test_an_older_company_never_scores_higher(small: Model, matrix: pd.DataFrame) -> None:
    young, old = (margins(small, matrix.assign(age_of_the_youngest_party=age)) for age in (0.0, 40.0))
    assert (old <= young).all()


def test_a_row_scores_the_same_alone_and_with_any_number_of_threads(small: Model, matrix: pd.DataFrame) -> None:
    together = margins(small, matrix, threads=2)
    alone = np.concatenate([margins(small, matrix.iloc[[at]], threads=1) for at in range(len(matrix))])
    np.testing.assert_array_equal(alone, together)


def test_columns_are_taken_by_name_and_others_are_passed_over(small: Model, matrix: pd.DataFrame) -> None:
    turned = matrix.iloc[:, ::-1].assign(another=1.0)
    np.testing.assert_array_equal(margins(small, turned), margins(small, matrix))


def test_no_rows_have_no_margins(small: Model, matrix: pd.DataFrame) -> None:
    assert margins(small, matrix.iloc[:0]).shape == (0,)
    assert contributions(small, matrix.iloc[:0]).shape == (0, 4)


def test_what_the_inputs_add_sums_to_the_margin(small: Model, matrix: pd.DataFrame) -> None:
    parts = contributions(small, matrix)
    assert parts.index.equals(matrix.index)
    assert list(parts.columns) == [*(each.name for each in small.inputs), "intercept"]
    np.testing.assert_allclose(parts.sum(axis=1), margins(small, matrix), atol=1e-9)


def test_a_band_begins_at_its_threshold(small: Model) -> None:
    assert bands(small, np.array([-1.01, -1.0, -0.01, 0.0, 1.0, 9.0])).tolist() == [
        "low",
        "elevated",
        "elevated",
        "high",
        "critical",
        "critical",
    ]
    assert BANDS == ("low", "elevated", "high", "critical")


def test_the_probability_follows_the_knots_and_the_base_rate(small: Model) -> None:
    margin = np.linspace(-9, 9, 50)
    own = probabilities(small, margin)
    assert (np.diff(own) >= 0).all()
    assert ((own > 0) & (own < 1)).all()
    np.testing.assert_allclose(probabilities(small, np.array([0.0])), 1 / (1 + np.e))
    np.testing.assert_allclose(probabilities(small, margin, small.base_rate), own)
    assert (probabilities(small, margin, 0.01) < own).all()


def test_a_feature_without_a_neutral_level_is_a_flag_at_not_evaluated() -> None:
    for each in FEATURES:
        assert input_of(each).neutral == (0.5 if each.kind == "flag" else each.neutral)


def test_a_model_without_a_booster_scores_by_the_guidance(guided: Model, tmp_path: Path, matrix: pd.DataFrame) -> None:
    save(guided, tmp_path / "guided", "# Guided\n")
    np.testing.assert_array_equal(margins(load(tmp_path / "guided"), matrix), margins(guided, matrix))


def test_a_copied_folder_is_the_same_model(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert digest(tmp_path / "copy") == digest(folder)


KEPT = ((-1.0, 0.0, 0.1), (1.0, 0.2, 0.4))


def test_an_interval_lies_straight_between_the_margins_it_is_kept_at_and_flat_outside(small: Model) -> None:
    low, high = interval(replace(small, intervals=KEPT), np.array([-9.0, 0.0, 9.0]))
    np.testing.assert_allclose(low, [0.0, 0.1, 0.2])
    np.testing.assert_allclose(high, [0.1, 0.25, 0.4])


def test_an_interval_moves_with_the_base_rate_and_an_end_at_nothing_stays_there(small: Model) -> None:
    """From one in ten (odds 1 to 9) to one in two: odds nine times as high."""
    low, high = interval(replace(small, intervals=KEPT), np.array([-1.0, 1.0]), 0.5)
    np.testing.assert_allclose(low, [0.0, 0.25 * 9 / (0.25 * 9 + 1)])
    np.testing.assert_allclose(high, [0.5, (2 / 3) * 9 / ((2 / 3) * 9 + 1)])


def test_a_band_is_in_doubt_where_lines_like_it_were_confirmed_as_often_as_high_ones(small: Model) -> None:
    high = float(probabilities(small, np.array(small.thresholds[1])))
    kept = ((-2.0, 0.0, high / 2), (-1.0, 0.0, high + 0.01), (small.thresholds[1] + 1.0, 0.5, 0.9))
    told = doubtful(replace(small, intervals=kept), np.array([-2.0, -1.0, small.thresholds[1] + 0.1]))
    assert told.tolist() == [False, True, False]
    assert not doubtful(small, np.array([-2.0, -1.0])).any()


def test_a_folder_of_format_2_keeps_no_interval_and_scores_as_before(
    small: Model, folder: Path, matrix: pd.DataFrame
) -> None:
    changed(folder, format=2, intervals=None)
    again = load(folder)
    np.testing.assert_array_equal(margins(again, matrix), margins(small, matrix))
    assert np.isnan(interval(again, np.array([0.0]))).all()


def test_a_folder_gives_its_intervals_back(small: Model, tmp_path: Path) -> None:
    save(replace(small, intervals=KEPT), tmp_path / "kept", "# Kept\n")
    assert load(tmp_path / "kept").intervals == KEPT


def test_a_folder_whose_interval_lacks_an_end_is_refused(folder: Path) -> None:
    changed(folder, intervals=[[0.0, 0.1]])
    with pytest.raises(ModelRefused, match="damaged"):
        load(folder)
