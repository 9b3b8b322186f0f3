"""The web console: FastAPI and Jinja, drawn on the server, usable without JavaScript.

`create_app(house)` is the whole interface. Left to others: what the pages show (every room), and serving (flows).
"""

from console.web.app import create_app

__all__ = ["create_app"]
