"""The sample county: a fictional quarter of 邳州 as six localhost sites and two tables, and what was planted in it.

演示数据，纯属虚构. `python -m samples.serve` serves it; `samples.compare` holds a finished run against what was planted.
"""

from samples.sources import sources_yaml

__all__ = ["sources_yaml"]
