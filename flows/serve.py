"""`minyin up`: the Prefect server, the flows with their schedules, and the console, until interrupted."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from crawlers.engine.sites import shard
from flows.prefect_server import prefect_server, quiet_environment
from minyin.errors import SettingsError
from minyin.settings import Settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, so that a child process opens the same house."""
    values = {
        "MINYIN_HOME": str(settings.home.resolve()),
        "MINYIN_COUNTY": settings.county,
        "MINYIN_DATABASE_URL": settings.database_url,
        "MINYIN_EXTRA_SOURCES": str(settings.extra_sources.resolve())
        if settings.extra_sources
        else None,
        "MINYIN_INBOX_URL": settings.inbox_url,
        "MINYIN_INBOX_OPTIONS": settings.inbox_options.get_secret_value()
        if settings.inbox_options
        else None,
        "MINYIN_PREFECT__PARTS": str(settings.prefect.parts),
        "MINYIN_NOW": settings.now.isoformat() if settings.now else None,
        "MINYIN_INDEX__ENGINE": settings.index.engine,
        "MINYIN_INDEX__NAME": settings.index.name,
        "MINYIN_INDEX__HOSTS": json.dumps(settings.index.hosts),
        "MINYIN_INDEX__USER": settings.index.user,
        "MINYIN_INDEX__CA_CERTS": str(settings.index.ca_certs.resolve())
        if settings.index.ca_certs
        else None,
    }
    return {name: value for name, value in values.items() if value}


# Every flow is idempotent, so what a database or a mail host spoiled is run again; not in the demo, where nobody would wait
RETRIES = {
    "PREFECT_FLOWS_DEFAULT_RETRIES": "2",
    "PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS": "60",
}


def worker(settings: Settings, part: str) -> None:
    """Run one part of the crawl here, beside other workers of the same Prefect server, until interrupted.

    Raises SettingsError where no common server is named, InputError for a part that is not k/n.
    """
    if settings.prefect.api_url is None:
        raise SettingsError(
            "没有设置 prefect.api_url：几个进程分担采集，要连同一个 Prefect 服务，如 http://主机:4200/api"
        )
    shard((), part)
    os.environ.update(environment_of(settings) | quiet_environment(settings) | RETRIES)
    os.environ["PREFECT_API_URL"] = settings.prefect.api_url
    from flows.served import serve_crawls

    serve_crawls(part)


@contextmanager
def served_flows(settings: Settings, part: str = "") -> Iterator[None]:
    """A child process that serves every flow on its schedule, of the crawl one part or all; needs PREFECT_API_URL."""
    os.environ.update(environment_of(settings) | RETRIES)
    log = settings.home / "prefect" / "flows.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", f"from flows.served import serve_flows; serve_flows({part!r})"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running(settings: Settings, part: str = "") -> Iterator[str]:
    """Prefect's server and the served flows; yields the address of Prefect's page."""
    with prefect_server(settings) as url, served_flows(settings, part):
        yield url.removesuffix("/api")
