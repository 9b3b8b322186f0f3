"""`minyin up`: the Prefect server, the flows with their schedules, and the console, until interrupted."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flows.prefect_server import prefect_server
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


@contextmanager
def served_flows(settings: Settings) -> Iterator[None]:
    """A child process that serves every flow on its schedule; needs PREFECT_API_URL in the environment."""
    os.environ.update(environment_of(settings))
    log = settings.home / "prefect" / "flows.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", "from flows.served import serve_flows; serve_flows()"],
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
def running(settings: Settings) -> Iterator[str]:
    """Prefect's server and the served flows; yields the address of Prefect's page."""
    with prefect_server(settings) as url, served_flows(settings):
        yield url.removesuffix("/api")
