"""Many texts understood at once: JSON Lines in, one JSON object per line out, in order, in bounded memory.

The fields are those of the labelled sets, so that what comes out can be scored against what people wrote. Every line
has one outcome: a line in the output, or a counted rejection with its number. Left to others: events (`minyin
cluster`) and the house's own database.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from minyin.county import County
from minyin.errors import InputError
from minyin.identity import article_id, row_url
from minyin.model import Article, Opinion, Polarity
from nlp.analyse import Analyser, Understood
from nlp.bulk_lines import Rejected, Row, rows
from nlp.category import Category, CategoryModel
from nlp.encoder import Encoder
from nlp.mask.kinds import CONFIDENCE, GOLD
from nlp.mask.masking import Masked
from nlp.opinion.worth import Worth, worth
from nlp.together import Together

BATCH, BATCH_BYTES = 64, 1_000_000
"""Lines of one batch, and the characters after which a batch is full: memory is bounded whatever a line holds."""
POLARITIES = {Polarity.NEGATIVE: "neg", Polarity.NEUTRAL: "neu", Polarity.POSITIVE: "pos"}
RIGHT = {"appeal": 0.9, "urgent": 0.9}
LEVELS = {6: "市", 9: "镇街", 12: "村居"}
"""Level of a code by its length, finest last."""


class Bulk(NamedTuple):
    """What became of the lines: written, and rejected with number and reason."""

    written: int
    rejected: tuple[Rejected, ...]

    @property
    def outcomes(self) -> dict[str, int]:
        reasons = Counter(f"rejected/{one.reason}" for one in self.rejected)
        return {"analysed": self.written, **reasons}


class Understander:
    """Rows to records for one county; build it once, it holds dictionaries and models."""

    def __init__(
        self, county: County, analyser: Analyser, now: datetime, encoder: Encoder | None = None
    ) -> None:
        self.county = county
        self._analyser = analyser
        self._now = now
        self.category = CategoryModel.load(encoder)

    def understand(self, given: Sequence[Row]) -> list[Understood]:
        return self._analyser.understand([(self._article(row), None) for row in given])

    def records(self, given: Sequence[Row]) -> list[dict[str, Any]]:
        """One record per row, in order."""
        found = self.understand(given)
        categories = self.category.classify([whole_of(one) for one in found])
        return [
            self._record(row, one, category)
            for row, one, category in zip(given, found, categories, strict=True)
        ]

    def lines(self, given: Sequence[Row]) -> list[str]:
        """The records as lines of JSON."""
        return [json.dumps(record, ensure_ascii=False) for record in self.records(given)]

    def _article(self, row: Row) -> Article:
        url = row_url("analyse", str(row.number))
        return Article(
            id=article_id(url),
            source_id="analyse",
            url=url,
            channel=row.channel,
            tier=5,
            title=row.title,
            text=row.text,
            published_at=row.published_at or self._now,
            collected_at=self._now,
            local_source=row.local,
        )

    def _record(self, row: Row, one: Understood, category: Category) -> dict[str, Any]:
        opinion = one.analysis.opinion
        chances = probabilities(opinion)
        codes = place_codes(one, self.county)
        alert = worth(one)
        record: dict[str, Any] = {
            "id": row.id,
            "polarity": POLARITIES[opinion.polarity],
            "probabilities": chances,
            "appeal": int(opinion.appeal),
            "urgent": int(opinion.urgent),
            "topics": list(one.topics.codes),
            "category": category.name,
            "place_codes": codes,
            "place_level": level_of(codes),
            "relevant": one.analysis.relevant,
            "masked_text": one.text.text,
            "mask_spans": mask_spans(one.text),
            "should_alert": int(alert.alert),
            "alert_reasons": list(alert.reasons),
            "confidence": _confidence(one, category.confidence, alert, codes),
        }
        if one.title is not None:
            record["masked_title"] = one.title.text
        return record


def whole_of(one: Understood) -> str:
    """What the models read: title and text, masked."""
    return f"{one.title.text}\n{one.text.text}" if one.title else one.text.text


def probabilities(opinion: Opinion) -> dict[str, float]:
    """neg, neu, pos of an opinion; they follow from its class, its confidence and its score (pos + neu / 2)."""
    sure, score = opinion.confidence, opinion.score
    if opinion.polarity is Polarity.NEUTRAL:
        neutral, positive = sure, score - sure / 2
    elif opinion.polarity is Polarity.NEGATIVE:
        neutral = 2 * (1 - sure - score)
        positive = 1 - sure - neutral
    else:
        neutral, positive = 2 * (score - sure), sure
    neutral, positive = (min(1.0, max(0.0, round(value, 3))) for value in (neutral, positive))
    return {"neg": round(max(0.0, 1 - neutral - positive), 3), "neu": neutral, "pos": positive}


def sure(opinion: Opinion, question: str) -> float:
    """How sure a yes or no is, where the classifier says so; else the share of right answers on the dev sets."""
    return float(getattr(opinion, f"{question}_confidence", None) or RIGHT[question])


def place_codes(one: Understood, county: County) -> list[str]:
    """Codes found, most likely first; the county's own where the text is about it and names nothing closer."""
    if not one.analysis.relevant:
        return []
    return [place.code for place in one.analysis.places] or [county.profile.code]


def level_of(codes: Iterable[str]) -> str:
    """
    >>> level_of(["320382103", "320382103201"]), level_of(["320382"]), level_of([])
    ('村居', '市', 'none')
    """
    return LEVELS.get(max(map(len, codes), default=0), "none")


def mask_spans(masked: Masked) -> list[list[Any]]:
    """[start, end, kind] in the original text; kinds are those of the labelled sets."""
    return [
        [start, end, GOLD.get(span.kind, span.kind)]
        for (start, end), span in zip(masked.originals, masked.spans, strict=True)
    ]


def _confidence(one: Understood, category: float, alert: Worth, codes: list[str]) -> dict[str, Any]:
    opinion = one.analysis.opinion
    sure_place = one.analysis.place_conf if codes else 1 - one.analysis.place_conf
    return {
        "polarity": round(opinion.confidence, 3),
        "appeal": round(sure(opinion, "appeal"), 3),
        "urgent": round(sure(opinion, "urgent"), 3),
        "topics": round(one.topics.confidence, 3),
        "category": round(category, 3),
        "place": round(sure_place, 3),
        "relevant": round(one.places.relevance, 3),
        "mask_spans": [CONFIDENCE.get(span.kind, 0.9) for span in one.text.spans],
        "should_alert": round(alert.confidence, 3),
    }


def analyse_file(
    source: Path,
    target: Path,
    together: Together[list[Row], list[str]],
    told: Callable[[int], None] = lambda _: None,
) -> Bulk:
    """Read `source`, write `target` whole or not at all; memory holds some batches and the list of rejections.

    `told` hears how many lines are done. Raises InputError where a file cannot be read or written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with source.open("rb") as read, part.open("w", encoding="utf-8") as write:
            done = _analyse(rows(read), write, together, told)
            write.flush()
            os.fsync(write.fileno())
        part.replace(target)
    except OSError as error:
        raise InputError(f"文件读写不成：{error.filename}：{error.strerror}") from error
    return done


def _analyse(
    lines: Iterator[Row | Rejected],
    write: TextIO,
    together: Together[list[Row], list[str]],
    told: Callable[[int], None],
) -> Bulk:
    written, rejected = 0, list[Rejected]()

    def good() -> Iterator[list[Row]]:
        for batch in batches(lines):
            rejected.extend(line for line in batch if isinstance(line, Rejected))
            yield [line for line in batch if isinstance(line, Row)]

    for found in together.results(good()):
        write.writelines(f"{line}\n" for line in found)
        written += len(found)
        told(written + len(rejected))
    return Bulk(written, tuple(rejected))


def batches(lines: Iterable[Row | Rejected]) -> Iterator[list[Row | Rejected]]:
    """Lines in groups of at most `BATCH` and about `BATCH_BYTES` characters."""
    batch: list[Row | Rejected] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.text) if isinstance(line, Row) else 0
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
