"""A home of its own for the program, so that what it finds there is the same everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

_HOMES = ("HOME", "USERPROFILE")
_ELSEWHERE = ("XDG_PICTURES_DIR", "XDG_DESKTOP_DIR", "XDG_CONFIG_HOME", "OneDrive")
_CLIPBOARDS = ("WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME")


def own_home(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A new home without anything in it, and no clipboard; returns its folder for downloads."""
    for name in _HOMES:
        patch.setenv(name, str(folder))
    for name in (*_ELSEWHERE, *_CLIPBOARDS):
        patch.delenv(name, raising=False)
    downloads = folder / "Downloads"
    downloads.mkdir(parents=True)
    return downloads
