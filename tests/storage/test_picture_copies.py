"""Whatever bytes call themselves a picture: a copy is made of them, or it is said why not, and nothing else happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.storage.picture_copies import KINDS, CannotDecode, make
from tests.pictures import drawn, exif, noisy, opened, saved

PICTURES = {kind: saved(drawn(), kind, **({} if kind in ("gif", "bmp") else {"exif": exif(6)})) for kind in KINDS}


@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(20, 4000),
    st.sampled_from(["png", "jpeg"]),
)
def test_damaged_bytes_make_a_picture_or_a_reason(
    kind: str, patches: list[tuple[int, bytes]], length: int, wanted: str
) -> None:
    data = bytearray(PICTURES[kind])
    for offset, patch in patches:
        data[offset : offset + len(patch)] = patch
    damaged = bytes(data[:length])
    try:
        made = make(damaged, kind, wanted)
    except CannotDecode as error:
        assert error.reason.isprintable() and error.way_out.isprintable()
        return
    if kind == wanted:
        assert made.whole.data == damaged
    else:
        assert (opened(made.whole.data).format, opened(made.whole.data).size) == (wanted.upper(), made.whole.pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_becomes_upright(orientation: int) -> None:
    data = saved(drawn(), "webp", lossless=True, exif=exif(orientation))
    made = opened(make(data, "webp", "png").whole.data).convert("L")
    dark = {1: (2, 15), 2: (37, 15), 3: (37, 15), 4: (2, 15), 5: (15, 2), 6: (15, 2), 7: (15, 37), 8: (15, 37)}
    assert made.getpixel(dark[orientation]) == 40
    assert made.size == ((40, 30) if orientation < 5 else (30, 40))


PACKED = ["tiff_lzw", "tiff_adobe_deflate", "jpeg"]
TRY = """
import sys, threading
from report_tui.storage.picture_copies import CannotDecode, make

def attempt():
    try:
        make(open(sys.argv[1], "rb").read(), "tiff", "png")
    except CannotDecode as error:
        print(error.reason)
    else:
        print("made")

thread = threading.Thread(target=attempt)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("compression", PACKED)
def test_a_packed_tiff_becomes_what_it_shows(compression: str) -> None:
    data = saved(noisy(700, 600), "tiff", compression=compression, exif=exif(6))
    made = make(data, "tiff", "png")
    assert made == make(data, "tiff", "png", apart=False)
    assert (made.whole.pixels, made.has_location, made.animated) == ((600, 700), False, False)
    assert opened(made.whole.data).size == (600, 700)
    large = make(saved(noisy(2_400, 180), "tiff", compression=compression), "tiff", "png")
    assert large.smaller is not None
    assert opened(large.smaller.data).size == large.smaller.pixels == (2_000, 150)


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_a_large_one_of_the_kinds_that_hold_up_other_threads(kind: str) -> None:
    data = saved(drawn(1_300, 800), kind)
    assert make(data, kind, "png") == make(data, kind, "png", apart=False)
    with pytest.raises(CannotDecode, match="cannot be read as a picture"):
        make(data[:-60], kind, "png")


def test_without_another_process_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(CannotDecode, match="cannot be read as a picture"):
        make(saved(drawn(), "tiff", compression="tiff_lzw"), "tiff", "png")


@pytest.mark.parametrize("compression", PACKED)
def test_nothing_is_printed_about_a_damaged_packed_tiff(tmp_path: Path, compression: str) -> None:
    """Onto the file descriptors themselves: the library behind it knows nothing of Python's streams."""
    data = bytearray(saved(noisy(200, 150), "tiff", compression=compression))
    middle = len(data) // 2
    data[middle : middle + 4_000] = bytes(4_000)
    (tmp_path / "a.tif").write_bytes(data)
    # A module in the working folder is not ours to run.
    (tmp_path / "PIL.py").write_text("print('run')", "utf-8")
    (tmp_path / "json.py").write_text("print('run')", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-P", "-c", TRY, "a.tif"], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    assert ran.stderr == b""
    assert ran.stdout.decode().strip() in ("cannot be read as a picture", "made")


def test_damage_in_a_packed_tiff_is_printed_where_nothing_keeps_it_off() -> None:
    """Else the test above could not fail."""
    data = bytearray(saved(noisy(200, 150), "tiff", compression="tiff_adobe_deflate"))
    data[30_000:34_000] = bytes(4_000)
    code = "import sys; from report_tui.storage.picture_copies import make; "
    code += "make(sys.stdin.buffer.read(), 'tiff', 'png', apart=False)"
    ran = subprocess.run([sys.executable, "-c", code], input=bytes(data), capture_output=True, check=False, timeout=60)
    assert b"CannotDecode" in ran.stderr
    assert ran.stderr.split(b"Traceback")[0] != b""
