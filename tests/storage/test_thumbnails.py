"""Pictures as small grids of pixels: every kind, the right way up, and whatever lies there instead of a picture."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from report_tui.storage import thumbnails
from report_tui.storage.thumbnails import Dropped, NoPicture, Pixels, load

RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)


def at(picture: Pixels | NoPicture, x: int, y: int) -> tuple[int, int, int]:
    assert isinstance(picture, Pixels), picture
    start = 3 * (y * picture.width + x)
    red, green, blue = picture.rgb[start : start + 3]
    return red, green, blue


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def halves(mode: str = "RGB", size: tuple[int, int] = (600, 300)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *(("RGB", kind) for kind in ("png", "jpeg", "bmp", "webp", "tiff")),
        *(("P", "png"), ("RGBA", "png"), ("CMYK", "jpeg"), ("P", "gif"), ("CMYK", "tiff")),
    ],
)
def test_every_kind_is_reduced_to_what_fits(tmp_path: Path, mode: str, kind: str) -> None:
    path = tmp_path / "figure"
    halves(mode).save(path, kind)
    found = load(path, 40, 40)
    assert isinstance(found, Pixels)
    assert (found.width, found.height) == (40, 20)
    assert len(found.rgb) == 3 * 40 * 20
    assert is_near(at(found, 2, 2), RED, 30), at(found, 2, 2)
    assert is_near(at(found, 37, 17), BLUE, 30), at(found, 37, 17)


@pytest.mark.parametrize(("mode", "high"), [("I;16", 65535), ("L", 255), ("1", 1)])
def test_grey_pictures_of_any_depth(tmp_path: Path, mode: str, high: int) -> None:
    path = tmp_path / "grey.png"
    image = Image.new(mode, (40, 40), 0)
    image.paste(high, (20, 0, 40, 40))
    image.save(path)
    found = load(path, 20, 20)
    assert is_near(at(found, 1, 1), (0, 0, 0))
    assert is_near(at(found, 18, 1), (255, 255, 255))


def test_a_thin_line_on_white_stays_strong_and_a_photograph_as_it_is(tmp_path: Path) -> None:
    drawing = Image.new("RGB", (400, 400), (255, 255, 255))
    drawing.paste(RED, (0, 203, 400, 206))  # three of the twenty rows of a pixel
    drawing.save(tmp_path / "a.png")
    found = load(tmp_path / "a.png", 20, 20)
    assert at(found, 5, 5) == (255, 255, 255)
    assert at(found, 5, 10)[1] < 180 < 217 < at(found, 5, 10)[0]
    Image.new("RGB", (400, 400), (200, 150, 100)).save(tmp_path / "b.png")
    assert at(load(tmp_path / "b.png", 20, 20), 5, 5) == (200, 150, 100)


def test_a_damaged_tiff_writes_nothing_onto_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    halves().save(path, "TIFF", compression="tiff_lzw")
    data = path.read_bytes()
    path.write_bytes(data[:60] + bytes(60) + data[120:])
    assert load(path, 40, 40) == NoPicture("is a compressed TIFF, which is not shown here")
    assert capfd.readouterr() == ("", "")


def test_a_small_picture_stays_as_small_as_it_is(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2), GREEN).save(tmp_path / "a.png")
    assert load(tmp_path / "a.png", 80, 60) == Pixels(3, 2, bytes(GREEN) * 6)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert at(load(tmp_path / "a.png", 20, 20), 5, 5) == (255, 255, 255)
    image = Image.new("P", (40, 40), 1)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.save(tmp_path / "p.png", transparency=1)
    assert at(load(tmp_path / "p.png", 20, 20), 5, 5) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_photograph_that_lies_on_its_side_is_turned(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    halves().save(tmp_path / "a", kind, exif=exif)
    found = load(tmp_path / "a", 40, 40)
    assert isinstance(found, Pixels)
    assert (found.width, found.height) == (20, 40)
    assert is_near(at(found, 10, 2), RED, 30)
    assert is_near(at(found, 10, 37), BLUE, 30)


def test_of_an_animation_the_first_picture(tmp_path: Path) -> None:
    first, *others = (Image.new("RGB", (60, 60), colour) for colour in (RED, GREEN, BLUE))
    first.save(tmp_path / "a.gif", save_all=True, append_images=others)
    assert is_near(at(load(tmp_path / "a.gif", 20, 20), 5, 5), RED)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *others: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *others, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


BROKEN = {
    "empty": (b"", "is no picture that can be shown"),
    "text": (b"no picture", "is no picture that can be shown"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture that can be shown"),
    "damaged": (png(40, 40, b"\xff" * 60), "cannot be read as a picture"),
    "cut": (png(40, 40, zlib.compress(b"\x00" * 4840)[:20]), "cannot be read as a picture"),
    "huge": (png(60_000, 60_000, zlib.compress(b"\x00" * 100)), "has too many pixels to be shown"),
    "large": (png(10_000, 9_000, zlib.compress(b"\x00" * 100)), "has too many pixels to be shown: 10,000x9,000"),
    "text bomb": (
        png(40, 40, zlib.compress(b"\x00" * 4840), chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"a" * 9_000_000))),
        "cannot be read as a picture",
    ),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_shown_has_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(data)
    assert load(path, 40, 40) == NoPicture(reason)


def test_a_format_that_runs_other_programs_is_not_tried(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    assert load(tmp_path / "a.png", 40, 40) == NoPicture("is no picture that can be shown")


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    assert load(tmp_path / "none.png", 40, 40) == NoPicture("is not there")
    assert load(tmp_path, 40, 40) == NoPicture("is no file")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        assert load(tmp_path / "pipe.png", 40, 40) == NoPicture("is no file")


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "MOST_BYTES", 1_048_576)
    path = tmp_path / "a.png"
    path.write_bytes(png(4, 4, zlib.compress(b"\x00" * 52)) + b"\x00" * 1_048_576)
    assert load(path, 40, 40) == NoPicture("is larger than 1 MB")


def test_what_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "MOST_SECONDS", -1.0)
    halves().save(tmp_path / "a.png")
    assert load(tmp_path / "a.png", 40, 40) == NoPicture("takes too long to be shown")


def test_decoding_ends_as_soon_as_nobody_wants_the_picture(tmp_path: Path) -> None:
    Image.effect_noise((800, 800), 80).save(tmp_path / "a.png")
    asked = 0

    def wanted() -> bool:
        nonlocal asked
        asked += 1
        return asked < 20

    with pytest.raises(Dropped):
        load(tmp_path / "a.png", 40, 40, wanted)
    assert asked == 20
    assert isinstance(load(tmp_path / "a.png", 40, 40), Pixels), "nothing is remembered of that"


def test_a_file_is_decoded_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (40, 40), RED).save(path)
    first = load(path, 20, 20)
    assert load(path, 20, 20, lambda: False) is first, "without a look into the file"
    Image.new("RGB", (41, 41), GREEN).save(path)
    os.utime(path, (1, 1))
    assert is_near(at(load(path, 20, 20), 5, 5), GREEN)
