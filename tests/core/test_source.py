"""Bytes to lines and back: nothing lost, whatever the bytes are."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.source import BOM, Source, fold_newlines, is_blank

PIECES = st.sampled_from(
    [
        b"\n",
        b"\r\n",
        b"\r",
        b"\xef\xbb\xbf",
        b"\x0c",
        b"\x00",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\xff",
        b"\xed\xa0\x80",
        b" ",
        b"### Question 1",
        b"> **a**",
        b"> Answer:",
        b"text",
        b"```",
        b"\xc3\xa6",
        b"\xf0\x9f\x9a\xa2",
        b"- [ ] x",
        b"Answer:",
    ]
)
BYTES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join))


@given(BYTES)
@example(b"")
@example(BOM)
@example(b"a\r")
@example(b"\r\r\n\n")
def test_any_bytes_come_back(data: bytes) -> None:
    report = Report.from_bytes(data)
    assert report.to_bytes() is data
    source = report.source
    assert "".join(line + ending for line, ending in zip(source.lines, source.endings, strict=True)) == source.text
    assert len(source.starts) == len(source.lines) + 1
    assert source.starts[-1] == len(source.text)
    for index, start in enumerate(source.starts[:-1]):
        assert source.text.startswith(source.lines[index], start)
        assert source.line_at(start) == index + 1
    assert not any("\n" in line or "\r" in line for line in source.lines)
    assert (source.problem is None) == is_utf8(data)
    if source.problem is None:
        assert source.spliced(0, 0, "") == data


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "lines", "endings"),
    [
        (b"", (), ()),
        (b"a", ("a",), ("",)),
        (b"a\n", ("a",), ("\n",)),
        (b"a\n\n", ("a", ""), ("\n", "\n")),
        (b"a\r\nb\rc\nd", ("a", "b", "c", "d"), ("\r\n", "\r", "\n", "")),
        (b"a\r\r\nb", ("a", "", "b"), ("\r", "\r\n", "")),
        ("a\x0cb\x85c\u2028d".encode(), ("a\x0cb\x85c\u2028d",), ("",)),
        (BOM + b"a\n", ("a",), ("\n",)),
        (BOM + BOM + b"a", ("\ufeffa",), ("",)),
    ],
)
def test_lines_and_their_endings(data: bytes, lines: tuple[str, ...], endings: tuple[str, ...]) -> None:
    source = Source.from_bytes(data)
    assert (source.lines, source.endings) == (lines, endings)


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b"a\xffb", "not UTF-8: byte 0xFF on line 1", 1),
        (b"a\r\nb\rc\n\xe6", "not UTF-8: byte 0xE6 on line 4", 4),
        (BOM + b"a\n\xc3", "not UTF-8: byte 0xC3 on line 2", 2),
        (b"\xed\xa0\x80", "not UTF-8: byte 0xED on line 1", 1),
        (b"\xc0\x80", "not UTF-8: byte 0xC0 on line 1", 1),
    ],
)
def test_bytes_that_are_not_utf8_are_said_with_their_line(data: bytes, problem: str, line: int) -> None:
    source = Source.from_bytes(data)
    assert (source.problem, source.problem_line, source.data) == (problem, line, data)
    with pytest.raises(ValueError, match=re.escape(problem)):
        source.spliced(0, 0, "x")


def test_new_lines_take_the_ending_that_is_most_frequent_there() -> None:
    source = Source.from_bytes(b"a\r\nb\r\nc\nd\n\ne\rf")
    assert source.line_ending(1, 3) == "\r\n"
    assert source.line_ending(3, 5) == "\n"
    assert source.line_ending(6, 6) == "\r"
    assert source.line_ending(7, 7) == "\n"
    assert Source.from_bytes(b"a").line_ending(1, 1) == "\n"
    assert Source.from_bytes(b"").line_ending(1, 0) == "\n"


def test_a_splice_keeps_the_byte_order_mark_and_counts_characters() -> None:
    source = Source.from_bytes(BOM + "æøå\n".encode())
    assert source.spliced(1, 2, "ö\n") == BOM + "æö\nå\n".encode()
    with pytest.raises(UnicodeEncodeError):
        source.spliced(0, 0, "\ud800")


def test_blank_is_what_markdown_calls_blank() -> None:
    assert is_blank("")
    assert is_blank(" \t ")
    assert not is_blank("\x0c")
    assert not is_blank("\u00a0")
    assert fold_newlines("a\r\nb\rc\r\r\n") == "a\nb\nc\n\n"
