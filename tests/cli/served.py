"""Runs `html --serve` as a program of its own and speaks with it; ends it as ctrl+c does."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Served:
    """A running server."""

    address: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.address).port or 0

    @property
    def path(self) -> str:
        """Where the page is."""
        return urlsplit(self.address).path

    def ask(
        self, path: str | None = None, *, method: str = "GET", host: str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """The answer's code, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, self.path if path is None else path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def interrupt(self) -> tuple[int, str]:
        """Press ctrl+c; returns the exit code and all that it said."""
        if sys.platform == "win32":
            self.process.send_signal(signal.CTRL_C_EVENT)
        else:
            self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


def _as_a_shell_starts_it() -> None:
    """Let ctrl+c reach the program, also where the tests were started without it (`nohup x &`)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def serving(report: Path, *options: str) -> Iterator[Served]:
    """`report-tui html --serve` for this report."""
    with subprocess.Popen(
        [sys.executable, "-m", "report_tui", "html", str(report), "--serve", *options],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        preexec_fn=None if sys.platform == "win32" else _as_a_shell_starts_it,
    ) as process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().strip(), process)
        finally:
            process.kill()
