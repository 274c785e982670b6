"""The course's own checker, reproduced: how it splits the file into answers and what it counts in each.

Owns the algorithm of the 2026 script (and of the 2023 one, which differs in the characters it drops from the front),
traps included, so that we can say what the staff will see. It is an oracle: nothing in it may be made better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from report_tui.core.images import count_images
from report_tui.core.source import fold_newlines

Limit = tuple[int, int] | None


class Piece(NamedTuple):
    """What the course's checker takes for one answer."""

    text: str
    words: int
    images: int


class Verdict(NamedTuple):
    """What the course's checker says of a file."""

    readable: bool | None
    """None where we cannot tell: the rules know of no checker, or the file cannot be decoded."""
    passed: int | None
    total: int
    failed: tuple[int, ...]
    """Numbers of the questions whose words or images are outside their limits."""
    reason: str | None
    """Why it judges nothing; None when it does."""
    pieces: tuple[Piece, ...] = ()


def split_answers(text: str) -> tuple[Piece, ...]:
    """The file's text cut into answers exactly as the course's script does it."""
    answers = []
    for piece in text.split("Answer:")[1:]:
        if "###" in piece:
            answers.append(piece.split("###")[0].split("##")[0])
    answers.append(text.split("Answer:")[-1])
    stripped = [answer.strip("\n") for answer in answers]
    return tuple(Piece(answer, len(answer.split()), count_images(answer)) for answer in stripped)


def judge(text: str, limits: Sequence[tuple[int, Limit, Limit]], skip_characters: int = 0) -> Verdict:
    """What the course's checker says of a report.

    Args:
        text: the file, decoded.
        limits: of each question its number, its (least, most) words and its (least, most) images, both inclusive.
        skip_characters: so many are dropped from the front of the file first.
    """
    pieces = split_answers(fold_newlines(text)[skip_characters:])
    if len(pieces) != len(limits):
        reason = f"it finds {len(pieces)} answers instead of {len(limits)} and judges nothing"
        return Verdict(False, None, len(limits), (), reason, pieces)
    failed = tuple(
        number
        for piece, (number, words, images) in zip(pieces, limits, strict=True)
        if not (_within(piece.words, words) and _within(piece.images, images))
    )
    return Verdict(True, len(limits) - len(failed), len(limits), failed, None, pieces)


def _within(count: int, limit: Limit) -> bool:
    return limit is None or limit[0] <= count <= limit[1]
