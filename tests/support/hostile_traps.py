"""Places of the hostile site that would keep a crawler for ever: storms, stalls, calendars, link farms, walls."""

import time

from support.hostile_lists import article, listing


class Traps:
    """Mixed into the site's handler, which has page(), pour() and the plumbing of http.server."""

    times = 0

    def trapped(self, path: str) -> bool:
        """Whether the path was one of these, and has been answered."""
        head, _, rest = path.strip("/").partition("/")
        trap = getattr(self, f"trap_{head.partition('.')[0]}", None)
        if trap is None:
            return False
        trap(rest.partition(".")[0])
        return True

    def trap_storm(self, name: str) -> None:
        if name == "list":
            self.page(listing([f"/storm/{n}.html" for n in range(1, 61)]))
        else:
            self.page("busy", status=503)

    def trap_stall(self, name: str) -> None:
        if name == "list":
            self.page(listing([f"/stall/{n}.html" for n in range(1, 41)]))
        else:
            time.sleep(30)

    def trap_later(self, name: str) -> None:
        if name == "list":
            self.page(listing([f"/later/{n}.html" for n in range(1, 6)]))
        else:
            self.page("closed", status=503, wait="3600")

    def trap_calendar(self, name: str) -> None:
        self.page(listing([f"/day/{name}.html"], f"/calendar/{int(name) + 1}.html"))

    def trap_farm(self, _name: str) -> None:
        self.page("<html>" + "".join(f"<a class=item href=f{n}>x</a>" for n in range(1, 100_001)))

    def fault_cookies(self) -> None:
        """A wall: round and round until the visitor carries the cookie."""
        self.send_response(302)
        self.send_header("Set-Cookie", "pass=1")
        self.send_header("Location", "/cookies.html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def fault_etag(self) -> None:
        body = article("etag").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("ETag", f'"{time.time_ns()}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fault_invalid(self) -> None:
        self.raw("text/html; charset=utf-8", article("invalid").encode() + b"<p>\xff\xfe\x80</p>")

    def fault_image(self) -> None:
        self.raw("image/png", article("image").encode())

    def fault_pdf(self) -> None:
        self.raw("text/html", b"%PDF-1.4\n" + bytes(range(256)) * 8)

    def raw(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fault_5g(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(5 * 1024**3))
        self.end_headers()
        self.pour(b"x" * 65536, 100)

    def fault_again(self) -> None:
        """Too many requests, once; the site says when to come back."""
        Traps.times += 1
        first = Traps.times == 1
        self.page(
            "slow down" if first else article("again"),
            status=429 if first else 200,
            wait="1" if first else "",
        )
