"""Numbers of the overview: each is a search, so that following it shows exactly what was counted."""

from datetime import datetime, timedelta

from console.web.charts import Bar
from console.web.facets import value_name
from console.web.periods import Period, axis_label, custom, filled, named
from console.web.questions import PUBLIC, Filter, Question, ask
from index.port import ArticleStore, SearchRequest, SearchResult
from minyin.clock import day_start, local_day
from minyin.county import County
from minyin.model import Value


class Figure(Value):
    """A number, how it was a period before, and the address of what was counted."""

    name: str
    value: int
    before: int | None = None
    href: str

    @property
    def change(self) -> str:
        """The change in words; a ratio on nothing is not given."""
        if self.before is None:
            return ""
        gap = self.value - self.before
        if gap == 0:
            return "与上期持平"
        share = f"（{abs(gap) / self.before:.0%}）" if self.before else ""
        return f"较上期{'增' if gap > 0 else '减'} {abs(gap)}{share}"


class Row(Value):
    """One line of a table of counts."""

    name: str
    total: int
    negative: int
    href: str


def figures(store: ArticleStore, now: datetime, period: Period) -> list[Figure]:
    """今日, the period and its negative part, each against the time before."""
    start = day_start(local_day(now))
    today = custom(start, now)
    yesterday = custom(start - timedelta(days=1), start)
    found = [_figure(store, "今日信息量", ask(now, *PUBLIC, period=today))]
    found.append(_figure(store, "昨日信息量", ask(now, *PUBLIC, period=yesterday)))
    found.append(
        _figure(store, "昨日负面", ask(now, *PUBLIC, "polarity:negative", period=yesterday))
    )
    for name, extra in (("信息量", ()), ("负面信息", ("polarity:negative",))):
        question = ask(now, *PUBLIC, *extra, period=period)
        found.append(_figure(store, f"{period.label}{name}", question, _before(question)))
    hotline = ask(now, "channel:hotline", period=period)
    found.append(_figure(store, f"{period.label}热线诉求", hotline, _before(hotline)))
    return found


def _figure(
    store: ArticleStore, name: str, question: Question, before: Question | None = None
) -> Figure:
    earlier = store.count(before.query) if before else None
    return Figure(name=name, value=store.count(question.query), before=earlier, href=question.url())


def _before(question: Question) -> Question | None:
    start, end = question.period.start, question.period.end
    if start is None or end is None:
        return None
    return question.model_copy(update={"period": custom(start - (end - start), start)})


def opening_period(store: ArticleStore, newest: datetime | None, now: datetime) -> Period:
    """The usual period, or, where it holds nothing, the thirty days up to the newest article."""
    usual = named("30d", now)
    if newest is None or store.count(ask(now, period=usual).query):
        return usual
    end = newest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return custom(named("30d", end).start, end)


def volume(store: ArticleStore, question: Question) -> SearchResult:
    """Histogram and facets of a question without its hits."""
    return store.search(
        SearchRequest(
            query=question.query,
            limit=0,
            histogram=question.period.interval,
            facets=("street", "topic", "channel"),
            facet_size=40,
            highlight=False,
        )
    )


def bars(result: SearchResult, question: Question) -> list[Bar]:
    """The histogram as bars that lead to their interval."""
    interval = question.period.interval
    return [
        Bar(
            label=axis_label(start, interval),
            total=bucket.count,
            negative=bucket.negative,
            href=question.between(start, end),
        )
        for start, end, bucket in filled(result.histogram, question.period, interval)
    ]


def table(result: SearchResult, field: str, question: Question, county: County) -> list[Row]:
    """A facet as rows, the longest first."""
    rows = []
    for bucket in sorted(result.facets.get(field, ()), key=lambda b: (-b.count, b.key)):
        rows.append(
            Row(
                name=value_name(county, field, bucket.key),
                total=bucket.count,
                negative=bucket.negative,
                href=question.with_filter(Filter(field=field, value=bucket.key)),
            )
        )
    return rows
