"""Whatever bytes call themselves a picture: a copy is made of them, or it is said why not, and nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.storage.picture_copies import KINDS, CannotDecode, make
from tests.pictures import drawn, exif, opened, saved

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
