"""Keys that are typed ahead are done in the order they came, also across widgets.

A key that an app's binding takes is done at once, while a letter typed before it may still wait in front of a field.
Whoever acts on what a field holds waits for it here first; the keys behind wait meanwhile, as the app does.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from textual import events
from textual._context import active_message_pump  # not public; Textual is pinned
from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

AT_MOST = 1.0
"""Seconds: a widget that takes longer is not waited for, whatever keeps it."""


async def typed_into(widget: Widget | None) -> None:
    """Wait until a widget has taken all the keys and pastes that were sent to it so far."""
    if widget is None or active_message_pump.get(None) is widget:
        return
    done = asyncio.Event()
    if widget.call_later(done.set):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), AT_MOST)


async def for_a_moment(app: App[object], work: Coroutine[Any, Any, object], seconds: float) -> None:
    """Do what waits for the disk, and wait for it so long, as the keys behind do; where it takes longer it goes on."""
    done = asyncio.Event()

    async def run() -> None:
        try:
            await work
        finally:
            done.set()

    app.run_worker(run(), group="disk")  # a fault in it ends the app as any other does
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)


class InOrder(Input):
    """An input that does its keys as they come.

    Textual runs a binding only when its key has gone up to the app: of `a`, backspace, `b` sent in one go, backspace
    would take the `b`.
    """

    async def on_key(self, event: events.Key) -> None:
        """Do at once what a key is bound to."""
        # No public name for a widget's own bindings.
        for binding in self._bindings.key_to_bindings.get(event.key, []):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
