"""Several processes give what one gives, in order, whatever becomes of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nlp.together import HELD, Together
from support import manyhands


def ready(together: Together[Any, Any]) -> Together[Any, Any]:
    together.wait()
    return together


def test_one_process_starts_no_other() -> None:
    with Together(manyhands.squares(), manyhands.unmade, workers=1) as together:
        assert list(together.results(range(5))) == [0, 1, 4, 9, 16]
        assert list(together.results([])) == []


def test_results_come_in_order_from_several_processes() -> None:
    with Together(manyhands.where(), manyhands.where, workers=3) as together:
        found = list(ready(together).results(range(300)))
    assert [number for number, _ in found] == list(range(300))
    assert len({process for _, process in found}) == 3


def test_nobody_waits_for_workers_that_are_not_ready() -> None:
    with Together(manyhands.squares(), manyhands.where, workers=2) as together:
        assert list(together.results(range(3))) == [0, 1, 4]


@pytest.mark.parametrize("make", [manyhands.dying, manyhands.unmade])
def test_what_a_worker_leaves_undone_is_done_here(make: Callable[[], Callable[[int], int]]) -> None:
    with Together(manyhands.squares(), make, workers=2) as together:
        found = list(ready(together).results(range(100)))
    assert found == [n * n for n in range(100)]


def test_an_error_of_the_work_is_raised_here() -> None:
    with (
        Together(manyhands.squares(), manyhands.failing, workers=2) as together,
        pytest.raises(ValueError, match="0"),
    ):
        list(ready(together).results(range(100)))


def test_no_more_is_read_than_can_be_held() -> None:
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        for number in range(10 * HELD):
            taken += 1
            yield number

    with Together(manyhands.where(), manyhands.where, workers=2) as together:
        for done, (number, _) in enumerate(ready(together).results(numbers())):
            assert number == done
            assert taken - done <= HELD + 4
    assert taken == 10 * HELD
