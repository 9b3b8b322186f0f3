"""One sheet of a long list: which rows it holds, and the addresses of the sheets before and after it."""

from urllib.parse import urlencode

from fastapi import Request

from minyin.errors import InputError
from minyin.model import Value

SIZE = 100


class Sheet(Value):
    """Sheet `number`, counted from 1, of a list of `total` rows; `asked` is the question without the sheet."""

    number: int
    total: int
    path: str
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def last(self) -> int:
        """
        >>> Sheet(number=1, total=0, path="/alerts").last, Sheet(number=1, total=201, path="/alerts").last
        (1, 3)
        """
        return max(1, -(-self.total // SIZE))

    @property
    def offset(self) -> int:
        return (self.number - 1) * SIZE

    @property
    def before(self) -> str | None:
        return self._address(self.number - 1) if self.number > 1 else None

    @property
    def after(self) -> str | None:
        return self._address(self.number + 1) if self.number < self.last else None

    def _address(self, number: int) -> str:
        return f"{self.path}?{urlencode([*self.asked, ('page', number)])}"


def sheet_of(request: Request, total: int) -> Sheet:
    """The sheet an address asks for; past the end it is the last one. Raises InputError for what is no number."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9):
        raise InputError(f"页码 {text!r} 读不懂，应是正整数，请从第一页重新开始")
    asked = [(key, value) for key, value in request.query_params.multi_items() if value]
    kept = tuple(pair for pair in asked if pair[0] not in ("page", "notice"))
    sheet = Sheet(number=max(1, int(text)), total=total, path=request.url.path, asked=kept)
    return sheet.model_copy(update={"number": min(sheet.number, sheet.last)})
