"""The parts of the whole analysis, as `benchmarks.nlp` times them: what other processes can do, events, each stage."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from minyin.county import County, load_county
from minyin.model import Article, Document
from nlp.analyse import Analyser, TextClassifier, document_of
from nlp.encoder import Encoder
from nlp.event.book import EventBook
from nlp.event.file import FILE
from nlp.event.judge import FEW, judge_of
from nlp.event.memory import MemoryStore
from nlp.event.profile import Tuning
from nlp.mask.masking import mask_pair
from nlp.opinion.casualties import casualties
from nlp.opinion.linear import LinearClassifier
from nlp.place.places import PlaceResolver
from nlp.repost.fingerprint import signature_of
from nlp.topics import TopicFinder
from nlp.words import Segmenter

BATCH = 64
Part = Callable[[Sequence[Article]], list[Document]]


@cache
def county() -> County:
    return load_county("pizhou")


@cache
def segmenter() -> Segmenter:
    return Segmenter(county())


@cache
def encoder() -> Encoder:
    return Encoder()


def classifier_of(cascade: bool) -> TextClassifier:
    if not cascade:
        return LinearClassifier.load()
    from nlp.opinion.cascade import CascadeClassifier

    return CascadeClassifier.load(encoder())


def part_of(cascade: bool) -> Part:
    """What depends on nothing but the article: everything except events."""
    analyser = Analyser(county(), classifier_of(cascade), segmenter())

    def read(given: Sequence[Article]) -> list[Document]:
        found = analyser.analyse_many((one, None) for one in given)
        made = [document_of(one, analysis, "s") for one, analysis in zip(given, found, strict=True)]
        for document in made:
            signature_of(document.text)
        return made

    return read


def event_book(*, cascade: bool) -> EventBook:
    """As ingest does it; with the cascade as `minyin cluster` does, the encoder asked where words leave a doubt."""
    if not cascade:
        return EventBook(MemoryStore(), judge_of(county(), segmenter().cut, sketches=FEW), Tuning())
    return EventBook(MemoryStore(), judge_of(county(), segmenter().cut, encoder()), FILE)


def batches_of(given: Sequence[Article]) -> Iterator[Sequence[Article]]:
    return (given[start : start + BATCH] for start in range(0, len(given), BATCH))


def stages(given: Sequence[Article], *, cascade: bool) -> list[tuple[str, float]]:
    """CPU microseconds an article, stage by stage on the same articles, and what the whole takes."""
    part, book = part_of(cascade), event_book(cascade=cascade)
    documents = [document for batch in batches_of(given) for document in part(batch)]
    pairs = [(one.title, one.text) for one in documents]
    wholes = [f"{title}\n{text}" for title, text in pairs]
    channels = [one.channel for one in given]
    places, topics, opinions = (
        PlaceResolver(county()),
        TopicFinder(county()),
        classifier_of(cascade),
    )

    def batched(work: Callable[[slice], Any]) -> None:
        for start in range(0, len(given), BATCH):
            work(slice(start, start + BATCH))

    whole = event_book(cascade=cascade)
    timed: list[tuple[str, Callable[[], Any]]] = [
        ("mask", lambda: [mask_pair(one.title, one.text) for one in given]),
        ("segment", lambda: [(segmenter().cut(a or ""), segmenter().cut(b)) for a, b in pairs]),
        ("places", lambda: [places.resolve(a, b, local_source=True) for a, b in pairs]),
        ("topics", lambda: batched(lambda at: topics.topics_of(pairs[at]))),
        ("polarity", lambda: batched(lambda at: opinions.classify(wholes[at], channels[at]))),
        ("casualties", lambda: [casualties(b, a) for a, b in pairs]),
        ("fingerprint", lambda: [signature_of(b) for _, b in pairs]),
        ("event", lambda: [book.assign(document) for document in documents]),
        ("whole", lambda: [whole.assign(one) for b in batches_of(given) for one in part(b)]),
    ]
    return [(name, _spent(work) / len(given) * 1e6) for name, work in timed]


def _spent(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
