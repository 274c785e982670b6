"""What is done once, a moment from now, on a machine that is busy with something else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from textual import _time
from textual.app import App
from textual.message_pump import MessagePump
from textual.timer import Timer

from report_tui.tui.later import once


def plainly(pump: MessagePump, seconds: float, run: Callable[[], object]) -> Timer:
    return pump.set_timer(seconds, run)


@pytest.mark.parametrize(("start", "times"), [(once, 1), (plainly, 0)], ids=["once", "Textual alone"])
async def test_a_process_without_a_core_does_it_late_and_not_never(
    monkeypatch: pytest.MonkeyPatch, start: Callable[[MessagePump, float, Callable[[], object]], Timer], times: int
) -> None:
    done: list[str] = []
    looks: list[float] = []
    app: App[None] = App()
    async with app.run_test() as pilot:
        timer = start(app, 1, lambda: done.append("done"))

        def clock() -> float:
            """An hour goes by between the timer's first look and its second."""
            if asyncio.current_task() is not timer._task:
                return _time.get_time()
            looks.append(_time.get_time())
            return looks[-1] + 3600 * (len(looks) > 1)

        monkeypatch.setattr("textual.timer._time", SimpleNamespace(get_time=clock))
        assert timer._task is not None
        await asyncio.wait_for(timer._task, 10)
        await pilot.pause()
    assert len(looks) > 1
    assert len(done) == times
