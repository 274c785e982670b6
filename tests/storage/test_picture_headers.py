"""What a picture's own bytes say of it: real pictures, cut off ones, and bytes that are none."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from report_tui.storage import picture_headers
from report_tui.storage.picture_headers import AS_TEXT, Header, header, read

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

SIZE = (37, 23)


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **options: object) -> bytes:
    """The bytes of a picture as Pillow writes it, with something in it that does not compress to nothing."""
    image = Image.radial_gradient("L").resize(size).convert(mode)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved("jpeg", exif=exif, comment=b"\xff\xd9 in a comment")


def interlaced() -> bytes:
    """Pillow writes none: a grey picture of 8 x 8 in the seven passes of Adam7, all black."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    lines = b"".join(bytes(1 + width) * height for width, height in passes)
    return png(struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1), zlib.compress(lines))


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(ihdr: bytes, data: bytes = b"x") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", data) + chunk(b"IEND")


def of(data: bytes) -> Header:
    return header(io.BytesIO(data), len(data))


WHOLE: dict[str, tuple[Callable[[], bytes], str, tuple[int, int]]] = {
    "png": (lambda: saved("png"), "png", SIZE),
    "png, 16 bit": (lambda: saved("png", "I;16"), "png", SIZE),
    "png, grey": (lambda: saved("png", "L"), "png", SIZE),
    "png, one bit": (lambda: saved("png", "1"), "png", SIZE),
    "png, palette": (lambda: saved("png", "P"), "png", SIZE),
    "png, see-through": (lambda: saved("png", "RGBA"), "png", SIZE),
    "png, animated": (lambda: animated("png"), "png", SIZE),
    "png, interlaced": (interlaced, "png", (8, 8)),
    "png, in many chunks": (lambda: saved("png", size=(500, 400)), "png", (500, 400)),
    "jpeg": (lambda: saved("jpeg"), "jpeg", SIZE),
    "jpeg, progressive": (lambda: saved("jpeg", progressive=True), "jpeg", SIZE),
    "jpeg, grey": (lambda: saved("jpeg", "L"), "jpeg", SIZE),
    "jpeg, CMYK": (lambda: saved("jpeg", "CMYK"), "jpeg", SIZE),
    "jpeg, turned by EXIF": (turned, "jpeg", SIZE),
    "jpeg, with a profile": (lambda: saved("jpeg", icc_profile=b"\xff\xd9" * 50_000), "jpeg", SIZE),
    "gif": (lambda: saved("gif"), "gif", SIZE),
    "gif, animated": (lambda: animated("gif"), "gif", SIZE),
    "webp": (lambda: saved("webp"), "webp", SIZE),
    "webp, lossless": (lambda: saved("webp", lossless=True), "webp", SIZE),
    "webp, see-through": (lambda: saved("webp", "RGBA"), "webp", SIZE),
    "webp, animated": (lambda: animated("webp"), "webp", SIZE),
    "bmp": (lambda: saved("bmp"), "bmp", SIZE),
    "bmp, palette": (lambda: saved("bmp", "P"), "bmp", SIZE),
}


@pytest.mark.parametrize(("make", "kind", "pixels"), WHOLE.values(), ids=WHOLE)
def test_a_whole_picture(make: Callable[[], bytes], kind: str, pixels: tuple[int, int]) -> None:
    data = make()
    assert Image.open(io.BytesIO(data)).size == pixels
    assert of(data) == Header(kind, pixels)


@pytest.mark.parametrize(("make", "kind", "pixels"), WHOLE.values(), ids=WHOLE)
def test_cut_off_anywhere(make: Callable[[], bytes], kind: str, pixels: tuple[int, int]) -> None:
    data = make()
    lengths = {*range(1, min(700, len(data))), *range(1, len(data), 97), *range(max(1, len(data) - 300), len(data))}
    assert [length for length in lengths if of(data[:length]).kind and not of(data[:length]).damage] == []
    assert of(data[:-1]) == Header(kind, pixels, "ends in the middle")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Header(damage="is empty")),
        (b"x", Header()),
        (bytes(10_000), Header()),
        (b"%PDF-1.7\n", Header("pdf")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Header("svg")),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a chart -->\n<svg width='3'>", Header("svg")),
        (b"<!DOCTYPE svg>\n<svg>", Header("svg")),
        (b"<!DOCTYPE html><html><svg></svg></html>", Header()),
        (b"<?xml version='1.0'?><html/>", Header()),
        (b"<!---->" * 580, Header()),
        (b"II*\0rest", Header("tiff")),
        (b"MM\0*rest", Header("tiff")),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", Header("heic")),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42", Header()),
        (b"RIFF\0\0\0\0WAVE", Header()),
        (b"BMW and other cars are no bitmaps", Header()),
        (b"\x89PNG\n\x1a\n from CRLF to LF", Header("png", damage=AS_TEXT)),
        (b"\x89PNG\r\r\n\x1a\r\n from LF to CRLF", Header("png", damage=AS_TEXT)),
        (b"\x89PNG\r\n\x1a\r\n from lone LF to CRLF", Header("png", damage=AS_TEXT)),
        (b"\xef\xbf\xbdPNG\r\n\x1a\n through UTF-8", Header("png", damage=AS_TEXT)),
        (b"\x89PNG is what its signature begins with", Header()),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n",
            Header(damage="is a pointer of Git LFS, not the picture"),
        ),
    ],
)
def test_first_bytes(data: bytes, expected: Header) -> None:
    assert of(data) == expected


IHDR = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
SCAN = b"\xff\xda\0\x02"
FRAME = b"\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\0\0\0"


@pytest.mark.parametrize(
    ("data", "damage"),
    [
        (png(IHDR), ""),
        (png(IHDR) + b"what some programs leave behind", ""),
        (png(IHDR)[:-1], "ends in the middle"),
        (png(IHDR).replace(b"IDAT", b"ID\0T"), "is damaged"),
        (png(IHDR).replace(b"IHDR", b"IHDX"), "is damaged"),
        (png(IHDR).replace(struct.pack(">I", 3), struct.pack(">I", 4)), "is damaged"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", IHDR) + chunk(b"IEND"), "holds no picture"),
        (png(struct.pack(">IIBBBBB", 0, 2, 8, 0, 0, 0, 0)), "has no pixels"),
        (png(struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 0, 0, 0, 0)), "has more pixels than programs open"),
        (png(struct.pack(">IIBBBBB", 12_000, 12_000, 8, 0, 0, 0, 0)), ""),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", IHDR) + chunk(b"tEXt", b"x")[:-1] + b"!" + png(IHDR)[33:], "is damaged"),
        (png(IHDR)[:-1] + b"!", "is damaged"),
        (b"\xff\xd8" + FRAME + SCAN + b"x\xff\xd9", ""),
        (b"\xff\xd8\xff\xff" + FRAME + SCAN + b"x\xff\xd9", ""),
        (b"\xff\xd8" + FRAME + SCAN + b"x\xff\xd9" + bytes(1000), ""),
        (b"\xff\xd8" + FRAME + SCAN + b"x\xff\xd9" + bytes(200_000), ""),
        (b"\xff\xd8" + FRAME + SCAN + b"x" * (65_536 - 1) + b"\xff\xd9" + bytes(200_000), ""),
        (b"\xff\xd8" + FRAME + SCAN + b"x" * 200_000, "ends in the middle"),
        (b"\xff\xd8" + FRAME + SCAN + b"x\xff", "ends in the middle"),
        (b"\xff\xd8" + FRAME + b"\xff\xd9", "holds no picture"),
        (b"\xff\xd8\xff\xfe\0\x02" + SCAN + b"x\xff\xd9", "holds no picture"),
        (b"\xff\xd8" + FRAME + b"garbage", "is damaged"),
        (b"\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\x03\x01\0\0\0" + SCAN + b"x\xff\xd9", "has no pixels"),
        (b"\xff\xd8\xff\xe1\xff\xff only a little", "ends in the middle"),
    ],
)
def test_damage(data: bytes, damage: str) -> None:
    assert of(data).damage == damage


def test_any_bit_of_a_png_changed() -> None:
    """Behind the signature, which is what makes it one; what stands behind its end is none of it."""
    data = bytearray(saved("png", size=(60, 40)))
    for place in range(8, len(data)):
        data[place] ^= 0x04
        assert of(bytes(data)).damage, place
        data[place] ^= 0x04


@pytest.mark.parametrize(("old", "new"), [(b"\n", b"\r\n"), (b"\r\n", b"\n")])
def test_a_png_whose_line_ends_were_changed_behind_its_signature(old: bytes, new: bytes) -> None:
    data = saved("png", size=(300, 300))
    data = data[:200] + b"\r\n" + data[202:]  # one of them at least
    changed = data[:60] + data[60:].replace(old, new)
    assert len(changed) != len(data)
    assert of(changed).damage in ("is damaged", "ends in the middle")


def test_a_large_png_is_not_verified_and_says_so() -> None:
    data = bytearray(png(IHDR, bytes(10_000)))
    data[5_000] ^= 1
    assert header(io.BytesIO(data), len(data), len(data)) == Header("png", (3, 2), "is damaged")
    assert header(io.BytesIO(data), len(data), len(data) - 1) == Header("png", (3, 2), is_verified=False)


def test_a_png_that_becomes_shorter_while_it_is_read() -> None:
    class Shrinking(io.BytesIO):
        def readinto(self, buffer: Buffer, /) -> int:
            self.truncate(3_000)
            return super().readinto(buffer)

    data = png(IHDR, bytes(1_000_000))
    assert header(Shrinking(data), len(data)) == Header("png", damage="ends in the middle")


class Counted(io.BytesIO):
    """Knows how much of it was read, and how much at a time."""

    count = 0
    longest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        self.longest = max(self.longest, len(data))
        return data

    def readinto(self, buffer: Buffer, /) -> int:
        count = super().readinto(buffer)
        self.count += count
        self.longest = max(self.longest, count)
        return count


SIGNATURES = [b"\x89PNG\r\n\x1a\n", png(IHDR)[:33], b"\xff\xd8", b"\xff\xd8" + FRAME + SCAN, b"GIF89a", b"BM"]
MORE_SIGNATURES = [b"RIFF\x10\0\0\0WEBPVP8 ", b"RIFF\0\0\0\0WEBPVP8L", b"RIFF\0\0\0\0WEBPVP8X", b"<svg", b""]


@given(st.sampled_from(SIGNATURES + MORE_SIGNATURES), st.binary(max_size=300), st.integers(0, 2**40))
def test_any_bytes(start: bytes, rest: bytes, claimed: int) -> None:
    data = start + rest
    assert of(data).damage == of(data).damage.strip()
    # The file may have become shorter, or longer, since its size was asked for.
    file = Counted(data)
    assert header(file, claimed).kind in ("", "png", "jpeg", "gif", "webp", "bmp", "svg", "tiff", "pdf", "heic")


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=5))
def test_any_byte_of_a_picture_changed(changes: list[tuple[int, int]]) -> None:
    for kind in ("png", "jpeg", "webp"):
        data = bytearray(saved(kind))
        for place, value in changes:
            data[place % len(data)] = value
        assert of(bytes(data)).kind in ("", kind)


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (png(IHDR, bytes(25_000_000)), 5_000),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", IHDR) + chunk(b"tEXt") * 200_000, 500_000),
        (b"\xff\xd8" + FRAME + SCAN + bytes(5_000_000) + b"\xff\xd9", 75_000),
        (b"\xff\xd8" + b"\xff" * 1_000_000, 500_000),
    ],
    ids=["png too large for that", "png of endless chunks", "jpeg", "jpeg of endless fill"],
)
def test_only_a_little_of_a_file_is_read(data: bytes, most: int) -> None:
    file = Counted(data)
    header(file, len(data))
    assert file.count <= most


def test_a_png_is_read_once_and_a_little_at_a_time() -> None:
    file = Counted(data := png(IHDR, bytes(5_000_000)))
    assert header(file, len(data)) == Header("png", (3, 2))
    assert file.count < len(data) + 10_000
    assert file.longest < 300_000


def test_a_file_as_long_as_a_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_headers, "_SEARCHED", 300_000)
    data = b"\xff\xd8" + FRAME + SCAN + b"x\xff\xd9" + bytes(400_000)
    file = Counted(data)
    assert header(file, len(data)) == Header("jpeg", (3, 2), "ends in the middle")
    assert file.count < 80_000


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved("png"))
    assert read(path, path.stat()) == Header("png", SIZE)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "gone.png", path.stat())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no reliable file numbers")
def test_another_file_took_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved("png"))
    meant = path.stat()
    (tmp_path / "b.png").write_bytes(saved("png"))
    (tmp_path / "b.png").replace(path)
    assert read(path, meant) == Header(damage="was replaced while it was looked at")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_a_fifo_took_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    meant = path.stat()
    path.unlink()
    os.mkfifo(path)
    assert read(path, meant) == Header(damage="was replaced while it was looked at")
