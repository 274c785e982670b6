"""`html --serve`: a report's page on this machine's own address, made anew whenever the report changes.

Owns who may read it: this machine only, at a port and a path that nobody can guess, and under no other host's name,
so that no page of the web can read it through a name that leads here. It answers what is asked for and changes
nothing. Which page that is, it is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer

from report_tui.storage.waiting import beside
from report_tui.storage.watch import changes
from report_tui.validation.ruleset import FigureRules

_HOST = "127.0.0.1"
_MOST_WAITING = 32
"""Windows that wait for changes; each is a thread."""
_ALIVE = 15.0
"""Seconds after which a waiting window is told that nothing happened, so that a closed one is noticed."""

PageOf = Callable[[str], bytes]
"""Makes the page that knows by this version whether it is the newest."""


class PageServer:
    """The page's address, from `start` on until `stop`."""

    def __init__(self) -> None:
        self._there_is_more = threading.Condition()
        self._page_of: PageOf = lambda _version: b""
        self._page, self._version, self._waiting = b"", 0, 0
        self._ended = False
        self._path = f"/{secrets.token_urlsafe(16)}/"
        self._server = _Server((_HOST, 0), _handler(self))

    @property
    def address(self) -> str:
        """What a browser is given."""
        return f"http://{_HOST}:{self._server.server_address[1]}{self._path}"

    def show(self, page_of: PageOf) -> bool:
        """Show another page; returns whether it is another one than before."""
        # Of one and the same version, so that only what stands on them is compared.
        if self._version and page_of(str(self._version)) == self._page:
            return False
        page = page_of(str(self._version + 1))
        with self._there_is_more:
            self._page, self._version = page, self._version + 1
            self._there_is_more.notify_all()
        return True

    def start(self) -> None:
        """Answer from now on, in a thread."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        with self._there_is_more:
            self._ended = True
            self._there_is_more.notify_all()
        self._server.shutdown()
        self._server.server_close()

    # What the handlers ask for

    @property
    def page(self) -> bytes:
        """The newest page."""
        return self._page

    def place_of(self, path: str) -> str | None:
        """What is meant by a request's path: `page`, `changes`, or None for nothing that is here."""
        if not secrets.compare_digest(path[: len(self._path)].encode(), self._path.encode()):
            return None
        return {"": "page", "changes": "changes"}.get(path[len(self._path) :])

    def is_here(self, host: str | None) -> bool:
        """Whether a request was meant for this machine, and not for a name that somebody made lead here."""
        port = self._server.server_address[1]
        return host in (f"{_HOST}:{port}", f"localhost:{port}")

    def versions(self, write: Callable[[str], None]) -> None:
        """Write each version's number as it comes, until the end; nothing where too many wait already.

        Raises:
            OSError: nobody reads any more.
        """
        with self._there_is_more:
            if self._waiting >= _MOST_WAITING:
                return
            self._waiting += 1
        try:
            told = 0
            while True:
                with self._there_is_more:
                    if self._version == told and not self._ended:
                        self._there_is_more.wait(_ALIVE)
                    if self._ended:
                        return
                    version = self._version
                write(f"data: {version}\n\n" if version != told else ":\n\n")
                told = version
        finally:
            with self._there_is_more:
                self._waiting -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Windows would let any other program listen at the same port.
    allow_reuse_address = False

    def server_bind(self) -> None:
        """Take the port; the library would also ask the network for this machine's name, which can take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a window that was closed while it loaded is no news, and the terminal may hold an app."""


def _handler(server: PageServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30  # seconds for a request to come in
        error_message_format = "%(code)d %(message)s\n"
        error_content_type = "text/plain; charset=utf-8"

        def version_string(self) -> str:
            """What answers; not which Python it runs on."""
            return "report-tui"

        def do_GET(self) -> None:
            """The page, or the versions to come."""
            place = server.place_of(self.path) if server.is_here(self.headers.get("Host")) else None
            if place is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            elif place == "page":
                self._answer("text/html; charset=utf-8", len(page := server.page))
                self.wfile.write(page)
            else:
                self._answer("text/event-stream")
                # Nobody reads any more: the window was closed.
                with contextlib.suppress(OSError):
                    server.versions(self._write)

        def _write(self, text: str) -> None:
            self.wfile.write(text.encode())

        def _answer(self, kind: str, length: int | None = None) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            if length is not None:
                self.send_header("Content-Length", str(length))
            for name, value in _HEADERS:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing: a request's path would go to the terminal."""

    return Handler


_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


async def follow(report: Path, figures: FigureRules, changed: Callable[[], None]) -> None:
    """Call `changed` in a thread whenever the report or a figure may be another one, until this is cancelled."""
    async for _ in changes(report, asyncio.Event(), figures):
        await beside(changed)
