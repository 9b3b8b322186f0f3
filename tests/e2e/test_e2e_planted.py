"""What the pipeline found against what was planted; what it gets wrong is printed (pytest -s, docs/quality.md).

Floors are what was measured on 25 November 2026 less a little; they may rise, never fall.
"""

from minyin.database import reading
from samples.compare import compare
from samples.compare_table import table_of
from support.demo import Demo


def test_found_against_planted(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        result = compare(connection)
    print(table_of(result))
    assert result.items.found == result.items.planted
    assert not result.items.differing
    assert not result.items.wrong_time
    assert result.masks.leaks == ()
    assert result.masks.extra_share <= 0.16
    assert result.reposts.precision >= 0.99
    assert result.reposts.recall >= 0.95
    assert result.places.precision >= 0.92
    assert result.places.recall >= 0.78
    assert result.cubed.f1 >= 0.73
    assert result.levels_right >= 6
    assert result.opinion.appeal >= 0.89
    assert result.opinion.macro_f1 >= 0.57
