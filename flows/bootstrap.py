"""The one composition root: settings in, a house with every room furnished out.

Nothing else chooses an engine, a classifier or a database. Rooms get what they need as arguments.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from index.ast import Node
from index.names import Names, names_of
from index.port import ArticleStore, StandingQueries
from index.standing import Standing
from minyin.clock import Clock
from minyin.county import County, load_county
from minyin.database import open_database
from minyin.settings import NlpSettings, Settings
from nlp.analyse import Analyser
from nlp.bulk import Understander
from nlp.encoder import Encoder
from nlp.event.judge import FEW, Judge, judge_of
from nlp.opinion.classifier import Classifier
from nlp.place.taught import TaughtPlaces
from nlp.repost.fingerprint import PERMUTATIONS
from nlp.repost.window import Window
from nlp.words import Segmenter

if TYPE_CHECKING:
    from index.elastic import ElasticStore
    from index.embedded import EmbeddedStore

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

    def with_new_sources(self) -> "House":
        """This house with the registry read anew; models and index stay open. Raises ProfileError."""
        fresh = replace(self, county=_county(self.settings))
        kept = (
            "segmenter",
            "encoder",
            "analyser",
            "taught",
            "judge",
            "reposts",
            "store",
            "cluster_store",
        )
        vars(fresh).update({name: vars(self)[name] for name in kept if name in vars(self)})
        return fresh

    @cached_property
    def segmenter(self) -> Segmenter:
        return Segmenter(self.county)

    @cached_property
    def analyser(self) -> Analyser:
        return analyser_of(self.settings, self.county, self.segmenter, self.encoder)

    @cached_property
    def encoder(self) -> Encoder:
        """Loads its model at the first text."""
        return Encoder(threads=self.settings.nlp.threads)

    @cached_property
    def taught(self) -> TaughtPlaces:
        """Names of places that people have corrected."""
        return TaughtPlaces(self.settings.home)

    @cached_property
    def understander(self) -> Understander:
        """What reads single texts without storing them."""
        encoder = self.encoder if self.settings.nlp.polarity == "cascade" else None
        return Understander(self.county, self.analyser, self.clock(), encoder)

    @cached_property
    def judge(self) -> Judge:
        """Tells one event from another."""
        return judge_of(self.county, self.segmenter.cut, sketches=FEW)

    @cached_property
    def reposts(self) -> Window:
        """What the articles of the last weeks share; read from the database at the first article."""
        return Window(PERMUTATIONS)

    @cached_property
    def names(self) -> Names:
        """Chinese values of fields in queries: 镇街:东湖街道, 主题:供水."""
        return names_of(self.county)

    @cached_property
    def store(self) -> ArticleStore:
        return self.store_on(self.settings.index.engine)

    def store_on(self, engine: str) -> ArticleStore:
        """The store of an engine, whether or not it is the one in use."""
        return self.embedded_store if engine == "embedded" else self.cluster_store

    @cached_property
    def cluster_store(self) -> "ElasticStore":
        from index.elastic import ElasticStore

        return ElasticStore(
            self.settings.index, self.segmenter.cut, clock=self.clock, names=self.names
        )

    def standing(self, questions: Mapping[str, Node]) -> StandingQueries:
        """What tells which of these questions new documents answer. Asks nothing yet."""
        index = self.settings.index
        if index.engine == "embedded" or index.standing == "memory":
            return Standing(questions, self.segmenter.cut)
        return self.cluster_store.standing(questions, index.standing)

    @cached_property
    def embedded_store(self) -> "EmbeddedStore":
        from index.embedded import EmbeddedStore

        return EmbeddedStore(
            self.settings.index_folder, self.segmenter.cut, clock=self.clock, names=self.names
        )


def analyser_of(
    settings: Settings,
    county: County,
    segmenter: Segmenter | None = None,
    encoder: Encoder | None = None,
) -> Analyser:
    """What reads articles, with what the settings name. Raises SettingsError or DependencyError."""
    classifier = classifier_of(settings.nlp, encoder or Encoder(threads=settings.nlp.threads))
    return Analyser(county, classifier, segmenter, TaughtPlaces(settings.home))


def cluster_judge(settings: Settings) -> Judge:
    """What tells events of a file apart, with no database and no folder made. Raises ProfileError.

    The cascade asks the encoder where words leave a doubt.
    """
    county = load_county(settings.county)
    return judge_of(county, Segmenter(county).cut, cascade_encoder(settings))


def understander(settings: Settings, now: datetime | None = None) -> Understander:
    """As `House.understander`, with no database and no folder made: for files of texts. Raises ProfileError."""
    county = load_county(settings.county)
    encoder = cascade_encoder(settings)
    analyser = analyser_of(settings, county, encoder=encoder)
    return Understander(county, analyser, now or settings.clock(), encoder)


def cascade_encoder(settings: Settings) -> Encoder | None:
    """The encoder where the settings name the cascade; it loads its model at the first text."""
    return Encoder(threads=settings.nlp.threads) if settings.nlp.polarity == "cascade" else None


def classifier_of(settings: NlpSettings, encoder: Encoder) -> Classifier:
    """What `nlp.polarity` says. Raises SettingsError or DependencyError."""
    if settings.polarity == "linear":
        from nlp.opinion.linear import LinearClassifier

        return LinearClassifier.load()
    if settings.polarity == "cascade":
        from nlp.opinion.cascade import CascadeClassifier

        return CascadeClassifier.load(encoder)
    from nlp.opinion.transformer import TransformerClassifier

    return TransformerClassifier.load(Path(settings.polarity), settings.labels)


@lru_cache(maxsize=4)
def open_house(settings: Settings) -> House:
    """A house for these settings. Raises ProfileError, SettingsError or DependencyError."""
    county = _county(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    return House(settings=settings, county=county, engine=open_database(settings.database))


def _county(settings: Settings) -> County:
    return load_county(settings.county, extra_sources=settings.extra_sources)
