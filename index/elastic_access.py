"""The way to the cluster: a client made from the settings, and what its refusals mean in words.

Credentials go into the client and nowhere else: no message and no log line names them.
"""

import logging
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from index.opensearch import Node
from minyin.errors import DependencyError, MinyinError, OperatorError, SettingsError
from minyin.settings import IndexSettings

T = TypeVar("T")

BUSY = 429
FORBIDDEN = 403
# A cluster that is busy (429) is asked again by whoever can wait: the bulk writer after a pause, a flow at its next run.
RETRIED = (502, 503, 504)

# it logs a traceback at every retry; that a node is away is told by node_pool, and the last failure by our own error
logging.getLogger("elastic_transport.transport").setLevel(logging.ERROR)


def client_of(settings: IndexSettings) -> Elasticsearch:
    """A client with the hosts, certificates and credentials of the settings. Raises SettingsError."""
    access: dict[str, Any] = {}
    if settings.api_key:
        access["api_key"] = settings.api_key.get_secret_value()
    elif settings.user and settings.password:
        # the client itself can write ASCII passwords only
        pair = f"{settings.user}:{settings.password.get_secret_value()}"
        access["basic_auth"] = b64encode(pair.encode()).decode("ascii")
    if settings.ca_certs:
        access["ca_certs"] = _certificates(settings.ca_certs)
    try:
        return Elasticsearch(
            list(settings.hosts),
            **access,
            node_class=Node,
            request_timeout=settings.timeout_seconds,
            max_retries=2,
            retry_on_timeout=True,
            retry_on_status=RETRIED,
        )
    except ValueError as error:
        raise SettingsError(
            f"index 的设置不能用（{'、'.join(settings.hosts)}）：{error}；请核对 docs/settings.md"
        ) from error


def _certificates(path: Path) -> str:
    """The file, if it holds certificates: the client would only say that the connection failed."""
    try:
        ssl.create_default_context(cafile=path)
    except FileNotFoundError:
        raise SettingsError(
            f"index.ca_certs：找不到证书文件 {path}；请写 CA 证书（PEM）的路径"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"index.ca_certs：{path} 不是 PEM 格式的 CA 证书，或读不了；请换成 CA 证书文件"
        ) from error
    return str(path)


class Asking:
    """Asks the cluster; its failures come out as errors in one Chinese line."""

    def __init__(self, settings: IndexSettings) -> None:
        self._hosts = "、".join(settings.hosts)

    def __call__(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except UnsupportedProductError as error:
            raise OperatorError(
                f"{self._hosts} 上答话的既不是 Elasticsearch，也不是 OpenSearch；请核对 index.hosts"
            ) from error
        except ApiError as error:
            kind, reason = cause(error.body)
            raise self.refusal(error.status_code, kind, reason) from error
        except TlsError as error:
            raise DependencyError(
                f"连接 Elasticsearch（{self._hosts}）时证书核验不通过：{error.message}；请核对 index.ca_certs"
            ) from error
        except ConnectionTimeout as error:
            raise DependencyError(
                f"Elasticsearch（{self._hosts}）没有按时答复；请检查集群负荷，文章已留存，稍后再运行即可"
            ) from error
        except TransportError as error:
            raise DependencyError(
                f"连不上 Elasticsearch（{self._hosts}）：{error.message}；请检查服务是否启动、地址和证书是否正确"
            ) from error

    def refusal(self, status: int, kind: str, reason: str) -> MinyinError:
        """The error of an answer, whether the cluster gave it to a request or to one document of a bulk request."""
        where = f"Elasticsearch（{self._hosts}）"
        match status, kind:
            case 401, _:
                return OperatorError(
                    f"{where}不认这个账号；请核对 index.user、index.password 或 index.api_key"
                )
            case _, "cluster_block_exception":  # 403, or 429 where the disk is full
                return DependencyError(
                    f"{where}的索引只读：{reason}；多因磁盘将满或正在升级索引，解除后再运行即可，文章已留存"
                )
            case 403, _:
                return OperatorError(f"{where}的账号没有权限：{reason}；请让管理员授予索引的读写权")
            case 429, _:
                return DependencyError(
                    f"{where}忙不过来（429）：{reason}；文章已留存，稍后再运行即可"
                )
        if "maxClauseCount" in reason:
            return OperatorError(
                f"{where}一次不肯查这么多词：{reason}；请缩短检索式，"
                "或把集群设置 indices.query.bool.max_clause_count 调到 4096（docs/search.md）"
            )
        return DependencyError(f"{where}拒绝了请求：{status} {reason}")


def cause(body: Any) -> tuple[str, str]:
    """Type and reason of an error answer, which may be anything when a proxy wrote it.

    >>> cause({"error": {"type": "x_exception", "reason": "no"}})
    ('x_exception', 'no')
    >>> cause("<html>busy</html>")
    ('', '<html>busy</html>')
    """
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return "", str(error)[:300]
    deepest = error.get("caused_by")
    reason = str(error.get("reason") or error)
    if isinstance(deepest, dict) and deepest.get("reason"):
        reason = f"{reason}（{deepest['reason']}）"
    return str(error.get("type", "")), reason[:300]
