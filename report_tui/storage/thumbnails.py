"""A figure's file as a small grid of pixels, for terminals.

Owns the reading of picture files for the eye: what is read of them and how much, since any file may lie there, also
one that was made to fill a machine's memory. It never raises and never writes; how pixels look is the app's. Meant for
a thread: a large picture takes a large part of a second.
"""

from __future__ import annotations

import io
import os
import stat
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 40_000_000
"""Of a picture as it is decoded: three bytes each in memory. A JPEG is decoded at up to an eighth of its size."""
MOST_IN_ONE_GO = 8_000_000
"""Of a WebP: it is decoded as a whole, while no other thread can run."""
MOST_BYTES = 64 * 1024 * 1024
MOST_SECONDS = 4.0
"""Longer than this takes nobody's figure on a slow machine."""
_KEPT_BYTES = 8 * 1024 * 1024
# What Pillow decodes at a time while no other thread can run: flat PNG grows a thousandfold, and typing goes on.
_BLOCK = 2048
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_DRAWING = 215
"""How light a picture is at least, 0 to 255, that is taken for a drawing on white."""
_STRONGER = 2.4
_GROUND = (255, 255, 255)
"""Behind what is transparent: a page is white."""


class Pixels(NamedTuple):
    """A small picture."""

    width: int
    height: int
    rgb: bytes
    """Three bytes a pixel, row by row from the top left."""


class NoPicture(NamedTuple):
    """There is nothing to show, or nothing that can be shown."""

    reason: str
    """To be read behind the file's name: `is not there`, `ends in the middle`."""


class Dropped(Exception):
    """Nobody wants the picture any more."""


def load(path: Path, width: int, height: int, wanted: Callable[[], bool] = lambda: True) -> Pixels | NoPicture:
    """A figure, as large as fits and never enlarged; each is decoded only once as long as its file stays as it is.

    Args:
        path: the file.
        width: pixels at most.
        height: pixels at most.
        wanted: asked while it is decoded; as soon as it says no, decoding ends.

    Returns:
        The pixels, or why there are none.

    Raises:
        Dropped: it was not wanted any more.
    """
    try:
        info = path.stat()
    except OSError as error:
        return _unreadable(error)
    if not stat.S_ISREG(info.st_mode):
        return NoPicture("is no file")
    key = (str(path), info.st_mtime_ns, info.st_size, width, height)
    found = _CACHE.get(key)
    if found is None:
        found = _load(path, (max(1, width), max(1, height)), wanted)
        _CACHE.keep(key, found)
    return found


class _Cache:
    """The pictures used last; threads may share it."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[object, ...], Pixels | NoPicture] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0

    def get(self, key: tuple[object, ...]) -> Pixels | NoPicture | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, key: tuple[object, ...], found: Pixels | NoPicture) -> None:
        with self._lock:
            if key not in self._found:  # else two threads have read it at the same time
                self._bytes += _weight(found)
            self._found[key] = found
            while self._bytes > _KEPT_BYTES:
                self._bytes -= _weight(self._found.popitem(last=False)[1])


def _weight(found: Pixels | NoPicture) -> int:
    return 1_000 + (len(found.rgb) if isinstance(found, Pixels) else 0)


_CACHE = _Cache()


class _TooSlow(Exception):
    """It takes longer than anybody waits."""


class _File(io.FileIO):
    """A file whose reading ends when nobody waits for it any more: decoding asks for a little at a time."""

    def __init__(self, path: Path, wanted: Callable[[], bool]) -> None:
        super().__init__(path)
        self._wanted = wanted
        self._until = time.monotonic() + MOST_SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        if not self._wanted():
            raise Dropped
        if time.monotonic() > self._until:
            raise _TooSlow
        return super().read(-1 if size is None else size) or b""


def _load(path: Path, most: tuple[int, int], wanted: Callable[[], bool]) -> Pixels | NoPicture:
    try:
        with _File(path, wanted) as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                return NoPicture(f"is larger than {MOST_BYTES // 1_048_576} MB")
            return _decoded(file, most)
    except Dropped:
        raise
    except _TooSlow:
        return NoPicture("takes too long to be shown")
    except MemoryError:
        return NoPicture("takes more memory than there is")
    except OSError as error:
        return NoPicture("cannot be read as a picture") if error.errno is None else _unreadable(error)
    except Exception:  # Pillow raises nearly anything at a file that was made to break it
        return NoPicture("cannot be read as a picture")


def _unreadable(error: OSError) -> NoPicture:
    if isinstance(error, FileNotFoundError):
        return NoPicture("is not there")
    return NoPicture(f"cannot be read: {error.strerror or type(error).__name__}")


def _decoded(file: _File, most: tuple[int, int]) -> Pixels | NoPicture:
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError  # here: 40 ms that only pictures need

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a large picture: the limit is ours
        try:
            image = Image.open(file, formats=_FORMATS)
        except Image.DecompressionBombError:
            return NoPicture("has too many pixels to be shown")
        except UnidentifiedImageError:
            return NoPicture("is no picture that can be shown")
        with image:
            if isinstance(image, ImageFile.ImageFile):
                image.decodermaxblock = _BLOCK
                if any(tile[0] == "libtiff" for tile in image.tile):
                    # That library writes what is wrong with a file right onto the terminal, into the app's picture.
                    return NoPicture("is a compressed TIFF, which is not shown here")
            # Upright, a picture may lie on its side in the file: room for it both ways.
            side = 2 * max(most)
            image.draft("RGB", (side, side))
            if image.width * image.height > (MOST_IN_ONE_GO if image.format == "WEBP" else MOST_PIXELS):
                return NoPicture(f"has too many pixels to be shown: {image.width:,}x{image.height:,}")
            image.load()
            small = _small(image, side)
            upright = ImageOps.exif_transpose(small)
    upright.thumbnail(most, Image.Resampling.BOX)
    drawn = _stronger(upright)
    return Pixels(drawn.width, drawn.height, drawn.tobytes())


def _small(image: Image, side: int) -> Image:
    """In colours, on white, with no side longer than `side`; reduced first, since colours cost by the pixel."""
    from PIL import Image as Images

    exif = image.getexif()
    factor = max(1, max(image.size) // side)
    if image.mode in ("P", "1"):  # no colours that could be mixed
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if factor > 1:
        image = image.reduce(factor)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Images.new("RGBA", image.size, (*_GROUND, 255))
        ground.alpha_composite(image)
        image = ground
    small = image.convert("RGB")
    small.info["exif"] = exif.tobytes()  # which way is up
    return small


def _stronger(image: Image) -> Image:
    """A drawing on white with its lines as strong as they are to the eye: made small, they are mixed with the white."""
    from PIL import Image as Images

    light = image.convert("L").resize((1, 1), Images.Resampling.BOX).tobytes()[0]
    if light < _DRAWING:
        return image
    return image.point([round(255 * (value / 255) ** _STRONGER) for value in range(256)] * 3)


def _eight_bits(image: Image) -> Image:
    """Sixteen bits or more a pixel as eight; some programs write eight of them into sixteen."""
    whole = image.convert("F")
    _, high = whole.getextrema()
    share = 1 / 257 if isinstance(high, float) and high > 255 else 1.0
    return whole.point(lambda value: value * share + 0.0).convert("L")
