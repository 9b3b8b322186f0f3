"""What goes on over several pages: a thread, and articles cut into pages, held until their last is read or will not come.

The first page is settled last, with the whole article; what was read of one that is cut short is kept too, and its
first page asked for again at the next crawl. Left to others: which address is a next page's (`crawlers.listing.paging`).
"""

from dataclasses import dataclass, field

from crawlers.archive.evidence import ArchivedPage, EvidenceStore
from crawlers.engine.articles import page_digest
from crawlers.engine.errand import Errand, Fetched, ThreadPlace
from crawlers.engine.pages import Page
from crawlers.listing.paging import is_next_part
from crawlers.page.extract import Extraction
from minyin.model import Article, Evidence
from minyin.source import Source

# No article that people read goes on for longer
MOST_PARTS = 30
# Outcome of a later page whose words are in the article of the first
JOINED = "joined"


@dataclass
class Held:
    """An article that goes on: its first page, and what has been read since."""

    source: Source
    errand: Errand
    answer: Fetched
    page: Page
    later: list[tuple[Fetched, Page]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return 1 + len(self.later)

    def whole(self) -> tuple[Fetched, Page]:
        """The article as if it had been one page, with all pages as its evidence."""
        lines = dict[str, None]()
        for page in (self.page, *(page for _, page in self.later)):
            # a summary or a heading that every page repeats is said once
            lines.update(dict.fromkeys(page.extraction.posts[0].text.split("\n")))
        post = self.page.extraction.posts[0].but(text="\n".join(lines))
        captions = tuple(
            c for p in (self.page, *(p for _, p in self.later)) for c in p.extraction.captions
        )
        extraction = self.page.extraction.but(posts=(post,), captions=captions, next_url=None)
        answer = self.answer.but(rest=tuple(answer for answer, _ in self.later))
        return answer, Page(extraction, self.page.url, page_digest(extraction))


class Joiner:
    """The articles of one crawl that are not read to their end."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def begin(self, source: Source, errand: Errand, answer: Fetched, page: Page) -> Errand | None:
        """Hold an article's first page, where it goes on; the errand for the page that follows."""
        if _following(page, answer, 1) is None:
            return None
        self._held[errand.key] = Held(source, errand.but(leads_on=True), answer, page)
        return self._next(self._held[errand.key])

    def add(self, errand: Errand, answer: Fetched, page: Page) -> Errand | None:
        """One page more; the errand for the one after it."""
        held = self._held.get(errand.part_of or "")
        if held is None:
            return None
        held.later.append((answer, page))
        return self._next(held)

    def _next(self, held: Held) -> Errand | None:
        answer, page = held.later[-1] if held.later else (held.answer, held.page)
        address = _following(page, answer, held.number)
        if address is None or held.number >= MOST_PARTS:
            return None
        source_id, hint = held.errand.source_id, held.errand.hint
        return Errand(
            source_id=source_id,
            url=address,
            role="item",
            number=held.number + 1,
            hint=hint,
            part_of=held.errand.key,
        )

    @staticmethod
    def beyond(errand: Errand, answer: Fetched, page: Page) -> int:
        """How many pages are known after the last one that may be read: one or none."""
        return int(_following(page, answer, errand.number) is not None)

    def take(self, key: str | None) -> Held | None:
        """What is held of an article, which is then held no more."""
        return self._held.pop(key or "", None)

    def take_all(self) -> list[Held]:
        held, self._held = list(self._held.values()), {}
        return held


def _following(page: Page, answer: Fetched, number: int) -> str | None:
    address = page.extraction.next_url
    if page.extraction.thread or address is None or not is_next_part(answer.url, address, number):
        return None
    return address


def archived(store: EvidenceStore, answer: Fetched) -> Evidence:
    """Where the answer's page lies in the archive, and where the later pages of its article do."""
    first, *rest = [
        store.write(
            ArchivedPage(
                url=one.url,
                status=one.status,
                headers=one.headers,
                body=one.body,
                rendered=one.rendered,
            ),
            one.request_headers,
        )
        for one in (answer, *answer.rest)
    ]
    return first.but(rest=tuple(rest)) if rest else first


def next_of_thread(
    errand: Errand, extraction: Extraction, articles: list[Article], url: str
) -> Errand | None:
    """The errand for a thread's next page."""
    if extraction.next_url is None or not articles or not extraction.thread:
        return None
    place = errand.thread or ThreadPlace(url=url)
    following = ThreadPlace(
        url=place.url, number=place.number + 1, root_id=place.root_id or articles[0].id
    )
    return Errand(
        source_id=errand.source_id,
        url=extraction.next_url,
        role="item",
        number=following.number,
        hint=errand.hint,
        thread=following,
    )
