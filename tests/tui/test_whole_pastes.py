"""A paste is one event, whatever it holds and however it is cut up on its way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from report_tui.tui.whole_pastes import WholePastes

START, END = "\x1b[200~", "\x1b[201~"


def read(*pieces: str) -> list[str]:
    """The keys and pastes in what a terminal sent, in pieces."""
    parser = WholePastes()
    found = []
    for piece in pieces:
        for event in parser.feed(piece):
            if isinstance(event, events.Paste):
                found.append(f"paste {event.text!r}")
            elif isinstance(event, events.Key):
                found.append(event.key)
    return found


@pytest.mark.parametrize(
    "text",
    ["plain", "", "log: \x1b[32mok\x1b[0m \x13 bad", "\x1b", "\x1b[", "\x1b\x1b\x1b[A", "~", "\x1b[20", START],
)
def test_a_paste_arrives_as_it_was_sent(text: str) -> None:
    assert read(f"a{START}{text}{END}\x13b") == ["a", f"paste {text!r}", "ctrl+s", "b"]


@given(st.lists(st.text("ab~[\x1b201\x13\n"), max_size=4), st.data())
def test_where_the_bytes_are_cut_makes_no_difference(texts: list[str], data: st.DataObject) -> None:
    texts = [text.replace(END, "") for text in texts]
    sent = "x".join(f"{START}{text}{END}" for text in texts) + "z"
    cuts = sorted({0, len(sent), *data.draw(st.lists(st.integers(0, len(sent)), max_size=6))})
    pieces = [sent[start:end] for start, end in pairwise(cuts)]
    expected = [key for text in texts for key in ("x", f"paste {text!r}")][1:]
    # An end may also be made by what stands before it; then it ends there.
    if all(END not in (text + END)[:-1] for text in texts):
        assert read(*pieces) == [*expected, "z"]


def test_keys_around_pastes_are_read_as_before() -> None:
    assert read("\x1b[A", START + "one" + END, "\x1b[B\x1bOP", START + "two" + END) == [
        "up",
        "paste 'one'",
        "down",
        "f1",
        "paste 'two'",
    ]
