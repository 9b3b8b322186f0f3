"""OpenSearch 2 and 3 through Elasticsearch's own client: what its nodes say otherwise is put into words here.

OpenSearch went its own way at Elasticsearch 7.10. Of all that Minyin asks, only three things differ since: the media
types, the name of the product in the answers, and the address of points in time. The operator says nothing of it: a
node is asked once who it is.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse

PRODUCT, ELASTICSEARCH = "x-elastic-product", "Elasticsearch"
JSON, LINES = "application/json", "application/x-ndjson"
PIT, SEARCH_PIT = "/_pit", "/_search/point_in_time"


class Node(Urllib3HttpNode):
    """A node of either product."""

    _opensearch: bool | None = None

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> "NodeApiResponse":
        """The answer as Elasticsearch would give it. While nobody says who it is, the refusal to say so is the answer."""
        ask = super().perform_request
        if self._opensearch is None:
            met = ask("GET", "/", None, _plain(headers), request_timeout)
            self._opensearch = is_opensearch(met)
            if self._opensearch is None:
                return met
        if not self._opensearch:
            return ask(method, target, body, headers, request_timeout)
        path, _, rest = target.partition("?")
        if path.endswith(PIT):
            path, body = path.removesuffix(PIT) + SEARCH_PIT, _points(body)
        answer = ask(
            method, f"{path}?{rest}" if rest else path, body, _plain(headers), request_timeout
        )
        meta = replace(
            answer.meta, headers=HttpHeaders({**answer.meta.headers, PRODUCT: ELASTICSEARCH})
        )
        said = _point(answer.body) if path.endswith(SEARCH_PIT) else answer.body
        return answer._replace(meta=meta, body=said)


def is_opensearch(answer: "NodeApiResponse") -> bool | None:
    """None where a gateway or a refusal speaks. Elasticsearch names itself in every answer, refusals too.

    Whoever may not ask who it is (403) and is not told either is on OpenSearch.
    """
    if answer.meta.headers.get(PRODUCT) == ELASTICSEARCH:
        return False
    if answer.meta.status == 403:
        return True
    said = _read(answer.body) if answer.meta.status == 200 else {}
    version = said.get("version")
    return (
        True if isinstance(version, dict) and version.get("distribution") == "opensearch" else None
    )


def _plain(headers: HttpHeaders | None) -> HttpHeaders:
    """The client's own media types, `application/vnd.elasticsearch+json; compatible-with=8`, in the words of the world."""
    said = dict(headers or {})
    for name in ("accept", "content-type"):
        if name in said:
            said[name] = LINES if "ndjson" in said[name] else JSON
    return HttpHeaders(said)


def _points(body: bytes | None) -> bytes | None:
    """`{"id": …}`, which closes a point in time, as OpenSearch takes it."""
    return json.dumps({"pit_id": [_read(body)["id"]]}).encode() if body else body


def _point(body: bytes) -> bytes:
    """`{"pit_id": …}`, which is what opens one, as Elasticsearch says it."""
    said = _read(body)
    return json.dumps(said | {"id": said["pit_id"]}).encode() if "pit_id" in said else body


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
