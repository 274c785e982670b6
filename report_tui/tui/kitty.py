"""Pictures in terminals that speak Kitty's graphics protocol: what is sent, and the characters that show it. Pure.

A picture is sent once and gets no place on the screen; characters of a private kind show its parts wherever they stand,
so that scrolling, dialogs and notices treat it as text. Nothing is asked of the terminal, since its answer would come
as keys: which terminals can do it is known from what they say of themselves in the environment.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping

from report_tui.storage.thumbnails import Pixels

PLACE = "\U0010eeee"
"""Shows a part of a picture: which one, say its colour (the picture), and two accents (row and column)."""
CELL = (10, 20)
"""Pixels that are sent for each cell: a terminal fits them into its own."""
_CHUNK = 4096
_FIRST_NUMBER = 0x52A000
_NUMBERS = 0x1000
# The protocol's own list of accents for 0, 1, 2, ...; its first 64 are all that is needed here.
_ACCENTS = tuple(
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357"
    "\u035b\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484"
    "\u0485\u0486\u0487\u0592\u0593\u0594\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1"
    "\u05a8\u05a9\u05ab\u05ac\u05af\u05c4\u0610\u0611\u0612\u0613\u0614\u0615\u0616\u0617\u0657\u0658"
)
MOST = len(_ACCENTS)
"""Columns, and rows, that a picture can have."""


def is_spoken(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says that it shows pictures in this way; inside of tmux and screen none does."""
    term = environment.get("TERM", "")
    if "TMUX" in environment or "STY" in environment or "NO_COLOR" in environment or term.startswith("screen"):
        return False
    names = (term, environment.get("TERM_PROGRAM", ""))
    return "KITTY_WINDOW_ID" in environment or any("kitty" in name or "ghostty" in name for name in names)


def number(count: int) -> int:
    """The number of the `count`-th picture; those that were taken away long ago are used again."""
    return _FIRST_NUMBER + count % _NUMBERS


def colour(number: int) -> tuple[int, int, int]:
    """The text colour that means this picture."""
    return number >> 16 & 255, number >> 8 & 255, number & 255


def sent(number: int, picture: Pixels, columns: int, rows: int) -> str:
    """What hands a picture to the terminal, to be shown on so many cells; the terminal answers nothing."""
    data = base64.standard_b64encode(zlib.compress(picture.rgb, 1)).decode("ascii")
    chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    head = f"a=T,U=1,q=2,i={number},f=24,o=z,s={picture.width},v={picture.height},c={columns},r={rows}"
    return "".join(
        f"\x1b_G{head if index == 0 else 'q=2'},m={int(index < len(chunks) - 1)};{chunk}\x1b\\"
        for index, chunk in enumerate(chunks)
    )


def taken_away(number: int) -> str:
    """What makes the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def lines(columns: int, rows: int) -> list[str]:
    """The characters that show a picture, line by line; their colour says which one."""
    return ["".join(PLACE + _ACCENTS[row] + _ACCENTS[column] for column in range(columns)) for row in range(rows)]
