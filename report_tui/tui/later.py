"""Something that is done once, a moment from now. Owns that it is done at all, however busy the machine is.

Textual leaves a timer's turn out when its time has passed before the waiting begins. Of a timer with one turn only that
is all, so that a process which had no core just then would never do what it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer


def once(pump: MessagePump, seconds: float, run: Callable[[], object]) -> Timer:
    """Have `run` called by `pump` so many seconds from now; late rather than never."""
    timer = pump.set_timer(seconds, run)
    timer._skip = False  # it does not start before the next turn of the loop; not public, and Textual is pinned
    return timer
