"""The picture in the clipboard, as bytes: asked of the tool that the platform has for it, since no terminal says it.

Owns which tool that is, how long it may take and how much it may hand out. It judges no picture (`figure_import`
does) and keeps none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import programs
from report_tui.storage.figure_import import PASTED, SIZE_LIMIT, CannotBringIn

SECONDS = 10.0
"""So long may a tool take: PowerShell needs two or three of them to begin."""

_SECONDS_TO_END = 1.0

# The program that a picture was copied in offers it in several kinds; the first of these is taken.
_TYPES = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/gif")
_HEX = 2
"""Digits a byte, where a tool prints the picture as text."""

_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms,System.Drawing;"
    "$i=[Windows.Forms.Clipboard]::GetImage();if($i -eq $null){exit 0};"
    "$m=New-Object IO.MemoryStream;$i.Save($m,[Drawing.Imaging.ImageFormat]::Png);"
    "$b=$m.ToArray();[Console]::OpenStandardOutput().Write($b,0,$b.Length)"
)
_APPLESCRIPT = "get the clipboard as \u00abclass PNGf\u00bb"
_TO_A_FILE = "save the picture to a file and bring that in"


class _Tool(NamedTuple):
    """One way to ask."""

    name: str
    program: str
    picture: Callable[[str], bytes]
    """Asks the program for the picture; empty where there is none."""


def tool() -> str:
    """The name of the tool that would be asked; an empty string where there is none."""
    chosen = _chosen()
    return chosen.name if chosen is not None else ""


def available() -> bool:
    """Whether this machine has such a tool."""
    return _chosen() is not None


def way_out() -> str:
    """What to do where there is no such tool."""
    if sys.platform in ("win32", "darwin"):
        return _TO_A_FILE
    wanted = "wl-clipboard" if os.environ.get("WAYLAND_DISPLAY") else "xclip"
    return f"install {wanted}, or {_TO_A_FILE}"


def picture() -> bytes:
    """The picture that was copied last, in the kind that the tool hands out.

    Raises:
        CannotBringIn: there is none, or nothing to ask; says the way out.
    """
    chosen = _chosen()
    if chosen is None:
        raise _cannot("cannot be read on this machine", way_out())
    data = chosen.picture(chosen.program)
    if not data:
        raise _cannot("holds no picture", "copy one, or save it to a file and bring that in")
    if len(data) > SIZE_LIMIT:
        raise _cannot(f"holds more than {SIZE_LIMIT // 1_000_000} MB", "copy a smaller part of it")
    return data


def _cannot(reason: str, way_out: str) -> CannotBringIn:
    return CannotBringIn(Path(PASTED), reason, way_out)


def _chosen() -> _Tool | None:
    for tool in _tools():
        program = tool.program or programs.found(tool.name)
        if program is not None and Path(program).is_file():
            return tool._replace(program=program)
    return None


def _tools() -> list[_Tool]:
    """The tools of this platform and session, the best first."""
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        return [_Tool("PowerShell", rf"{root}\System32\WindowsPowerShell\v1.0\powershell.exe", _by_powershell)]
    if sys.platform == "darwin":
        return [_Tool("pngpaste", "", _by_pngpaste), _Tool("osascript", "", _by_osascript)]
    tools = []
    if os.environ.get("WSL_DISTRO_NAME"):
        tools.append(_Tool("powershell.exe", "", _by_powershell))
    if os.environ.get("WAYLAND_DISPLAY"):
        tools.append(_Tool("wl-paste", "", _by_wl_paste))
    if os.environ.get("DISPLAY"):
        tools.append(_Tool("xclip", "", _by_xclip))
    return tools


def _by_wl_paste(program: str) -> bytes:
    kind = _best(_run([program, "--list-types"]))
    return _run([program, "--no-newline", "--type", kind]) if kind else b""


def _by_xclip(program: str) -> bytes:
    clipboard = [program, "-selection", "clipboard", "-out", "-target"]
    kind = _best(_run([*clipboard, "TARGETS"]))
    return _run([*clipboard, kind]) if kind else b""


def _by_pngpaste(program: str) -> bytes:
    return _run([program, "-"])


def _by_osascript(program: str) -> bytes:
    """It prints the bytes as `«data PNGf89504E47...»`."""
    printed = _run([program, "-e", _APPLESCRIPT], most=_HEX * SIZE_LIMIT)
    _, _, digits = printed.decode("utf-8", "replace").partition("PNGf")
    with contextlib.suppress(ValueError):
        return bytes.fromhex(digits.strip().removesuffix("\u00bb"))
    return b""


def _by_powershell(program: str) -> bytes:
    # The clipboard of Windows is only open to what runs in one apartment.
    return _run([program, "-NoProfile", "-NonInteractive", "-STA", "-Command", _POWERSHELL])


def _best(offered: bytes) -> str:
    types = offered.decode("utf-8", "replace").split()
    return next((kind for kind in _TYPES if kind in types), "")


def _run(command: Sequence[str], most: int = SIZE_LIMIT) -> bytes:
    """What a tool prints: at most one byte more than `most`; nothing where it fails, which an empty clipboard is too.

    Raises:
        CannotBringIn: it cannot be started, or does not answer.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # With whatever it starts: that would hold the pipe open when the tool itself is gone.
            start_new_session=True,
        )
    except OSError as error:
        raise _cannot("cannot be read", f"{_TO_A_FILE} ({error.strerror})") from error
    until = time.monotonic() + SECONDS
    printed: list[bytes] = []
    # In a thread that may be left behind: whatever the tool has started may hold its pipe open for ever.
    reader = threading.Thread(target=_read, args=(process, most + 1, printed), daemon=True)
    reader.start()
    reader.join(SECONDS)
    data = b"" if reader.is_alive() else b"".join(printed)
    if len(data) <= most:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
    # One whose output is still held open has not answered, also when it is gone itself.
    late = reader.is_alive() or (process.returncode is None and len(data) <= most)
    if late or len(data) > most:
        _end(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
    if late:
        raise _cannot("does not answer", f"try again, or {_TO_A_FILE}")
    return data if process.returncode == 0 or len(data) > most else b""


def _read(process: subprocess.Popen[bytes], most: int, printed: list[bytes]) -> None:
    """Put into `printed` what the tool prints, at most so many bytes."""
    if process.stdout is not None:
        with process.stdout as output:
            printed.append(output.read(most))


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
