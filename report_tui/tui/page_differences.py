"""Where two pages of one answer read differently, and what the other one shows there.

Owns the comparison of blocks and its wording. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from report_tui.tui.page_blocks import Block

_MOST_COMPARED = 40_000
"""Blocks times blocks: 200 on either side."""


@dataclass(frozen=True, slots=True)
class Place:
    """A run of blocks that another page shows differently."""

    first: int
    end: int
    """Index of the first block and of the one after the last; the same where this page shows nothing there."""
    there: str
    """What the other page shows instead, in a few words."""


def differences(one: Sequence[Block], other: Sequence[Block]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """The places where two pages differ, as seen on the one and on the other; as many here as there."""
    ones: list[Place] = []
    others: list[Place] = []
    for first, end, other_first, other_end in _unequal([b.key() for b in one], [b.key() for b in other]):
        here, there = one[first:end], other[other_first:other_end]
        ones.append(Place(first, end, _instead(there, here)))
        others.append(Place(other_first, other_end, _instead(here, there)))
    return tuple(ones), tuple(others)


def _unequal(one: Sequence[object], other: Sequence[object]) -> list[tuple[int, int, int, int]]:
    """The spans that differ; the ends that are alike need no search, and what is left and large is one of them."""
    head, most = 0, min(len(one), len(other))
    while head < most and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < most - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    end, other_end = len(one) - tail, len(other) - tail
    if (end - head) * (other_end - head) > _MOST_COMPARED:
        return [(head, end, head, other_end)]
    matcher = SequenceMatcher(None, one[head:end], other[head:other_end], autojunk=False)
    return [
        (first + head, last + head, other_first + head, other_last + head)
        for operation, first, last, other_first, other_last in matcher.get_opcodes()
        if operation != "equal"
    ]


def _instead(there: Sequence[Block], here: Sequence[Block]) -> str:
    """What the one shows where the other shows something else."""
    if not there:
        return "nothing"
    names, mine = (list(dict.fromkeys(block.name for block in side)) for side in (there, here))
    if names != mine:
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    words, known = (" ".join(block.text for block in side).split() for side in (there, here))
    if words == known:
        nested = [block.inside for block in there] != [block.inside for block in here]
        return f"{names[0]} {'at other levels' if nested else 'in another style'}"
    while words and known and words[0] == known[0]:
        del words[0], known[0]
    while words and known and words[-1] == known[-1]:
        del words[-1], known[-1]
    return f"“{_shown_words(words)}”" if words else "fewer words"


def _shown_words(words: Sequence[str]) -> str:
    """The first of some words, as many as fit in a line."""
    text = " ".join(words)
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"
