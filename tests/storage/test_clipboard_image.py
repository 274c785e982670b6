"""The picture in the clipboard, asked of real programs that stand where the platform's tools would."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from report_tui.storage import clipboard_image
from report_tui.storage.figure_import import CannotBringIn
from tests.pictures import drawn, saved

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools here are shell scripts")

PNG = saved(drawn(), "png")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux machine whose search path holds nothing; the folder where its tools go."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("WSL_DISTRO_NAME", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/picture.png").write_bytes(PNG)
    return tmp_path / "bin"


def put(machine: Path, name: str, script: str) -> None:
    path = machine / name
    path.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\ncd '{machine}'\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def refusal() -> str:
    with pytest.raises(CannotBringIn) as caught:
        clipboard_image.picture()
    return str(caught.value)


WL_PASTE = """\
case "$*" in
  --list-types) printf 'text/html\\nimage/bmp\\nimage/png\\n';;
  '--no-newline --type image/png') cat picture.png;;
  *) exit 9;;
esac"""
XCLIP = """\
case "$*" in
  '-selection clipboard -out -target TARGETS') printf 'TIMESTAMP\\nimage/jpeg\\n';;
  '-selection clipboard -out -target image/jpeg') cat picture.png;;
  *) exit 9;;
esac"""


def test_wayland(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    put(machine, "wl-paste", WL_PASTE)
    put(machine, "xclip", "exit 9")
    assert (clipboard_image.tool(), clipboard_image.available()) == ("wl-paste", True)
    assert clipboard_image.picture() == PNG


def test_x11(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    put(machine, "wl-paste", "exit 9")
    put(machine, "xclip", XCLIP)
    assert clipboard_image.tool() == "xclip"
    assert clipboard_image.picture() == PNG


def test_macos(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    put(machine, "osascript", f"[ \"$1\" = -e ] && printf '\u00abdata PNGf{PNG.hex().upper()}\u00bb\\n'")
    assert (clipboard_image.tool(), clipboard_image.picture()) == ("osascript", PNG)
    put(machine, "osascript", "printf '\u00abdata PNGfXY\u00bb'")
    assert refusal().startswith("the clipboard: holds no picture; ")
    put(machine, "pngpaste", '[ "$1" = - ] && cat picture.png')
    assert (clipboard_image.tool(), clipboard_image.picture()) == ("pngpaste", PNG)


def test_wsl(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSL_DISTRO_NAME", "a distribution")
    put(machine, "powershell.exe", "cat picture.png")
    assert (clipboard_image.tool(), clipboard_image.picture()) == ("powershell.exe", PNG)


@pytest.mark.parametrize("script", ["exit 1", "printf 'text/plain\\n'", "printf '\\377image'", "true"])
def test_no_picture(machine: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    put(machine, "xclip", script)
    assert refusal() == "the clipboard: holds no picture; copy one, or save it to a file and bring that in"


def test_no_tool(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    way_out = "or save the picture to a file and bring that in"
    assert refusal() == f"the clipboard: cannot be read on this machine; install xclip, {way_out}"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert refusal() == f"the clipboard: cannot be read on this machine; install wl-clipboard, {way_out}"
    assert (clipboard_image.tool(), clipboard_image.available()) == ("", False)


def test_no_tool_of_the_working_directory_is_run(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    put(machine, "xclip", "touch run")
    monkeypatch.chdir(machine)
    monkeypatch.setenv("PATH", f":.{os.pathsep}")
    assert not clipboard_image.available()


def test_a_tool_that_does_not_answer_is_ended_with_all_it_started(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(clipboard_image, "SECONDS", 0.1)
    put(machine, "xclip", "sleep 60 & wait")
    assert refusal().startswith("the clipboard: does not answer; try again, or ")


@pytest.mark.skipif(sys.platform != "linux", reason="a program that begins a session of its own is Linux's")
def test_what_a_tool_leaves_behind_with_its_output_is_not_waited_for(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WSL_DISTRO_NAME", "a distribution")
    monkeypatch.setattr(clipboard_image, "SECONDS", 0.5)
    # Not of the tool's group, so that it does not end with it: it ends when the test says so.
    put(machine, "powershell.exe", "setsid sh -c 'while [ ! -e end ]; do sleep 0.05; done; touch ended' &")
    try:
        assert refusal().startswith("the clipboard: does not answer; try again, or ")
        assert not (machine / "ended").exists()
    finally:
        (machine / "end").touch()


def test_a_tool_that_never_ends_is_cut_off(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSL_DISTRO_NAME", "a distribution")
    put(machine, "powershell.exe", "exec cat /dev/zero")
    assert refusal() == "the clipboard: holds more than 64 MB; copy a smaller part of it"
