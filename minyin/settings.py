"""Settings: defaults < minyin.yaml < environment (MINYIN_…) < command line; frozen; unknown names refused.

Secrets are SecretStr and belong in the environment. What operators edit about the county is not here but in the
county profile. Run state never lives here.
"""

import json
import re
import secrets
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from minyin.clock import Clock, fixed_clock, system_clock
from minyin.errors import SettingsError
from minyin.yamlfile import SECRET, faults_of, read_yaml


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexSettings(Section):
    """Where articles are searched. `timeout_seconds` is for one request to the cluster; `standing`: who answers saved
    questions, the cluster's percolator where it has one (auto), never, or nobody else.
    """

    engine: Literal["embedded", "elasticsearch"] = "embedded"
    hosts: tuple[str, ...] = ("http://127.0.0.1:9200",)
    name: str = "minyin-articles"
    user: str | None = None
    password: SecretStr | None = None
    api_key: SecretStr | None = None
    ca_certs: Path | None = None
    timeout_seconds: float = 30.0
    standing: Literal["auto", "memory", "percolator"] = "auto"

    @field_validator("standing")
    @classmethod
    def _standing_where_it_can_be(cls, standing: str, given: ValidationInfo) -> str:
        if standing == "percolator" and given.data.get("engine") == "embedded":
            raise PydanticCustomError(
                SECRET,
                "percolator 是集群的模块，要 index.engine 为 elasticsearch；内置引擎请写 auto",
            )
        return standing

    @field_validator("hosts")
    @classmethod
    def _hosts_without_secrets(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses appear in messages, so they may hold no password."""
        for host in hosts:
            try:
                parts = urlsplit(host)
                fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in host
                fine = fine and (parts.port or 9200) > 0
            except ValueError:
                fine = False
            if not fine:
                raise PydanticCustomError(
                    SECRET,
                    "地址应形如 https://主机:9200，不带用户名和密码（另设 index.user、index.password）",
                )
        if not hosts:
            raise ValueError("至少要有一个节点地址")
        return hosts


class MailSettings(Section):
    """Without a host, mail stays in the outbox folder as .eml files."""

    host: str | None = None
    port: int = 25
    tls: Literal["none", "starttls", "tls"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str = "minyin@localhost"
    allowed_domains: tuple[str, ...] = Field(
        (), description="recipients outside these are refused; empty allows all of the profile"
    )
    timeout_seconds: float = 20.0


class ConsoleSettings(Section):
    host: str = "127.0.0.1"
    port: int = 8600
    public_url: str = "http://127.0.0.1:8600"


class PrefectSettings(Section):
    """Without an api_url, `minyin up` and `minyin demo` start a Prefect server of their own on `port`."""

    api_url: str | None = None
    port: int = 4200
    parts: int = Field(1, ge=1, le=99, description="deployments that share the sources, by site")


class CrawlSettings(Section):
    user_agent: str = "MinyinBot/0.1 (+county public-opinion monitor)"
    timeout_seconds: float = 20.0
    max_page_mb: float = 10.0
    segment_articles: int = 400
    segment_seconds: float = 5.0
    contact: str = Field("", description="mail or phone of the office, shown in the user agent")
    browser: Path | None = Field(
        None, description="Chromium's program, for sources with rendered: true"
    )
    busy_seconds: float = Field(
        60.0, description="how long to wait for a site that another process is crawling"
    )


class NlpSettings(Section):
    """How texts are understood."""

    polarity: str = Field(
        "cascade",
        description="cascade, linear, or the folder of a Hugging Face sequence-classification model",
    )
    labels: tuple[Literal["negative", "neutral", "positive"], ...] = Field(
        (), description="what the labels of such a model mean, in its order"
    )
    threads: int = Field(1, ge=1, le=64, description="texts that the encoder reads at once")
    workers: int | None = Field(
        None, ge=1, le=64, description="processes that analyse many texts; all cores by default"
    )


class RetentionSettings(Section):
    """How long what is kept (DOMAIN §6.2), in days; each [P]."""

    raw_days: int = Field(30, ge=1, description="evidence pages and inbox segments: unmasked")
    irrelevant_days: int = Field(7, ge=1)
    masked_days: int = Field(730, ge=1)
    mail_days: int = Field(365, ge=1)
    backups: int = Field(7, ge=0, description="nightly copies of the SQLite database kept")


class Settings(BaseSettings):
    """Everything that is configured."""

    model_config = SettingsConfigDict(
        env_prefix="MINYIN_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: Path = Path("minyin-data")
    county: str = "pizhou"
    extra_sources: Path | None = None
    now: AwareDatetime | None = Field(
        None, description="a fixed clock, for the demo and for replays"
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; SQLite in the home folder by default"
    )
    inbox_url: str | None = Field(
        None, description="where articles wait for ingest; any address that fsspec reaches"
    )
    inbox_options: SecretStr | None = Field(
        None, description="a JSON object: what fsspec needs to reach it, keys and passwords too"
    )
    author_key: SecretStr | None = Field(
        None, description="key of the author hashes; made once in the home folder by default"
    )
    index: IndexSettings = IndexSettings()
    mail: MailSettings = MailSettings()
    console: ConsoleSettings = ConsoleSettings()
    prefect: PrefectSettings = PrefectSettings()
    crawl: CrawlSettings = CrawlSettings()
    nlp: NlpSettings = NlpSettings()
    retention: RetentionSettings = RetentionSettings()

    @field_validator("inbox_url")
    @classmethod
    def _no_password_in_address(cls, url: str | None) -> str | None:
        """The address appears in messages."""
        if url and re.search(r"//[^/]*:[^/]*@", url):
            raise PydanticCustomError(SECRET, "地址里不写密码，请写在 inbox_options")
        return url

    @field_validator("inbox_options")
    @classmethod
    def _an_object(cls, options: SecretStr | None) -> SecretStr | None:
        try:
            given = json.loads(options.get_secret_value()) if options else {}
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise PydanticCustomError(SECRET, '应为一个 JSON 对象，如 {"key": "…", "secret": "…"}')
        return options

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, init_settings)

    @property
    def clock(self) -> Clock:
        return fixed_clock(self.now) if self.now else system_clock

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def inbox_at(self) -> str:
        """The inbox's folder or address."""
        return self.inbox_url or str(self.inbox)

    @property
    def inbox_options_given(self) -> dict[str, Any]:
        return dict(json.loads(self.inbox_options.get_secret_value())) if self.inbox_options else {}

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def briefs(self) -> Path:
        return self.home / "briefs"

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'minyin.db'}"

    def key(self) -> bytes:
        """The secret of the author hashes; created with mode 600 on first use."""
        if self.author_key:
            return self.author_key.get_secret_value().encode()
        path = self.home / "author.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
        return path.read_text(encoding="ascii").strip().encode()


def load_settings(file: Path | None = None, **overrides: Any) -> Settings:
    """Settings from a YAML file (minyin.yaml where it exists), the environment and the command line.

    `overrides` are command-line values; None means 'not given'. Raises SettingsError with one line per fault.
    """
    path = file or Path("minyin.yaml")
    data: dict[str, Any] = {}
    node = None
    if path.exists() or file:
        loaded, node, faults = read_yaml(path)
        if faults:
            raise SettingsError("；".join(faults))
        data = loaded or {}
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**data)
        return (
            settings.model_copy(update=Settings(**given).model_dump(include=set(given)))
            if given
            else settings
        )
    except ValidationError as error:
        raise SettingsError(
            "；".join(faults_of(error, Settings, file=path.name, node=node))
        ) from error
