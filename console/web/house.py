"""What the console needs of the opened house; `flows.bootstrap.House` has all of it."""

from typing import Protocol, Self

from flows.products import Records
from index.port import ArticleStore
from minyin.model import Analysis, Article, Document
from nlp.bulk import Understander
from nlp.place.taught import TaughtPlaces


class Explainer(Protocol):
    """`nlp.analyse.Analyser`: asked again when somebody wants to know why an article was judged as it was."""

    def analyse(self, article: Article, parent: Document | None) -> Analysis: ...


class House(Records, Protocol):
    """An opened house: what products are made from, and what is searched and explained with."""

    @property
    def store(self) -> ArticleStore: ...

    @property
    def analyser(self) -> Explainer | None: ...

    @property
    def understander(self) -> Understander | None: ...

    @property
    def taught(self) -> TaughtPlaces: ...

    def with_new_sources(self) -> Self:
        """The same house after the registry of sources has changed."""
