"""When Python looks for garbage, while nobody types; and that what is gone leaves nothing behind.

Owns the collector's settings while the app runs, what libraries remember, and from where threads take memory. Python's
own time for a full look is after so many new objects, which is in the middle of something; whoever makes a pause has it
then.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.app import App
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.timer import Timer

from report_tui.tui.later import once

START = 0.3
"""Seconds after which whatever the start has loaded is there."""
REST = 1.0
"""Seconds without a key, a click or a move of the mouse after which nobody waits for anything."""
YOUNG, MIDDLE = 700, 10
"""New objects, and collections of the youngest, after which Python looks for garbage; from 3.12 on it waits longer."""
ENOUGH = 2
"""Collections of the middle generation since the last full one, as Python counts them, that are worth one."""
AT_LAST = 5
"""So many of those, and nobody waits for a rest: a screen that is opened and closed leaves 3,000 to 14,000 objects. A
look takes some 5 ms and 1 for each thousand it finds: rare looks are long ones, and what memory grows by stays."""
FORGET = 60.0
"""Seconds after which, if somebody does something, what libraries remember is forgotten."""
_REMEMBERED = (
    Region.__contains__,
    Region.intersection,
    Region.union,
    Region.grow,
    Region.shrink,
    Strip.render_ansi,
)
"""Textual's caches, of 4,096 places and 16,384 colours: pictures and sizes fill them in an hour; a screen needs some
hundreds of each."""
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h."""
LARGE = 256 * 1024
"""Bytes from which on a piece of memory goes back to the system as soon as it is free."""

_INNER_OUTER = StylesCache.get_inner_outer.__wrapped__


@lru_cache(maxsize=1024)
def _inner_outer(base: Color, background: Color) -> tuple[Style, Style]:
    return _INNER_OUTER(StylesCache, base, background)


# Textual caches this by the widget's cache too, and so keeps all painted rows of the last hundreds of widgets that are
# gone, some 30 MB. Neither is public; Textual is pinned.
StylesCache.get_inner_outer = staticmethod(_inner_outer)  # type: ignore[method-assign, assignment]


class Garbage:
    """Collects for one app."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._stirred = 0.0
        self._forgot = time.monotonic()
        self._rest: Timer | None = None

    def begin(self) -> None:
        """Collect from now on; `cli.main_entry` has switched the collector off: the start would be a twelfth longer."""
        once(self._app, START, _spare_what_is_loaded)

    def stirred(self) -> None:
        """Somebody does something: no full look for a while."""
        self._stirred = time.monotonic()
        if self._rest is None:
            self._wait()

    def _wait(self) -> None:
        self._rest = once(self._app, REST, self._rested)

    def _rested(self) -> None:
        self._rest = None
        if time.monotonic() - self._forgot >= FORGET:
            self._forget()
        if time.monotonic() - self._stirred < REST:
            self._wait()
            return
        if gc.get_count()[2] >= ENOUGH:
            gc.collect()

    def _forget(self) -> None:
        self._forgot = time.monotonic()
        for cached in _REMEMBERED:
            cached.cache_clear()
        # A node keeps what was found in it by how often its children had changed by then: 1,024 findings, of which the
        # last few can be found again. Not public; Textual is pinned.
        for screen in self._app.screen_stack:
            for node in screen.walk_children(with_self=True):
                node._query_one_cache.clear()


def _spare_what_is_loaded() -> None:
    _keep_the_heap_small()
    # What is loaded by now stays. Not collected before: that takes longer than a key may, for less than a megabyte.
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, AT_LAST)
    gc.enable()


def _keep_the_heap_small() -> None:
    """Let all threads that are yet to come take memory from one place, and large pieces of it go back at once.

    glibc gives up to eight places for each core, each of which stays as large as it has ever been, and our threads come
    and go. It also learns that large pieces are wanted again, and keeps them: another one that does not fit where the
    last one was makes the program larger by 2 MB for ever. Other systems have no such thing.
    """
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):  # another C library, or a Python without it
            import ctypes

            library = ctypes.CDLL(None)
            library.mallopt(_ARENA_MAX, 1)
            library.mallopt(_MMAP_THRESHOLD, LARGE)
