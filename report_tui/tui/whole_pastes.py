"""Reads what a terminal sends, and takes a bracketed paste as one text whatever it holds.

Owns a subclass of Textual's parser, and putting it in that one's place; keys and mouse stay Textual's. Textual looks
for keys inside a paste as well: an escape in a copied log would tear it apart, and a control key in it would be done.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from importlib import import_module

from textual import events
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1, TokenCallback
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

_DRIVER = "textual.drivers.win32" if sys.platform == "win32" else "textual.drivers.linux_driver"


class WholePastes(XTermParser):
    """Textual's parser for everything outside a paste."""

    def parse(self, token_callback: TokenCallback[Message]) -> Generator[Read1 | Peek1, str, None]:
        """Take one character after another, and hand on what they mean."""
        # One for what stands between two pastes: it must not learn that there was one.
        outside = super().parse(token_callback)
        awaited, last = next(outside), ""
        while True:
            try:
                character = yield awaited
            except (ParseTimeout, ParseEOF) as ended:
                try:
                    awaited = outside.throw(ended)
                except StopIteration:
                    return
                last = ""
                continue
            last = (last + character)[-len(BRACKETED_PASTE_START) :]
            if last != BRACKETED_PASTE_START:
                awaited = outside.send(character)
                continue
            outside.close()
            pasted: list[str] = []
            while character != "~" or "".join(pasted[-len(BRACKETED_PASTE_END) :]) != BRACKETED_PASTE_END:
                try:
                    character = yield self.read1()
                except ParseEOF:
                    return
                pasted.append(character)
            # As in Textual: some terminals send NUL with every character.
            token_callback(events.Paste("".join(pasted[: -len(BRACKETED_PASTE_END)]).replace("\x00", "")))
            outside = super().parse(token_callback)
            awaited, last = next(outside), ""


def install() -> None:
    """Let Textual's driver for this system read with it."""
    # A driver names its parser in the middle of the method that reads: the name is all that can be exchanged. Textual
    # is pinned.
    driver = import_module(_DRIVER)
    assert driver.XTermParser is XTermParser or driver.XTermParser is WholePastes
    vars(driver)["XTermParser"] = WholePastes
