"""The records of a journal: what they hold, whatever happened to its bytes."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.changes import Changes, Draft
from report_tui.storage import draft_records

BASE = b"# Report\n" * 40
REPORT = "reports/README.md"


def draft(base: bytes = BASE, **answers: str) -> Draft:
    """What is unsaved in some answers, `a4="text"` for the fourth."""
    return Draft(base, Changes({int(name[1:]): text for name, text in answers.items()}))


def steps() -> tuple[bytes, list[tuple[int, Draft]]]:
    """A small journal, and how long it was when it came to hold each draft."""
    before = draft(a4="a")
    data = draft_records.whole(REPORT, before)
    lengths = [(len(data), before)]
    for step in (draft(a4="ab"), draft(a4="ab", a9="c"), draft(a9="c")):
        data += draft_records.change(before, step)
        lengths.append((len(data), step))
        before = step
    return data, lengths


def test_torn_at_any_byte_it_holds_what_was_whole_by_then() -> None:
    data, lengths = steps()
    for size in range(len(data) + 1):
        # A record is whole without the newline behind it.
        expected = [step for length, step in lengths if length <= size + 1]
        _, held, problem = draft_records.read(data[:size])
        assert held.changes == (expected[-1] if expected else Draft(b"")).changes, size
        assert problem == "", size


def test_a_changed_byte_never_brings_another_text() -> None:
    data, lengths = steps()
    texts = {text for _, step in lengths for text in step.changes.answers.values()}
    for place in range(len(data)):
        for value in (data[place] ^ 1, data[place] ^ 0x80, 10, 0):
            if value == data[place]:
                continue
            _, held, problem = draft_records.read(data[:place] + bytes([value]) + data[place + 1 :])
            assert set(held.changes.answers.values()) <= texts
            if place < len(data) - 1:
                assert problem, place


def test_what_stands_behind_a_damaged_record_is_used() -> None:
    data, _ = steps()
    lines = data.split(b"\n")
    lines[3] = b"?" * len(lines[3])
    assert draft_records.read(b"\n".join(lines)) == (REPORT, draft(a9="c"), draft_records.DAMAGED)
    lines[1] = b""
    assert draft_records.read(b"\n".join(lines)) == (REPORT, draft(b"", a9="c"), draft_records.DAMAGED)


def line(value: object) -> bytes:
    """A record with a right checksum, whatever it holds."""
    data = json.dumps(value).encode()
    return b"%08x %d %s\n" % (zlib.crc32(data), len(data), data)


@pytest.mark.parametrize(
    "record",
    [
        [],
        {"answers": []},
        {"answers": {"x": "text"}},
        {"answers": {"-1": "text"}},
        {"answers": {"9" * 5000: "text"}},
        {"answers": {"4": 5}},
        {"answers": {"4": True}},
        {"moved": [True]},
        {"moved": "4"},
        {"ticked": [["a", "b", 0]]},
        {"ticked": [["a", "b", 0, 1]]},
        {"undecided": [[]]},
        {"begun": []},
        {"begun": {}},
        {"begun": {"answers": {"4": 5}, "ticked": []}},
        {"begun": {"answers": {}, "ticked": [["a", "b", 0]]}},
        {"origins": []},
        {"origins": {"4": "asks"}},
        {"origins": {"4": ["asks"]}},
        {"origins": {"4": ["asks", 5]}},
        {"base": 4},
        {"base": "?"},
        {"base": "eJw="},
    ],
    ids=str,
)
def test_a_record_that_makes_no_sense_is_left_out(record: object) -> None:
    held = draft_records.read(line({"answers": {"4": "a"}}) + line(record) + line({"answers": {"5": "b"}}))
    assert held == ("", draft(b"", a4="a", a5="b"), draft_records.DAMAGED)


def test_a_base_that_explodes_is_not_unpacked() -> None:
    packed = base64.b64encode(zlib.compress(bytes(40_000_000))).decode()
    assert draft_records.read(line({"base": packed})) == ("", Draft(b""), draft_records.DAMAGED)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000])
def test_deep_nesting_is_damage(text: str) -> None:
    data = text.encode()
    assert draft_records.read(b"%08x %d %s\n" % (zlib.crc32(data), len(data), data))[2] == draft_records.DAMAGED


def test_a_journal_of_another_version_is_not_understood() -> None:
    held = draft_records.read(line({"schema": 2, "report": "/r"}) + line({"answers": {"4": "a"}}))
    assert held == ("", Draft(b""), draft_records.OTHER_VERSION)


@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    draft_records.read(data)
    draft_records.read(line({"answers": {"4": "a"}}) + data)
