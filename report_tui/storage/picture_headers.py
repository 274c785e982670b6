"""Reads from a picture's own bytes what kind it is, how many pixels it has, and whether it is whole.

Owns the bytes of each format that say so: a PNG carries checksums, and is read from end to end once where it is not
too large; of the other kinds the few bytes are read that announce and end them, and damage between these cannot be
told without decoding. It decodes nothing and loads no library but zlib, so that `check` can look at every figure; it
trusts no length that a file claims, reads a bounded part of it, a little at a time, and never judges a name.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader, FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from report_tui.storage.files import OPEN_FLAGS

PIXELS_OPENED = 178_956_970
"""More pixels than this, and Pillow takes the picture for an attack; browsers give up at about the same size."""

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""What stands in git for a file that Git LFS keeps elsewhere begins with this."""
_EMPTY = "is empty"
_IS_POINTER = "is a pointer of Git LFS, not the picture"
_CUT_OFF = "ends in the middle"
_BROKEN = "is damaged"
AS_TEXT = "was changed on its way as if it were text"
"""By a filter for line ends, as git has one, or a program that took it for UTF-8."""
_NO_PICTURE = "holds no picture"
_NO_PIXELS = "has no pixels"
_TOO_MANY_PIXELS = "has more pixels than programs open"
_REPLACED = "was replaced while it was looked at"

SUMMED = 20_000_000
"""Bytes of the largest PNG whose checksums are worked out for `check` and beside the keys: a hundredth of a second."""
_PIECE = 262_144
"""Bytes that are held of it at a time."""
_FIRST = 4096
"""Bytes in which a file must say what it is."""
_PARTS = 50_000
"""Chunks or segments that are looked at. A writer makes one of every 8 kB or more, so that this is over 400 MB."""
_TAIL = 65_536
"""Bytes behind the end of a JPEG that phones and editors leave there, and every program passes over."""
_SEARCHED = 64_000_000
"""Bytes in which the end of a JPEG is looked for, where more than the usual tail may follow it."""


class Header(NamedTuple):
    """What a file's bytes say of the picture in it; the fields mean what they mean in `FigureFile`."""

    kind: str = ""
    pixels: tuple[int, int] | None = None
    damage: str = ""
    is_verified: bool = True


def read(path: str | Path, expected: os.stat_result, most: int = SUMMED) -> Header:
    """Look into a regular file, without ever waiting for one that is none any more.

    Args:
        path: where it stands.
        expected: what `stat` said of the file that is meant; another one under this name is not looked into.
        most: as for `header`.

    Raises:
        OSError: it is gone, or may not be read.
    """
    with opened(path, expected) as file:
        return Header(damage=_REPLACED) if file is None else header(file, os.fstat(file.fileno()).st_size, most)


@contextlib.contextmanager
def opened(path: str | Path, expected: os.stat_result) -> Iterator[FileIO | None]:
    """Open a regular file to read it; None where another one has taken its place (a FIFO, or a link to elsewhere).

    Raises:
        OSError: it is gone, or may not be read.
    """
    descriptor = os.open(path, os.O_RDONLY | OPEN_FLAGS)
    # Unbuffered: the parts that are needed lie far from one another.
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        info = os.fstat(descriptor)
        yield file if stat.S_ISREG(info.st_mode) and _is(info, expected) else None


def _is(info: os.stat_result, expected: os.stat_result) -> bool:
    # On Windows a file's numbers depend on how it was asked for them, on some drives; links need a privilege there.
    return sys.platform == "win32" or os.path.samestat(info, expected)


def header(file: BinaryIO, size: int, most: int = SUMMED) -> Header:
    """What the bytes of a file say; never raises for any bytes.

    Args:
        file: can be sought in.
        size: its length in bytes.
        most: bytes of a PNG that is read whole; of a larger one the checksums are left, and `is_verified` says so.

    Raises:
        OSError: the disk does not hand the bytes out.
    """
    if size == 0:
        return Header(damage=_EMPTY)
    start = _at(file, 0, _FIRST)
    if start.startswith(LFS_POINTER):
        return Header(damage=_IS_POINTER)
    if _PNG_AS_TEXT.match(start):
        return Header("png", damage=AS_TEXT)
    kind = _kind(start)
    look = _LOOKS.get(kind)
    if look is None:
        return Header(kind)
    try:
        pixels, damage = look(file, size, start)
        damage = damage or _damage_of_size(pixels)
        if damage or kind != "png":
            return Header(kind, pixels, damage)
        if size > most:
            return Header(kind, pixels, is_verified=False)
        return Header(kind, pixels, _damage_of_sums(file))
    except _CutOff:
        return Header(kind, damage=_CUT_OFF)


def _kind(start: bytes) -> str:
    """What a file that begins like this is; an empty string for what is none of the kinds we know."""
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS:
        return "heic"
    # Two letters begin many a text; what follows makes a bitmap of them: four zeros, and a header of a known length.
    if start[:2] == b"BM" and start[6:10] == bytes(4) and int.from_bytes(start[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "svg" if text.startswith(_SVG_BEGINNINGS) and b"<svg" in text else ""


class _CutOff(Exception):
    """The file ends before what it announces."""


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    """The bytes that stand there, fewer at the file's end."""
    file.seek(offset)
    data = file.read(length)
    while data and len(data) < length and (more := file.read(length - len(data))):
        data += more
    return data


def _big(data: bytes, offset: int, length: int) -> int:
    return int.from_bytes(_part(data, offset, length), "big")


def _little(data: bytes, offset: int, length: int) -> int:
    return int.from_bytes(_part(data, offset, length), "little")


def _part(data: bytes, offset: int, length: int) -> bytes:
    part = data[offset : offset + length]
    if len(part) < length:
        raise _CutOff
    return part


def _damage_of_size(pixels: tuple[int, int] | None) -> str:
    if pixels is None:
        return ""
    if 0 in pixels:
        return _NO_PIXELS
    return _TOO_MANY_PIXELS if pixels[0] * pixels[1] > PIXELS_OPENED else ""


_Found = tuple[tuple[int, int] | None, str]
"""Pixels, and damage."""


def _png(file: BinaryIO, size: int, start: bytes) -> _Found:
    """Signature, then chunks: length, name, data, checksum. IHDR is the first of them, IEND the last."""
    if len(start) < 33:
        raise _CutOff
    if start[8:16] != b"\0\0\0\x0dIHDR" or zlib.crc32(start[12:29]) != _big(start, 29, 4):
        return None, _BROKEN
    pixels = (_big(start, 16, 4), _big(start, 20, 4))
    offset, has_data = 33, False
    for _ in range(_PARTS):
        chunk = _at(file, offset, 8)
        name, length = chunk[4:], _big(chunk.ljust(8, b"\0"), 0, 4)
        offset += 12 + length
        if len(chunk) < 8 or offset > size:
            return pixels, _CUT_OFF
        if not name.isalpha():
            return pixels, _BROKEN
        if name == b"IEND":
            return pixels, "" if has_data else _NO_PICTURE
        has_data = has_data or name == b"IDAT"
    return pixels, _BROKEN


def _damage_of_sums(file: BinaryIO) -> str:
    """What the checksums behind each chunk's data say, of a PNG whose chunks are known to reach to its end."""
    file.seek(8)
    reader = BufferedReader(file, _PIECE)  # type: ignore[type-var]
    try:
        name = b""
        while name != b"IEND":
            start = reader.read(8)
            name, left = start[4:], _big(start, 0, 4)
            total = zlib.crc32(name)
            while left:
                data = reader.read(min(left, _PIECE))
                if not data:  # it became shorter meanwhile
                    raise _CutOff
                total, left = zlib.crc32(data, total), left - len(data)
            if _big(reader.read(4), 0, 4) != total:
                return _BROKEN
        return ""
    finally:
        reader.detach()


# Of the markers C0 to CF these three announce something else than the size.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN, _END = 0xDA, 0xD9


def _jpeg(file: BinaryIO, size: int, start: bytes) -> _Found:
    """Segments (FF, marker, length, data) up to the first scan, whose data reach to the end marker."""
    pixels, offset = None, 2
    for _ in range(_PARTS):
        mark = _at(file, offset, 9)
        if len(mark) < 2:
            return pixels, _CUT_OFF
        kind = mark[1]
        if mark[0] != 0xFF or kind == _END:
            return pixels, _NO_PICTURE if kind == _END else _BROKEN
        if kind == 0xFF:  # filled up
            offset += 1
            continue
        if kind in _WITHOUT_LENGTH:
            offset += 2
            continue
        if len(mark) < 4:
            return pixels, _CUT_OFF
        if kind in _FRAMES:
            pixels = (_big(mark, 7, 2), _big(mark, 5, 2))
        offset += 2 + _big(mark, 2, 2)
        if kind == _SCAN:
            return pixels, _jpeg_end(file, offset, size) if pixels else _NO_PICTURE
    return pixels, _BROKEN


def _jpeg_end(file: BinaryIO, offset: int, size: int) -> str:
    """What is wrong with the data of the scans, from `offset` on: in them the end marker stands for nothing else."""
    marker = bytes((0xFF, _END))
    if marker in _at(file, max(offset, size - _TAIL), _TAIL):
        return ""
    # A phone's film clip may follow the picture.
    if size - offset > _SEARCHED:
        return _CUT_OFF
    last = b""
    while offset < size:
        data = last + _at(file, offset, _TAIL)
        if marker in data:
            return ""
        last, offset = data[-1:], offset + _TAIL
    return _CUT_OFF


def _gif(file: BinaryIO, size: int, start: bytes) -> _Found:
    pixels = (_little(start, 6, 2), _little(start, 8, 2))
    tail = _at(file, max(0, size - 64), 64).rstrip(b"\0")
    # The last block's end, and the file's.
    return pixels, "" if tail.endswith(b"\0;") else _CUT_OFF


def _webp(file: BinaryIO, size: int, start: bytes) -> _Found:
    damage = _CUT_OFF if _little(start, 4, 4) + 8 > size else ""
    form = start[12:16]
    if form == b"VP8X":
        return (_little(start, 24, 3) + 1, _little(start, 27, 3) + 1), damage
    if form == b"VP8L":
        bits = _little(start, 21, 4)
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), damage
    if form == b"VP8 ":
        return (_little(start, 26, 2) & 0x3FFF, _little(start, 28, 2) & 0x3FFF), damage
    return None, damage or _BROKEN


def _bmp(file: BinaryIO, size: int, start: bytes) -> _Found:
    # A negative height says that the lines run downwards.
    width, height = (_little(start, offset, 4) for offset in (18, 22))
    pixels = (width, 2**32 - height if height >= 2**31 else height)
    return pixels, _CUT_OFF if max(_little(start, 2, 4), _little(start, 10, 4)) > size else ""


_LOOKS: dict[str, Callable[[BinaryIO, int, bytes], _Found]] = {
    "png": _png,
    "jpeg": _jpeg,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
}
"""Of the other kinds, which no course takes, it is enough to know which one it is."""

_PNG_AS_TEXT = re.compile(rb"(?:\x89|\xef\xbf\xbd)PNG[\r\n](?!(?<=\x89PNG\r)\n\x1a\n)")
"""The signature has both kinds of line ends and a byte that is no text, so that this is seen at once."""
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"%PDF-", "pdf"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_BMP_HEADERS = frozenset({40, 52, 56, 64, 108, 124})
_SVG_BEGINNINGS = (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")
