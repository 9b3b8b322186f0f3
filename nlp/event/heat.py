"""Heat of an event (DOMAIN §2.5): who said it, how it was received, how long ago."""

import math
from collections.abc import Iterable

WEIGHTS = {1: 5.0, 2: 4.0, 3: 3.0, 4: 2.0, 5: 1.0}
"""Central media, province, prefecture, county media and government, platforms and forums."""
HALF_LIFE = 24.0  # hours


def heat(said: Iterable[tuple[int, int, float]]) -> float:
    """0–100 of (tier, interactions, age in hours) of each article: 100·(1−e^(−raw/50)), raw = Σ w·(1+0.2·ln(1+互动))·½^(age/24).

    A month's heat is without decay: give every age as 0.

    >>> heat([(5, 0, 0.0)]), heat([(5, 0, 24.0)]), heat([])
    (1.98, 1.0, 0.0)
    """
    raw = sum(
        WEIGHTS.get(tier, 1.0)
        * (1 + 0.2 * math.log1p(max(interactions, 0)))
        * 0.5 ** (max(age, 0.0) / HALF_LIFE)
        for tier, interactions, age in said
    )
    return round(100 * (1 - math.exp(-raw / 50)), 2)
