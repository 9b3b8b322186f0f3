"""The web console: FastAPI and Jinja, drawn on the server, usable without JavaScript.

`console.web.app.create_app(house)` is the whole interface; this package imports nothing, so that commands stay quick.
Left to others: what the pages show (every room), and serving (console.serving).
"""
