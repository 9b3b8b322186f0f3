"""One article understood: masked first, then words, places, topics, attitude, contexts and casualties.

Only masked text is looked at and only masked text leaves. Batches are for the classifier's sake. Left to others: the
signature (reposts), which event it belongs to, and what to do about it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from minyin.county import County
from minyin.model import Analysis, Article, Channel, Document, Opinion, Span
from nlp.mask.masking import MASK_VERSION, Masked, mask_pair
from nlp.opinion.casualties import casualties
from nlp.opinion.contexts import Circumstances, contexts
from nlp.place.gazetteer import Alias
from nlp.place.places import PlaceResolver, Resolved
from nlp.place.taught import TaughtPlaces
from nlp.topics import TopicFinder, Topics
from nlp.words import Segmenter


class TextClassifier(Protocol):
    """What the analyser needs of a classifier."""

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]: ...


class Understood(NamedTuple):
    """An analysis with what it rests on: masks with their originals, places, topics with evidence."""

    article: Article
    title: Masked | None
    text: Masked
    places: Resolved
    topics: Topics
    analysis: Analysis


class _Read(NamedTuple):
    """An article after masking: `whole` is what the classifier reads."""

    article: Article
    parent: Document | None
    title: Masked | None
    text: Masked

    @property
    def head(self) -> str | None:
        return self.title.text if self.title else None

    @property
    def whole(self) -> str:
        return f"{self.title.text}\n{self.text.text}" if self.title else self.text.text


class Analyser:
    """Understands articles of one county; build it once, it holds dictionaries and automata."""

    def __init__(
        self,
        county: County,
        classifier: TextClassifier,
        segmenter: Segmenter | None = None,
        taught: TaughtPlaces | None = None,
    ) -> None:
        self.county = county
        self._classifier = classifier
        self._segmenter = segmenter or Segmenter(county)
        self._taught = taught
        self._aliases: tuple[Alias, ...] = ()
        self._places = PlaceResolver(county)
        self._topics = TopicFinder(county)

    def analyse(self, article: Article, parent: Document | None = None) -> Analysis:
        return self.analyse_many([(article, parent)])[0]

    def analyse_many(self, pairs: Iterable[tuple[Article, Document | None]]) -> list[Analysis]:
        """Analyses in the order given; a parent must have been analysed before its replies."""
        return [one.analysis for one in self.understand(pairs)]

    def understand(self, pairs: Iterable[tuple[Article, Document | None]]) -> list[Understood]:
        """As `analyse_many`, with what each analysis rests on."""
        self._learn()
        read = [self._read(article, parent) for article, parent in pairs]
        opinions = self._classifier.classify(
            [one.whole for one in read], [one.article.channel for one in read]
        )
        topics = self._topics.topics_of([(one.head, one.text.text) for one in read])
        return [self._understood(*one) for one in zip(read, opinions, topics, strict=True)]

    def _learn(self) -> None:
        """Names that people have taught since the last call are known from now on."""
        aliases = self._taught.aliases(self.county) if self._taught else ()
        if aliases != self._aliases:
            self._aliases = aliases
            self._places = PlaceResolver(self.county, aliases)

    def _read(self, article: Article, parent: Document | None) -> _Read:
        public = self.county.profile.public_numbers
        title, text = mask_pair(article.title, article.text, public_numbers=public)
        return _Read(article, parent, title, text)

    def _understood(self, read: _Read, opinion: Opinion, topics: Topics) -> Understood:
        places = self._resolved(read)
        analysis = self._analysis(read, opinion, places, topics)
        return Understood(read.article, read.title, read.text, places, topics, analysis)

    def _analysis(
        self, read: _Read, opinion: Opinion, places: Resolved, topics: Topics
    ) -> Analysis:
        words_title = " ".join(self._segmenter.cut(read.head)) if read.head else ""
        return Analysis(
            title=read.head,
            text=read.text.text,
            mask_version=MASK_VERSION,
            masked=_spans(read),
            words_title=words_title,
            words_text=" ".join(self._segmenter.cut(read.text.text)),
            places=places.places,
            candidates=places.candidates,
            street=places.street,
            village=places.village,
            place_conf=places.place_conf,
            relevant=places.relevant,
            topics=topics.codes,
            topic=topics.main,
            severity=topics.severity,
            opinion=opinion,
            contexts=contexts(_circumstances(read, places, opinion)),
            casualties=casualties(read.text.text, read.head),
        )

    def _resolved(self, read: _Read) -> Resolved:
        """A grid record is made at a village's station: where its text names no place, the station does."""
        article = read.article
        head = read.head
        if article.channel is Channel.GRID and article.outlet and not head:
            head = article.outlet
        return self._places.resolve(
            head, read.text.text, local_source=article.local_source, parent=read.parent
        )


def _circumstances(read: _Read, places: Resolved, opinion: Opinion) -> Circumstances:
    article = read.article
    return Circumstances(
        text=read.text.text,
        title=read.head,
        channel=article.channel,
        kind=article.kind,
        tier=article.tier,
        published_at=article.published_at,
        elsewhere=places.elsewhere,
        polarity=opinion.polarity,
        appeal=opinion.appeal,
        alert=opinion.alert,
    )


def _spans(read: _Read) -> tuple[Span, ...]:
    """Masked spans of the text; those of the title say so in their kind."""
    titles = read.title.spans if read.title else ()
    marked = tuple(span.but(kind=f"title:{span.kind}") for span in titles)
    return (*marked, *read.text.spans)


def document_of(article: Article, analysis: Analysis, source_name: str) -> Document:
    """The document of an article: what may be searched, shown and kept."""
    opinion = analysis.opinion
    return Document(
        id=article.id,
        source_id=article.source_id,
        source_name=source_name,
        external_id=article.external_id,
        url=article.url,
        channel=article.channel,
        kind=article.kind,
        tier=article.tier,
        parent_id=article.parent_id,
        title=analysis.title,
        text=analysis.text,
        words_title=analysis.words_title,
        words_text=analysis.words_text,
        outlet=article.outlet,
        author_hash=article.author_hash,
        published_at=article.published_at,
        collected_at=article.collected_at,
        views=article.interactions.views,
        interactions=article.interactions.total,
        street=analysis.street,
        village=analysis.village,
        places=tuple(place.code for place in analysis.places),
        place_names=tuple(place.name for place in analysis.places),
        place_conf=analysis.place_conf,
        relevant=analysis.relevant,
        topics=analysis.topics,
        topic=analysis.topic,
        severity=analysis.severity,
        polarity=opinion.polarity,
        score=opinion.score,
        confidence=opinion.confidence,
        appeal=opinion.appeal,
        urgent=opinion.urgent,
        contexts=analysis.contexts,
        casualties=analysis.casualties,
        masked=analysis.masked,
        mask_version=analysis.mask_version,
        evidence=article.evidence,
    )
