"""A problem reads as one sentence, and its value can be left out."""

from features.orders.problems import Level, OrdersRefused, Problem

KOREA = Problem("orders.csv", 41, "destination_country", "Korea", "may be KR or KP", "write one of them", Level.PROBLEM)


def test_a_problem_names_file_row_column_value_and_remedy() -> None:
    assert KOREA.text() == "orders.csv, row 41, destination_country: 'Korea' may be KR or KP; write one of them"


def test_a_log_can_leave_the_value_out() -> None:
    assert "Korea" not in KOREA.text(values=False)
    assert "this value may be KR or KP" in KOREA.text(values=False)


def test_a_refusal_holds_all_problems_and_shows_no_customer_value() -> None:
    refusal = OrdersRefused(KOREA, KOREA)
    assert refusal.problems == (KOREA, KOREA)
    assert "Korea" not in str(refusal)


def test_a_long_value_is_cut_on_screen_only() -> None:
    long = Problem("o.csv", 2, "buyer_name", "x" * 4000, "is odd", "look", Level.NOTE)
    assert "x" * 80 + "…'" in long.text()
    assert len(long.text()) < 140
    assert long.value == "x" * 4000


def test_direction_and_control_characters_are_made_visible() -> None:
    hidden = Problem("o.csv", 2, "buyer_name", "Norr\u202etupmoc\x07", "is odd", "look", Level.NOTE)
    assert "'Norr<U+202E>tupmoc<U+0007>'" in hidden.text()
