"""`html --serve`: who may read the page, what changes when the report does, and how it ends."""

from __future__ import annotations

import http.client
import socket
import struct
import sys
from pathlib import Path

import pytest

from tests.cli.commands import GOOD, MIXED, Runner
from tests.cli.served import Served, serving


def events(served: Served) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", f"{served.path}changes")
    return connection.getresponse()


def until(stream: http.client.HTTPResponse, served: Served, part: bytes) -> int:
    """The version that shows this: a file that is being written may be read half, and then again."""
    for line in iter(stream.readline, b""):
        if line.startswith(b"data: ") and part in served.ask()[2]:
            return int(line.removeprefix(b"data: "))
    raise AssertionError("the server has ended")


def test_only_this_machine_and_only_who_knows_the_address(run: Runner) -> None:
    with serving(run.report()) as served:
        code, headers, body = served.ask()
        assert (code, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"<h1>Harbour report</h1>" in body
        assert headers["cache-control"] == "no-store" and headers["x-frame-options"] == "DENY"
        assert served.address.startswith("http://127.0.0.1:") and len(served.path) > 20
        assert served.ask(host=f"localhost:{served.port}")[0] == 200
        # A name of the web that somebody made lead to this machine.
        for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1", "127.0.0.1:1", f"[::1]:{served.port}"):
            assert served.ask(host=host)[0] == 404, host
        for path in ("/", "/favicon.ico", f"{served.path}README.md", f"{served.path}../README.md", served.path[:-2]):
            code, _, body = served.ask(path)
            assert (code, body) == (404, b"404 Not Found\n"), path
        for method in ("POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
            assert served.ask(method=method)[0] == 501, method


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 on its loopback")
def test_it_listens_on_one_address_only(run: Runner) -> None:
    with serving(run.report()) as served:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", served.port), timeout=5)


def test_a_change_is_told_and_shown(run: Runner) -> None:
    report = run.report()
    with serving(report) as served:
        stream = events(served)
        assert stream.getheader("content-type") == "text/event-stream"
        assert stream.readline() == b"data: 1\n"
        run.report(("Dot", *GOOD[1:]))
        versions = [until(stream, served, b"<dd>Dot</dd>")]
        # A report that cannot be read is said to be one, and comes back.
        report.write_bytes(b"\xff")
        versions.append(until(stream, served, b"not UTF-8"))
        run.report(MIXED)
        versions.append(until(stream, served, b"<h1>Harbour report</h1>"))
        assert 1 < versions[0] < versions[1] < versions[2]
        report.unlink()
        versions.append(until(stream, served, b"There is no page at the moment"))
        run.report()
        versions.append(until(stream, served, b"<h1>Harbour report</h1>"))
        assert versions == sorted(versions)
        # Where somebody looks at the terminal it says so as well.
        if sys.platform != "win32":
            _, said = served.interrupt()
            assert "there is no page at the moment: " in said and "not UTF-8" in said


@pytest.mark.skipif(sys.platform == "win32", reason="ctrl+c there reaches the tests as well")
def test_it_writes_nothing_and_ends_with_ctrl_c(run: Runner) -> None:
    report = run.report()
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")}
    with serving(report) as served:
        served.ask()
        stream = events(served)
        assert stream.readline() == b"data: 1\n"
        code, said = served.interrupt()
        assert code == 0
        assert "Traceback" not in said and said.endswith("report-tui: the page is not there any more\n")
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")} == before


@pytest.mark.skipif(sys.platform == "win32", reason="ctrl+c there reaches the tests as well")
def test_windows_that_are_closed_while_they_load_are_no_news(run: Runner) -> None:
    report = run.report()
    with serving(report) as served:
        for request in (b"GET ", b"\x16\x03\x01\xff\r\n\r\n", f"GET {served.path} HTTP/1.0\r\n\r\n".encode()):
            for _ in range(8):
                connection = socket.create_connection(("127.0.0.1", served.port), timeout=30)
                # It is broken off, not ended.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall(request)
                connection.close()
        assert served.ask()[0] == 200
        assert served.interrupt() == (
            0,
            "report-tui: the page is there until you press ctrl+c:\nreport-tui: the page is not there any more\n",
        )


@pytest.mark.parametrize("options", [("--course",), ("--pdf",), ("-o", "x.html")])
def test_what_does_not_go_together(run: Runner, options: tuple[str, ...]) -> None:
    run.report()
    result = run("html", "--serve", *options)
    assert (result.code, result.out) == (2, b"")
    assert not (run.folder / "x.html").exists()
    assert b"leave " in result.err


def test_a_report_that_cannot_be_read_is_not_served(run: Runner, tmp_path: Path) -> None:
    assert run("html", "--serve", str(tmp_path / "none")).code == 2
