"""A server on this machine that hands out repositories over http, as a host of repositories does.

Owns the few of http's words that `git http-backend` needs; `/private/` asks who is there, `/slow/` never answers.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def is_there() -> bool:
    """Whether this git can serve; the one for Windows cannot."""
    if shutil.which("git") is None:
        return False
    done = subprocess.run(["git", "--exec-path"], capture_output=True, check=True)
    return Path(done.stdout.decode().strip(), "git-http-backend").exists()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the repositories of a folder while it is open; hands out the address they stand below."""
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder, ended))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(folder: Path, ended: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name in the library
            """Say nothing."""

        def do_GET(self) -> None:
            if self.path.startswith("/slow/"):
                ended.wait()
                self.close_connection = True
            elif self.path.startswith("/private/"):
                self._answer(401, [("WWW-Authenticate", 'Basic realm="crews"')], b"")
            else:
                self._git()

        do_POST = do_GET  # noqa: N815 - its name in the library

        def _git(self) -> None:
            path, _, query = self.path.partition("?")
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_ADDR": "127.0.0.1",
            }
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            command = ["git", "-c", "safe.directory=*", "http-backend"]
            done = subprocess.run(command, input=sent, env=environment, capture_output=True, check=False)
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
            status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
            self._answer(status, [(name, value) for name, value in headers if name != "Status"], body)

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
