"""What the console needs of the opened house; `flows.bootstrap.House` has all of it."""

from typing import Protocol

from sqlalchemy import Engine

from index.port import ArticleStore
from minyin.clock import Clock
from minyin.county import County
from minyin.model import Analysis, Article, Document
from minyin.settings import Settings


class Explainer(Protocol):
    """`nlp.analyse.Analyser`: asked again when somebody wants to know why an article was judged as it was."""

    def analyse(self, article: Article, parent: Document | None) -> Analysis: ...


class House(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def county(self) -> County: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def store(self) -> ArticleStore: ...

    @property
    def analyser(self) -> Explainer | None: ...
