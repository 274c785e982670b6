"""Prints a page of ours to a PDF, with a browser that is installed: Chromium, Chrome or Edge, which all do it alike.

Owns where such a browser is looked for and how it is started: with a profile of its own that is thrown away, without a
network, and not for ever.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report_tui.storage.files import CannotSave, system_words
from report_tui.storage.programs import found

PATIENCE = 120
"""Seconds; a report takes two or three, and a first start on a cold disk may take twenty."""
MARK = b"%report-tui page\n"
"""A comment behind the PDF's end, by which one of ours is told from any other."""

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
_ON_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Brave Browser.app/Contents/MacOS/Brave Browser",
)
_ON_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "BraveSoftware/Brave-Browser/Application/brave.exe",
)
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--mute-audio",
    # Whatever it would ask for, no host has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def browser() -> str | None:
    """Where a browser is that can print, or None."""
    for name in _NAMES:
        if program := found(name):
            return program
    return next((str(path) for path in _usual_places() if path.is_file()), None)


def pdf_of(page: bytes, target: Path) -> bytes:
    """The page as a PDF.

    Args:
        page: the page, which loads nothing.
        target: where the PDF will be written. A browser that is installed as a snap sees no folder for temporary
            files; it gets one beside the target, removed at the end.

    Raises:
        CannotSave: there is no browser, or it does not print; says the way out.
    """
    program = browser()
    if program is None:
        raise CannotSave(
            target, "cannot be printed: no Chromium, Chrome or Edge was found", "print the page in your browser instead"
        )
    try:
        data = _printed(program, page, None, target) or _printed(program, page, target.absolute().parent, target)
    except OSError as error:
        reason = f"cannot be printed ({system_words(error)})"
        raise CannotSave(target, reason, "print the page in your browser instead") from error
    if data is None:
        reason = f"cannot be printed: {Path(program).name} made no PDF"
        raise CannotSave(target, reason, "print the page in your browser instead")
    return data + MARK


def _printed(program: str, page: bytes, beside: Path | None, target: Path) -> bytes | None:
    """The PDF, or None where the browser made none.

    Args:
        program: the browser.
        page: the page.
        beside: where the folder is made that holds all that the browser needs; None for the system's own place.
        target: as for `pdf_of`.
    """
    folder = Path(tempfile.mkdtemp(prefix=".report-page-", dir=beside))
    try:
        source, result = folder / "page.html", folder / "page.pdf"
        source.write_bytes(page)
        _run(program, folder, result, source.as_uri(), target)
        data = result.read_bytes() if result.is_file() else b""
        return data if data.startswith(b"%PDF-") else None
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Take the folder away, also where a process of the browser writes into its profile for a moment longer."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _run(program: str, folder: Path, result: Path, address: str, target: Path) -> None:
    command = [program, *_OPTIONS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={result}"]
    # It refuses to run for the superuser otherwise; the page itself runs nothing.
    if sys.platform != "win32" and os.geteuid() == 0:
        command.append("--no-sandbox")
    process = subprocess.Popen(
        [*command, address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # It starts a dozen others, which would stay when it alone is ended.
        start_new_session=True,
    )
    try:
        # What it returns says less than whether there is a PDF.
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        reason = f"cannot be printed: {Path(program).name} was not ready after {PATIENCE} seconds"
        raise CannotSave(target, reason, "try again, or print the page in your browser") from None
    finally:
        # Also at ctrl+c, which does not reach a session of its own.
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _usual_places() -> list[Path]:
    """Where such a browser is installed on the systems whose search path does not name it."""
    folders: list[Path] = []
    if sys.platform == "darwin":
        folders = [Path("/Applications")]
        with contextlib.suppress(RuntimeError):
            folders.append(Path("~/Applications").expanduser())
    elif sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        folders = [Path(os.environ[variable]) for variable in variables if os.environ.get(variable)]
    places = _ON_MACOS if sys.platform == "darwin" else _ON_WINDOWS
    return [folder / place for folder in folders for place in places]
