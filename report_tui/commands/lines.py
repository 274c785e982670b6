"""A conversation in lines: reads one from standard input, says one on standard output, cleaned.

Owns the two streams for `--plain`. It moves no cursor and paints nothing, so that a screen reader reads each line once
and a pipe works like a keyboard.
"""

from __future__ import annotations

import sys

from report_tui.render.clean import clean, clean_text, harmless

# What a terminal drops of a longer line, it drops without a word.
_TERMINAL_LINE = 1023 if sys.platform == "darwin" else 4095


class Lines:
    """Standard input and output, a line at a time."""

    def __init__(self) -> None:
        self.terminal = sys.stdin.isatty()
        """Whether a person types; else nobody is there to ask."""
        self.refused = False
        """Whether anything that was asked for was not done."""
        self._first = True

    def read(self, prompt: str) -> str | None:
        """The next line without its end; None at the end of input. The prompt is for a person only."""
        if self.terminal:
            sys.stdout.write(prompt)
        sys.stdout.flush()
        data = sys.stdin.buffer.readline()
        if not data:
            return None
        if self.terminal and len(data.rstrip(b"\r\n")) >= _TERMINAL_LINE:
            self.say("That line is as long as a terminal lets it be: its end may be lost. Look at it, or use edit.")
        encoding = sys.stdin.encoding if self.terminal else "utf-8-sig" if self._first else "utf-8"
        self._first = False
        # What cannot be decoded becomes half characters, which the session holds with a reason instead of writing.
        return data.decode(encoding, "surrogateescape").rstrip("\r\n")

    @staticmethod
    def say(*lines: str) -> None:
        """Say some lines."""
        for line in lines:
            sys.stdout.write(f"{harmless(clean(line))}\n")

    def refuse(self, line: str) -> None:
        """Say why something was not done."""
        self.refused = True
        self.say(line)

    @staticmethod
    def say_text(text: str) -> None:
        """Say foreign text as it stands, line by line."""
        for line in clean_text(text).split("\n"):
            sys.stdout.write(f"{harmless(line)}\n")
