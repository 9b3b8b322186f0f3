"""Every error Minyin raises on purpose, in one tree.

    MinyinError
    ├── OperatorError        the operator can mend it: one Chinese line, exit 2, no traceback
    │   ├── SettingsError    minyin.yaml, environment or command line
    │   ├── ProfileError     the county folder: sources, rules, topics, units …
    │   ├── QueryError       a search query; knows its column
    │   └── InputError       an imported file, a brief to verify, an id that does not exist
    ├── ArticleError         one article cannot be taken: a counted outcome, the run goes on
    │   ├── Rejected         by rule (not a page, too large, empty …): nothing to repair
    │   └── Quarantined      something broke: the raw page is kept for a person
    └── DependencyError      a store, server or mail host fails: raised, retried at one layer only
        └── DocumentsRefused a store took all documents but these, which it will not take as they are

Left to others: how an error is shown (console) and how often a step is retried (flows).
"""

from collections.abc import Iterable, Sequence


class MinyinError(Exception):
    """Root of the tree."""


class OperatorError(MinyinError):
    """What, where, expected, what next: one line an operator can act on."""


class SettingsError(OperatorError):
    """A setting is unknown, missing or malformed."""


class ProfileError(OperatorError):
    """The county profile has faults; every one is listed, each as 'file:line: what'."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(self.faults))


class QueryError(OperatorError):
    """A search query cannot be read; column counts characters from 1."""

    def __init__(self, message: str, *, column: int) -> None:
        self.column = column
        super().__init__(f"第 {column} 列：{message}")


class InputError(OperatorError):
    """A file, period or id given by the operator cannot be used."""


class ArticleError(MinyinError):
    """One article fails; `reason` is the short code that the accounting table shows."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


class Rejected(ArticleError):
    """The article is refused by rule."""


class Quarantined(ArticleError):
    """The article broke something; its raw form is kept."""


class DependencyError(MinyinError):
    """A service that Minyin depends on does not answer as it must."""


class DocumentsRefused(DependencyError):
    """A store refused some documents by themselves and holds all others; `ids` are those it refused."""

    def __init__(self, message: str, *, ids: Iterable[str]) -> None:
        self.ids = frozenset(ids)
        super().__init__(message)
