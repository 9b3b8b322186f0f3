"""Analysis on as many cores as the settings allow: what each process loads, and when more than one is worth it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flows.bootstrap import understander
from minyin.settings import NlpSettings, Settings
from nlp.bulk_lines import Row
from nlp.together import Together, cores

WORTH_IT = 2_000_000
"""Bytes of text from which another process earns the second that its start takes."""

Lines = Callable[[list[Row]], list[str]]


def reading(settings: Settings, size: int) -> Together[list[Row], list[str]]:
    """Rows to lines of JSON, for a file of so many bytes. Raises ProfileError, SettingsError or DependencyError."""
    make = partial(_lines, settings, settings.clock())
    return Together(make(), make, workers(settings.nlp, size))


def _lines(settings: Settings, now: datetime) -> Lines:
    return understander(settings, now).lines


def workers(settings: NlpSettings, size: int) -> int:
    """Processes for so many bytes, this one among them."""
    return (settings.workers or cores()) if size >= WORTH_IT else 1
