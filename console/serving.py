"""Serving the web console until interrupted."""

import socket
from contextlib import closing, suppress

from console.web.house import House
from minyin.errors import SettingsError
from minyin.settings import Settings


def serve(house: House) -> None:
    """Answer on the configured address. Raises SettingsError when it is taken."""
    import uvicorn

    from console.web.app import create_app

    address = house.settings.console
    need_free(address.host, address.port)
    app = create_app(house)
    # Ctrl-C and SIGTERM are how serving ends; uvicorn raises them again once it has shut down
    with suppress(KeyboardInterrupt, SystemExit):
        uvicorn.run(
            app,
            host=address.host,
            port=address.port,
            log_level="warning",
            lifespan="off",  # the app has none, and Ctrl-C would print its cancelled wait as an error
            server_header=False,
            timeout_graceful_shutdown=3,
        )


def address_of(settings: Settings) -> str:
    """Where a browser on this machine finds the console."""
    host = settings.console.host
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://{shown}:{settings.console.port}"


def need_free(host: str, port: int) -> None:
    """Raises SettingsError when something else answers on this port."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"控制台端口 {host}:{port} 不能用（{error.strerror}）；请停掉占用它的程序，"
                "或改 minyin.yaml 的 console.port（环境变量 MINYIN_CONSOLE__PORT）"
            ) from error
