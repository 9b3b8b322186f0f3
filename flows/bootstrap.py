"""The one composition root: settings in, a house with every room furnished out.

Nothing else chooses an engine, a classifier or a database. Rooms get what they need as arguments.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import Engine

from index.names import Names, names_of
from index.port import ArticleStore
from minyin.clock import Clock
from minyin.county import County, load_county
from minyin.database import open_database
from minyin.settings import Settings
from nlp.analyse import Analyser
from nlp.eventjudge import Judge, judge_of
from nlp.words import Segmenter

Progress = Callable[[str, int, int], None]


def no_progress(_step: str, _done: int, _total: int) -> None:
    """For runs that nobody watches."""


PROGRESS: ContextVar[Progress] = ContextVar("progress", default=no_progress)
"""Who watches the flows of this process: the demo's progress bars, nobody in a worker."""


@dataclass(frozen=True)
class House:
    """Everything that a run needs; heavy parts are built when first used."""

    settings: Settings
    county: County
    engine: Engine

    @property
    def clock(self) -> Clock:
        return self.settings.clock

    @cached_property
    def segmenter(self) -> Segmenter:
        return Segmenter(self.county)

    @cached_property
    def analyser(self) -> Analyser:
        from nlp.linear import LinearClassifier

        return Analyser(self.county, LinearClassifier.load(), self.segmenter)

    @cached_property
    def judge(self) -> Judge:
        """Tells one event from another."""
        return judge_of(self.county, self.segmenter.cut)

    @cached_property
    def names(self) -> Names:
        """Chinese values of fields in queries: 镇街:东湖街道, 主题:供水."""
        return names_of(self.county)

    @cached_property
    def store(self) -> ArticleStore:
        if self.settings.index.engine == "elasticsearch":
            from index.elastic import ElasticStore

            return ElasticStore(
                self.settings.index, self.segmenter.cut, clock=self.clock, names=self.names
            )
        from index.embedded import EmbeddedStore

        return EmbeddedStore(
            self.settings.index_folder, self.segmenter.cut, clock=self.clock, names=self.names
        )


@lru_cache(maxsize=4)
def open_house(settings: Settings) -> House:
    """A house for these settings. Raises ProfileError, SettingsError or DependencyError."""
    county = load_county(settings.county, extra_sources=settings.extra_sources)
    settings.home.mkdir(parents=True, exist_ok=True)
    return House(settings=settings, county=county, engine=open_database(settings.database))
