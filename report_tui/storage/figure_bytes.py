"""Reads a figure's bytes for a page that carries them.

Owns which files a browser may be handed: pictures by their content, of the report's own folder, not larger than a page
can bear. An SVG is a document that can hold a program, and is never handed out.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import picture_headers
from report_tui.validation.figure_facts import FigureFile

LARGEST = 10_000_000
"""Bytes of one figure; a photograph has half of it."""

_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
}


class FigureBytes(NamedTuple):
    """A figure's file, or why there is nothing to show."""

    media_type: str = ""
    """`image/png`; an empty string where there is nothing to show."""
    data: bytes = b""
    pixels: tuple[int, int] | None = None
    reason: str = ""
    """To be read behind the figure's name: `is larger than 10 MB`; an empty string where it can be shown."""


def read(report_folder: Path, file: FigureFile) -> FigureBytes:
    """The bytes of a figure that `figures.look_up` has found; never raises.

    Args:
        report_folder: the folder of the report.
        file: what is known of the figure.
    """
    if file.damage:
        return FigureBytes(reason=file.damage)
    try:
        data = _read_inside(report_folder, file.path)
    except (OSError, ValueError):
        return FigureBytes(reason="cannot be read")
    if data is None:
        return FigureBytes(reason="is not in the report's folder any more")
    # What was read just now, not what lay there when it was looked up.
    return of_data(data)


def of_data(data: bytes) -> FigureBytes:
    """A figure that was read, or why a browser is not handed it."""
    if len(data) > LARGEST:
        return FigureBytes(reason=f"is larger than {LARGEST // 1_000_000} MB")
    header = picture_headers.header(io.BytesIO(data), len(data))
    media_type = _TYPES.get(header.kind, "")
    if header.damage or not media_type:
        return FigureBytes(reason=header.damage or f"is {_named(header.kind)}")
    return FigureBytes(media_type, data, header.pixels)


def _read_inside(folder: Path, path: str) -> bytes | None:
    """At most one byte more than is allowed; None where the path leads out of the folder by now."""
    root = os.path.realpath(folder)
    real = os.path.realpath(folder / path)
    if not real.startswith(root.rstrip(os.sep) + os.sep):
        return None
    with picture_headers.opened(real, os.lstat(real)) as opened:
        return None if opened is None else _at_most(opened, LARGEST + 1)


def _at_most(file: io.FileIO, most: int) -> bytes:
    pieces: list[bytes] = []
    while most > 0 and (piece := file.read(min(most, 1_000_000))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _named(kind: str) -> str:
    return f"{kind.upper()}, which is not shown here" if kind else "no picture"
