import pytest

from training.simulate import honest_cells, simulate
from training.simulate.honest import Item
from training.simulate.world import world


@pytest.mark.parametrize("item", ["a", "b", "neither"])
def test_all_lines_are_of_the_class_asked_for(item: Item) -> None:
    orders, _ = honest_cells(30, seed=2, item=item)
    classes = world().parts.set_index("part")["class"]
    assert len(orders) == 30
    assert set(orders["part_number"].map(classes)) == {item}


def test_the_lines_fall_in_the_months_asked_for() -> None:
    orders, _ = honest_cells(25, seed=2, item="a", months=("2024-03", "2024-04"))
    assert orders["order_date"].between("2024-03-01", "2024-04-30").all()


def test_each_line_is_an_order_of_its_own_and_its_buyer_is_in_the_customer_file() -> None:
    orders, customers = honest_cells(40, seed=4, item="b")
    assert orders["order_id"].is_unique
    assert orders["buyer_id"].isin(customers["customer_id"]).all()


def test_the_same_seed_gives_the_same_lines() -> None:
    assert honest_cells(20, seed=8, item="a")[0].equals(honest_cells(20, seed=8, item="a")[0])


def test_months_outside_the_world_are_refused() -> None:
    with pytest.raises(ValueError, match="holds no orders"):
        honest_cells(5, seed=1, item="a", months=("2021-01", "2021-06"))


def test_the_columns_are_those_of_a_simulated_book() -> None:
    orders, customers = honest_cells(5, seed=1, item="a")
    book = simulate(50, seed=1)
    assert list(orders.columns) == list(book.orders.columns)
    assert list(customers.columns) == list(book.customers.columns)
