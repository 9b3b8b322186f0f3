"""Charts drawn as SVG text on the server: no script, no inline style, every bar a link to the search behind it.

Colours come from the style sheet by class. The charts of briefs and mails are left to `reports`.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

from minyin.model import Value

WIDEST = 46  # a few intervals must not become a wall


class Bar(Value):
    """One interval: how many, of which negative, what it is called and where it leads."""

    label: str
    total: int
    negative: int = 0
    href: str = ""
    title: str = ""


def ceiling(value: int) -> int:
    """The round number at or above a value, for the top of an axis.

    >>> [ceiling(n) for n in (0, 3, 12, 37, 140)]
    [1, 4, 15, 40, 150]
    """
    if value <= 4:
        return max(1, value + value % 2 if value > 1 else value)
    step = int(10 ** (len(str(value)) - 1))
    for factor in (0.5, 1):
        top = int(step * factor)
        if top and -(-value // top) * top <= value * 1.25:
            return -(-value // top) * top
    return -(-value // step) * step


def histogram(
    bars: Sequence[Bar], *, width: int = 960, height: int = 150, name: str = "数量分布"
) -> Markup:
    """Stacked bars (negative below), a scale at the left, and as many labels as fit."""
    if not bars:
        return Markup('<p class="empty">这一时段没有数据。</p>')
    left, bottom, top = 34, 18, 6
    plot, room = height - bottom - top, width - left - 4
    most = ceiling(max(bar.total for bar in bars))
    step = room / len(bars)
    parts = [_grid(most, left, top, plot, width)]
    every = max(1, -(-len(bars) // max(1, int(room // 62))))
    for number, bar in enumerate(bars):
        x = left + number * step
        parts.append(_column(bar, x, step, top, plot, most))
        if number % every == 0:
            parts.append(
                f'<text class="axis" x="{x + min(step, 60) / 2:.1f}" y="{height - 4}" '
                f'text-anchor="middle">{escape(bar.label)}</text>'
            )
    return Markup(
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(name)}">'
        f"{''.join(parts)}</svg>"
    )


def _grid(most: int, left: int, top: int, plot: int, width: int) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = top + plot * (1 - share)
        lines.append(f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        number = most * share
        if number == int(number):
            lines.append(
                f'<text class="axis" x="{left - 5}" y="{y + 4:.1f}" text-anchor="end">{int(number)}</text>'
            )
    return "".join(lines)


def _column(bar: Bar, x: float, step: float, top: int, plot: int, most: int) -> str:
    gap = max(min(2.0, step * 0.15), step - WIDEST)
    whole, bad = plot * bar.total / most, plot * bar.negative / most
    title = bar.title or f"{bar.label}：{bar.total} 条，负面 {bar.negative} 条"
    shapes = (
        f"<title>{escape(title)}</title>"
        f'<rect class="hit" x="{x:.1f}" y="{top}" width="{step:.1f}" height="{plot}"/>'
        f'<rect class="rest" x="{x + gap / 2:.1f}" y="{top + plot - whole:.1f}" '
        f'width="{step - gap:.1f}" height="{whole - bad:.1f}"/>'
        f'<rect class="bad" x="{x + gap / 2:.1f}" y="{top + plot - bad:.1f}" '
        f'width="{step - gap:.1f}" height="{bad:.1f}"/>'
    )
    return f'<a href="{escape(bar.href)}">{shapes}</a>' if bar.href else f"<g>{shapes}</g>"


def sparkline(
    values: Sequence[int], *, width: int = 96, height: int = 20, name: str = "走势"
) -> Markup:
    """A row of tiny bars, the last one is the most recent."""
    if not values:
        return Markup("")
    most, step = max(1, *values), width / len(values)
    bars = "".join(
        f'<rect class="spark" x="{n * step:.1f}" y="{height - max(h, 1):.1f}" '
        f'width="{max(step - 1, 1):.1f}" height="{max(h, 1):.1f}"/>'
        for n, h in enumerate(value / most * height for value in values)
    )
    words = f"{name}：{'、'.join(map(str, values))}"
    return Markup(
        f'<svg class="sparkline" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(words)}"><title>{escape(words)}</title>{bars}</svg>'
    )


def meter(total: int, negative: int, most: int, *, width: int = 150) -> Markup:
    """One horizontal bar of a table: the share of the longest, its negative part first."""
    scale = width / max(1, most)
    bad, whole = negative * scale, total * scale
    return Markup(
        f'<svg class="meter" width="{width}" height="10" viewBox="0 0 {width} 10" aria-hidden="true">'
        f'<rect class="bad" x="0" y="0" width="{bad:.1f}" height="10"/>'
        f'<rect class="rest" x="{bad:.1f}" y="0" width="{whole - bad:.1f}" height="10"/></svg>'
    )
