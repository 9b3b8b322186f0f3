"""What an answer of Scrapy's is to the rest of the crawl; what it or an error of the network is called in the account,
and whether asking again is worth it."""

from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawlers.engine.errand import Fetched
from crawlers.engine.politeness import RefusedByRobots, RobotsUnread, Unregistered

# Scrapy's own refusals are told apart by their words only
REFUSALS = (
    ("max redirections", "failed/redirect_loop"),
    ("DOWNLOAD_MAXSIZE", "rejected/too_large"),
)
FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (RefusedByRobots, "rejected/robots"),
    (Unregistered, "rejected/offsite"),
    (DownloadTimeoutError, "failed/timeout"),
    (DownloadCancelledError, "rejected/too_large"),
    (ResponseDataLossError, "failed/cut_body"),
    (CannotResolveHostError, "failed/unreachable"),
    (DownloadConnectionRefusedError, "failed/unreachable"),
    (DownloadFailedError, "failed/unreachable"),
)
TRIES = 3
BUSY = (429, 500, 502, 503, 504)
# A timeout is not tried again in the same crawl: three would hold the site's lane for a minute
PASSING = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
)


def outcome_of(error: BaseException) -> str:
    """The outcome of an errand whose request ended in this error."""
    if isinstance(error, RobotsUnread):
        return outcome_of(error.cause)
    known = [name for kind, name in FAILURES if isinstance(error, kind)]
    if not known and isinstance(error, IgnoreRequest):
        known = [name for words, name in REFUSALS if words in str(error)]
    return known[0] if known else f"failed/{type(error).__name__}"


def fetched(response: Response) -> Fetched:
    assert response.request is not None
    return Fetched(
        url=response.url,
        status=response.status,
        headers=_plain(response.headers),
        body=response.body,
        request_headers=_plain(response.request.headers),
        rendered="playwright" in response.flags,
    )


def _plain(headers: Any) -> dict[str, str]:
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in headers.items()
        if values
    }
